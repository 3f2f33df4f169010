import { describe, expect, it } from 'vitest';
import { MemoryStorage } from './memory.ts';
import { CompactedError, type EventBatch, FutureRevisionError, type Write } from './types.ts';

const write = (key: string, expect: number, value = '{}', deleted = false): Write => ({
  key,
  expect,
  deleted,
  value,
});
const pods = (name: string) => `core/pods/default/${name}`;

async function filled(names: readonly string[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const name of names) await storage.commit({ writes: [write(pods(name), 0, `"${name}"`)] });
  return storage;
}

describe('MemoryStorage', () => {
  it('numbers writes and answers the newest', async () => {
    const storage = await filled(['a']);
    expect(await storage.commit({ writes: [write(pods('a'), 1, '"2"'), write(pods('b'), 0)] })).toEqual({
      ok: true,
      revisions: [2, 3],
    });
    expect(await storage.get(pods('a'))).toEqual({ key: pods('a'), revision: 2, value: '"2"' });
    expect(await storage.get(pods('c'))).toBeNull();
    expect((await storage.getMany([pods('c'), pods('b')])).map((row) => row.key)).toEqual([pods('b')]);
    expect(await storage.head()).toBe(3);
  });

  it('refuses a transaction as a whole when one write replaces anything but the newest', async () => {
    const storage = await filled(['a', 'b']);
    const result = await storage.commit({ writes: [write(pods('a'), 1), write(pods('b'), 1)] });
    expect(result).toEqual({ ok: false, reason: 'conflict', index: 1 });
    expect((await storage.get(pods('a')))!.revision).toBe(1);
    expect(await storage.commit({ writes: [write(pods('a'), 0)] })).toMatchObject({ reason: 'conflict' });
  });

  it('tells whether something under a prefix was written after a revision', async () => {
    const storage = await filled(['a', 'b']);
    expect(await storage.changedSince('core/', 1)).toEqual({ changed: true, revision: 2 });
    expect(await storage.changedSince('core/pods/', 2)).toEqual({ changed: false, revision: 2 });
    expect(await storage.changedSince('apps/', 0)).toEqual({ changed: false, revision: 2 });
    expect(await storage.changedSince('core/pods/', 3)).toEqual({ changed: true, revision: 2 });
  });

  it('tells the newest revision of each key under a prefix', async () => {
    const storage = await filled(['a', 'b']);
    await storage.commit({ writes: [{ ...write(pods('a'), 1), deleted: true }] });
    expect(await storage.revisions('core/pods/')).toEqual({ keys: new Map([[pods('b'), 2]]), revision: 3 });
    expect((await storage.revisions('apps/pods/')).keys.size).toBe(0);
  });

  it('creates a key again that was deleted', async () => {
    const storage = await filled(['a']);
    await storage.commit({ writes: [write(pods('a'), 1, '"last"', true)] });
    expect(await storage.get(pods('a'))).toBeNull();
    expect(await storage.commit({ writes: [write(pods('a'), 0)] })).toEqual({ ok: true, revisions: [3] });
  });

  it('refuses what was taken for granted when it was written since', async () => {
    const storage = await filled(['a', 'b']);
    const assuming = (prefix: string, revision: number) =>
      storage.commit({ writes: [write('core/secrets/default/x', 0)], assumptions: [{ prefix, revision }] });
    for (const prefix of ['core/pods/', 'core/pods/default/', pods('b')]) {
      expect(await assuming(prefix, 1)).toEqual({ ok: false, reason: 'stale', prefix });
    }
    expect(await assuming(pods('a'), 1)).toMatchObject({ ok: true });
  });

  it('lists in key order, page by page, at any revision', async () => {
    const storage = await filled(['c', 'a', 'b']);
    await storage.commit({ writes: [write(pods('a'), 2, '', true), write('core/pods/other/z', 0)] });
    const names = async (options = {}, prefix = 'core/pods/default/') =>
      (await storage.list(prefix, options)).rows.map((row) => row.key.split('/').at(-1));
    expect(await names()).toEqual(['b', 'c']);
    expect(await names({}, 'core/pods/')).toEqual(['b', 'c', 'z']);
    expect(await names({ revision: 2 })).toEqual(['a', 'c']);
    expect(await names({ revision: 3, limit: 2 })).toEqual(['a', 'b']);
    expect(
      await storage.list('core/pods/default/', { revision: 3, limit: 2, countRemaining: true }),
    ).toMatchObject({
      more: true,
      remaining: 1,
      revision: 3,
    });
    expect(await names({ revision: 3, after: pods('b') })).toEqual(['c']);
    await expect(storage.list('core/pods/', { revision: 99 })).rejects.toThrow(FutureRevisionError);
  });

  it('lists the pods of one node', async () => {
    const storage = await filled([]);
    const on = (node: string): string => `{"metadata":{},"spec":{"nodeName":"${node}"}}`;
    await storage.commit({ writes: [write(pods('a'), 0, on('n1')), write(pods('b'), 0, on('n2'))] });
    await storage.commit({ writes: [write(pods('c'), 0, on('n1')), write(pods('d'), 0, '{}')] });
    const { rows } = await storage.list('core/pods/', { node: 'n1' });
    expect(rows.map(({ key }) => key)).toEqual([pods('a'), pods('c')]);
  });

  it('forgets history', async () => {
    const storage = await filled(['a', 'b']);
    await storage.commit({ writes: [write(pods('a'), 1, '', true)] });
    await storage.commit({ writes: [write(pods('b'), 2, '"new"')] });
    storage.compact(3);
    await expect(storage.list('core/pods/', { revision: 2 })).rejects.toThrow(CompactedError);
    expect((await storage.list('core/pods/', { revision: 3 })).rows.map((row) => row.value)).toEqual(['"b"']);
    expect((await storage.list('core/pods/')).rows.map((row) => row.value)).toEqual(['"new"']);
  });

  it('tells each hub its own', async () => {
    const storage = new MemoryStorage();
    const seen: Record<string, EventBatch[]> = {};
    for (const hub of ['all', 'cluster', 'ns:default']) {
      seen[hub] = [];
      storage.follow(hub, (batch) => seen[hub]!.push(batch));
    }
    await storage.commit({
      writes: [write(pods('a'), 0), write('core/nodes//n', 0), write('core/pods/x/b', 0)],
    });
    expect(
      Object.fromEntries(
        Object.entries(seen).map(([hub, batches]) => [hub, batches[0]!.events.map((e) => e.key)]),
      ),
    ).toEqual({
      all: [pods('a'), 'core/pods/x/b'],
      cluster: ['core/nodes//n'],
      'ns:default': [pods('a')],
    });
  });
});
