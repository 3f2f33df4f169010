/** Conversions between types: `int('1')`, `string(1.5)`, `timestamp('...')`. */

import { checkedInt, checkedUint } from './arithmetic.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { CelError } from './errors.ts';
import { formatDouble, typeName } from './text.ts';
import { formatTimestamp, parseTimestamp, timestampOfSeconds } from './timestamp.ts';
import { Duration, Timestamp, Uint, type Value } from './values.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function failed(value: Value, to: string): CelError {
  return new CelError(`type conversion error from '${typeName(value)}' to '${to}'`);
}

const MAX_INT_TEXT = 30;
/** Doubles beyond these have no int or uint. */
const INT_BOUND = 2 ** 63;
const UINT_BOUND = 2 ** 64;

export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return checkedInt(value.value);
  if (typeof value === 'number') {
    if (Number.isNaN(value) || value <= -INT_BOUND || value >= INT_BOUND)
      throw new CelError('integer overflow');
    return BigInt(Math.trunc(value));
  }
  if (typeof value === 'string' && value.length <= MAX_INT_TEXT && /^[+-]?[0-9]+$/.test(value)) {
    const parsed = BigInt(value.startsWith('+') ? value.slice(1) : value);
    if (BigInt.asIntN(64, parsed) === parsed) return parsed;
  }
  if (value instanceof Timestamp) return BigInt(value.seconds);
  if (value instanceof Duration) return value.nanos;
  throw failed(value, 'int');
}

export function toUint(value: Value): Uint {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint') return checkedUint(value);
  if (typeof value === 'number') {
    if (Number.isNaN(value) || value < 0 || value >= UINT_BOUND)
      throw new CelError('unsigned integer overflow');
    return new Uint(BigInt(Math.trunc(value)));
  }
  if (typeof value === 'string' && value.length <= MAX_INT_TEXT && /^[0-9]+$/.test(value)) {
    const parsed = BigInt(value);
    if (BigInt.asUintN(64, parsed) === parsed) return new Uint(parsed);
  }
  throw failed(value, 'uint');
}

const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

/** Digits may be kept apart by single underscores. */
const UNDERSCORE = /(?<=\d)_(?=\d)/g;

function parseFloatText(given: string): number | undefined {
  const text = given.replace(UNDERSCORE, '');
  if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const unsigned = text.replace(/^[+-]/, '').toLowerCase();
  const special = SPECIAL[unsigned];
  if (special === undefined || (unsigned === 'nan' && text.length > 3)) return undefined;
  return text.startsWith('-') ? -special : special;
}

export function toDouble(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  const parsed = typeof value === 'string' ? parseFloatText(value) : undefined;
  if (parsed === undefined) throw failed(value, 'double');
  return parsed;
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

export function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (TRUE.has(value)) return true;
    if (FALSE.has(value)) return false;
  }
  throw failed(value, 'bool');
}

export function toBytes(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return encoder.encode(value);
  throw failed(value, 'bytes');
}

/** `string(value)`. */
export function toText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return formatDouble(value);
  }
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof Uint8Array) {
    try {
      return decoder.decode(value);
    } catch {
      throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
    }
  }
  throw failed(value, 'string');
}

export function toTimestamp(value: Value): Timestamp {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'bigint') return timestampOfSeconds(value);
  const parsed = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (parsed === undefined) throw failed(value, 'google.protobuf.Timestamp');
  return parsed;
}

export function toDuration(value: Value): Duration {
  if (value instanceof Duration) return value;
  const nanos = typeof value === 'string' ? parseDuration(value) : undefined;
  if (nanos === undefined) throw failed(value, 'google.protobuf.Duration');
  return new Duration(nanos);
}
