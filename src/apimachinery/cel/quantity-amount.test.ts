import { describe, expect, it } from 'vitest';
import { addAmounts, amountOf, integerOf, negated } from './quantity-amount.ts';

describe('integers among quantities', () => {
  it.each<[string, bigint | undefined]>([
    ['1', 1n],
    ['1k', 1000n],
    ['1.5k', 1500n],
    ['0.001k', 1n],
    ['1e3', 1000n],
    ['10Ti', 10_995_116_277_760n],
    ['9E', 9_000_000_000_000_000_000n],
    ['-5', -5n],
    ['1.0', undefined],
    ['1500m', undefined],
    ['1.5Gi', undefined],
    ['100Ti', undefined],
    ['1Ei', undefined],
    ['10E', undefined],
    ['1234567890123456789', undefined],
    ['x', undefined],
  ])('%s', (text, value) => {
    expect(integerOf(amountOf(text))).toBe(value);
  });

  it('keeps the smaller scale of a sum', () => {
    expect(integerOf(addAmounts(amountOf('1Mi'), amountOf('1')))).toBe(1_048_577n);
    expect(integerOf(addAmounts(amountOf('1500m'), amountOf('500m')))).toBeUndefined();
    expect(integerOf(addAmounts(amountOf('1'), amountOf('1.5Gi')))).toBeUndefined();
    expect(integerOf(addAmounts(amountOf('5'), negated(amountOf('1'))))).toBe(4n);
    expect(integerOf(addAmounts(amountOf('9E'), amountOf('9E')))).toBeUndefined();
  });
});
