/**
 * Lists whose items can be told apart: `x-kubernetes-list-type` set and map.
 * Source: apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go.
 */
import { at, child, duplicate, type FieldError, invalid } from '../field-error.ts';
import { canonicalJSON } from '../hash.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

/**
 * Items that are there twice. An update of an object that had some already is not refused for them: the caller
 * asks for the old object's first.
 */
export function validateListTypes(
  object: unknown,
  props: JSONSchemaProps | undefined,
  path = '',
): FieldError[] {
  const errors: FieldError[] = [];
  visit(object, props, path, errors);
  return errors;
}

function visit(value: unknown, props: JSONSchemaProps | undefined, path: string, errors: FieldError[]): void {
  if (props === undefined) return;
  if (Array.isArray(value)) {
    const listType = props['x-kubernetes-list-type'];
    if (listType === 'set') errors.push(...validateSet(value, path));
    else if (listType === 'map') errors.push(...validateMap(value, props, path));
    const items = itemsOf(props);
    if (!items) return;
    for (let i = 0; i < value.length; i++) {
      if (typeof value[i] === 'object') visit(value[i], items, at(path, i), errors);
    }
  } else if (isObject(value)) {
    const values = valuesOf(props);
    for (const key of Object.keys(value)) {
      if (typeof value[key] !== 'object') continue;
      if (values) visit(value[key], values, at(path, key), errors);
      visit(value[key], fieldOf(props, key), child(path, key), errors);
    }
  }
}

/** Equal values have equal texts; numbers and texts are told apart. */
const identity = (value: unknown): string => canonicalJSON(value);

/** Where something stands for the second time; a third one is not reported again. */
function repeats(values: readonly unknown[]): number[] {
  if (values.length <= 1) return [];
  const times = new Map<string, number>();
  const found: number[] = [];
  for (const [i, value] of values.entries()) {
    const key = identity(value);
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    if (before === 1) found.push(i);
  }
  return found;
}

const validateSet = (items: readonly unknown[], path: string): FieldError[] =>
  repeats(items).map((i) => duplicate(at(path, i), items[i]));

function validateMap(items: readonly unknown[], props: JSONSchemaProps, path: string): FieldError[] {
  const wrong = items.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    return [invalid(at(path, wrong), items[wrong], 'must be an object for an array of list-type map')];
  }
  const names = [...(props['x-kubernetes-list-map-keys'] ?? [])].sort();
  const keys = items.map((item) => {
    const key: Json = {};
    for (const name of names) {
      if (isObject(item) && Object.hasOwn(item, name)) key[name] = item[name];
    }
    return key;
  });
  return repeats(keys).map((i) => duplicate(at(path, i), keys[i]));
}
