/// <reference types="@cloudflare/vitest-plugin/types" />
/** The log and the hubs end to end: commits, watches over WebSockets, subscribers, lost memory, compaction. */
import {
  applyD1Migrations,
  type D1Migration,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { BatchingStorage, ClusterStorage } from './client.ts';
import { hubStub, logStub, type StorageEnv } from './env.ts';
import { encodeStored } from './encoding.ts';
import type { CommitResult, EventBatch, Write } from './types.ts';
import type { WatchSpec } from './watch-filter.ts';

const bindings = env as unknown as StorageEnv & {
  DB: D1Database;
  MIGRATIONS: D1Migration[];
  FOLLOWER: { getByName(name: string): { told(): Promise<EventBatch[]> } };
};
beforeAll(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));

let clusters = 0;
const newCluster = (): string => `e${clusters++}`;

const value = (name: string, data: string, labels?: Record<string, string>): string =>
  encodeStored({
    metadata: { name, namespace: 'shop', ...(labels ? { labels } : {}) },
    data: { data },
  } as never);
const key = (name: string): string => `core/configmaps/shop/${name}`;
const put = (name: string, expect: number, data = '1', labels?: Record<string, string>): Write => ({
  key: key(name),
  expect,
  deleted: false,
  value: value(name, data, labels),
});

/** A stub as the test helpers want it. */
const raw = (stub: unknown): DurableObjectStub => stub as DurableObjectStub;

async function watch(cluster: string, since: number, more: Partial<WatchSpec> = {}) {
  const hub = more.hub ?? 'ns:shop';
  const spec: WatchSpec = {
    cluster,
    hub,
    group: '',
    version: 'v1',
    resource: 'configmaps',
    prefix: 'core/configmaps/shop/',
    since,
    ...more,
  };
  const url = `https://hub/watch?watch=${encodeURIComponent(JSON.stringify(spec))}`;
  const response = await hubStub(bindings, cluster, hub).fetch(
    new Request(url, { headers: { Upgrade: 'websocket' } }),
  );
  const lines: string[] = [];
  const state = { closed: '' };
  const socket = response.webSocket;
  socket?.addEventListener('message', ({ data }) => {
    lines.push(...String(data).trimEnd().split('\n'));
  });
  socket?.addEventListener('close', ({ reason }) => {
    state.closed = reason || 'closed';
  });
  socket?.accept();
  const events = (): string[] =>
    lines.map((line) => {
      if (line.startsWith('!')) return line;
      const { type, object } = JSON.parse(line);
      return `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`;
    });
  return { response, lines, events, socket, state };
}

/** Commits, and waits until hubs and subscribers have it. */
async function commit(cluster: string, ...writes: Write[]): Promise<CommitResult> {
  const result = await new ClusterStorage(bindings, cluster).commit({ writes });
  await logStub(bindings, cluster).settled(cluster);
  return result;
}

