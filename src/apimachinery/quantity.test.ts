import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  canonicalQuantity,
  cmp,
  formatQuantity,
  isZero,
  milliQuantity,
  milliValue,
  neg,
  parseQuantity,
  type QuantityFormat,
  quantity,
  roundUp,
  scaledValue,
  sign,
  sub,
  toFloat,
  value,
  zero,
} from './quantity.ts';

describe('canonicalQuantity', () => {
  const cases: [string | number, string][] = [
    ['0', '0'],
    ['0m', '0'],
    ['00', '0'],
    ['-0', '0'],
    [0, '0'],
    [1, '1'],
    [1.5, '1500m'],
    [0.1, '100m'],
    [1e21, '1e+21'],
    ['100m', '100m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['5.', '5.'],
    ['+5', '+5'],
    ['-5', '-5'],
    ['1000', '1k'],
    ['1000000k', '1G'],
    ['1024', '1024'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['0.1Gi', '107374182400m'],
    ['0.001Ki', '1024m'],
    ['0.0001Ki', '102400u'],
    ['100Ti', '100Ti'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['1E3', '1E3'],
    ['12e5', '1200e3'],
    ['1e-3', '1e-3'],
    ['1e-1', '100e-3'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.0000000001', '1000000001n'],
    ['1E', '1E'],
    ['1Ei', '1Ei'],
    ['8Ei', '9223372036854775807'],
    ['-8Ei', '-9223372036854775807'],
    ['1000E', '1000E'],
    ['1000000000000000000000', '1000E'],
    [' 1Gi\n', '1Gi'],
    // Texts that a real server keeps although they are not canonical.
    ['1.500', '1.500'],
    ['1.234k', '1.234k'],
    ['01', '01'],
  ];
  it.each(cases)('writes %j as %j', (text, expected) => {
    expect(canonicalQuantity(text)).toBe(expected);
    expect(canonicalQuantity(text)).toBe(expected);
  });

  const form = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  const suffix = "unable to parse quantity's suffix";
  const numeric = 'unable to parse numeric part of quantity';
  const refused: [string, string][] = [
    ['', form],
    ['abc', form],
    ['1 Gi', form],
    ['1.1.1', form],
    ['--1', suffix],
    ['1Gi ', '(accepted)'],
    ['0.1mi', suffix],
    ['1i', suffix],
    ['1GiB', form],
    ['1K', suffix],
    ['1e', suffix],
    ['1e+', suffix],
    ['1e1001', suffix],
    ['1+1', suffix],
    ['Pi', numeric],
    ['.', numeric],
    ['-', numeric],
    ['9'.repeat(300), form],
  ];
  it.each(refused)('refuses %j', (text, message) => {
    let found = '(accepted)';
    try {
      canonicalQuantity(text);
    } catch (error) {
      found = (error as Error).message;
    }
    expect(found).toBe(message);
  });
});

describe('parseQuantity', () => {
  it('does not trim', () => {
    expect(() => parseQuantity(' 1')).toThrow('quantities must match');
  });

  it('keeps the format', () => {
    const formats: [string, QuantityFormat][] = [
      ['1', 'DecimalSI'],
      ['1k', 'DecimalSI'],
      ['1Ki', 'BinarySI'],
      ['1e3', 'DecimalExponent'],
      ['0.0001Ki', 'DecimalSI'],
    ];
    for (const [text, format] of formats) expect(parseQuantity(text).format).toBe(format);
  });

  it('stays right when its cache overflows', () => {
    for (let i = 0; i < 5000; i++) expect(value(parseQuantity(`${i}k`))).toBe(i * 1000);
    expect(value(parseQuantity('7k'))).toBe(7000);
  });
});

describe('arithmetic', () => {
  const q = parseQuantity;

  it('compares across formats', () => {
    expect(cmp(q('1Gi'), q('1G'))).toBe(1);
    expect(cmp(q('1000m'), q('1'))).toBe(0);
    expect(cmp(q('1e3'), q('1k'))).toBe(0);
    expect(cmp(q('-1'), q('1n'))).toBe(-1);
  });

  it('adds and subtracts in the format of the first that is not zero', () => {
    expect(formatQuantity(add(q('1Gi'), q('1Mi')))).toBe('1025Mi');
    expect(formatQuantity(add(zero, q('1Mi')))).toBe('1Mi');
    expect(formatQuantity(add(q('1'), q('1Ki')))).toBe('1025');
    expect(formatQuantity(sub(q('1'), q('250m')))).toBe('750m');
    expect(formatQuantity(sub(zero, q('1Mi')))).toBe('-1Mi');
    expect(isZero(sub(q('1Ki'), q('1024')))).toBe(true);
  });

  it('negates', () => {
    expect(formatQuantity(neg(q('1Gi')))).toBe('-1Gi');
    expect([sign(q('-1n')), sign(zero), sign(q('1n'))]).toEqual([-1, 0, 1]);
  });

  it('rounds away from zero', () => {
    expect([value(q('1n')), value(q('1500m')), value(q('-1500m')), value(q('2Ki'))]).toEqual([
      1, 2, -2, 2048,
    ]);
    expect([milliValue(q('1n')), milliValue(q('0.25')), milliValue(q('2k'))]).toEqual([1, 250, 2_000_000]);
    expect(scaledValue(q('1234'), 3)).toBe(2n);
    expect(formatQuantity(roundUp(q('1u'), -3))).toBe('1m');
    expect(roundUp(q('1k'), -3)).toBe(q('1k'));
    expect(value(q('8Ei'))).toBe(2 ** 63);
  });

  it('makes quantities of numbers', () => {
    expect(formatQuantity(quantity(1024, 'BinarySI'))).toBe('1Ki');
    expect(formatQuantity(quantity(5n, 'DecimalSI', 6))).toBe('5M');
    expect(formatQuantity(quantity(15, 'DecimalSI', -10))).toBe('2n');
    expect(formatQuantity(milliQuantity(1500))).toBe('1500m');
    expect(toFloat(q('1500m'))).toBe(1.5);
    expect(toFloat(q('1e21'))).toBe(1e21);
  });
});

describe('properties', () => {
  const suffix = fc.constantFrom(
    '',
    'n',
    'u',
    'm',
    'k',
    'M',
    'G',
    'T',
    'P',
    'E',
    'Ki',
    'Mi',
    'Gi',
    'Ti',
    'e3',
    'E-6',
    'e4',
  );
  const text = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      fc.nat(99_999),
      fc.constantFrom('', '.', '.5', '.125', '.0001', '.1000'),
      suffix,
    )
    .map((parts) => parts.join(''));

  it('writes a text that means the same and is soon final', () => {
    fc.assert(
      fc.property(text, (one) => {
        const parsed = parseQuantity(one);
        const canonical = canonicalQuantity(one);
        expect(cmp(parseQuantity(canonical), parsed)).toBe(0);
        expect(cmp(parseQuantity(formatQuantity(parsed)), parsed)).toBe(0);
        // A binary amount that is no multiple of 1,024 is written without a suffix, which reads as a decimal one.
        const decimal = canonicalQuantity(canonical);
        expect(cmp(parseQuantity(decimal), parsed)).toBe(0);
        expect(canonicalQuantity(decimal)).toBe(decimal);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes the format of a binary amount that needs no binary suffix, as Go does', () => {
    expect(canonicalQuantity('18062.5Ki')).toBe('18496000');
    expect(canonicalQuantity('18496000')).toBe('18496k');
  });

  it('orders and adds as numbers do', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [parseQuantity(one), parseQuantity(other)];
        expect(cmp(a, b) + cmp(b, a)).toBe(0);
        expect(cmp(a, b)).toBe(sign(sub(a, b)));
        expect(cmp(sub(add(a, b), b), a)).toBe(0);
        expect(cmp(add(a, b), add(b, a))).toBe(0);
        if (toFloat(a) < toFloat(b)) expect(cmp(a, b)).toBe(-1);
      }),
      { numRuns: 1000 },
    );
  });
});
