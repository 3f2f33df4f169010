/**
 * Values at run time.
 *
 * | CEL | here |
 * |---|---|
 * | null, bool, string, bytes | `null`, `boolean`, `string`, `Uint8Array` |
 * | int | `bigint`, always within 64 bits |
 * | uint | `Uint` |
 * | double | `number` |
 * | timestamp, duration | `Timestamp`, `Duration` |
 * | list, map, struct | `ListValue`, `MapValue`, `StructValue`: interfaces over JSON or over computed values |
 * | type, optional | `TypeValue`, `OptionalValue` |
 * | everything a library brings | a subclass of `OpaqueValue` |
 *
 * So `typeof` tells int from double. JSON is never copied: `adapt.ts` wraps objects and arrays, and converts a scalar when an
 * expression reaches it, by the declared type of its place.
 */

import type { CelType } from './types.ts';

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | StructValue
  | TypeValue
  | OptionalValue
  | OpaqueValue;

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** An instant: `seconds` since the epoch, `nanos` 0 to 999,999,999. `offset` (seconds) is how it was written, for string(). */
export class Timestamp {
  readonly seconds: number;
  readonly nanos: number;
  readonly offset: number;

  constructor(seconds: number, nanos: number, offset = 0) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.offset = offset;
  }
}

/** A span of time in nanoseconds, within 64 bits. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export abstract class ListValue {
  abstract size(): number;
  /** `index` is within 0 and size. */
  abstract at(index: number): Value;
  /** How `x-kubernetes-list-type` changes `==` and `+`; undefined and atomic keep CEL's own meaning. */
  get listType(): 'atomic' | 'set' | 'map' | undefined {
    return undefined;
  }
  get listMapKeys(): readonly string[] {
    return [];
  }
}

export abstract class MapValue {
  abstract size(): number;
  /** The value of a key; undefined when there is none. Numbers of different types that are equal are the same key. */
  abstract find(key: Value): Value | undefined;
  /** `key in map`. */
  has(key: Value): boolean {
    return this.find(key) !== undefined;
  }
  abstract keys(): Iterable<Value>;
}

/** A value with declared fields. */
export abstract class StructValue {
  abstract get type(): CelType;
  /** The value of a declared field; undefined when the object does not have it. */
  abstract get(field: string): Value | undefined;
  abstract has(field: string): boolean;
  abstract equals(other: StructValue): boolean;
}

/** A type as a value: `type(x)`, `int`. */
export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class OptionalValue {
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }

  static readonly none = new OptionalValue(undefined);
}

/** A value of a library: quantities, addresses, the authorizer. */
export abstract class OpaqueValue {
  abstract get type(): CelType;
  /** `==`. Throws a CelError where the values cannot be compared. */
  abstract equals(other: Value): boolean;
  /** What the run-time cost counts as its size; undefined is 1. */
  size?(): number;

  /** How messages show it. */
  toString(): string {
    return this.type.name;
  }
}
