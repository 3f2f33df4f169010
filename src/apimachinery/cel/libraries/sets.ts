/** Lists as sets: `sets.contains(list, sublist)` (cel-go ext/sets.go). */

import { iterate } from '../collections.ts';
import type { Library } from '../environment.ts';
import { equal } from '../equality.ts';
import { boolType } from '../types.ts';
import type { CallContext } from '../environment.ts';
import type { ListValue, Value } from '../values.ts';
import { fn, listOfT, overload } from './declare.ts';

function includes(list: ListValue, value: Value): boolean {
  for (const item of iterate(list)) if (equal(item, value)) return true;
  return false;
}

function contains(list: ListValue, part: ListValue): boolean {
  for (const item of iterate(part)) if (!includes(list, item)) return false;
  return true;
}

function intersects(a: ListValue, b: ListValue): boolean {
  for (const item of iterate(a)) if (includes(b, item)) return true;
  return false;
}

/** Every item is compared with every other: what it will cost is charged before, so that no product of sizes runs away. */
const bounded =
  (call: (a: ListValue, b: ListValue) => boolean) =>
  ([a, b]: readonly Value[], context: CallContext): boolean => {
    context.require((a as ListValue).size() * (b as ListValue).size());
    return call(a as ListValue, b as ListValue);
  };

const of = (name: string, call: (a: ListValue, b: ListValue) => boolean) =>
  fn(`sets.${name}`, overload(`list_sets_${name}_list`, [listOfT, listOfT], boolType, bounded(call)));

export const setsLibrary: Library = {
  name: 'cel.lib.ext.sets',
  functions: [
    of('contains', contains),
    of('equivalent', (a, b) => contains(a, b) && contains(b, a)),
    of('intersects', intersects),
  ],
};
