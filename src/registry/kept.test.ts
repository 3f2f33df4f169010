import { expect, it } from 'vitest';
import { encodeStored } from '../storage/encoding.ts';
import { objectKey } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { AdmissionCache, ReadSet } from './cache.ts';
import { kept } from './kept.ts';

const put = (storage: MemoryStorage, name: string, size: number) =>
  storage.commit({
    writes: [
      {
        key: objectKey('', 'resourcequotas', 'n', name),
        expect: 0,
        deleted: false,
        value: encodeStored({ metadata: { name, namespace: 'n', annotations: { a: 'x'.repeat(size) } } }),
      },
    ],
  });

it('all clusters together are remembered in bounded memory, what was used last the longest', async () => {
  const clusters: { storage: MemoryStorage; cache: AdmissionCache }[] = [];
  for (let n = 0; n < 12; n++) {
    const storage = new MemoryStorage();
    await put(storage, 'q', 600_000);
    clusters.push({ storage, cache: new AdmissionCache() });
  }
  const quotas = async ({ storage, cache }: (typeof clusters)[number]) =>
    (await new ReadSet(storage, cache, cache.moment()).list('', 'resourcequotas', 'n')).length;
  const prefix = 'core/resourcequotas/n/';
  for (const cluster of clusters) {
    expect(await quotas(cluster)).toBe(1);
    // The first is used all the time.
    expect(await quotas(clusters[0]!)).toBe(1);
  }
  expect(kept.weight).toBeLessThanOrEqual(6_000_000);
  expect(clusters.map(({ cache }) => cache.get(prefix) !== undefined)).toEqual([
    ...[true, false, false, false],
    ...Array(8).fill(true),
  ]);
  expect(await quotas(clusters[1]!)).toBe(1);
});
