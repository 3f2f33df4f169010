/** helm 4 and helm 3 with a chart that has a little of everything. */
import { join } from 'node:path';
import { transcriptSuite } from '../support/transcript-suite.ts';

const HERE = new URL('.', import.meta.url).pathname;
const directory = join(HERE, 'transcripts');
const files = join(HERE, 'charts');

transcriptSuite({
  release: 'newest',
  tools: ['helm', 'kubectl'],
  transcripts: ['release', 'server-side'],
  directory,
  files,
});
transcriptSuite({
  release: 'oldest',
  tools: ['helm', 'kubectl'],
  transcripts: ['release'],
  directory,
  files,
});
