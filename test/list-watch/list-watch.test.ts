/**
 * List and watch to the letter: every combination of resourceVersion, resourceVersionMatch, limit and continue; initial
 * events and bookmarks; selectors; versions that are no longer or not yet there; WebSockets.
 * Upstream: "Resource versions" and "Efficient detection of changes" in the API concepts; apimachinery
 * pkg/apis/meta/internalversion/validation; apiserver pkg/storage/{interfaces,continue}.go, pkg/storage/cacher/cacher.go.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { adminClient, Client, type Watch, eventually, makeCluster } from '../support/client.ts';
import { startServer } from '../support/server.ts';

const admin = adminClient();
let client: Client;
let cluster: string;
const MAPS = '/api/v1/namespaces/lists/configmaps';
/** The head before and after each of the three maps was made, and after the first was changed. */
let before: number;
let made: number[];
let changed: number;

const versionOf = (object: any): number => Number(object.metadata.resourceVersion);
type Parameters = Record<string, string | number | undefined>;
const query = (parameters: Parameters): string =>
  `${MAPS}?${Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&')}`;
const list = (parameters: Parameters, of = client) => of.get(query(parameters));
const watch = (parameters: Parameters): Promise<Watch> =>
  client.watch(query({ watch: 'true', timeoutSeconds: 60, ...parameters }));
const names = (answer: { json: any }): string[] =>
  answer.json.items.map(({ metadata }: any) => metadata.name);

async function make(name: string, labels = {}, data = {}): Promise<any> {
  const answer = await client.post(MAPS, { metadata: { name, labels }, data });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}
const relabel = async (name: string, labels: Record<string, string | null>): Promise<any> =>
  (await client.patch(`${MAPS}/${name}`, 'merge', { metadata: { labels } })).json;

beforeAll(async () => {
  ({ client, id: cluster } = await makeCluster(admin));
  await client.post('/api/v1/namespaces', { metadata: { name: 'lists' } });
  await eventually(
    'the root certificate',
    async () => (await client.get(`${MAPS}/kube-root-ca.crt`)).status === 200,
  );
  before = versionOf((await list({ limit: 1 })).json);
  made = [];
  for (const name of ['a', 'b', 'c']) made.push(versionOf(await make(name)));
  changed = versionOf((await client.patch(`${MAPS}/a`, 'merge', { data: { changed: 'yes' } })).json);
});
afterAll(async () => {
  await admin.delete(`/clusters/${cluster}`);
});