describe('a watch', () => {
  it('is sent what is committed, as whole objects', async () => {
    const cluster = newCluster();
    const { events, lines } = await watch(cluster, 0);
    expect(await commit(cluster, put('x', 0), put('y', 0))).toEqual({ ok: true, revisions: [1, 2] });
    expect(await commit(cluster, put('x', 0))).toEqual({ ok: false, reason: 'conflict', index: 0 });
    await commit(cluster, put('x', 1), { ...put('y', 2), deleted: true });
    await expect.poll(events).toEqual(['ADDED x@1', 'ADDED y@2', 'MODIFIED x@3', 'DELETED y@4']);
    expect(JSON.parse(lines[0]!)).toEqual({
      type: 'ADDED',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { resourceVersion: '1', name: 'x', namespace: 'shop' },
        data: { data: '1' },
      },
    });
  });

  it('begins at its revision, and is sent nothing twice when it is ahead of the hub', async () => {
    const cluster = newCluster();
    await watch(cluster, 0);
    for (let n = 0; n < 4; n++) await commit(cluster, put('x', n));
    const late = await watch(cluster, 2);
    const ahead = await watch(cluster, 5);
    await expect.poll(late.events).toEqual(['MODIFIED x@3', 'MODIFIED x@4']);
    await commit(cluster, put('x', 4), put('y', 0));
    await expect.poll(late.events).toHaveLength(4);
    await expect.poll(ahead.events).toEqual(['ADDED y@6']);
  });

  it('is sent what comes into and goes out of its selector', async () => {
    const cluster = newCluster();
    const { events } = await watch(cluster, 0, { labels: 'app=web' });
    const web = { app: 'web' };
    await commit(cluster, put('x', 0, '1'));
    await commit(cluster, { ...put('x', 1, '2', web), prevValue: value('x', '1') });
    await commit(cluster, { ...put('x', 2, '3'), prevValue: value('x', '2', web) });
    await expect.poll(events).toEqual(['ADDED x@2', 'DELETED x@3']);
  });

  it('goes on when the hub has lost its memory', async () => {
    const cluster = newCluster();
    const { events, state, socket } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await evictDurableObject(raw(hubStub(bindings, cluster, 'ns:shop')));
    await commit(cluster, put('x', 1));
    await expect.poll(events).toEqual(['ADDED x@1', 'MODIFIED x@2']);
    await evictDurableObject(raw(hubStub(bindings, cluster, 'ns:shop')));
    socket!.send('bookmark');
    await expect.poll(events).toContain('!bookmark 2');
    await commit(cluster, put('y', 0));
    await expect.poll(events).toEqual(['ADDED x@1', 'MODIFIED x@2', '!bookmark 2', 'ADDED y@3']);
    expect(state.closed).toBe('');
  });

  it('goes on when the log has lost its memory', async () => {
    const cluster = newCluster();
    const { events } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await evictDurableObject(raw(logStub(bindings, cluster)));
    await commit(cluster, put('x', 1));
    await expect.poll(events).toEqual(['ADDED x@1', 'MODIFIED x@2']);
  });

  it('goes on when both have, once the log had told everything', async () => {
    const cluster = newCluster();
    const { events } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await expect.poll(events).toEqual(['ADDED x@1']);
    // The note that hubs are being told goes when nothing was committed for a while.
    await expect
      .poll(
        () =>
          runInDurableObject(raw(logStub(bindings, cluster)), (_, { storage }) => storage.kv.get('telling')),
        {
          timeout: 10_000,
        },
      )
      .toBeUndefined();
    await evictDurableObject(raw(logStub(bindings, cluster)));
    await evictDurableObject(raw(hubStub(bindings, cluster, 'ns:shop')));
    await commit(cluster, put('x', 1));
    await expect.poll(events).toEqual(['ADDED x@1', 'MODIFIED x@2']);
  });

  it('ends when both have before that, and the next one goes on where it was', async () => {
    const cluster = newCluster();
    const { events, state } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await evictDurableObject(raw(logStub(bindings, cluster)));
    await evictDurableObject(raw(hubStub(bindings, cluster, 'ns:shop')));
    await commit(cluster, put('x', 1));
    await expect.poll(() => state.closed).toBe('the watch hub moved');
    expect(events()).toEqual(['ADDED x@1']);
    const again = await watch(cluster, 1);
    await expect.poll(again.events).toEqual(['MODIFIED x@2']);
  });

  it('is told of writes that went past the log', async () => {
    const cluster = newCluster();
    const { events } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    const sql = await import('./sql.ts');
    await sql.appendRevisions(bindings.DB, cluster, 2, [put('x', 1)], 0, 'elsewhere');
    expect(await commit(cluster, put('y', 0))).toEqual({ ok: true, revisions: [3] });
    await expect.poll(events).toEqual(['ADDED x@1', 'MODIFIED x@2', 'ADDED y@3']);
  });

  it('is told in a bookmark how far the cluster is, also when nothing concerned it', async () => {
    const cluster = newCluster();
    const { socket, events } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await commit(cluster, { ...put('z', 0), key: 'core/configmaps/other/z' });
    socket!.send('bookmark');
    await expect.poll(events).toEqual(['ADDED x@1', '!bookmark 2']);
  });

  it('is refused for revisions that are no longer kept, for unknown resources and for other requests', async () => {
    const cluster = newCluster();
    await commit(cluster, put('x', 0), put('y', 0));
    await commit(cluster, put('x', 1));
    // No history is kept here (KEDGE_HISTORY_SECONDS=0).
    expect(await runDurableObjectAlarm(raw(logStub(bindings, cluster)))).toBe(true);
    const { response } = await watch(cluster, 2);
    expect(response.status).toBe(410);
    expect(await response.json()).toEqual({ requested: 2, oldest: 3 });
    expect((await watch(cluster, 3)).response.status).toBe(101);
    expect((await watch(cluster, 3, { resource: 'gadgets' })).response.status).toBe(404);
    expect((await hubStub(bindings, cluster, 'all').fetch(new Request('https://hub/'))).status).toBe(400);
    const rows = await new ClusterStorage(bindings, cluster).list('core/configmaps/');
    expect(rows.rows.map((row) => row.revision)).toEqual([3, 2]);
  });

  it('ends when its cluster is deleted', async () => {
    const cluster = newCluster();
    const { state } = await watch(cluster, 0);
    await commit(cluster, put('x', 0));
    await logStub(bindings, cluster).destroy(cluster);
    await hubStub(bindings, cluster, 'ns:shop').destroy();
    await expect.poll(() => state.closed).toBe('the cluster was deleted');
    await runInDurableObject(raw(hubStub(bindings, cluster, 'ns:shop')), async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
    });
  });

  /** As if a cluster were deleted and one of its name made, in which nothing happened yet. */
  async function remake(cluster: string): Promise<string[]> {
    const told = await logStub(bindings, cluster).destroy(cluster);
    const sql = await import('./sql.ts');
    while (await sql.erase(bindings.DB, cluster, 100));
    await logStub(bindings, cluster).begin(cluster);
    return told;
  }

  it('sees nothing of another cluster that had the name before', async () => {
    const cluster = newCluster();
    const before = await watch(cluster, 0);
    await commit(cluster, put('x', 0), put('y', 0));
    await expect.poll(before.events).toHaveLength(2);
    before.socket!.close();
    // The hub has nobody to tell, and is not told; it remembers what it was.
    const log = raw(logStub(bindings, cluster));
    await expect
      .poll(async () => {
        await commit(cluster, put(`z${Math.random()}`, 0));
        return runInDurableObject(log, (_, { storage }) => storage.kv.get('hubs'));
      })
      .toEqual([]);
    expect(await remake(cluster)).toEqual([]);
    const after = await watch(cluster, 0);
    expect(await commit(cluster, put('new', 0))).toEqual({ ok: true, revisions: [1] });
    await expect.poll(after.events).toEqual(['ADDED new@1']);
  });

  it('ends with its cluster, also when only the log knows of its hub', async () => {
    const cluster = newCluster();
    const before = await watch(cluster, 0, { hub: 'ns:gone', prefix: 'core/configmaps/gone/' });
    const told = await remake(cluster);
    expect(told).toEqual(['ns:gone']);
    // Even where nobody told the hub.
    const after = await watch(cluster, 0);
    expect(before.state.closed).toBe('');
    await logStub(bindings, cluster).attach(cluster, 'ns:gone', 0);
    await commit(cluster, { ...put('new', 0), key: 'core/configmaps/gone/new' });
    await expect.poll(() => before.state.closed).toBe('the cluster was deleted');
    expect(before.events()).toEqual([]);
    after.socket!.close();
  });
});

