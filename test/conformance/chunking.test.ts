/** Upstream test/e2e/apimachinery/chunking.go and table_conversion.go. */
import { expect } from 'vitest';
import { startServer } from '../support/server.ts';
import { Client } from '../support/client.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance, type E2E, eventually, makeNamespace, ok, refused } from './suite.ts';

const TOTAL = 400;
const name = (index: number): string => `template-${String(index).padStart(4, '0')}`;

async function makeTemplates(client: Client, path: string): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      while (next < TOTAL) {
        const spec = { containers: [{ name: 'test', image: 'test2' }] };
        await ok(client.post(path, { metadata: { name: name(next++) }, template: { spec } }), 201);
      }
    }),
  );
}

/** A page must go on where `found` objects were seen before. */
function checkPage(list: any, found: number, limit: number): number {
  expect(list.items.length).toBeLessThanOrEqual(limit);
  if (list.metadata.continue) {
    expect(list.metadata.remainingItemCount + list.items.length + found).toBe(TOTAL);
  } else expect(list.metadata.remainingItemCount).toBeUndefined();
  expect(list.items.map(({ metadata }: any) => metadata.name)).toEqual(
    list.items.map((_: unknown, index: number) => name(found + index)),
  );
  return found + list.items.length;
}

const page = (client: Client, path: string, limit: number, token = ''): Promise<any> =>
  ok(client.get(`${path}?limit=${limit}${token ? `&continue=${token}` : ''}`));

conformance(
  'A',
  '[sig-api-machinery] Servers with support for API chunking should return chunks of results for list calls [Conformance]',
  async (e2e: E2E) => {
    const { client } = e2e;
    const path = e2e.at('v1/podtemplates');
    await makeTemplates(client, path);
    for (let round = 0; round < 3; round++) {
      let found = 0;
      let token = '';
      let resourceVersion: string | undefined;
      do {
        const limit = Math.floor((Math.random() * TOTAL) / 10) + 1;
        const list = await page(client, path, limit, token);
        resourceVersion ??= list.metadata.resourceVersion;
        expect(list.metadata.resourceVersion).toBe(resourceVersion);
        found = checkPage(list, found, limit);
        token = list.metadata.continue ?? '';
      } while (token);
      expect(found).toBe(TOTAL);
    }
    const whole = await page(client, path, TOTAL + 1);
    expect(whole.items).toHaveLength(TOTAL);
    expect(whole.metadata.continue).toBeUndefined();
  },
);

conformance(
  'A',
  '[sig-api-machinery] Servers with support for API chunking should support continue listing from the last key if the original version has been compacted away, though the list is inconsistent [Conformance] [Slow]',
  async () => {
    // History is kept for minutes: this test has a server of its own that forgets sooner.
    const { server, stop } = await startServer({
      nodes: 0,
      env: { KEDGE_HISTORY_SECONDS: '1', KEDGE_HISTORY_REVISIONS: '10' },
    });
    try {
      const { certificates, token: bearer } = JSON.parse(
        readFileSync(join(server.state, 'identity.json'), 'utf8'),
      );
      const client = new Client({ port: server.port, ca: certificates.ca, token: bearer });
      await makeNamespace(client, 'chunking');
      const path = '/api/v1/namespaces/chunking/podtemplates';
      await makeTemplates(client, path);
      const limit = TOTAL / 10;
      const first = await page(client, path, limit);
      let found = checkPage(first, 0, limit);
      const expired = await eventually('the token expires', async () => {
        // Compaction comes with writes.
        await ok(
          client.post('/api/v1/namespaces/chunking/configmaps', { metadata: { generateName: 'other-' } }),
          201,
        );
        const answer = await client.get(`${path}?limit=${limit}&continue=${first.metadata.continue}`);
        return answer.status === 200 ? undefined : refused(answer, 410, 'Expired');
      });
      expect(expired.message).toContain('The provided continue parameter is too old');
      let list = await page(client, path, limit, expired.metadata.continue);
      expect(list.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      expect(list.items).toHaveLength(limit);
      const { resourceVersion } = list.metadata;
      found = checkPage(list, found, limit);
      while (list.metadata.continue) {
        list = await page(client, path, limit, list.metadata.continue);
        expect(list.metadata.resourceVersion).toBe(resourceVersion);
        found = checkPage(list, found, limit);
      }
      expect(found).toBe(TOTAL);
    } finally {
      await stop();
    }
  },
);

conformance(
  'A',
  '[sig-api-machinery] Servers with support for Table transformation should return a 406 for a backend which does not implement metadata [Conformance]',
  async ({ client, namespace }) => {
    const review = {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      spec: { resourceAttributes: { namespace, verb: 'get', resource: 'pods' } },
    };
    await refused(
      client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      }),
      406,
      'NotAcceptable',
    );
  },
);
