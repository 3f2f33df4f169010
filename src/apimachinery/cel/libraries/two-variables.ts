/** Loops with two variables: `map.all(k, v, ...)`, `transformMap` (cel-go ext/comprehensions.go). */

import { keyOf, MutableMap } from '../collections.ts';
import type { Implementation, Library } from '../environment.ts';
import { CelError } from '../errors.ts';
import { bindMacro, twoVariableMacros } from '../macros.ts';
import { display } from '../text.ts';
import { mapType, paramType } from '../types.ts';
import type { MapValue, Value } from '../values.ts';
import { fn, overload } from './declare.ts';

const K = paramType('K');
const V = paramType('V');
const mapKV = mapType(K, V);

function insert(map: MutableMap, key: Value, value: Value): void {
  const found = keyOf(key);
  if (found === undefined) throw new CelError('unsupported key type');
  if (map.entries.has(found)) throw new CelError(`insert failed: key ${display(key)} already exists`);
  map.entries.set(found, [key, value]);
}

/** The accumulator itself, or a copy of any other map. */
function mutable(map: MapValue): MutableMap {
  if (map instanceof MutableMap) return map;
  const copy = new MutableMap();
  for (const key of map.keys()) insert(copy, key, map.find(key)!);
  return copy;
}

const insertEntry: Implementation = ([map, key, value]) => {
  const target = mutable(map as MapValue);
  insert(target, key!, value!);
  return target;
};

const insertAll: Implementation = ([map, other]) => {
  const target = mutable(map as MapValue);
  const from = other as MapValue;
  for (const key of from.keys()) insert(target, key, from.find(key)!);
  return target;
};

export const twoVariablesLibrary: Library = {
  name: 'cel.lib.ext.comprev2',
  macros: twoVariableMacros,
  functions: [
    fn(
      'cel.@mapInsert',
      overload('@mapInsert_map_key_value', [mapKV, K, V], mapKV, insertEntry),
      overload('@mapInsert_map_map', [mapKV, mapKV], mapKV, insertAll),
    ),
  ],
};

/** `cel.bind`. Kubernetes does not have it. */
export const bindingsLibrary: Library = { name: 'cel.lib.ext.cel.bindings', macros: [bindMacro] };
