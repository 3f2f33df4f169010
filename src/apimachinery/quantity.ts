/**
 * resource.Quantity: fixed-point numbers with a suffix (`100m`, `1.5Gi`, `12e6`).
 *
 * A quantity is `unscaled * 10^scale` and the format it was written in. Quantities are immutable and those of
 * parsed texts are shared.
 * Source: kubernetes/apimachinery pkg/api/resource (quantity.go, suffix.go, amount.go).
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  readonly unscaled: bigint;
  /** Power of ten; -9 at least. */
  readonly scale: number;
  readonly format: QuantityFormat;
}

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override name = 'QuantityError';
}

const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** Exponents and texts beyond these are refused; upstream would work on them for minutes. */
const MAX_EXPONENT = 1000;
const MAX_TEXT = 256;

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}
const suffixes = new Map<string, Suffix>([
  ...decimalSuffixes.map((text, i): [string, Suffix] => [
    text,
    { base: 10, exponent: i * 3 - 9, format: 'DecimalSI' },
  ]),
  ...binarySuffixes
    .map((text, i): [string, Suffix] => [text, { base: 2, exponent: i * 10, format: 'BinarySI' }])
    .slice(1),
]);

function interpretSuffix(text: string): Suffix {
  const known = suffixes.get(text);
  if (known) return known;
  const exponent = /^[eE]([-+]?\d+)$/.exec(text);
  if (!exponent || Math.abs(Number(exponent[1])) > MAX_EXPONENT) {
    throw new QuantityError("unable to parse quantity's suffix");
  }
  return { base: 10, exponent: Number(exponent[1]), format: 'DecimalExponent' };
}

const powersOfTen: bigint[] = Array.from({ length: 40 }, (_, i) => 10n ** BigInt(i));
const pow10 = (exponent: number): bigint => powersOfTen[exponent] ?? 10n ** BigInt(exponent);

/** `unscaled * 10^scale` in units of `10^to`, rounded away from zero, as upstream rounds everywhere. */
function rescale(unscaled: bigint, scale: number, to: number): bigint {
  if (scale >= to) return unscaled * pow10(scale - to);
  const divisor = pow10(to - scale);
  const quotient = unscaled / divisor;
  if (quotient * divisor === unscaled) return quotient;
  return unscaled > 0n ? quotient + 1n : quotient - 1n;
}

const QUANTITY = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

interface Parsed {
  readonly quantity: Quantity;
  /** What upstream writes for a quantity that was read from this text and not changed since. */
  text: string | undefined;
}

/**
 * Whether upstream keeps the text as it is. It does so when the number fits its fast path and looks canonical,
 * which `1.500` and `01` do as well; those come back unchanged from a real server, so they must here.
 */
function keepsText(whole: string, fraction: string, { format, exponent }: Suffix): boolean {
  const digits = whole.length + fraction.length;
  if (format === 'BinarySI') {
    const fits = fraction === '' && 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1 >= 0;
    return fits && (BigInt(whole) & 7n) !== 0n;
  }
  const scale = exponent - fraction.length;
  const all = whole + fraction;
  return digits <= 18 && scale >= NANO && scale % 3 === 0 && !all.endsWith('000') && !all.startsWith('0');
}

function parse(text: string): Parsed {
  const match = text.length > MAX_TEXT || text === '' ? null : QUANTITY.exec(text);
  if (!match) {
    throw new QuantityError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  }
  const [, sign, digits, fraction = '', suffixText] = match;
  const suffix = interpretSuffix(suffixText!);
  // Upstream reads some of these (`m`) as zero and refuses others (`Pi`).
  if (!/\d/.test(text.slice(0, text.length - suffixText!.length))) {
    throw new QuantityError('unable to parse numeric part of quantity');
  }
  const whole = digits || '0';
  let { format } = suffix;
  let unscaled = BigInt(whole + fraction);
  let scale = -fraction.length;
  if (suffix.base === 10) scale += suffix.exponent;
  else unscaled <<= BigInt(suffix.exponent);
  if (scale < NANO) {
    unscaled = rescale(unscaled, scale, NANO);
    scale = NANO;
  }
  if (format === 'BinarySI' && fraction !== '') {
    if (unscaled > 0n && unscaled < pow10(-scale)) format = 'DecimalSI';
  }
  if (format === 'BinarySI' && unscaled > MAX_INT64 * pow10(-scale)) {
    unscaled = MAX_INT64;
    scale = 0;
  }
  if (sign === '-') unscaled = -unscaled;
  return {
    quantity: { unscaled, scale, format },
    text: keepsText(whole, fraction, suffix) ? text : undefined,
  };
}

