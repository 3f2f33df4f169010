/**
 * kubectl's commands and what they print, as tables: transcripts/*.txt, each in a namespace of its name. The newest
 * client runs all, the oldest those whose output has not changed between them.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { adminClient, makeCluster } from '../support/client.ts';
import { findClient, type ReleaseName, Shell } from '../support/clients.ts';
import { matches, parseTranscript, runStep } from '../support/transcript.ts';

const HERE = new URL('.', import.meta.url).pathname;
const TRANSCRIPTS = readdirSync(join(HERE, 'transcripts')).map((file) => file.replace(/\.txt$/, ''));

const RUNS: { release: ReleaseName; transcripts: readonly string[] }[] = [
  { release: 'newest', transcripts: TRANSCRIPTS },
  { release: 'oldest', transcripts: ['get', 'change', 'rollout', 'wait', 'explain'] },
];

for (const { release, transcripts } of RUNS) {
  const kubectl = findClient('kubectl', release);
  describe.skipIf(!kubectl)(`kubectl, the ${release}`, () => {
    let shell: Shell;

    beforeAll(async () => {
      const { kubeconfig } = await makeCluster(adminClient(), 3);
      shell = new Shell(kubeconfig);
      cpSync(join(HERE, 'manifests'), shell.directory, { recursive: true });
      const { certificates } = JSON.parse(
        readFileSync(join(inject('server').state, 'identity.json'), 'utf8'),
      );
      shell.file('tls.crt', certificates.certificate);
      shell.file('tls.key', certificates.key);
    });
    afterAll(() => shell.remove());

    describe.each(transcripts)('%s', (name) => {
      beforeAll(async () => {
        await shell.out(kubectl!, ['create', 'namespace', name]);
        await shell.out(kubectl!, ['config', 'set-context', '--current', '--namespace', name]);
        await shell.out(kubectl!, [
          'wait',
          '--for=create',
          'serviceaccount/default',
          'configmap/kube-root-ca.crt',
        ]);
      });

      const steps = parseTranscript(readFileSync(join(HERE, 'transcripts', `${name}.txt`), 'utf8'));
      it.each(steps)('line $line: $command', async (step) => {
        const printed = await runStep(shell, { kubectl: kubectl! }, step);
        // Not every text that is right is equal: where it is wrong, the two are shown side by side.
        if (!matches(step.expected, printed)) expect(printed).toBe(step.expected);
      });
    });
  });
}

const kubectl = findClient('kubectl');
describe.skipIf(!kubectl)('kubectl explain', () => {
  it('knows every field of every kind', async () => {
    const { kubeconfig } = await makeCluster(adminClient());
    const shell = new Shell(kubeconfig);
    const resources = (await shell.out(kubectl!, ['api-resources', '-o', 'name'])).trim().split('\n');
    expect(resources.length).toBeGreaterThan(60);
    for (const resource of resources) {
      const [plural, ...group] = resource.split('.');
      const args = ['explain', plural!, '--recursive'];
      if (group.length > 0) {
        const groups = await adminVersion(group.join('.'));
        args.push('--api-version', groups);
      }
      const text = await shell.out(kubectl!, args);
      expect(text, resource).toMatch(/^(GROUP: .*\n)?KIND: .*\nVERSION: .*\n\nDESCRIPTION:\n {4}\S/);
      expect(text, resource).toMatch(
        /\n {2}apiVersion\t<string>\n {2}kind\t|\n {2}apiVersion\t<string>\n(.*\n)* {2}kind\t<string>/,
      );
      expect(text, resource).not.toMatch(/<unknown>/);
    }
    shell.remove();
  });
});

/** The preferred version of a group. */
async function adminVersion(group: string): Promise<string> {
  return (await adminClient().get(`/apis/${group}`)).json.preferredVersion.groupVersion;
}
