/** `kubectl explain --recursive` of every kind. */
import { afterAll, describe, expect, it } from 'vitest';
import { adminClient, makeCluster } from '../support/client.ts';
import { findClient, Shell } from '../support/clients.ts';

const kubectl = findClient('kubectl');

describe.skipIf(!kubectl)('kubectl explain --recursive', async () => {
  const admin = adminClient();
  const { kubeconfig } = await makeCluster(admin);
  const shell = new Shell(kubeconfig);
  afterAll(() => shell.remove());

  it('knows the fields of every kind', async () => {
    const table = await shell.out(kubectl!, ['api-resources', '--no-headers']);
    const resources = table
      .trim()
      .split('\n')
      .map((row) => {
        const cells = row.trim().split(/\s+/);
        return { name: cells[0]!, apiVersion: cells.at(-3)!, kind: cells.at(-1)! };
      });
    expect(resources.length).toBeGreaterThan(60);
    for (const { name, apiVersion, kind } of resources) {
      const text = await shell.out(kubectl!, ['explain', name, '--recursive', '--api-version', apiVersion]);
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
      const head = `${group ? `GROUP:      ${group}\n` : ''}KIND:       ${kind}\nVERSION:    ${version}\n\nDESCRIPTION:\n`;
      expect(text.slice(0, head.length)).toBe(head);
      // Words, not an empty description.
      expect(text.slice(head.length), kind).toMatch(/^ {4}\w/);
      const fields = [...text.matchAll(/^ {2}(\w+)\t</gm)].map(([, field]) => field);
      expect(fields, kind).toEqual(expect.arrayContaining(['apiVersion', 'kind', 'metadata']));
    }
  });
});
