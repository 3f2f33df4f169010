import { describe, expect, it } from 'vitest';
import { intValue, isPercent, scaledValue } from './intstr.ts';

describe('IntOrString', () => {
  it('has a number', () => {
    expect([intValue(7), intValue('8'), intValue('http'), intValue('10%')]).toEqual([7, 8, 0, 0]);
  });

  it('knows percentages', () => {
    expect(['10%', '0%', '%', '-1%', '10', 10].map((value) => isPercent(value))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('scales percentages', () => {
    const cases: [number | string, number, boolean, number][] = [
      [3, 10, true, 3],
      ['25%', 10, true, 3],
      ['25%', 10, false, 2],
      ['100%', 7, false, 7],
      ['0%', 7, true, 0],
      ['150%', 4, true, 6],
      ['-10%', 5, true, 0],
    ];
    for (const [value, total, up, expected] of cases) expect(scaledValue(value, total, up)).toBe(expected);
  });

  it('refuses other strings', () => {
    expect(() => scaledValue('3', 10, true)).toThrow(
      'invalid value for IntOrString: invalid type: string is not a percentage',
    );
    expect(() => scaledValue('x%', 10, true)).toThrow(
      'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
    );
    expect(() => scaledValue(undefined, 10, true)).toThrow('nil value for IntOrString');
  });
});
