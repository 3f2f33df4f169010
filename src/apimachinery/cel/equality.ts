/** `==` and the orderings, across types as cel-go has them. */

import { iterate } from './collections.ts';
import { CelError } from './errors.ts';
import { compareText } from './text.ts';
import { work } from './work.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  StructValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';

type Numeric = bigint | number | Uint;

const isNumeric = (value: Value): value is Numeric =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint;

const plain = (value: Numeric): bigint | number => (value instanceof Uint ? value.value : value);

/** JavaScript orders bigint and number by their mathematical value. */
function sameNumber(a: bigint | number, b: bigint | number): boolean {
  return a <= b && a >= b;
}

export function noSuchOverload(): CelError {
  return new CelError('no such overload');
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** `a == b`. Values of different kinds are not equal, except numbers of the same value. */
export function equal(a: Value, b: Value): boolean {
  work();
  if (a === b) return typeof a !== 'number' || !Number.isNaN(a);
  if (a === null || b === null) return false;
  switch (typeof a) {
    case 'string':
    case 'boolean':
      return false;
    case 'bigint':
    case 'number':
      return isNumeric(b) && sameNumber(a, plain(b));
  }
  if (a instanceof Uint) return isNumeric(b) && sameNumber(a.value, plain(b));
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  if (a instanceof Timestamp) return b instanceof Timestamp && compareTimestamps(a, b) === 0;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof OptionalValue) {
    if (!(b instanceof OptionalValue)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equal(a.value, b.value);
  }
  if (a instanceof StructValue) return b instanceof StructValue && a.equals(b);
  return a instanceof OpaqueValue && a.equals(b);
}

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.size() !== b.size()) return false;
  if (a.listType === 'set') return equalSets(a, b);
  if (a.listType === 'map') return equalKeyed(a, b);
  for (let index = 0; index < a.size(); index++) if (!equal(a.at(index), b.at(index))) return false;
  return true;
}

/** Identity of a scalar within a set or among keys. */
function scalarKey(value: Value | undefined): string {
  if (value === undefined) return '';
  return isNumeric(value) ? `n${plain(value)}` : `${typeof value}${String(value)}`;
}

function equalSets(a: ListValue, b: ListValue): boolean {
  const members = new Set([...iterate(a)].map(scalarKey));
  for (const item of iterate(b)) if (!members.has(scalarKey(item))) return false;
  return true;
}

/** Identity of an element of a list with map keys. */
export function elementKey(element: Value, keys: readonly string[]): string {
  if (!(element instanceof MapValue)) return '';
  return JSON.stringify(keys.map((key) => scalarKey(element.find(key))));
}

function equalKeyed(a: ListValue, b: ListValue): boolean {
  const keys = a.listMapKeys;
  const byKey = new Map([...iterate(a)].map((element) => [elementKey(element, keys), element]));
  for (const element of iterate(b)) {
    const mine = byKey.get(elementKey(element, keys));
    if (mine === undefined || !equal(mine, element)) return false;
  }
  return true;
}

/** `a + b` of set lists: those of b that a has not; of map lists: b's elements replace a's of the same key. */
export function mergeLists(a: ListValue, b: ListValue): Value[] {
  const keys = a.listMapKeys;
  const identity = a.listType === 'set' ? scalarKey : (element: Value) => elementKey(element, keys);
  const merged: Value[] = [];
  const positions = new Map<string, number>();
  for (const element of iterate(a)) {
    positions.set(identity(element), merged.length);
    merged.push(element);
  }
  for (const element of iterate(b)) {
    const position = positions.get(identity(element));
    if (position === undefined) {
      if (a.listType === 'set') positions.set(identity(element), merged.length);
      merged.push(element);
    } else if (a.listType === 'map') {
      merged[position] = element;
    }
  }
  return merged;
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size() !== b.size()) return false;
  for (const key of a.keys()) {
    const mine = a.find(key);
    const other = b.find(key);
    if (mine === undefined && other === undefined) continue;
    if (mine === undefined || other === undefined || !equal(mine, other)) return false;
  }
  return true;
}

function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return Math.sign(a.seconds - b.seconds || a.nanos - b.nanos);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return Math.sign(a[index]! - b[index]!);
  }
  return Math.sign(a.length - b.length);
}

/** -1, 0 or 1. Throws `no such overload` for values without an order between them. */
export function compare(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = [plain(a), plain(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) throw new CelError('NaN values cannot be ordered');
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareTimestamps(a, b);
  if (a instanceof Duration && b instanceof Duration) {
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  }
  throw noSuchOverload();
}