describe('the log', () => {
  it('goes to rest when all history is forgotten', async () => {
    const cluster = newCluster();
    await commit(cluster, put('x', 0));
    const log = raw(logStub(bindings, cluster));
    expect(await runDurableObjectAlarm(log)).toBe(true);
    expect(await runDurableObjectAlarm(log)).toBe(false);
  });

  it('commits nothing for a cluster that was deleted, until one of its name is made', async () => {
    const cluster = newCluster();
    await commit(cluster, put('x', 0));
    const log = logStub(bindings, cluster);
    await log.destroy(cluster);
    const late = [{ writes: [put('y', 0)] }];
    const refused = { ok: false, reason: 'unavailable', message: 'the cluster was deleted' };
    expect(await log.commit(cluster, late)).toEqual([refused]);
    await evictDurableObject(raw(log));
    expect(await logStub(bindings, cluster).commit(cluster, late)).toEqual([refused]);
    await logStub(bindings, cluster).begin(cluster);
    expect(await logStub(bindings, cluster).commit(cluster, late)).toMatchObject([{ ok: true }]);
  });

  it('commits what many send at once, each on its own', async () => {
    const cluster = newCluster();
    const storage = new BatchingStorage(bindings, cluster);
    const results = await Promise.all(
      Array.from({ length: 1200 }, (_, n) => storage.commit({ writes: [put(`m${n % 1000}`, 0)] })),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1000);
    expect(results.slice(1000).every((result) => !result.ok && result.reason === 'conflict')).toBe(true);
    expect(await storage.head()).toBe(1000);
  });
});

