/** Shows what the server wrote during a test that failed. */
import { readFileSync, statSync } from 'node:fs';
import { beforeEach, inject } from 'vitest';

const MAX_CHARACTERS = 4000;

beforeEach(({ onTestFailed }) => {
  const { log } = inject('server');
  if (!log) return;
  const { size } = statSync(log);
  onTestFailed(() => {
    const said = readFileSync(log).subarray(size).toString('utf8').trim();
    if (said !== '') console.error(`the server said:\n${said.slice(-MAX_CHARACTERS)}`);
  });
});
