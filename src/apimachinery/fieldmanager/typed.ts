import { isObject, type JSONObject } from '../patch/values.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { EMPTY_SET, type FieldSet, makeNode } from './field-set.ts';
import { fieldElement, keyElement, type PathElement, valueElement } from './path-element.ts';

/**
 * An object seen through its Schema, as ownership sees it: what is a leaf, what is a container, and which path element
 * leads to each part. A place without a schema is deduced from its value: maps granular, lists atomic.
 * Source: structured-merge-diff typed/*.go; the schemas of kubernetes/apimachinery pkg/util/managedfields.
 */

/** How a place is owned: as a whole, by its fields, or by its items. */
export type Shape = 'leaf' | 'map' | 'list';

/** A value that does not fit its schema; the message is a path with what is wrong there. */
export class TypedError extends Error {
  override readonly name = 'TypedError';
}

/** Whether the place has no schema of its own, so that the value tells what it is. */
const isDeduced = (schema: Schema | undefined): boolean =>
  schema === undefined || (schema.type === 'raw' && !schema.atomic) || schema.type === 'fieldsV1';

/**
 * The shape of a value at a place. Null takes the place's shape: an empty map or list that is present.
 * A value of the wrong type is a leaf.
 */
export function shapeOf(value: unknown, schema: Schema | undefined): Shape {
  if (isDeduced(schema)) return value === null || isObject(value) ? 'map' : 'leaf';
  const type = schema!.type;
  if (type === 'array') {
    const owned = schema!.listType === 'map' || schema!.listType === 'set';
    return owned && (value === null || Array.isArray(value)) ? 'list' : 'leaf';
  }
  if (type !== 'map' && type !== 'struct') return 'leaf';
  return !schema!.atomic && (value === null || isObject(value)) ? 'map' : 'leaf';
}

/** The schema below a field of a map or struct; undefined where there is none. */
export function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  return schema.type === 'struct' ? schema.fields?.get(key)?.schema : schema.values;
}

/** The field's value, or undefined: never what every JavaScript object inherits. */
export function own(object: JSONObject, key: string): unknown {
  const value = object[key];
  // What Object.prototype has are functions and the accessor __proto__; JSON has no functions.
  return typeof value === 'function' || (key === '__proto__' && !Object.hasOwn(object, key))
    ? undefined
    : value;
}

/**
 * What Go shows for a field of a present struct that the JSON leaves out: ownership counts it as being there, so that
 * filling it in is a change and not an addition. Undefined where absent means absent.
 */
export function zeroOf(field: Field | undefined): unknown {
  if (!field?.shown) return undefined;
  if (field.pointer) return null;
  switch (field.schema.type) {
    case 'struct':
      return {};
    case 'string':
      return '';
    case 'integer':
    case 'number':
    case 'intOrString':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}

/** Key fields that may be left out, with what they then are: the `+default` markers of kubernetes/api. */
const KEY_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'core.v1.ContainerPort': { protocol: 'TCP' },
  'core.v1.ServicePort': { protocol: 'TCP' },
  'core.v1.LocalObjectReference': { name: '' },
};

function keyDefault(items: Schema | undefined, key: string): unknown {
  if (!items?.typeName) return items?.fields?.get(key)?.default;
  const known = KEY_DEFAULTS[items.typeName]?.[key];
  if (known !== undefined) return known;
  const field = items.fields?.get(key);
  return field?.required ? zeroOf(field) : undefined;
}

const sortedKeys = new WeakMap<readonly string[], readonly string[]>();

/** The list's keys in the order that path elements have them. */
export function listKeys(list: Schema): readonly string[] {
  const keys = list.listMapKeys ?? [];
  let sorted = sortedKeys.get(keys);
  if (!sorted) {
    sorted = keys.toSorted();
    sortedKeys.set(keys, sorted);
  }
  return sorted;
}

/** The value of an item's key field, its default where it is left out. */
export const keyOf = (item: JSONObject, list: Schema, key: string): unknown =>
  own(item, key) ?? keyDefault(list.items, key);

/**
 * The element that leads to an item of a list that is a set or a map.
 * @throws TypedError when the item cannot be one of such a list.
 */
export function itemElement(item: unknown, list: Schema): PathElement {
  if (list.listType === 'set') {
    if (isObject(item))
      throw new TypedError("associative list without keys has an element that's a map type");
    if (Array.isArray(item)) throw new TypedError('not supported: associative list with lists as elements');
    if (item === null || item === undefined) {
      throw new TypedError("associative list without keys has an element that's an explicit null");
    }
    return valueElement(item);
  }
  if (item === null || item === undefined) {
    throw new TypedError('associative list with keys may not have a null element');
  }
  if (!isObject(item)) throw new TypedError('associative list with keys may not have non-map elements');
  const keys = listKeys(list);
  const element = keyElement(keys.map((key) => [key, keyOf(item, list, key)] as const));
  if (element === 'k:{}' && keys.length > 0) {
    const names = (list.listMapKeys ?? []).map((key) => JSON.stringify(key)).join(' ');
    throw new TypedError(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return element;
}

/** The items by their elements, in the order of the list; those with the same element together. */
export function indexItems(items: readonly unknown[], list: Schema): Map<PathElement, unknown[]> {
  const index = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = itemElement(item, list);
    const twins = index.get(element);
    if (twins) twins.push(item);
    else index.set(element, [item]);
  }
  return index;
}

/**
 * The paths of an object that someone applies: its leaves, its list items, its empty maps.
 * @throws TypedError when a list item has no element.
 */
export const toFieldSet = (object: JSONObject, schema: Schema | undefined): FieldSet =>
  collect(object, schema, false, false) ?? EMPTY_SET;

/**
 * All paths of a value that is new or gone as a whole: what `toFieldSet` has, and every container.
 * @throws TypedError when a list item has no element.
 */
export const wholeSet = (value: unknown, schema: Schema | undefined): FieldSet =>
  collect(value, schema, true, true) ?? EMPTY_SET;

function collect(
  value: unknown,
  schema: Schema | undefined,
  member: boolean,
  containers: boolean,
): FieldSet | undefined {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf') return EMPTY_SET;
  if (value === null) return makeNode([], [], member);
  const elements: PathElement[] = [];
  const nodes: FieldSet[] = [];
  const add = (element: PathElement, node: FieldSet | undefined): void => {
    if (node === undefined) return;
    elements.push(element);
    nodes.push(node);
  };
  if (shape === 'list') {
    for (const [element, items] of indexItems(value as unknown[], schema!)) {
      add(element, items.length > 1 ? EMPTY_SET : collect(items[0], schema!.items, true, containers));
    }
  } else {
    const object = value as JSONObject;
    for (const key in object) {
      const child = own(object, key);
      if (child === undefined) continue;
      const declared = schema?.type === 'struct' && schema.fields?.has(key);
      const self = containers || !declared || child === null || (isObject(child) && isEmptyObject(child));
      add(fieldElement(key), collect(child, childSchema(schema, key), self, containers));
    }
  }
  return makeNode(elements, nodes, member);
}

/** Whether the object has no field, those set to undefined not counted. */
export function isEmptyObject(object: JSONObject): boolean {
  for (const key in object) if (object[key] !== undefined) return false;
  return true;
}
