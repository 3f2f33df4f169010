/**
 * IntOrString: a number, a percentage or a name.
 * Source: kubernetes/apimachinery pkg/util/intstr/intstr.go.
 */
import { goQuote } from './go-quote.ts';

export type IntOrString = number | string;

const INTEGER = /^[+-]?\d+$/;

/** The number, or what the text reads as; 0 when it is no number. */
export function intValue(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return INTEGER.test(value) ? Number(value) : 0;
}

/** Whether it is written as a percentage (`25%`, digits only). */
export const isPercent = (value: IntOrString): value is string =>
  typeof value === 'string' && /^\d+%$/.test(value);

/**
 * The number, or the percentage of `total` rounded up or down. Throws an Error with upstream's text for a string
 * that is no percentage.
 */
export function scaledValue(value: IntOrString | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) throw new Error('nil value for IntOrString');
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) {
    throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const digits = value.slice(0, -1);
  if (!INTEGER.test(digits)) {
    throw new Error(
      `invalid value for IntOrString: invalid value ${goQuote(value)}: strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`,
    );
  }
  const exact = (Number(digits) * total) / 100;
  // Without `+ 0` a rounded negative fraction would be -0.
  return (roundUp ? Math.ceil(exact) : Math.floor(exact)) + 0;
}