describe('lists by version', () => {
  const mine = ['a', 'b', 'c', 'kube-root-ca.crt'];

  it('is consistent without a version, and any with 0', async () => {
    for (const parameters of [
      {},
      { resourceVersion: 0 },
      { resourceVersion: 0, resourceVersionMatch: 'NotOlderThan' },
    ]) {
      const answer = await list(parameters);
      expect(names(answer)).toEqual(mine);
      expect(versionOf(answer.json)).toBeGreaterThanOrEqual(changed);
    }
  });

  it('is not older than a version, which does not limit it', async () => {
    for (const more of [
      {},
      { resourceVersionMatch: 'NotOlderThan' },
      { resourceVersionMatch: 'NotOlderThan', limit: 500 },
    ]) {
      const answer = await list({ resourceVersion: made[0]!, ...more });
      expect(names(answer)).toEqual(mine);
      expect(versionOf(answer.json)).toBeGreaterThanOrEqual(changed);
    }
  });

  it('is exactly a version, when that is asked for or a limit is given', async () => {
    for (const more of [{ resourceVersionMatch: 'Exact' }, { limit: 500 }]) {
      const answer = await list({ resourceVersion: made[1]!, ...more });
      expect(names(answer)).toEqual(['a', 'b', 'kube-root-ca.crt']);
      expect(versionOf(answer.json)).toBe(made[1]);
      expect(answer.json.items[0].data).toBeUndefined();
    }
  });

  it('shows one object of a version', async () => {
    const fieldSelector = 'metadata.name=a';
    const past = { resourceVersionMatch: 'Exact', fieldSelector };
    expect(names(await list({ resourceVersion: before, ...past }))).toEqual([]);
    const then = await list({ resourceVersion: made[2]!, ...past });
    expect(then.json.items[0].data).toBeUndefined();
    expect(versionOf(then.json)).toBe(made[2]);
    const now = await list({ resourceVersion: made[2]!, fieldSelector });
    expect(now.json.items[0].data).toEqual({ changed: 'yes' });
  });

  it('pages a version, whatever is made meanwhile', async () => {
    const first = await list({ limit: 2 });
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.json.metadata.remainingItemCount).toBe(2);
    await make('bb');
    await client.delete(`${MAPS}/c`);
    const second = await list({ limit: 2, continue: first.json.metadata.continue });
    expect(names(second)).toEqual(['c', 'kube-root-ca.crt']);
    expect(versionOf(second.json)).toBe(versionOf(first.json));
    expect(second.json.metadata.continue).toBeUndefined();
    expect(second.json.metadata.remainingItemCount).toBeUndefined();
    // 0 may stand beside a token, as clients send it.
    expect(
      (await list({ limit: 2, resourceVersion: 0, continue: first.json.metadata.continue })).status,
    ).toBe(200);
    const selected = await list({ limit: 1, labelSelector: '!none' });
    expect(selected.json.metadata.continue).toBeDefined();
    expect(selected.json.metadata.remainingItemCount).toBeUndefined();
    await client.delete(`${MAPS}/bb`);
    await make('c');
  });

  const token = (rv: number, start: string): string =>
    Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');

  it('goes on from the newest with a token that says so', async () => {
    const answer = await list({ limit: 1, continue: token(-1, 'a\u0000') });
    expect(names(answer)).toEqual(['b']);
    expect(versionOf(answer.json)).toBeGreaterThan(changed);
  });

  const invalid = 'ListOptions.meta.k8s.io "" is invalid: ';
  it.each<[string, Parameters, number, string | RegExp]>([
    [
      'a match without a version',
      { resourceVersionMatch: 'Exact' },
      422,
      `${invalid}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`,
    ],
    [
      'exactly any',
      { resourceVersion: 0, resourceVersionMatch: 'Exact' },
      422,
      `${invalid}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`,
    ],
    [
      'a match beside a token',
      { resourceVersion: 1, resourceVersionMatch: 'Exact', continue: 'x' },
      422,
      `${invalid}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided`,
    ],
    [
      'a version beside a token',
      { resourceVersion: 5, continue: token(5, 'a\u0000') },
      400,
      'specifying resource version is not allowed when using continue',
    ],
    [
      'a token that is none',
      { continue: 'e30' },
      400,
      /^invalid continue token: continue key is not valid: server does not recognize this encoded version/,
    ],
    [
      'a version that is none',
      { resourceVersion: 'x' },
      400,
      'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [
      'a version of the future',
      { resourceVersion: 9e12 },
      504,
      /^Timeout: Too large resource version: 9000000000000, current: \d+$/,
    ],
    [
      'exactly a version of the future',
      { resourceVersion: 9e12, resourceVersionMatch: 'Exact' },
      504,
      /^Timeout: Too large resource version/,
    ],
    [
      'initial events',
      { sendInitialEvents: 'true' },
      422,
      `${invalid}sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list`,
    ],
  ])('refuses %s', async (_name, parameters, code, message) => {
    const answer = await list(parameters);
    expect(answer.json.code, answer.text).toBe(code);
    if (typeof message === 'string') expect(answer.json.message).toBe(message);
    else expect(answer.json.message).toMatch(message);
  });

  it('refuses to get a version of the future', async () => {
    const answer = await client.get(`${MAPS}/a?resourceVersion=9000000000000`);
    expect(answer.json).toMatchObject({ code: 504, reason: 'Timeout' });
    expect(answer.json.details).toEqual({
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
    expect((await client.get(`${MAPS}/a?resourceVersion=0`)).status).toBe(200);
    expect((await client.get(`${MAPS}/a?resourceVersion=${changed}`)).status).toBe(200);
  });
});

describe('watches', () => {
  const read = async (from: Watch, count: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let i = 0; i < count; i++) {
      const event = await from.next();
      seen.push(event ? `${event.type} ${event.object.metadata?.name ?? ''}` : 'end');
    }
    return seen;
  };

  it('begins with what there is, or after a version', async () => {
    for (const parameters of [{}, { resourceVersion: 0 }]) {
      const one = await watch({ ...parameters, labelSelector: '!none' });
      expect(await read(one, 4)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED kube-root-ca.crt']);
      expect(one.waiting()).toBe(0);
      one.close();
    }
    const after = await watch({ resourceVersion: made[0]! });
    expect(await read(after, 3)).toEqual(['ADDED b', 'ADDED c', 'MODIFIED a']);
    after.close();
  });

  it('marks the end of the initial events, and says so in a bookmark', async () => {
    const cases = [
      { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' },
      { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', resourceVersion: 0 },
      { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', resourceVersion: made[1]! },
      // The old way to begin with what there is means the same.
      {},
      { resourceVersion: 0 },
    ];
    for (const parameters of cases) {
      const one = await watch({ allowWatchBookmarks: 'true', ...parameters });
      expect(await read(one, 4)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED kube-root-ca.crt']);
      const bookmark = await one.next();
      expect(bookmark).toEqual({
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: {
            resourceVersion: expect.stringMatching(/^\d+$/),
            annotations: { 'k8s.io/initial-events-end': 'true' },
          },
        },
      });
      expect(versionOf(bookmark!.object)).toBeGreaterThanOrEqual(changed);
      one.close();
    }
  });

  it('has initial events without bookmarks when nobody allows them', async () => {
    const one = await watch({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' });
    await read(one, 4);
    await client.patch(`${MAPS}/b`, 'merge', { data: { next: '1' } });
    expect(await read(one, 1)).toEqual(['MODIFIED b']);
    one.close();
  });

  it('begins now, when initial events are not wanted', async () => {
    const one = await watch({ sendInitialEvents: 'false', resourceVersionMatch: 'NotOlderThan' });
    await client.patch(`${MAPS}/b`, 'merge', { data: { next: '2' } });
    expect(await read(one, 1)).toEqual(['MODIFIED b']);
    one.close();
  });

  it('tells of a version that is not there yet in the stream', async () => {
    const one = await watch({
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      resourceVersion: 9e12,
    });
    expect(one.status).toBe(200);
    expect(await one.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', apiVersion: 'v1', code: 504, reason: 'Timeout' },
    });
    expect(await one.next()).toBeUndefined();
  });

  const invalid = 'ListOptions.meta.k8s.io "" is invalid: ';
  const needsMatch =
    'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  it.each<[string, Parameters, string]>([
    ['initial events without a match', { sendInitialEvents: 'true' }, `${invalid}${needsMatch}`],
    [
      'initial events of an exact version',
      { sendInitialEvents: 'true', resourceVersion: 1, resourceVersionMatch: 'Exact' },
      `${invalid}[${needsMatch}, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]`,
    ],
    [
      'a match alone',
      { resourceVersion: 1, resourceVersionMatch: 'NotOlderThan' },
      `${invalid}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided`,
    ],
    [
      'a token',
      { continue: 'x' },
      `${invalid}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided`,
    ],
  ])('refuses %s', async (_name, parameters, message) => {
    const answer = await list({ watch: 'true', timeoutSeconds: 1, ...parameters });
    expect(answer.json).toMatchObject({ code: 422, reason: 'Invalid', message });
  });

  it('tells what enters and leaves a selector', async () => {
    const one = await watch({
      resourceVersion: changed,
      labelSelector: 'tier=front,!hidden',
      fieldSelector: 'metadata.name=moving',
    });
    await make('moving', { tier: 'back' });
    const entered = await relabel('moving', { tier: 'front' });
    await client.patch(`${MAPS}/moving`, 'merge', { data: { seen: '1' } });
    const left = await relabel('moving', { hidden: '' });
    await client.patch(`${MAPS}/moving`, 'merge', { data: { seen: '2' } });
    await relabel('moving', { hidden: null });
    await client.delete(`${MAPS}/moving`);
    const events = [];
    for (let i = 0; i < 5; i++) events.push((await one.next())!);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
    expect(versionOf(events[0]!.object)).toBe(versionOf(entered));
    // As it was, at the version at which it left.
    expect(events[2]!.object.metadata.labels).toEqual({ tier: 'front' });
    expect(versionOf(events[2]!.object)).toBe(versionOf(left));
    // A deletion has a version of its own.
    expect(versionOf(events[4]!.object)).toBeGreaterThan(versionOf(events[3]!.object));
    one.close();
  });

  it('does not tell of the deletion of what was not selected', async () => {
    const one = await watch({ resourceVersion: changed, labelSelector: 'tier=unseen' });
    await make('unseen');
    await client.delete(`${MAPS}/unseen`);
    await make('seen', { tier: 'unseen' });
    expect(await read(one, 1)).toEqual(['ADDED seen']);
    await client.delete(`${MAPS}/seen`);
    one.close();
  });

  it('watches one object by its old path, and gets it by its own', async () => {
    const old = await client.watch('/api/v1/watch/namespaces/lists/configmaps/b?timeoutSeconds=60');
    expect(await read(old, 1)).toEqual(['ADDED b']);
    await client.patch(`${MAPS}/b`, 'merge', { data: { next: '3' } });
    expect(await read(old, 1)).toEqual(['MODIFIED b']);
    old.close();
    const other = await client.get(
      '/api/v1/watch/namespaces/lists/configmaps/b?fieldSelector=metadata.name%3Da',
    );
    expect(other.json).toMatchObject({
      code: 400,
      message: "fieldSelector metadata.name doesn't match requested name",
    });
    // Upstream does not look at `watch` where one object is got.
    expect((await client.get(`${MAPS}/b?watch=true`)).json).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'b' },
    });
  });

  it('ends cleanly in time, with a bookmark before', async () => {
    const started = Date.now();
    const one = await watch({
      resourceVersion: changed,
      labelSelector: 'none',
      allowWatchBookmarks: 'true',
      timeoutSeconds: 3,
    });
    const written = await client.patch(`${MAPS}/b`, 'merge', { data: { next: '4' } });
    const bookmark = (await one.next())!;
    expect(bookmark.type).toBe('BOOKMARK');
    expect(bookmark.object.metadata.annotations).toBeUndefined();
    expect(versionOf(bookmark.object)).toBeGreaterThanOrEqual(versionOf(written.json));
    expect(await one.next()).toBeUndefined();
    expect(Date.now() - started).toBeGreaterThan(2000);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('shows tables, with columns in the first event alone', async () => {
    const one = await client.watch(query({ watch: 'true', timeoutSeconds: 60, resourceVersion: made[0]! }), {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const [first, second] = [(await one.next())!, (await one.next())!];
    expect(first).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Table', rows: [{ cells: ['b', 0, expect.any(String)] }] },
    });
    expect(first.object.columnDefinitions).toHaveLength(3);
    expect(second.object.columnDefinitions ?? []).toEqual([]);
    one.close();
  });

  it('speaks through WebSockets, a text frame an event', async () => {
    const frames = await socketFrames(query({ watch: '1', resourceVersion: made[0]!, timeoutSeconds: 2 }));
    const events = frames.map((text) => JSON.parse(text));
    expect(events.slice(0, 2).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED b',
      'ADDED c',
    ]);
  });
});

/** The text frames of a WebSocket until it is closed. */
async function socketFrames(path: string): Promise<string[]> {
  const { port, state } = inject('server');
  const { certificates, token } = JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8'));
  const asked = request({
    host: '127.0.0.1',
    port,
    ca: certificates.ca,
    path: `/clusters/${cluster}${path}`,
    headers: {
      Authorization: `Bearer ${token}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': Buffer.from('a nonce of 16 by').toString('base64'),
    },
  });
  asked.end();
  const [, socket, head] = await once(asked, 'upgrade');
  const chunks: Buffer[] = [head];
  for await (const chunk of socket) {
    chunks.push(chunk);
    if (opcodes(Buffer.concat(chunks)).some(([code]) => code === 8)) break;
  }
  socket.destroy();
  return opcodes(Buffer.concat(chunks)).flatMap(([code, text]) => (code === 1 ? [text] : []));
}

function opcodes(bytes: Buffer): [code: number, text: string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const code = bytes[at]! & 15;
    let length = bytes[at + 1]! & 127;
    let start = at + 2;
    if (length === 126) {
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    if (start + length > bytes.length) break;
    frames.push([code, bytes.toString('utf8', start, start + length)]);
    at = start + length;
  }
  return frames;
}

describe('history that is forgotten', () => {
  let stop: () => Promise<void>;
  let own: Client;
  let old: number;
  beforeAll(async () => {
    const started = await startServer({
      nodes: 0,
      env: { KEDGE_HISTORY_SECONDS: '1', KEDGE_HISTORY_REVISIONS: '5' },
    });
    stop = started.stop;
    const { port, state } = started.server;
    const { certificates, token } = JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8'));
    own = new Client({ port, ca: certificates.ca, token });
    await own.post('/api/v1/namespaces', { metadata: { name: 'lists' } });
    old = versionOf((await own.get(MAPS)).json);
    await eventually('the version is forgotten', async () => {
      await own.post(MAPS, { metadata: { generateName: 'more-' } });
      return (await list({ resourceVersion: old, resourceVersionMatch: 'Exact' }, own)).status === 410;
    });
  });
  afterAll(() => stop());

  it('refuses a list of it', async () => {
    for (const parameters of [{ resourceVersionMatch: 'Exact' }, { limit: 1 }]) {
      const answer = await list({ resourceVersion: old, ...parameters }, own);
      expect(answer.json).toMatchObject({
        code: 410,
        reason: 'Expired',
        message: 'The resourceVersion for the provided list is too old.',
      });
    }
    expect((await list({ resourceVersion: old }, own)).status).toBe(200);
  });

  it('tells a watch of it in its stream', async () => {
    const parameters = { watch: 'true', timeoutSeconds: 60, resourceVersion: 1 };
    for (const accept of ['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io']) {
      const one = await own.watch(query(parameters), { accept });
      expect(one.status).toBe(200);
      expect(await one.next()).toEqual({
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
          reason: 'Expired',
          code: 410,
        },
      });
      expect(await one.next()).toBeUndefined();
    }
  });
});
