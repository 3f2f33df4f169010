/** Everything in rows.ts is refused as it says, soon, and without a trace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Client, makeCluster } from '../support/client.ts';
import { MAPS, NAMESPACE, type Row, ROWS, TARGET } from './rows.ts';

/** No answer takes anywhere near as long. */
const ROW_TIMEOUT_MS = 10_000;

const admin = adminClient();
let own: { id: string; client: Client; token: string };
let other: { id: string; client: Client; token: string };
let before: unknown;

beforeAll(async () => {
  own = await makeCluster(admin);
  other = await makeCluster(admin);
  expect((await own.client.post('/api/v1/namespaces', { metadata: { name: NAMESPACE } })).status).toBe(201);
  expect((await own.client.post(MAPS, { metadata: { name: 'target' }, data: { a: 'b' } })).status).toBe(201);
  const spec = {
    replicas: 0,
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } },
  };
  const made = await own.client.post(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, {
    metadata: { name: 'target' },
    spec,
  });
  expect(made.status).toBe(201);
  // A controller makes it soon; pods need it at once.
  await own.client.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'default' } });
  before = await everything();
});
afterAll(async () => {
  for (const { id } of [own, other]) await admin.delete(`/clusters/${id}`);
});

/** The names of all there is that a row could have made, and the target as it is. */
async function everything(): Promise<unknown> {
  const names: Record<string, string[]> = {};
  const collections = [
    MAPS,
    `/api/v1/namespaces/${NAMESPACE}/pods`,
    `/api/v1/namespaces/${NAMESPACE}/secrets`,
    `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
    '/api/v1/namespaces',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ];
  for (const path of collections) {
    const { items } = (await own.client.get(path)).json;
    names[path] = items
      .map((item: any) => item.metadata.name)
      // A controller's, which may come at any time.
      .filter((name: string) => name !== 'kube-root-ca.crt');
  }
  return { names, target: (await own.client.get(TARGET)).json };
}

function send(row: Row) {
  const token = { none: null, wrong: 'f'.repeat(64), other: other.token, own: own.token, admin: undefined };
  return (row.root ? admin : own.client).request(row.method ?? 'POST', row.path ?? MAPS, {
    ...(row.body === undefined ? {} : { body: row.body }),
    ...(row.type ? { type: row.type } : {}),
    ...(row.accept ? { accept: row.accept } : {}),
    ...(row.headers ? { headers: row.headers } : {}),
    ...(row.token && row.token !== 'admin' ? { token: token[row.token]! } : {}),
  });
}

describe('bad input', () => {
  it('has no row twice', () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(ROWS.map((row) => [row.name, row] as const))(
    '%s',
    async (_name, row) => {
      const answer = await send(row);
      expect(answer.status, answer.text).toBe(row.code);
      if (row.warning) expect(answer.headers.warning).toBe(row.warning);
      if (row.code < 400) return;
      if (!('reason' in row)) return;
      const { kind, apiVersion, status, reason, code } = answer.json;
      expect({ kind, apiVersion, status, reason, code }).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: row.reason,
        code: row.code,
      });
      expect(answer.json.message.length).toBeLessThan(20_000);
      if (typeof row.message === 'string') expect(answer.json.message).toBe(row.message);
      else if (row.message) expect(answer.json.message).toMatch(row.message);
    },
    ROW_TIMEOUT_MS,
  );

  it('refuses a body that grows past the limit without saying so', async () => {
    const chunk = Buffer.alloc(256 * 1024, 0x20);
    const answer = await own.client.stream('POST', MAPS, Array(13).fill(chunk));
    expect(answer.status).toBe(413);
  });

  it('keeps keys that objects of JavaScript have already', async () => {
    const data =
      '{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d","valueOf":"e","then":"f"}';
    const path = `${MAPS}/keys`;
    const made = await own.client.post(MAPS, `{"metadata":{"name":"keys"},"data":${data}}`);
    expect(made.status, made.text).toBe(201);
    const sorted = (text: string): unknown => Object.entries(JSON.parse(text)).sort();
    const dataOf = (text: string): string => /"data":(\{[^}]*\})/.exec(text)![1]!;
    for (const step of [
      () => own.client.get(path),
      () => own.client.patch(path, 'merge', '{"metadata":{"labels":{"a":"b"}}}'),
      () => own.client.patch(path, 'strategic', '{"metadata":{"labels":{"a":"c"}}}'),
      () => own.client.patch(path, 'json', '[{"op":"add","path":"/metadata/labels/d","value":"e"}]'),
      () => own.client.get(path),
    ]) {
      const { text } = await step();
      expect(sorted(dataOf(text)), text).toEqual(sorted(data));
    }
    expect(({} as { a?: string }).a).toBeUndefined();
    expect((await own.client.delete(path)).status).toBe(200);
  });

  it('survives headers that are too large', async () => {
    const answer = await own.client
      .get(MAPS, { headers: { 'X-Large': 'a'.repeat(200_000) } })
      // Some front ends only close the connection.
      .catch((error: NodeJS.ErrnoException) => ({ status: 400, code: error.code }));
    expect(answer.status).toBeLessThan(500);
  });

  it('has left nothing behind, and still answers', async () => {
    expect(await everything()).toEqual(before);
    expect((await admin.get('/readyz', { token: null })).text).toBe('ok');
    expect((await own.client.get('/api/v1/namespaces')).status).toBe(200);
    const ids = (await admin.get('/clusters')).json.items.map((item: any) => item.name);
    expect(ids).toEqual(expect.arrayContaining(['default', own.id, other.id]));
  });
});
