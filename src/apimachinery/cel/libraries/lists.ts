/** Lists: Kubernetes' own (apiserver pkg/cel/library/lists.go) and those of cel-go (ext/lists.go, version 3). */

import { add } from '../arithmetic.ts';
import { ArrayList, itemsOf, keyOf } from '../collections.ts';
import type { FunctionDeclaration, Implementation, Library } from '../environment.ts';
import { compare, equal, noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import { sortByMacro } from '../macros.ts';
import { typeName } from '../text.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  stringType,
  timestampType,
  uintType,
} from '../types.ts';
import { Duration, ListValue, Uint, type Value } from '../values.ts';
import { A, binary, fn, listOfA, listOfT, member, overload, singleton, T, unary } from './declare.ts';

const COMPARABLE: readonly (readonly [string, CelType])[] = [
  ['int', intType],
  ['uint', uintType],
  ['double', doubleType],
  ['bool', boolType],
  ['duration', durationType],
  ['timestamp', timestampType],
  ['string', stringType],
  ['bytes', bytesType],
];

const SUMMABLE: readonly (readonly [string, CelType, Value])[] = [
  ['int', intType, 0n],
  ['uint', uintType, new Uint(0n)],
  ['double', doubleType, 0],
  ['duration', durationType, new Duration(0n)],
];

function isSorted(list: ListValue): boolean {
  const items = itemsOf(list);
  return items.every((item, index) => index === 0 || compare(items[index - 1]!, item) <= 0);
}

const extreme =
  (name: string, sign: number): Implementation =>
  ([list]) => {
    let best: Value | undefined;
    for (const item of itemsOf(list as ListValue)) {
      if (best === undefined || compare(best, item) === sign) best = item;
    }
    if (best === undefined) throw new CelError(`${name} called on empty list`);
    return best;
  };

function indexOf(list: ListValue, value: Value): bigint {
  return BigInt(itemsOf(list).findIndex((item) => equal(item, value)));
}

function lastIndexOf(list: ListValue, value: Value): bigint {
  return BigInt(itemsOf(list).findLastIndex((item) => equal(item, value)));
}

const perType = (
  name: string,
  id: (type: string) => string,
  result: (type: CelType) => CelType,
  call: Implementation,
) => fn(name, ...COMPARABLE.map(([type, item]) => member(id(type), [listType(item)], result(item), call)));

export const listsLibrary: Library = {
  name: 'kubernetes.lists',
  functions: [
    perType(
      'isSorted',
      (type) => `list_${type}_is_sorted_bool`,
      () => boolType,
      unary(isSorted),
    ),
    fn(
      'sum',
      ...SUMMABLE.map(([name, type, zero]) =>
        member(`list_${name}_sum_${name}`, [listType(type)], type, ([list]) =>
          itemsOf(list as ListValue).reduce(add, zero),
        ),
      ),
    ),
    perType(
      'max',
      (type) => `list_${type}_max_${type}`,
      (type) => type,
      extreme('max', -1),
    ),
    perType(
      'min',
      (type) => `list_${type}_min_${type}`,
      (type) => type,
      extreme('min', 1),
    ),
    fn('indexOf', member('list_a_index_of_int', [listOfA, A], intType, binary(indexOf))),
    fn('lastIndexOf', member('list_a_last_index_of_int', [listOfA, A], intType, binary(lastIndexOf))),
  ],
};

function slice(list: ListValue, start: bigint, end: bigint): ListValue {
  const refuse = (why: string) => new CelError(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) throw refuse('negative indexes not supported');
  if (start > end) throw refuse('start index must be less than or equal to end index');
  if (end > BigInt(list.size())) throw refuse(`list is length ${list.size()}`);
  const items: Value[] = [];
  for (let index = Number(start); index < Number(end); index++) items.push(list.at(index));
  return new ArrayList(items);
}

function flattenInto(items: Value[], list: ListValue, depth: bigint): void {
  for (const item of itemsOf(list)) {
    if (item instanceof ListValue && depth > 0n) flattenInto(items, item, depth - 1n);
    else items.push(item);
  }
}

