/** Optional values: `object.?field`, `list[?0]`, `optional.of(x).orValue(y)` (cel-go cel/library.go, optionalLib). */

import { ArrayList, itemsOf } from '../collections.ts';
import type { Implementation, Library } from '../environment.ts';
import { CelError } from '../errors.ts';
import { optionalMacros } from '../macros.ts';
import {
  boolType,
  dynType,
  intType,
  listType,
  mapType,
  optionalType,
  paramType,
  stringType,
} from '../types.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OptionalValue,
  StructValue,
  Timestamp,
  Uint,
  type Value,
} from '../values.ts';
import { fn, member, overload, unary } from './declare.ts';

const K = paramType('K');
const V = paramType('V');
const optionalV = optionalType(V);
const listV = listType(V);
const mapKV = mapType(K, V);

/** Whether a value is the zero of its type. */
export function isZero(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value === '';
    case 'boolean':
      return !value;
    case 'bigint':
      return value === 0n;
    case 'number':
      return value === 0;
  }
  if (value === null) return true;
  if (value instanceof ListValue || value instanceof MapValue) return value.size() === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanos === 0n;
  // The zero of Go's time is the first instant of year one.
  if (value instanceof Timestamp) return value.seconds === -62_135_596_800 && value.nanos === 0;
  if (value instanceof StructValue)
    return [...(value.type.struct?.names() ?? [])].every((name) => !value.has(name));
  return false;
}

const unwrap: Implementation = unary<ListValue>((list) => {
  const values: Value[] = [];
  for (const item of itemsOf(list)) {
    if (!(item instanceof OptionalValue)) throw new CelError('no such overload');
    if (item.value !== undefined) values.push(item.value);
  }
  return new ArrayList(values);
});

const end = (at: (list: ListValue) => number): Implementation =>
  unary<ListValue>((list) => (list.size() === 0 ? OptionalValue.none : new OptionalValue(list.at(at(list)))));

export const optionalLibrary: Library = {
  name: 'cel.lib.optional',
  macros: optionalMacros,
  types: [optionalType(V)],
  functions: [
    fn(
      'optional.of',
      overload(
        'optional_of',
        [V],
        optionalV,
        unary((value) => new OptionalValue(value)),
      ),
    ),
    fn(
      'optional.ofNonZeroValue',
      overload(
        'optional_ofNonZeroValue',
        [V],
        optionalV,
        unary((value) => (isZero(value) ? OptionalValue.none : new OptionalValue(value))),
      ),
    ),
    fn(
      'optional.none',
      overload('optional_none', [], optionalV, () => OptionalValue.none),
    ),
    fn(
      'value',
      member(
        'optional_value',
        [optionalV],
        V,
        unary<OptionalValue>(({ value }) => {
          if (value === undefined) throw new CelError('optional.none() dereference');
          return value;
        }),
      ),
    ),
    fn(
      'hasValue',
      member(
        'optional_hasValue',
        [optionalV],
        boolType,
        unary<OptionalValue>(({ value }) => value !== undefined),
      ),
    ),
    // The interpreter runs these itself, to leave the argument alone where it is not needed.
    fn('or', member('optional_or_optional', [optionalV, optionalV], optionalV)),
    fn('orValue', member('optional_orValue_value', [optionalV, V], V)),
    fn('_?._', overload('select_optional_field', [dynType, stringType], optionalV)),
    fn(
      '_[?_]',
      overload('list_optindex_optional_int', [listV, intType], optionalV),
      overload('optional_list_optindex_optional_int', [optionalType(listV), intType], optionalV),
      overload('map_optindex_optional_value', [mapKV, K], optionalV),
      overload('optional_map_optindex_optional_value', [optionalType(mapKV), K], optionalV),
    ),
    fn(
      '_[_]',
      overload('optional_list_index_int', [optionalType(listV), intType], optionalV),
      overload('optional_map_index_value', [optionalType(mapKV), K], optionalV),
    ),
    fn(
      'last',
      member(
        'list_last',
        [listV],
        optionalV,
        end((list) => list.size() - 1),
      ),
    ),
    fn(
      'first',
      member(
        'list_first',
        [listV],
        optionalV,
        end(() => 0),
      ),
    ),
    fn('optional.unwrap', overload('optional_unwrap', [listType(optionalV)], listV, unwrap)),
    fn('unwrapOpt', member('optional_unwrapOpt', [listType(optionalV)], listV, unwrap)),
  ],
};