describe('a subscriber', () => {
  const subscribe = (cluster: string) =>
    hubStub(bindings, cluster, 'all').subscribe(cluster, 'all', {
      name: `FOLLOWER:${cluster}`,
      prefixes: ['core/configmaps/'],
    });
  const told = async (cluster: string) =>
    (await bindings.FOLLOWER.getByName(cluster).told()).map(({ from, to, events }) => [
      from,
      to,
      events.map((event) => event.revision),
    ]);

  /** After a second the hub has noted that no delivery is under way. */
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 1200));

  it('is delivered what it wants, in order, with the position it had', async () => {
    const cluster = newCluster();
    await commit(cluster, put('x', 0));
    expect(await subscribe(cluster)).toBe(1);
    await commit(cluster, put('x', 1), { ...put('s', 0), key: 'core/secrets/shop/s' });
    await commit(cluster, { ...put('s', 3), key: 'core/secrets/shop/s' });
    await commit(cluster, put('x', 2));
    expect(await told(cluster)).toEqual([
      [1, 3, [2]],
      [3, 5, [5]],
    ]);
  });

  it('is remembered by a hub that lost its memory, and lists when the log has lost it too', async () => {
    const cluster = newCluster();
    await subscribe(cluster);
    await commit(cluster, put('x', 0));
    await told(cluster);
    await quiet();
    await evictDurableObject(raw(hubStub(bindings, cluster, 'all')));
    await commit(cluster, put('x', 1));
    expect(await told(cluster)).toEqual([[1, 2, [2]]]);
    await evictDurableObject(raw(logStub(bindings, cluster)));
    await evictDurableObject(raw(hubStub(bindings, cluster, 'all')));
    await logStub(bindings, cluster).head(cluster);
    await logStub(bindings, cluster).settled(cluster);
    expect((await told(cluster))[0]![0]).toBe(-1);
  });

  it('lists when the log may have been cut short between a commit and its hubs', async () => {
    const cluster = newCluster();
    await subscribe(cluster);
    await commit(cluster, put('x', 0));
    await told(cluster);
    await quiet();
    const log = raw(logStub(bindings, cluster));
    await evictDurableObject(log);
    // As a crash leaves it.
    await runInDurableObject(log, async (_, { storage }) => {
      storage.kv.put('telling', true);
      await storage.setAlarm(Date.now() + 60_000);
    });
    await evictDurableObject(raw(hubStub(bindings, cluster, 'all')));
    expect(await runDurableObjectAlarm(log)).toBe(true);
    await logStub(bindings, cluster).settled(cluster);
    expect((await told(cluster))[0]![0]).toBe(-1);
  });

  it('lists when a delivery may have been cut short, even if nothing happens any more', async () => {
    const cluster = newCluster();
    await subscribe(cluster);
    await commit(cluster, put('x', 0));
    await told(cluster);
    await quiet();
    const hub = raw(hubStub(bindings, cluster, 'all'));
    expect(await runDurableObjectAlarm(hub)).toBe(false);
    await runInDurableObject(hub, async (_, { storage }) => {
      storage.kv.put('delivering', { cluster, hub: 'all' });
      await storage.setAlarm(Date.now() + 60_000);
    });
    await evictDurableObject(hub);
    expect(await runDurableObjectAlarm(hub)).toBe(true);
    await hubStub(bindings, cluster, 'all').settled();
    expect((await told(cluster))[0]![0]).toBe(-1);
  });

  it('is told nothing any more when it leaves', async () => {
    const cluster = newCluster();
    await subscribe(cluster);
    await hubStub(bindings, cluster, 'all').unsubscribe(cluster, 'all', `FOLLOWER:${cluster}`);
    await commit(cluster, put('x', 0));
    expect(await told(cluster)).toEqual([]);
  });
});
