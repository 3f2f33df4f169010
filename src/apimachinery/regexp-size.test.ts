import { describe, expect, it } from 'vitest';
import { regexpSize } from './regexp-size.ts';

describe('the size of a regular expression', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['a{3}', 3],
    ['a{1,1000}b', 1001],
    ['a{10,}', 10],
    ['a{,5}', 5],
    ['x[a-z]{1,10}', 11],
    ['[]{5}]{2}', 2],
    ['[^]a]{2}', 2],
    ['[[:alpha:]{9}]{2}', 2],
    ['[\\]{9}]{2}', 2],
    ['\\{5}', 3],
    ['(ab){10}', 30],
    ['((a{10}){10}){10}', 1110],
    ['(a|b{5})c', 9],
    ['(a{100}', 100],
    ['a)b', 3],
    ['a{0}', 1],
  ])('%s', (source, size) => {
    expect(regexpSize(source)).toBe(size);
  });

  it('is found in a time linear in its length', () => {
    for (const part of ['(', '[', '{1', '\\', '[:', 'a{9}']) {
      expect(regexpSize(part.repeat(300_000))).toBeGreaterThanOrEqual(0);
    }
  });
});
