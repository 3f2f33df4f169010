/** The oldest kubectl: the transcripts in which nothing has changed between it and the newest. */
import { join } from 'node:path';
import { transcriptSuite } from '../support/transcript-suite.ts';

const HERE = new URL('.', import.meta.url).pathname;

transcriptSuite({
  release: 'oldest',
  tools: ['kubectl'],
  transcripts: ['get', 'change', 'rollout', 'wait', 'explain'],
  directory: join(HERE, 'transcripts'),
  files: join(HERE, 'manifests'),
});
