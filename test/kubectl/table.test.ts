/** kubectl's commands and what they print, as transcripts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { transcriptSuite } from '../support/transcript-suite.ts';

const HERE = new URL('.', import.meta.url).pathname;
const directory = join(HERE, 'transcripts');

transcriptSuite({
  release: 'newest',
  tools: ['kubectl'],
  transcripts: readdirSync(directory).map((file) => file.replace(/\.txt$/, '')),
  directory,
  files: join(HERE, 'manifests'),
});
