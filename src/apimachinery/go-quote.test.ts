import { describe, expect, it } from 'vitest';
import { goQuote, isPrint } from './go-quote.ts';

describe('goQuote', () => {
  const cases: [string, string][] = [
    ['', '""'],
    ['a b<&>', '"a b<&>"'],
    ['"\\', '"\\"\\\\"'],
    ['\n\t\r\v\x07\b\f', '"\\n\\t\\r\\v\\a\\b\\f"'],
    ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
    ['é世😀', '"é世😀"'],
    ['\u00a0\u2028\u200b', '"\\u00a0\\u2028\\u200b"'],
    ['\u{e0001}', '"\\U000e0001"'],
  ];
  it.each(cases)('quotes %j', (text, quoted) => expect(goQuote(text)).toBe(quoted));
});

describe('isPrint', () => {
  it('takes the blank, and no other space', () => {
    expect([' ', 'a', '€', '\u0301', '\u00a0', '\n', '\u00ad'].map(isPrint)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
