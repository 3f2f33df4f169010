/** Strings by code points, as CEL counts them; and how Go prints values. */

import { itemsOf } from './collections.ts';
import { formatDuration } from './duration.ts';
import { formatTimestamp } from './timestamp.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OptionalValue,
  StructValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';
import { work } from './work.ts';

/** Where there is a code point of two units. */
const SURROGATE = /[\ud800-\udfff]/;

/** Number of code points. */
export function codePoints(text: string): number {
  work(text.length >> 7);
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length) index++;
    count++;
  }
  return count;
}

/** The characters, one element a code point. */
export const characters = (text: string): string[] => [...text];

export const isBasic = (text: string): boolean => !SURROGATE.test(text);

/** -1, 0 or 1 in the order of code points (which is the order of UTF-8 bytes). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x === y) continue;
    // Surrogates stand for code points beyond all others.
    const [sx, sy] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
    if (sx !== sy) return sx ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** From this exponent on %g writes one, when the digits are the shortest. */
const SHORTEST_PRECISION = 6;

/** A double as Go's %g with the shortest digits that mean it. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, power] = value.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < SHORTEST_PRECISION) return plainDouble(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A double as Go's %f with the shortest digits: never with an exponent. */
export function plainDouble(value: number): string {
  const text = String(value);
  if (!/e/.test(text)) return text;
  const [digits, power] = text.split('e') as [string, string];
  const negative = digits.startsWith('-');
  const [whole, fraction = ''] = digits.replace('-', '').split('.') as [string, string?];
  const exponent = Number(power);
  const plain =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`
      : whole +
        fraction.padEnd(exponent, '0').slice(0, exponent) +
        (fraction.slice(exponent) && `.${fraction.slice(exponent)}`);
  return (negative ? '-' : '') + plain;
}

/** The name of a value's run-time type. */
export function typeName(value: Value): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
  }
  if (value instanceof ListValue) return 'list';
  if (value instanceof MapValue) return 'map';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof OptionalValue) return 'optional_type';
  return value.type.name;
}

/** How messages show a value (`no such key: x`): Go's %v. */
export function display(value: Value): string {
  work();
  if (value === null) return 'null';
  if (typeof value === 'number') return formatDouble(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return `[${value.join(' ')}]`;
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof ListValue) return `[${itemsOf(value).map(display).join(', ')}]`;
  if (value instanceof MapValue) {
    return `{${[...value.keys()].map((key) => `${display(key)}: ${display(value.find(key)!)}`).join(', ')}}`;
  }
  if (value instanceof OptionalValue) {
    return value.value === undefined ? 'optional.none()' : `optional(${display(value.value)})`;
  }
  return value instanceof StructValue ? value.type.name : value.toString();
}
