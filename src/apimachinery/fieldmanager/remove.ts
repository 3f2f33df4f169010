import { type JSONObject, setOwn } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import { below, EMPTY_SET, type FieldSet, hasMember, isEmpty } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { childSchema, itemElement, own, shapeOf } from './typed.ts';

/**
 * Takes paths out of an object. What is atomic is taken as a whole or not at all; a container of which everything is
 * taken stays, empty, unless it is itself among the paths.
 * Source: structured-merge-diff typed/remove.go and EnsureNamedFieldsAreMembers of fieldpath/set.go.
 * @returns the object itself where nothing was taken; it is never mutated.
 */
export const removePaths = (object: JSONObject, paths: FieldSet, schema: Schema | undefined): JSONObject =>
  isEmpty(paths) ? object : (removeBelow(object, paths, schema) as JSONObject);

/** The value without the paths below it. */
function removeBelow(value: unknown, paths: FieldSet, schema: Schema | undefined): unknown {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf' || value === null) return value;
  if (shape === 'list') {
    let changed = false;
    const kept: unknown[] = [];
    for (const item of value as readonly unknown[]) {
      const element = itemElement(item, schema!);
      if (hasMember(paths, element)) {
        changed = true;
        continue;
      }
      const inner = below(paths, element);
      const rest = isEmpty(inner) ? item : removeBelow(item, inner, schema!.items);
      if (rest !== item) changed = true;
      kept.push(rest);
    }
    return changed ? kept : value;
  }
  const object = value as JSONObject;
  let changed = false;
  const kept: JSONObject = {};
  for (const key in object) {
    const child = own(object, key);
    if (child === undefined) continue;
    const element = fieldElement(key);
    if (hasMember(paths, element)) {
      changed = true;
      continue;
    }
    const inner = below(paths, element);
    const rest = isEmpty(inner) ? child : removeBelow(child, inner, childSchema(schema, key));
    if (rest !== child) changed = true;
    setOwn(kept, key, rest);
  }
  return changed ? kept : value;
}

/** The set with every declared field a member that has members below it: such fields go when they are removed. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element in set) {
    const node = set[element]!;
    if (element === '.' || isEmpty(node)) {
      result[element] = node;
      continue;
    }
    const name = element.slice(2);
    const field = element[0] === 'f';
    const child = field ? childSchema(schema, name) : element[0] === 'k' ? schema?.items : undefined;
    const inner = withNamedFields(node, child);
    const named = field && schema?.type === 'struct' && schema.fields?.has(name);
    result[element] = named && !Object.hasOwn(inner, '.') ? { '.': EMPTY_SET, ...inner } : inner;
  }
  return result;
}