/** Texts repeat endlessly (`100m`, `128Mi`), so what they mean is kept; a full cache is emptied. */
const cache = new Map<string, Parsed>();
const CACHE_SIZE = 4096;

function parseCached(text: string): Parsed {
  let parsed = cache.get(text);
  if (!parsed) {
    parsed = parse(text);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(text, parsed);
  }
  return parsed;
}

/** Parses a quantity; a JSON number counts as its text. Throws QuantityError. */
export const parseQuantity = (text: string | number): Quantity =>
  parseCached(typeof text === 'number' ? String(text) : text).quantity;

/**
 * What a quantity becomes when an object with it is decoded and encoded again: white space around it is dropped,
 * the text is canonical. Throws QuantityError.
 */
export function canonicalQuantity(text: string | number): string {
  const parsed = parseCached(typeof text === 'number' ? String(text) : text.trim());
  parsed.text ??= formatQuantity(parsed.quantity);
  return parsed.text;
}

/** `value * 10^scale`. */
export function quantity(value: number | bigint, format: QuantityFormat = 'DecimalSI', scale = 0): Quantity {
  const exact = { unscaled: BigInt(value), scale, format };
  return scale < NANO ? roundUp(exact, NANO) : exact;
}
export const milliQuantity = (value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity =>
  quantity(value, format, -3);
export const zero: Quantity = quantity(0);

/** Divides by `factor` as often as it goes without a rest, at most `limit` times. */
function removeFactors(value: bigint, factor: bigint, limit: number): [rest: bigint, times: number] {
  let times = 0;
  while (times < limit && value !== 0n && value % factor === 0n) {
    value /= factor;
    times++;
  }
  return [value, times];
}

/** The canonical text: no fraction, the largest suffix that leaves a whole number. */
export function formatQuantity({ unscaled, scale, format }: Quantity): string {
  if (unscaled === 0n) return '0';
  if (format === 'BinarySI') {
    const whole = rescale(unscaled, scale, 0);
    const exact = scale >= 0 || whole * pow10(-scale) === unscaled;
    if (exact && (whole <= -1024n || whole >= 1024n)) {
      const [rest, times] = removeFactors(whole, 1024n, binarySuffixes.length - 1);
      return rest + binarySuffixes[times]!;
    }
  }
  // SI ends with E, so what is beyond stays in the number.
  const largest = format === 'DecimalExponent' ? Infinity : 18;
  const [rest, times] = removeFactors(unscaled, 10n, Infinity);
  const exponent = Math.min(Math.floor((scale + times) / 3) * 3, largest);
  const mantissa = rest * pow10(scale + times - exponent);
  if (format === 'DecimalExponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return mantissa + decimalSuffixes[exponent / 3 + 3]!;
}

const aligned = (a: Quantity, b: Quantity): [bigint, bigint, number] => {
  if (a.scale === b.scale) return [a.unscaled, b.unscaled, a.scale];
  const scale = Math.min(a.scale, b.scale);
  return [rescale(a.unscaled, a.scale, scale), rescale(b.unscaled, b.scale, scale), scale];
};

/** -1, 0 or 1 as `a` is less than, equal to or greater than `b`. */
export function cmp(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `a + b`, in the format of `a`, or of `b` when `a` is zero. */
export function add(a: Quantity, b: Quantity): Quantity {
  const [left, right, scale] = aligned(a, b);
  return { unscaled: left + right, scale, format: a.unscaled === 0n ? b.format : a.format };
}
/** `a - b`, in the format of `a`, or of `b` when `a` is zero. */
export const sub = (a: Quantity, b: Quantity): Quantity => add(a, neg(b));
export const neg = (a: Quantity): Quantity => ({ ...a, unscaled: -a.unscaled });
export const isZero = (a: Quantity): boolean => a.unscaled === 0n;
export const sign = (a: Quantity): -1 | 0 | 1 => (a.unscaled < 0n ? -1 : a.unscaled > 0n ? 1 : 0);

/** In units of `10^scale`, rounded away from zero. */
export const scaledValue = (a: Quantity, scale: number): bigint => rescale(a.unscaled, a.scale, scale);
/** In whole units, rounded away from zero. A double: exact up to 2^53. */
export const value = (a: Quantity): number => Number(scaledValue(a, 0));
/** In thousandths, rounded away from zero. A double: exact up to 2^53. */
export const milliValue = (a: Quantity): number => Number(scaledValue(a, -3));
/** The nearest double. */
export const toFloat = (a: Quantity): number => Number(`${a.unscaled}e${a.scale}`);

/** Rounded away from zero to a multiple of `10^scale`. */
export const roundUp = (a: Quantity, scale: number): Quantity =>
  a.scale >= scale ? a : { unscaled: scaledValue(a, scale), scale, format: a.format };
