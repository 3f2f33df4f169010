/** The arithmetic operators, checked for overflow. */

import { ArrayList, ConcatList, MutableList } from './collections.ts';
import { mergeLists, noSuchOverload } from './equality.ts';
import { CelError } from './errors.ts';
import { addNanos, nanosBetween } from './timestamp.ts';
import { checkLength } from './work.ts';
import { Duration, ListValue, Timestamp, Uint, type Value } from './values.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

export function checkedInt(value: bigint): bigint {
  if (value < MIN_INT || value > MAX_INT) throw new CelError('integer overflow');
  return value;
}

export function checkedUint(value: bigint): Uint {
  if (value < 0n || value > MAX_UINT) throw new CelError('unsigned integer overflow');
  return new Uint(value);
}

function checkedDuration(nanos: bigint): Duration {
  if (nanos < MIN_INT || nanos > MAX_INT) throw new CelError('duration overflow');
  return new Duration(nanos);
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInt(a + b);
  if (typeof a === 'string' && typeof b === 'string') {
    checkLength(a.length + b.length);
    return a + b;
  }
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof ListValue && b instanceof ListValue) return concat(a, b);
  if (a instanceof Uint && b instanceof Uint) return checkedUint(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return checkedDuration(a.nanos + b.nanos);
  if (a instanceof Timestamp && b instanceof Duration) return addNanos(a, b.nanos);
  if (a instanceof Duration && b instanceof Timestamp) return addNanos(b, a.nanos);
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    checkLength(a.length + b.length);
    const bytes = new Uint8Array(a.length + b.length);
    bytes.set(a);
    bytes.set(b, a.length);
    return bytes;
  }
  throw noSuchOverload();
}

function concat(a: ListValue, b: ListValue): ListValue {
  if (a instanceof MutableList) {
    for (let index = 0; index < b.size(); index++) a.items.push(b.at(index));
    return a;
  }
  if (a.listType === 'set' || a.listType === 'map') {
    return new ArrayList(mergeLists(a, b), a.listType, a.listMapKeys);
  }
  if (a.size() === 0) return b;
  return b.size() === 0 ? a : new ConcatList(a, b);
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInt(a - b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a instanceof Uint && b instanceof Uint) return checkedUint(a.value - b.value);
  if (a instanceof Duration && b instanceof Duration) return checkedDuration(a.nanos - b.nanos);
  if (a instanceof Timestamp && b instanceof Duration) return addNanos(a, -b.nanos);
  if (a instanceof Timestamp && b instanceof Timestamp) return checkedDuration(nanosBetween(b, a));
  throw noSuchOverload();
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInt(a * b);
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a instanceof Uint && b instanceof Uint) return checkedUint(a.value * b.value);
  throw noSuchOverload();
}

export function divide(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (b === 0n) throw new CelError('division by zero');
    return checkedInt(a / b);
  }
  if (a instanceof Uint && b instanceof Uint) {
    if (b.value === 0n) throw new CelError('division by zero');
    return new Uint(a.value / b.value);
  }
  throw noSuchOverload();
}

export function modulo(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (b === 0n) throw new CelError('modulus by zero');
    if (a === MIN_INT && b === -1n) throw new CelError('integer overflow');
    return a % b;
  }
  if (a instanceof Uint && b instanceof Uint) {
    if (b.value === 0n) throw new CelError('modulus by zero');
    return new Uint(a.value % b.value);
  }
  throw noSuchOverload();
}

export function negate(a: Value): Value {
  if (typeof a === 'bigint') return checkedInt(-a);
  if (typeof a === 'number') return -a;
  throw noSuchOverload();
}