/** Flat to a depth. Nested lists may share, so that they are longer than they cost: the result is bounded by the budget. */
const flatten: Implementation = ([list, depth = 1n], context) => {
  if (!(list instanceof ListValue) || typeof depth !== 'bigint') throw noSuchOverload();
  if (depth < 0n) throw new CelError('level must be non-negative');
  context.require(flatSize(list, depth));
  const items: Value[] = [];
  flattenInto(items, list, depth);
  return new ArrayList(items);
};

function flatSize(list: ListValue, depth: bigint): number {
  if (depth === 0n) return list.size();
  let size = 0;
  for (const item of itemsOf(list)) size += item instanceof ListValue ? flatSize(item, depth - 1n) : 1;
  return size;
}

function sortByKeys(list: ListValue, keys: ListValue): ListValue {
  if (list.size() !== keys.size()) {
    throw new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size()} and ${keys.size()} elements respectively`,
    );
  }
  const sorted = itemsOf(keys).map((key, index) => ({ key, index }));
  if (sorted.length === 0) return list;
  const type = typeName(sorted[0]!.key);
  if (!COMPARABLE_NAMES.has(type)) throw new CelError('list elements must be comparable');
  if (sorted.some(({ key }) => typeName(key) !== type)) {
    throw new CelError('list elements must have the same type');
  }
  sorted.sort((a, b) => compare(a.key, b.key));
  return new ArrayList(sorted.map(({ index }) => list.at(index)));
}

const COMPARABLE_NAMES = new Set(COMPARABLE.map(([, type]) => type.name));

const asLists =
  (call: (list: ListValue, other: ListValue) => ListValue): Implementation =>
  ([list, other = list]) => {
    if (!(list instanceof ListValue) || !(other instanceof ListValue)) throw noSuchOverload();
    return call(list, other);
  };

const perComparable = (
  name: string,
  call: Implementation,
  args: (type: CelType) => CelType[],
  result: (type: CelType) => CelType,
  id: string,
): FunctionDeclaration =>
  singleton(
    name,
    call,
    ...COMPARABLE.map(([, type]) => member(`list_${type.name}_${id}`, args(type), result(type))),
  );

/** The first of each value. Scalars are found by a set, so that only nested values are compared with each other. */
const distinct: Implementation = ([list], context) => {
  const seen = new Set<unknown>();
  const others: Value[] = [];
  const items: Value[] = [];
  for (const item of itemsOf(list as ListValue)) {
    const key = item === null ? null : keyOf(item);
    if (key !== undefined) {
      if (!seen.has(key)) items.push(item);
      seen.add(key);
      continue;
    }
    context.require(others.length * others.length);
    if (others.some((other) => equal(item, other))) continue;
    others.push(item);
    items.push(item);
  }
  return new ArrayList(items);
};

const range: Implementation = ([count], context) => {
  const size = Math.max(Number(count as bigint), 0);
  context.require(size);
  return new ArrayList(Array.from({ length: size }, (_, index) => BigInt(index)));
};

export const extendedListsLibrary: Library = {
  name: 'cel.lib.ext.lists',
  macros: [sortByMacro],
  functions: [
    fn(
      'slice',
      member('list_slice', [listOfT, intType, intType], listOfT, ([list, start, end]) =>
        slice(list as ListValue, start as bigint, end as bigint),
      ),
    ),
    singleton(
      'flatten',
      flatten,
      member('list_flatten', [listType(listOfT)], listOfT),
      member('list_flatten_int', [listType(dynType), intType], listType(dynType)),
    ),
    perComparable(
      'sort',
      asLists(sortByKeys),
      (type) => [listType(type)],
      (type) => listType(type),
      'sort',
    ),
    perComparable(
      '@sortByAssociatedKeys',
      asLists(sortByKeys),
      (type) => [listType(T), listType(type)],
      () => listType(T),
      'sortByAssociatedKeys',
    ),
    fn('lists.range', overload('lists_range', [intType], listType(intType), range)),
    fn(
      'reverse',
      member(
        'list_reverse',
        [listOfT],
        listOfT,
        unary<ListValue>((list) => new ArrayList([...itemsOf(list)].reverse())),
      ),
    ),
    fn('distinct', member('list_distinct', [listOfT], listOfT, distinct)),
  ],
};
