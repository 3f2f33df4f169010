/** Loops: what every macro over a list or map became. */

import { ArrayList, EntryMap, MutableList, MutableMap } from './collections.ts';
import { CelError } from './errors.ts';
import { attempt, type Eval, type Frame } from './frame.ts';
import { ListValue, MapValue, Uint, type Value } from './values.ts';

/** How Go names the types that no loop can walk. */
function goName(value: Value): string {
  const names: Readonly<Record<string, string>> = {
    string: 'types.String',
    bigint: 'types.Int',
    number: 'types.Double',
    boolean: 'types.Bool',
  };
  if (value === null) return 'types.Null';
  return names[typeof value] ?? (value instanceof Uint ? 'types.Uint' : `types.${value.constructor.name}`);
}

export interface LoopParts {
  readonly range: Eval;
  readonly condition: Eval;
  readonly step: Eval;
  readonly result: Eval;
  /** Slots of the variables; `second` is -1 in loops of one variable. */
  readonly accumulator: number;
  readonly first: number;
  readonly second: number;
}

/** What an accumulator begins with. A loop that collects gets one that it may change. */
export function initial(init: Eval): Eval {
  return (frame) => {
    const value = init(frame);
    if (value instanceof ListValue && value.size() === 0) return new MutableList();
    if (value instanceof MapValue && value.size() === 0) return new MutableMap();
    return value;
  };
}

/** One round; false ends the loop. A step that fails makes the failure the accumulator, for `all` and `exists` to pass over. */
function round(parts: LoopParts, frame: Frame): boolean {
  // A condition that fails is no reason to stop.
  if (attempt(parts.condition, frame) === false) return false;
  frame.locals[parts.accumulator] = attempt(parts.step, frame);
  return true;
}

function overList(parts: LoopParts, list: ListValue, frame: Frame): void {
  const { first, second } = parts;
  for (let index = 0; index < list.size(); index++) {
    frame.locals[first] = second < 0 ? list.at(index) : BigInt(index);
    if (second >= 0) frame.locals[second] = list.at(index);
    if (!round(parts, frame)) return;
  }
}

function overMap(parts: LoopParts, map: MapValue, frame: Frame): void {
  const { first, second } = parts;
  for (const key of map.keys()) {
    frame.locals[first] = key;
    if (second >= 0) frame.locals[second] = map.find(key)!;
    if (!round(parts, frame)) return;
  }
}

export function loop(parts: LoopParts): Eval {
  return (frame) => {
    const range = parts.range(frame);
    frame.locals[parts.accumulator] = undefined;
    if (range instanceof ListValue) overList(parts, range, frame);
    else if (range instanceof MapValue) overMap(parts, range, frame);
    else {
      throw new CelError(
        parts.second >= 0
          ? `unsupported comprehension range type: ${goName(range)}`
          : `got '${goName(range)}', expected iterable type`,
      );
    }
    const value = parts.result(frame);
    if (value instanceof MutableList) return new ArrayList(value.items);
    return value instanceof MutableMap ? new EntryMap(value.entries) : value;
  };
}
