/** Lists, maps and structs that expressions write out. */

import { ArrayList, makeMap } from './collections.ts';
import { LIST_CREATE, MAP_CREATE, STRUCT_CREATE } from './cost.ts';
import { CelError } from './errors.ts';
import { constant, type Eval, isConstant, type Node } from './frame.ts';
import { display } from './text.ts';
import type { StructDefinition } from './types.ts';
import { OptionalValue, type Value } from './values.ts';

/** The value of a part written `?part`; undefined where there is none. `what` begins the message for one that is not optional. */
function unwrap(value: Value, what: string): Value | undefined {
  if (value instanceof OptionalValue) return value.value;
  throw new CelError(`cannot initialize optional ${what} from non-optional value ${display(value)}`);
}

/** `[a, ?b]`. */
export function listNode(nodes: readonly Node[], optional: ReadonlySet<number>): Node {
  if (nodes.every(isConstant) && optional.size === 0) {
    return constant(new ArrayList(nodes.map((node) => node.constant!)));
  }
  const evals = nodes.map((node) => node.eval);
  return {
    eval: (frame) => {
      const items: Value[] = [];
      for (let index = 0; index < evals.length; index++) {
        const value = evals[index]!(frame);
        const item = optional.has(index) ? unwrap(value, 'list element') : value;
        if (item !== undefined) items.push(item);
      }
      frame.charge(LIST_CREATE);
      return new ArrayList(items);
    },
  };
}

export interface EntryNode {
  readonly key: Node;
  readonly value: Node;
  readonly optional: boolean;
}

/** `{a: b, ?c: d}`. */
export function mapNode(entries: readonly EntryNode[]): Node {
  if (entries.every(({ key, value, optional }) => isConstant(key) && isConstant(value) && !optional)) {
    return constant(makeMap(entries.map(({ key, value }) => [key.constant!, value.constant!] as const)));
  }
  return {
    eval: (frame) => {
      const values: (readonly [Value, Value])[] = [];
      for (const entry of entries) {
        const key = entry.key.eval(frame);
        const given = entry.value.eval(frame);
        const value = entry.optional ? unwrap(given, `entry '${display(key)}'`) : given;
        if (value !== undefined) values.push([key, value]);
      }
      frame.charge(MAP_CREATE);
      return makeMap(values);
    },
  };
}

export interface FieldNode {
  readonly name: string;
  readonly eval: Eval;
  readonly optional: boolean;
}

/** `Name{field: a, ?other: b}`. */
export function structNode(
  name: string,
  struct: StructDefinition | undefined,
  fields: readonly FieldNode[],
): Node {
  return {
    eval: (frame) => {
      const values = new Map<string, unknown>();
      for (const field of fields) {
        const given = field.eval(frame);
        const value = field.optional ? unwrap(given, `entry '${field.name}'`) : given;
        if (value !== undefined) values.set(field.name, value);
      }
      if (struct?.construct === undefined) throw new CelError(`unknown type '${name}'`);
      const made = struct.construct(values) as Value;
      frame.charge(STRUCT_CREATE);
      return made;
    },
  };
}
