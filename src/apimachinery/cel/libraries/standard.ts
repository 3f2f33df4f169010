/** The standard library: operators, sizes, conversions, strings, dates (cel-go common/stdlib/standard.go). */

import { negate } from '../arithmetic.ts';
import { iterate } from '../collections.ts';
import { toBool, toBytes, toDouble, toDuration, toInt, toText, toTimestamp, toUint } from '../convert.ts';
import type { FunctionDeclaration, Implementation, Library, Overload } from '../environment.ts';
import { equal, noSuchOverload } from '../equality.ts';
import { standardMacros } from '../macros.ts';
import { compileRegex } from '../regex.ts';
import { codePoints, typeName } from '../text.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  stringType,
  timestampType,
  typeType,
  typeTypeOf,
  uintType,
} from '../types.ts';
import { ListValue, MapValue, TypeValue, type Value } from '../values.ts';
import { dateFunctions } from './dates.ts';
import { A, B, fn, listOfA, mapOfAB, member, overload, singleton, unary } from './declare.ts';

/** Ordered types and how overloads name them. */
const ORDERED: readonly (readonly [string, CelType])[] = [
  ['bool', boolType],
  ['int64', intType],
  ['uint64', uintType],
  ['double', doubleType],
  ['string', stringType],
  ['bytes', bytesType],
  ['timestamp', timestampType],
  ['duration', durationType],
];
const NUMBERS = new Set(['int64', 'uint64', 'double']);

/** `a < b` of every ordered type, and across the numeric ones. */
function ordering(name: string, prefix: string): FunctionDeclaration {
  const overloads: Overload[] = [];
  for (const [left, type] of ORDERED) {
    overloads.push(overload(`${prefix}_${left}`, [type, type], boolType));
    if (!NUMBERS.has(left)) continue;
    for (const [right, other] of ORDERED) {
      if (right === left || !NUMBERS.has(right)) continue;
      overloads.push(overload(`${prefix}_${left}_${right}`, [type, other], boolType));
    }
  }
  return fn(name, ...overloads);
}

const same = (id: string, ...types: CelType[]): Overload => overload(id, types, types[0]!);

/** Operators: the interpreter runs them itself, here are their types. */
const operators: readonly FunctionDeclaration[] = [
  fn('_?_:_', overload('conditional', [boolType, A, A], A)),
  fn('_&&_', overload('logical_and', [boolType, boolType], boolType)),
  fn('_||_', overload('logical_or', [boolType, boolType], boolType)),
  fn('@not_strictly_false', overload('not_strictly_false', [boolType], boolType)),
  fn('_==_', overload('equals', [A, A], boolType)),
  fn('_!=_', overload('not_equals', [A, A], boolType)),
  fn(
    '_+_',
    same('add_bytes', bytesType, bytesType),
    same('add_double', doubleType, doubleType),
    same('add_duration_duration', durationType, durationType),
    overload('add_duration_timestamp', [durationType, timestampType], timestampType),
    overload('add_timestamp_duration', [timestampType, durationType], timestampType),
    same('add_int64', intType, intType),
    same('add_list', listOfA, listOfA),
    same('add_string', stringType, stringType),
    same('add_uint64', uintType, uintType),
  ),
  fn(
    '_-_',
    same('subtract_double', doubleType, doubleType),
    same('subtract_duration_duration', durationType, durationType),
    same('subtract_int64', intType, intType),
    overload('subtract_timestamp_duration', [timestampType, durationType], timestampType),
    overload('subtract_timestamp_timestamp', [timestampType, timestampType], durationType),
    same('subtract_uint64', uintType, uintType),
  ),
  fn(
    '_*_',
    same('multiply_double', doubleType, doubleType),
    same('multiply_int64', intType, intType),
    same('multiply_uint64', uintType, uintType),
  ),
  fn(
    '_/_',
    same('divide_double', doubleType, doubleType),
    same('divide_int64', intType, intType),
    same('divide_uint64', uintType, uintType),
  ),
  fn('_%_', same('modulo_int64', intType, intType), same('modulo_uint64', uintType, uintType)),
  ordering('_<_', 'less'),
  ordering('_<=_', 'less_equals'),
  ordering('_>_', 'greater'),
  ordering('_>=_', 'greater_equals'),
  fn('_[_]', overload('index_list', [listOfA, intType], A), overload('index_map', [mapOfAB, A], B)),
];

const not: Implementation = unary((value) => {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return !value;
});

const contains: Implementation = ([item, container]) => {
  if (container instanceof MapValue) return container.has(item!);
  if (!(container instanceof ListValue)) throw noSuchOverload();
  for (const element of iterate(container)) if (equal(element, item!)) return true;
  return false;
};

