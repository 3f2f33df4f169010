import { beforeEach, describe, expect, it } from 'vitest';
import { encodeStored } from '../storage/encoding.ts';
import { namespacePrefix, objectKey } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Write } from '../storage/types.ts';
import { AdmissionCache, ReadSet } from './cache.ts';
import { commit } from './commit.ts';
import type { RequestContext } from './context.ts';

const NAMESPACE = 'shop';
const PREFIX = namespacePrefix('', 'configmaps', NAMESPACE);
const keyOf = (name: string): string => objectKey('', 'configmaps', NAMESPACE, name);

/** Counts what is read. */
class CountingStorage extends MemoryStorage {
  reads = 0;
  override list(...args: Parameters<MemoryStorage['list']>) {
    this.reads++;
    return super.list(...args);
  }
  override get(key: string) {
    this.reads++;
    return super.get(key);
  }
}

let storage: CountingStorage;
let cache: AdmissionCache;
beforeEach(() => {
  storage = new CountingStorage();
  cache = new AdmissionCache();
});

const write = (name: string, text: string, expect = 0, deleted = false): Write => ({
  key: keyOf(name),
  expect,
  deleted,
  value: encodeStored({ metadata: { name, namespace: NAMESPACE }, data: { text } }),
});
const put = async (...writes: Write[]) => {
  const result = await storage.commit({ writes });
  if (!result.ok) throw new Error(result.reason);
  return result.revisions;
};
const begin = (): ReadSet => new ReadSet(storage, cache, cache.moment());
const texts = async (reads: ReadSet) =>
  (await reads.list('', 'configmaps', NAMESPACE)).map((one) => `${one.metadata.name}=${one.data.text}`);
const save = (reads: ReadSet, first: Write, ...more: Write[]) =>
  commit({ storage, cache } as unknown as RequestContext, first, more, reads);

describe('ReadSet', () => {
  it('reads once, whether there is anything or not, and takes it for granted', async () => {
    const [revision] = await put(write('a', '1'));
    for (let turn = 0; turn < 3; turn++) {
      const reads = begin();
      expect(await texts(reads)).toEqual(['a=1']);
      expect(await reads.get('', 'configmaps', NAMESPACE, 'ghost')).toBeUndefined();
      expect(reads.assumptions()).toEqual([
        { prefix: PREFIX, revision },
        { prefix: keyOf('ghost'), revision },
      ]);
    }
    expect(storage.reads).toBe(2);
  });

  it('sees one state, whatever others learn meanwhile', async () => {
    await put(write('a', '1'));
    const reads = begin();
    await texts(reads);
    await put(write('b', '2'));
    cache.forget(PREFIX);
    expect(await texts(begin())).toEqual(['a=1', 'b=2']);
    expect(await texts(reads)).toEqual(['a=1']);
    expect(reads.assumptions()).toEqual([{ prefix: PREFIX, revision: 1 }]);
  });

  it('reads anew what was known before the operation began, and only that', async () => {
    await put(write('a', '1'));
    await texts(begin());
    const since = cache.moment();
    const first = new ReadSet(storage, cache, since);
    await texts(first);
    expect(first.refresh()).toBe(true);
    const second = new ReadSet(storage, cache, since);
    await texts(second);
    expect(second.refresh()).toBe(false);
    expect(storage.reads).toBe(2);
  });

  it('has one object read anew', async () => {
    const reads = begin();
    expect(await reads.get('', 'configmaps', NAMESPACE, 'a')).toBeUndefined();
    await put(write('a', '1'));
    reads.forget('', 'configmaps', NAMESPACE, 'a');
    expect((await reads.get('', 'configmaps', NAMESPACE, 'a'))!.data).toEqual({ text: '1' });
  });
});

describe('commit', () => {
  it('goes on knowing what it proved, with what it wrote', async () => {
    await put(write('a', '1'), write('b', '1'));
    const reads = begin();
    await texts(reads);
    expect(await save(reads, write('a', '2', 1), write('b', '2', 2))).toEqual({ ok: true, revision: 3 });
    const next = begin();
    expect(await texts(next)).toEqual(['a=2', 'b=2']);
    expect(next.assumptions()).toEqual([{ prefix: PREFIX, revision: 4 }]);
    expect((await next.list('', 'configmaps', NAMESPACE))[1]!.metadata.resourceVersion).toBe('4');
    expect(storage.reads).toBe(1);
    expect(await save(next, write('b', '3', 4))).toMatchObject({ ok: true });
  });

  it('forgets what it did not prove, and what it added or removed', async () => {
    await put(write('a', '1'));
    await texts(begin());
    await save(begin(), write('a', '2', 1));
    expect(await texts(begin())).toEqual(['a=2']);
    const adding = begin();
    await texts(adding);
    await save(adding, write('b', '1'));
    expect(await texts(begin())).toEqual(['a=2', 'b=1']);
    const removing = begin();
    await texts(removing);
    await save(removing, write('b', '1', 3, true));
    expect(await texts(begin())).toEqual(['a=2']);
  });

  it('forgets what turned out to be stale', async () => {
    await put(write('a', '1'));
    const reads = begin();
    await texts(reads);
    await put(write('b', '1'));
    expect(await save(reads, write('c', '1'))).toEqual({ ok: false, retry: 'stale' });
    expect(await texts(begin())).toEqual(['a=1', 'b=1']);
  });

  it('forgets what goes with an object and was changed by others', async () => {
    await put(write('a', '1'), write('quota', '1'));
    await texts(begin());
    await put(write('quota', '2', 2));
    const blind = begin();
    expect(await save(blind, write('b', '1'), write('quota', '3', 2))).toEqual({
      ok: false,
      retry: 'dependent',
    });
    expect(await texts(begin())).toEqual(['a=1', 'quota=2']);
    expect(await save(begin(), write('a', '2'))).toEqual({ ok: false, retry: 'conflict' });
  });
});
