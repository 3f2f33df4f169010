import { describe, expect, it } from 'vitest';
import { bytesOf, WeightedCache } from './weighted-cache.ts';

describe('a weighted cache', () => {
  it('drops what was used the longest ago, until the rest fits', () => {
    const gone: [string, number][] = [];
    const cache = new WeightedCache<string, number>(10, (key, value) => gone.push([key, value]));
    cache.set('a', 1, 4);
    cache.set('b', 2, 4);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3, 4);
    expect(gone).toEqual([['b', 2]]);
    expect([cache.get('a'), cache.get('b'), cache.weight]).toEqual([1, undefined, 8]);
  });
  it('holds one that is too heavy, alone', () => {
    const cache = new WeightedCache<string, number>(10);
    cache.set('a', 1, 4);
    cache.set('b', 2, 40);
    expect([cache.get('a'), cache.get('b'), cache.weight]).toEqual([undefined, 2, 40]);
    cache.set('b', 3, 5);
    cache.delete('x');
    expect([cache.get('b'), cache.weight]).toEqual([3, 5]);
    cache.delete('b');
    expect(cache.weight).toBe(0);
  });
});

it('weighs a string as memory does', () => {
  expect([bytesOf('abc'), bytesOf('äbc'), bytesOf('“bc')]).toEqual([3, 3, 6]);
});