const size: Implementation = unary((value) => {
  if (typeof value === 'string') return BigInt(codePoints(value));
  if (value instanceof Uint8Array) return BigInt(value.length);
  if (value instanceof ListValue || value instanceof MapValue) return BigInt(value.size());
  throw noSuchOverload();
});

const sizes = [
  ['bytes', bytesType],
  ['list', listOfA],
  ['map', mapOfAB],
  ['string', stringType],
] as const;

/** `name(x)` from each of these types. */
function conversion(
  name: string,
  result: CelType,
  convert: (value: Value) => Value,
  from: readonly (readonly [string, CelType])[],
): FunctionDeclaration {
  return fn(name, ...from.map(([id, type]) => overload(id, [type], result, unary(convert))));
}

const conversions: readonly FunctionDeclaration[] = [
  singleton(
    'type',
    unary((value) => new TypeValue(typeName(value))),
    overload('type', [A], typeTypeOf(A)),
  ),
  singleton(
    'dyn',
    unary((value) => value),
    overload('to_dyn', [A], dynType),
  ),
  conversion('bool', boolType, toBool, [
    ['bool_to_bool', boolType],
    ['string_to_bool', stringType],
  ]),
  conversion('bytes', bytesType, toBytes, [
    ['bytes_to_bytes', bytesType],
    ['string_to_bytes', stringType],
  ]),
  conversion('double', doubleType, toDouble, [
    ['double_to_double', doubleType],
    ['int64_to_double', intType],
    ['string_to_double', stringType],
    ['uint64_to_double', uintType],
  ]),
  conversion('duration', durationType, toDuration, [
    ['duration_to_duration', durationType],
    ['int64_to_duration', intType],
    ['string_to_duration', stringType],
  ]),
  conversion('int', intType, toInt, [
    ['int64_to_int64', intType],
    ['double_to_int64', doubleType],
    ['duration_to_int64', durationType],
    ['string_to_int64', stringType],
    ['timestamp_to_int64', timestampType],
    ['uint64_to_int64', uintType],
  ]),
  conversion('string', stringType, toText, [
    ['string_to_string', stringType],
    ['bool_to_string', boolType],
    ['bytes_to_string', bytesType],
    ['double_to_string', doubleType],
    ['duration_to_string', durationType],
    ['int64_to_string', intType],
    ['timestamp_to_string', timestampType],
    ['uint64_to_string', uintType],
  ]),
  conversion('timestamp', timestampType, toTimestamp, [
    ['timestamp_to_timestamp', timestampType],
    ['int64_to_timestamp', intType],
    ['string_to_timestamp', stringType],
  ]),
  conversion('uint', uintType, toUint, [
    ['uint64_to_uint64', uintType],
    ['double_to_uint64', doubleType],
    ['int64_to_uint64', intType],
    ['string_to_uint64', stringType],
  ]),
];

/** Of two strings; anything else is `no such overload`. */
const ofStrings =
  (call: (text: string, other: string) => boolean): Implementation =>
  ([text, other]) => {
    if (typeof text !== 'string' || typeof other !== 'string') throw noSuchOverload();
    return call(text, other);
  };

const twoStrings = [stringType, stringType];

const strings: readonly FunctionDeclaration[] = [
  singleton(
    'contains',
    ofStrings((text, part) => text.includes(part)),
    member('contains_string', twoStrings, boolType),
  ),
  singleton(
    'endsWith',
    ofStrings((text, part) => text.endsWith(part)),
    member('ends_with_string', twoStrings, boolType),
  ),
  singleton(
    'startsWith',
    ofStrings((text, part) => text.startsWith(part)),
    member('starts_with_string', twoStrings, boolType),
  ),
  singleton(
    'matches',
    ofStrings((text, pattern) => compileRegex(pattern).test(text)),
    overload('matches', twoStrings, boolType),
    member('matches_string', twoStrings, boolType),
  ),
];

export const standardLibrary: Library = {
  name: 'stdlib',
  macros: standardMacros,
  types: [
    boolType,
    bytesType,
    doubleType,
    durationType,
    intType,
    listType(dynType),
    mapType(dynType, dynType),
    nullType,
    stringType,
    timestampType,
    typeType,
    uintType,
  ],
  functions: [
    ...operators,
    singleton('!_', not, overload('logical_not', [boolType], boolType)),
    singleton(
      '-_',
      unary(negate),
      overload('negate_double', [doubleType], doubleType),
      overload('negate_int64', [intType], intType),
    ),
    singleton(
      '@in',
      contains,
      overload('in_list', [A, listOfA], boolType),
      overload('in_map', [A, mapOfAB], boolType),
    ),
    singleton(
      'size',
      size,
      ...sizes.flatMap(([name, type]) => [
        overload(`size_${name}`, [type], intType),
        member(`${name}_size`, [type], intType),
      ]),
    ),
    ...conversions,
    ...strings,
    ...dateFunctions,
  ],
};
