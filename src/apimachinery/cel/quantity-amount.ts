/**
 * Which quantities count as integers. Upstream holds a quantity as a 64-bit number with a power of ten where the text allows
 * it, and as a decimal of any size otherwise; `isInteger()` and `asInteger()` know only the first, so that `1Gi` is an integer
 * and `1.0`, `1.5Gi` and `1Pi` are none (apimachinery pkg/api/resource quantity.go, amount.go).
 */

export interface Amount {
  readonly value: bigint;
  readonly scale: number;
}

const MAX_DIGITS = 18;
const MAX_BINARY_DIGITS = 15;
const NANO = -9;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
}

const SUFFIXES: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index): [string, Suffix] => [
    suffix,
    { base: 10, exponent: 3 * index - 9 },
  ]),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index): [string, Suffix] => [
    suffix,
    { base: 2, exponent: 10 * (index + 1) },
  ]),
]);

const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** The amount of a quantity's text; undefined when it is held as a decimal. */
export function amountOf(text: string): Amount | undefined {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([a-zA-Z]*)([+-]?\d*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', letters = '', power = ''] = match;
  const suffix: Suffix | undefined =
    power === '' ? SUFFIXES.get(letters) : { base: 10, exponent: Number(power) };
  if (suffix === undefined) return undefined;
  const { base, exponent } = suffix;
  if (base === 2) {
    const left = MAX_BINARY_DIGITS - whole.length - Math.trunc((exponent * 3) / 10) - 1;
    if (fraction !== '' || left < 0) return undefined;
  } else if (whole.length + fraction.length > MAX_DIGITS) {
    return undefined;
  }
  const scale = base === 2 ? 0 : exponent - fraction.length;
  if (scale < NANO) return undefined;
  const magnitude = BigInt(whole + fraction || '0') << BigInt(base === 2 ? exponent : 0);
  if (!fits(magnitude)) return undefined;
  return { value: sign === '-' ? -magnitude : magnitude, scale };
}

/** a + b, at the smaller scale; undefined when it does not fit. */
export function addAmounts(a: Amount | undefined, b: Amount | undefined): Amount | undefined {
  if (a === undefined || b === undefined) return undefined;
  const scale = Math.min(a.scale, b.scale);
  const value = (amount: Amount) =>
    amount.value * 10n ** BigInt(Math.min(amount.scale - scale, MAX_DIGITS + 1));
  const sum = value(a) + value(b);
  return fits(value(a)) && fits(value(b)) && fits(sum) ? { value: sum, scale } : undefined;
}

export const negated = (amount: Amount | undefined): Amount | undefined =>
  amount && { ...amount, value: -amount.value };

/** The integer an amount is; undefined for one with decimals, even if they are zeros. */
export function integerOf(amount: Amount | undefined): bigint | undefined {
  if (amount === undefined || amount.scale < 0) return undefined;
  const value = amount.value * 10n ** BigInt(Math.min(amount.scale, MAX_DIGITS + 1));
  return fits(value) ? value : undefined;
}
