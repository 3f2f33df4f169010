import { describe, expect, it } from 'vitest';
import { generateName, randomSuffix, safeEncodeString } from './names.ts';
import { seeded } from './random.ts';

describe('generateName', () => {
  it('appends five characters of the alphabet', () => {
    expect(generateName('web-', seeded(1))).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('cuts the base so that the name fits a label', () => {
    const name = generateName('a'.repeat(100), seeded(1));
    expect(name).toHaveLength(63);
    expect(name.slice(0, 58)).toBe('a'.repeat(58));
  });

  it('differs from call to call', () => {
    const random = seeded(1);
    const names = Array.from({ length: 1000 }, () => generateName('p-', random));
    expect(new Set(names).size).toBe(1000);
  });
});

describe('randomSuffix', () => {
  it('reaches the first and the last character', () => {
    expect(randomSuffix(() => 0, 3)).toBe('bbb');
    expect(randomSuffix(() => 0.999999, 2)).toBe('99');
  });
});

describe('safeEncodeString', () => {
  it('spells digits as upstream does', () => {
    // '0' is 48, and 48 mod 27 is 21: the characters from the 22nd on.
    expect(safeEncodeString('0123456789')).toBe('456789bcdf');
    expect(safeEncodeString('')).toBe('');
  });
});
