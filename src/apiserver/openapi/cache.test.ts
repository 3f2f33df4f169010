import { describe, expect, it } from 'vitest';
import { TextCache } from './cache.ts';

describe('the cache', () => {
  it('makes once, forgets what was unused the longest, and tells owners apart', () => {
    const cache = new TextCache(10);
    const made: string[] = [];
    const one = {};
    const other = {};
    const get = (owner: object, key: string) =>
      cache.get(owner, key, () => {
        made.push(key);
        return key.repeat(4);
      });
    get(one, 'a');
    get(one, 'b');
    get(one, 'a');
    expect(made).toEqual(['a', 'b']);
    get(other, 'a');
    expect(made).toEqual(['a', 'b', 'a']);
    get(one, 'a');
    expect(made).toHaveLength(3);
    get(one, 'b');
    expect(made).toHaveLength(4);
  });

  it('gives what is larger than all it may keep', () => {
    const cache = new TextCache(2);
    const owner = {};
    expect(cache.get(owner, 'a', () => 'text')).toBe('text');
    expect(cache.get(owner, 'b', () => 'more')).toBe('more');
    expect(cache.get(owner, 'a', () => 'again')).toBe('again');
  });
});
