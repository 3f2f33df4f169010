import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory.ts';
import { claimIndex } from './node-index.ts';

const always = async (): Promise<boolean> => true;

describe('claimIndex', () => {
  it('gives many nodes that register at once different numbers, by name where it can', async () => {
    const storage = new MemoryStorage();
    const names = [
      ...Array.from({ length: 50 }, (_, index) => `node-${index + 1}`),
      'a',
      'b',
      'other-3',
      'third-3',
    ];
    const indexes = await Promise.all(names.map((name) => claimIndex(storage, name, always)));
    expect(new Set(indexes).size).toBe(names.length);
    expect(indexes[0]).toBe(0);
    expect(indexes[49]).toBe(49);
  });

  it('gives a node that comes back the number it had', async () => {
    const storage = new MemoryStorage();
    const first = await claimIndex(storage, 'worker', always);
    await claimIndex(storage, 'node-9', always);
    expect(await claimIndex(storage, 'worker', always)).toBe(first);
  });
});
