/** Tests out of the transcripts of a directory, each in a namespace of its name, all in one cluster of three nodes. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { adminClient, makeCluster } from './client.ts';
import { findClient, type ReleaseName, Shell, type Tool } from './clients.ts';
import { matches, parseTranscript, runStep } from './transcript.ts';

export interface Suite {
  /** Which clients run it. */
  readonly release: ReleaseName;
  readonly tools: readonly Tool[];
  /** Files, without `.txt`. */
  readonly transcripts: readonly string[];
  readonly directory: string;
  /** What the commands find in their working directory; besides there are tls.crt and tls.key. */
  readonly files: string;
}

export function transcriptSuite(suite: Suite): void {
  const programs = Object.fromEntries(suite.tools.map((tool) => [tool, findClient(tool, suite.release)]));
  const missing = Object.values(programs).includes(undefined);

  describe.skipIf(missing)(`${suite.tools.join(' and ')}, the ${suite.release}`, () => {
    let shell: Shell;

    beforeAll(async () => {
      const { kubeconfig } = await makeCluster(adminClient(), 3);
      shell = new Shell(kubeconfig);
      cpSync(suite.files, shell.directory, { recursive: true });
      const identity = readFileSync(join(inject('server').state, 'identity.json'), 'utf8');
      const { certificates } = JSON.parse(identity);
      shell.file('tls.crt', certificates.certificate);
      shell.file('tls.key', certificates.key);
    });
    afterAll(() => shell.remove());

    describe.each(suite.transcripts)('%s', (name) => {
      beforeAll(async () => {
        const kubectl = programs.kubectl!;
        await shell.out(kubectl, ['create', 'namespace', name]);
        await shell.out(kubectl, ['config', 'set-context', '--current', '--namespace', name]);
        await shell.out(kubectl, [
          'wait',
          '--for=create',
          'serviceaccount/default',
          'configmap/kube-root-ca.crt',
        ]);
      });

      const text = readFileSync(join(suite.directory, `${name}.txt`), 'utf8');
      it.each(parseTranscript(text))('line $line: $command', async (step) => {
        const printed = await runStep(shell, programs as Record<string, string>, step);
        // What is right need not be equal; what is wrong is shown beside what was expected.
        if (!matches(step.expected, printed)) expect(printed).toBe(step.expected);
      });
    });
  });
}
