/**
 * Integers that a double cannot hold: Go's int64 goes up to 2^63, JavaScript's numbers are exact up to 2^53. What lies
 * beyond is a bigint, wherever objects are: read as one, and written as the number it is.
 *
 * JSON.stringify asks bigints for `toJSON` alone, so that the writing of all others is as fast as ever.
 */

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/** Whether an integer is one of Go's int64. */
export const isInt64 = (value: bigint): boolean => value >= MIN && value <= MAX;

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
let written = false;

Object.defineProperty(BigInt.prototype, 'toJSON', {
  configurable: true,
  writable: true,
  value(this: bigint): unknown {
    written = true;
    // As in Go, an integer beyond that is a float64.
    return isInt64(this.valueOf()) ? rawJSON(this.toString()) : Number(this);
  },
});

/** The JSON of a value, and whether there are such integers in it. */
export function stringifyExact(value: unknown): { text: string; large: boolean } {
  written = false;
  const text = JSON.stringify(value);
  return { text, large: written };
}

/** Where a text may have such an integer, outside of strings or not. */
const LARGE = /[:[,\s]-?\d{16}/;
/** Longer ones are no int64 either way, and shown in no message in full. */
const INTEGER = /^-?\d{16,400}$/;

/** What a text of digits stands for: a number where that is exact. */
export function integerOf(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) || !INTEGER.test(text) ? value : BigInt(text);
}

/** As JSON.parse, with integers as they are. @throws SyntaxError */
export function parseExact(text: string): unknown {
  return LARGE.test(text) ? JSON.parse(text, reviver) : JSON.parse(text);
}

const reviver = (_key: string, value: unknown, context?: { source: string }): unknown =>
  typeof value === 'number' && context && !Number.isSafeInteger(value) ? integerOf(context.source) : value;
