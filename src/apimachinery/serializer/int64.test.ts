import { describe, expect, it } from 'vitest';
import { integerOf, isInt64, parseExact, stringifyExact } from './int64.ts';

describe('integers beyond 2^53', () => {
  const texts = [
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '[1,{"a":9223372036854775807,"b":"9223372036854775807"}]',
  ];
  it.each(texts)('%s is read and written as it is', (text) => {
    const value = parseExact(` ${text}`);
    expect(stringifyExact(value)).toEqual({ text, large: true });
    expect(JSON.stringify(structuredClone(value))).toBe(text);
  });
  it('are bigints, all others numbers', () => {
    expect(parseExact('{"a":9007199254740993,"b":9007199254740991,"c":1.5,"d":1234567890123456.5}')).toEqual({
      a: 9007199254740993n,
      b: 9007199254740991,
      c: 1.5,
      d: 1234567890123456.5,
    });
    expect(stringifyExact({ a: 1, b: '9007199254740993' })).toEqual({
      text: '{"a":1,"b":"9007199254740993"}',
      large: false,
    });
    expect(integerOf('12')).toBe(12);
    expect(integerOf('-9007199254740993')).toBe(-9007199254740993n);
  });
  it('become floats beyond int64', () => {
    const value = parseExact('[18446744073709551616]') as unknown[];
    expect(value).toEqual([18446744073709551616n]);
    expect(isInt64(value[0] as bigint)).toBe(false);
    expect(JSON.stringify(value)).toBe('[18446744073709552000]');
    expect(parseExact(`[${'9'.repeat(500)}]`)).toEqual([Number.POSITIVE_INFINITY]);
  });
});
