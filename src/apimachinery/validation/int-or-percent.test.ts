import { describe, expect, it } from 'vitest';
import { isNotMoreThan100Percent, validatePositiveIntOrPercent } from './int-or-percent.ts';

const texts = (errors: { message: string }[]) => errors.map(({ message }) => message);

describe('numbers and percentages', () => {
  it('wants zero or more', () => {
    for (const value of [0, 5, '0%', '150%']) expect(validatePositiveIntOrPercent(value, 'f')).toEqual([]);
    expect(texts(validatePositiveIntOrPercent(-1, 'f'))).toEqual([
      'Invalid value: -1: must be greater than or equal to 0',
    ]);
    expect(texts(validatePositiveIntOrPercent('5', 'f'))).toEqual([
      "Invalid value: \"5\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ]);
  });

  it('ends at 100%', () => {
    for (const value of [500, '100%', 'x']) expect(isNotMoreThan100Percent(value, 'f')).toEqual([]);
    expect(texts(isNotMoreThan100Percent('101%', 'f'))).toEqual([
      'Invalid value: "101%": must not be greater than 100%',
    ]);
  });
});
