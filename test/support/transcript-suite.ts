/** Tests out of the transcripts of a directory, each in a cluster of three nodes and a namespace of its name. */
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

  // A transcript's steps build on each other; transcripts have nothing to do with each other.
  describe.skipIf(missing).concurrent.each(suite.transcripts)(
    `${suite.tools[0]}, the ${suite.release}: %s`,
    (name) => {
      const admin = adminClient();
      let cluster: string;
      let shell: Shell;

      beforeAll(async () => {
        const { id, kubeconfig } = await makeCluster(admin, 3);
        cluster = id;
        shell = new Shell(kubeconfig);
        cpSync(suite.files, shell.directory, { recursive: true });
        const identity = readFileSync(join(inject('server').state, 'identity.json'), 'utf8');
        const { certificates } = JSON.parse(identity);
        shell.file('tls.crt', certificates.certificate);
        shell.file('tls.key', certificates.key);
        const kubectl = programs.kubectl!;
        await shell.out(kubectl, ['create', 'namespace', name]);
        await shell.out(kubectl, ['config', 'set-context', '--current', '--namespace', name]);
        const made = ['serviceaccount/default', 'configmap/kube-root-ca.crt'];
        await shell.out(kubectl, ['wait', '--for=create', ...made]);
      });
      afterAll(async () => {
        shell.remove();
        await admin.delete(`/clusters/${cluster}`);
      });

      const text = readFileSync(join(suite.directory, `${name}.txt`), 'utf8');
      it.each(parseTranscript(text))('line $line: $command', { concurrent: false }, async (step) => {
        const printed = await runStep(shell, programs as Record<string, string>, step);
        // What is right need not be equal; what is wrong is shown beside what was expected.
        if (!matches(step.expected, printed)) expect(printed).toBe(step.expected);
      });
    },
  );
}
