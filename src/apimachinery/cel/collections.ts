/** Lists and maps that expressions compute. */

import { CelError } from './errors.ts';
import { ListValue, MapValue, Uint, type Value } from './values.ts';
import { work } from './work.ts';

export class ArrayList extends ListValue {
  readonly items: readonly Value[];
  readonly #listType: 'atomic' | 'set' | 'map' | undefined;
  readonly #listMapKeys: readonly string[];

  constructor(
    items: readonly Value[],
    listType?: 'atomic' | 'set' | 'map',
    listMapKeys: readonly string[] = [],
  ) {
    super();
    this.items = items;
    this.#listType = listType;
    this.#listMapKeys = listMapKeys;
  }

  size(): number {
    return this.items.length;
  }

  at(index: number): Value {
    return this.items[index]!;
  }

  override get listType() {
    return this.#listType;
  }

  override get listMapKeys(): readonly string[] {
    return this.#listMapKeys;
  }
}

/** The accumulator of a loop that builds a list; no expression keeps a reference to it. */
export class MutableList extends ListValue {
  readonly items: Value[] = [];

  size(): number {
    return this.items.length;
  }

  at(index: number): Value {
    return this.items[index]!;
  }
}

/** Two lists as one. Not copied: doubling a list again and again must cost nothing until somebody walks it. */
export class ConcatList extends ListValue {
  readonly #left: ListValue;
  readonly #right: ListValue;
  readonly #size: number;

  constructor(left: ListValue, right: ListValue) {
    super();
    this.#left = left;
    this.#right = right;
    this.#size = left.size() + right.size();
  }

  size(): number {
    return this.#size;
  }

  at(index: number): Value {
    let list: ListValue = this;
    let rest = index;
    while (list instanceof ConcatList) {
      work();
      const left: ListValue = list.#left;
      if (rest < left.size()) list = left;
      else {
        rest -= left.size();
        list = list.#right;
      }
    }
    return list.at(rest);
  }
}

export function* iterate(list: ListValue): Generator<Value> {
  for (let index = 0; index < list.size(); index++) yield list.at(index);
}

/** All items as an array. Lists too long to exist are refused. */
export function itemsOf(list: ListValue): readonly Value[] {
  if (list instanceof ArrayList || list instanceof MutableList) return list.items;
  const size = list.size();
  if (size > MAX_ITEMS) throw new CelError('operation cancelled: list is too long', true);
  work(size >> 2);
  const items: Value[] = [];
  for (let index = 0; index < size; index++) items.push(list.at(index));
  return items;
}

const MAX_ITEMS = 1_000_000;

/** What a key is found by: equal numbers of different types are one key. undefined: no map has such a key. */
export function keyOf(key: Value): string | boolean | bigint | undefined {
  switch (typeof key) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return key;
    case 'number':
      return Number.isInteger(key) ? BigInt(key) : undefined;
  }
  return key instanceof Uint ? key.value : undefined;
}

export class EntryMap extends MapValue {
  readonly entries: ReadonlyMap<string | boolean | bigint, readonly [Value, Value]>;

  constructor(entries: ReadonlyMap<string | boolean | bigint, readonly [Value, Value]>) {
    super();
    this.entries = entries;
  }

  size(): number {
    return this.entries.size;
  }

  find(key: Value): Value | undefined {
    const found = keyOf(key);
    return found === undefined ? undefined : this.entries.get(found)?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key;
  }
}

/** The accumulator of a loop that builds a map. */
export class MutableMap extends MapValue {
  readonly entries = new Map<string | boolean | bigint, readonly [Value, Value]>();

  size(): number {
    return this.entries.size;
  }

  find(key: Value): Value | undefined {
    const found = keyOf(key);
    return found === undefined ? undefined : this.entries.get(found)?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key;
  }
}

/** A map of computed entries. Throws where a key cannot be one. */
export function makeMap(entries: Iterable<readonly [Value, Value]>): EntryMap {
  const map = new Map<string | boolean | bigint, readonly [Value, Value]>();
  for (const entry of entries) {
    const key = keyOf(entry[0]);
    if (key === undefined || typeof entry[0] === 'number') throw new CelError('unsupported key type');
    map.set(key, entry);
  }
  return new EntryMap(map);
}
