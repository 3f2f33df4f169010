/**
 * Many clients change the same few objects while many watches look on, some of which break off and resume; afterwards
 * everything that was acknowledged is held against everything that was seen.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Client, makeCluster, type Watch } from '../support/client.ts';
import { History, type Seen, type Selection } from './history.ts';

const RUN_MS = 10_000;
const CLIENTS = 16;
const NAMESPACES = ['red-team', 'blue-team', 'green-team'];
const NAMES = 25;
const COLORS = ['red', 'green', 'blue', undefined];
const ALL = '/api/v1/configmaps';
const of = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;
const isOurs = (key: string): boolean => /^[a-z-]+\/k\d+$/.test(key);

/** Mulberry32: the run can be repeated from its seed, as far as the network lets it. */
const seed = Date.now() % 1_000_000;
let drawn = seed;
function random(): number {
  drawn = (drawn + 0x6d2b79f5) | 0;
  let t = Math.imul(drawn ^ (drawn >>> 15), 1 | drawn);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

interface Follower extends Selection {
  readonly path: string;
  readonly accept?: string;
  readonly breaksOff?: boolean;
}

const as = (kind: string): string => `application/json;as=${kind};v=v1;g=meta.k8s.io`;
const followers: Follower[] = [
  { name: 'all', path: `${ALL}?`, key: isOurs },
  { name: 'all, broken off', path: `${ALL}?`, key: isOurs, breaksOff: true },
  { name: 'all as a table', path: `${ALL}?`, key: isOurs, accept: as('Table'), breaksOff: true },
  { name: 'all metadata', path: `${ALL}?`, key: isOurs, accept: as('PartialObjectMetadata') },
  {
    name: 'blue',
    path: `${ALL}?labelSelector=color%3Dblue&`,
    key: isOurs,
    color: (color) => color === 'blue',
  },
  {
    name: 'not red, broken off',
    path: `${ALL}?labelSelector=color!%3Dred&`,
    key: isOurs,
    color: (color) => color !== 'red',
    breaksOff: true,
  },
  ...NAMESPACES.flatMap((namespace): Follower[] => [
    { name: namespace, path: `${of(namespace)}?`, key: (key) => key.startsWith(`${namespace}/`) },
    {
      name: `${namespace}, red or green, broken off`,
      path: `${of(namespace)}?labelSelector=color+in+(red,green)&`,
      key: (key) => key.startsWith(`${namespace}/`),
      color: (color) => color === 'red' || color === 'green',
      breaksOff: true,
    },
    {
      name: `one of ${namespace}`,
      path: `${of(namespace)}?fieldSelector=metadata.name%3Dk1&`,
      key: (key) => key === `${namespace}/k1`,
      breaksOff: namespace === 'red-team',
    },
  ]),
];

const history = new History();
let client: Client;
let marks = 0;
const newMark = (): string => `m${++marks}`;

/** Follows from a revision until the run is stopped; one that is broken off resumes from the last revision it was told. */
async function follow(
  { name, path, key, accept, breaksOff }: Follower,
  from: number,
  run: { stopped: boolean },
): Promise<Seen[]> {
  const seen: Seen[] = [];
  let last = from;
  while (!run.stopped) {
    const watch = await client.watch(
      `${path}watch=true&allowWatchBookmarks=true&resourceVersion=${last}`,
      accept ? { accept } : {},
    );
    if (watch.status !== 200) history.problem(name, 'is answered', watch.status);
    const cut = until(run, breaksOff ? 100 + random() * 900 : Number.POSITIVE_INFINITY).then(watch.close);
    last = await read(watch, name, key, last, seen);
    await cut;
  }
  return seen;
}

async function until(run: { stopped: boolean }, ms: number): Promise<void> {
  const end = Date.now() + ms;
  while (!run.stopped && Date.now() < end) await delay(20);
}

/** Reads a watch to its end; answers the last revision it told of. */
async function read(
  watch: Watch,
  name: string,
  key: (key: string) => boolean,
  from: number,
  seen: Seen[],
): Promise<number> {
  let last = from;
  for await (const { type, object } of watch) {
    if (type === 'ERROR') {
      history.problem(name, 'is told', object);
      break;
    }
    const row = object.kind === 'Table' ? object.rows[0]?.object : object;
    const { metadata, data } = row ?? object;
    const revision = Number(metadata.resourceVersion);
    if (type === 'BOOKMARK' ? revision < last : revision <= last)
      history.problem(name, 'goes back from', last, 'to', revision);
    last = revision;
    const id = `${metadata.namespace}/${metadata.name}`;
    if (type === 'BOOKMARK' || !isOurs(id)) continue;
    if (!key(id)) history.problem(name, 'is told of', id);
    seen.push({ type, revision, key: id, color: metadata.labels?.color, mark: data?.mark });
  }
  return last;
}

const lists: { revision: number; namespace: string; rows: string[] }[] = [];

/** One thing a client does. */
async function act(): Promise<void> {
  const namespace = pick(NAMESPACES);
  const name = `k${Math.floor(random() * NAMES)}`;
  const key = `${namespace}/${name}`;
  const path = `${of(namespace)}/${name}`;
  const color = pick(COLORS);
  const mark = newMark();
  const labels = color ? { color } : {};
  const took = (answer: { status: number; json: any; text: string }, replaces?: number): void => {
    if (answer.status >= 500) history.problem('a server error', answer.status, answer.text);
    if (answer.status >= 300) history.refused.add(mark);
    else {
      const revision = Number(answer.json.metadata.resourceVersion);
      history.acknowledged(revision, { key, color, mark, ...(replaces ? { replaces } : {}) });
    }
  };
  const chance = random();
  if (chance < 0.3)
    return took(await client.post(of(namespace), { metadata: { name, labels }, data: { mark } }));
  if (chance < 0.5) {
    const patch = { metadata: { labels: { color: color ?? null } }, data: { mark } };
    return took(await client.patch(path, 'merge', patch));
  }
  if (chance < 0.7) {
    const known = await client.get(path);
    if (known.status !== 200) return;
    const object = known.json;
    const changed = { ...object, metadata: { ...object.metadata, labels }, data: { mark } };
    return took(await client.put(path, changed), Number(object.metadata.resourceVersion));
  }
  if (chance < 0.78) {
    await client.delete(path);
    return;
  }
  if (chance < 0.82) {
    await client.delete(`${of(namespace)}?labelSelector=color%3Dgreen`);
    return;
  }
  if (chance < 0.86) {
    history.refused.add(mark);
    await client.post(of(namespace), { metadata: { name, labels: { color: 'no color!' } }, data: { mark } });
    return;
  }
  if (chance < 0.9) {
    history.refused.add(mark);
    await client.request('PATCH', `${path}?dryRun=All`, {
      body: { data: { mark } },
      type: 'application/merge-patch+json',
    });
    return;
  }
  if (chance < 0.95) return race(path, key);
  const { json } = await client.get(of(namespace));
  const rows = json.items.map(
    ({ metadata }: any) => `${metadata.namespace}/${metadata.name}@${metadata.resourceVersion}`,
  );
  lists.push({
    revision: Number(json.metadata.resourceVersion),
    namespace,
    rows: rows.filter((row: string) => isOurs(row.slice(0, row.indexOf('@')))),
  });
}

/** Several updates of one version: one of them wins at the most. */
async function race(path: string, key: string): Promise<void> {
  const known = await client.get(path);
  if (known.status !== 200) return;
  const { json } = known;
  const attempts = Array.from({ length: 4 }, newMark);
  const answers = await Promise.all(attempts.map((mark) => client.put(path, { ...json, data: { mark } })));
  let won = 0;
  for (const [index, answer] of answers.entries()) {
    const mark = attempts[index]!;
    if (answer.status === 200) {
      won++;
      const replaces = Number(json.metadata.resourceVersion);
      const color = json.metadata.labels?.color;
      history.acknowledged(Number(answer.json.metadata.resourceVersion), { key, color, mark, replaces });
    } else {
      history.refused.add(mark);
      if (![404, 409].includes(answer.status)) history.problem('a race is lost with', answer.status);
    }
  }
  if (won > 1) history.problem(won, 'updates of one version won', key);
}

beforeAll(async () => {
  ({ client } = await makeCluster(adminClient()));
  for (const name of NAMESPACES) await client.post('/api/v1/namespaces', { metadata: { name } });
});

describe('concurrent writers and watchers', () => {
  it('agree about what happened, and when', async () => {
    const from = Number((await client.get(`${ALL}?limit=1`)).json.metadata.resourceVersion);
    const run = { stopped: false };
    const following = followers.map((follower) => follow(follower, from, run));
    const end = Date.now() + RUN_MS;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (Date.now() < end) await act();
      }),
    );
    // What was committed last is still on its way.
    await delay(1500);
    run.stopped = true;
    const seen = await Promise.all(following);
    const all = seen[0]!;
    expect(history.writes.size).toBeGreaterThan(200);

    const state = history.checkAll(all);
    for (const [index, follower] of followers.entries()) history.checkSome(follower, seen[index]!, all);
    for (const { revision, namespace, rows } of lists)
      history.checkList(revision, rows, (key) => key.startsWith(`${namespace}/`), all);
    const final = (await client.get(ALL)).json.items
      .map(({ metadata }: any) => ({
        key: `${metadata.namespace}/${metadata.name}`,
        at: metadata.resourceVersion,
      }))
      .filter(({ key }: { key: string }) => isOurs(key))
      .map(({ key, at }: { key: string; at: string }) => `${key}@${at}`);
    expect(final.sort()).toEqual([...state].map(([key, { revision }]) => `${key}@${revision}`).sort());
    expect(history.problems.slice(0, 20), `seed ${seed}`).toEqual([]);
  });

  it('begin with more than a client may fall behind', async () => {
    const path = of('red-team');
    const text = 'x'.repeat(1_000_000);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        client.post(path, { metadata: { name: `large-${n}` }, data: { text } }),
      ),
    );
    const watch = await client.watch(
      `${path}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const names: string[] = [];
    for await (const { type, object } of watch) {
      if (type === 'BOOKMARK') break;
      names.push(object.metadata.name);
    }
    watch.close();
    expect(names.filter((name) => name.startsWith('large-'))).toHaveLength(10);
  });
});
