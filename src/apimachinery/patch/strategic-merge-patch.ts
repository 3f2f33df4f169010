import { badRequest } from '../status.ts';
import type { Schema } from '../schema/schema.ts';
import { jsonKind } from './go-format.ts';
import {
  asList,
  badDirective,
  badPrimitiveList,
  badRetainKeys,
  badSetElementOrder,
} from './strategic-merge-error.ts';
import {
  checkSetElementOrder,
  deleteFromList,
  mergeKeyOf,
  mergeList,
  strategyOf,
} from './strategic-merge-list.ts';
import { arrange } from './strategic-merge-order.ts';
import { getOwn, hasOwn, isObject, type JSONObject, setOwn } from './values.ts';

/**
 * Strategic merge patch: a merge patch whose lists are merged as the schema says.
 * Source: StrategicMergeMapPatch in kubernetes/apimachinery pkg/util/strategicpatch/patch.go. Where upstream refuses to
 * look into a map of objects (the properties of a CustomResourceDefinition's schema), those are merged here.
 */

const SET_ELEMENT_ORDER = '$setElementOrder';
const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList';
const RETAIN_KEYS = '$retainKeys';

/**
 * Applies a patch that a client sent.
 * @param live the object; not mutated. The result shares what the patch did not touch, and parts of the patch.
 * @param patch the parsed body; not mutated.
 * @param schema of the kind.
 * @throws StatusError 400 or 422, see strategic-merge-error.ts.
 */
export function applyStrategicMergePatch(live: JSONObject, patch: unknown, schema: Schema): JSONObject {
  if (patch === null) return live;
  if (!isObject(patch)) {
    throw badRequest(
      `json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return mergeMap(live, patch, schema);
}

function mergeMap(live: JSONObject, patch: JSONObject, schema: Schema | undefined): JSONObject {
  if (hasOwn(patch, '$patch')) return obeyDirective(patch);
  const merged = { ...live };
  const done = new Set<string>();
  retainKeys(merged, patch, done);
  mergeOrderedLists(merged, patch, schema, done);
  for (const key of Object.keys(patch)) {
    if (done.has(key)) continue;
    if (key.startsWith(DELETE_FROM_PRIMITIVE_LIST)) {
      deleteScalars(merged, fieldOf(key, DELETE_FROM_PRIMITIVE_LIST, badPrimitiveList), patch[key], schema);
    } else mergeKey(merged, key, patch[key], schema);
  }
  return merged;
}

/** `$patch` in a map: replace takes the patch as it is, delete empties the map. */
function obeyDirective(patch: JSONObject): JSONObject {
  const { $patch: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw badDirective(directive, patch);
}

function mergeKey(merged: JSONObject, key: string, patch: unknown, schema: Schema | undefined): void {
  if (patch === null) {
    delete merged[key];
    return;
  }
  const live = getOwn(merged, key);
  const field = childSchema(schema, key);
  if (isObject(live) && isObject(patch)) {
    setOwn(merged, key, strategyOf(field) === 'replace' ? patch : mergeMap(live, patch, field));
  } else if (Array.isArray(live) && Array.isArray(patch)) {
    setOwn(merged, key, mergeList(live, patch, field, mergeMap));
  } else {
    const taken = withoutDirectives(withoutNulls(patch));
    if (taken === undefined) delete merged[key];
    else setOwn(merged, key, taken);
  }
}

function deleteScalars(merged: JSONObject, key: string, patch: unknown, schema: Schema | undefined): void {
  const live = getOwn(merged, key);
  if (patch === null) delete merged[key];
  else if (Array.isArray(live) && Array.isArray(patch)) {
    setOwn(merged, key, deleteFromList(live, patch, childSchema(schema, key), mergeMap));
  }
}

/** `$retainKeys`: live keys that are not listed go; a patch may not set what it does not list. */
function retainKeys(merged: JSONObject, patch: JSONObject, done: Set<string>): void {
  if (!hasOwn(patch, RETAIN_KEYS)) return;
  done.add(RETAIN_KEYS);
  const list = patch[RETAIN_KEYS];
  if (!Array.isArray(list)) throw badRetainKeys();
  const retained = new Set<unknown>(list);
  for (const key of Object.keys(patch)) {
    const exempt =
      key === RETAIN_KEYS ||
      patch[key] === null ||
      key.startsWith(DELETE_FROM_PRIMITIVE_LIST) ||
      key.startsWith(SET_ELEMENT_ORDER);
    if (!exempt && !retained.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(merged)) if (!retained.has(key)) delete merged[key];
}

/** `$setElementOrder/<field>`: merges the field and arranges it: the order given, then that of the live list. */
function mergeOrderedLists(
  merged: JSONObject,
  patch: JSONObject,
  schema: Schema | undefined,
  done: Set<string>,
): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ELEMENT_ORDER)) continue;
    done.add(key);
    const order = asList(patch[key]);
    const field = fieldOf(key, SET_ELEMENT_ORDER, badSetElementOrder);
    const list = childSchema(schema, field);
    const live = hasOwn(merged, field) ? asList(merged[field]) : undefined;
    const changes = hasOwn(patch, field) ? asList(patch[field]) : undefined;
    checkSetElementOrder(changes ?? [], order, mergeKeyOf(list));
    const result =
      changes === undefined
        ? live
        : live === undefined
          ? (withoutDirectives(changes) as readonly unknown[])
          : mergeList(live, changes, list, mergeMap);
    if (result === undefined) continue;
    setOwn(merged, field, arrange(result, order, live ?? [], mergeKeyOf(list)));
    done.add(field);
  }
}

/** The field that a directive such as `$setElementOrder/<field>` speaks of. */
function fieldOf(directive: string, prefix: string, bad: () => Error): string {
  if (directive[prefix.length] !== '/') throw bad();
  return directive.slice(prefix.length + 1);
}

function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  return schema?.type === 'map' ? schema.values : schema?.fields?.get(key)?.schema;
}

/** The value without nulls in its objects. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isObject(value)
    ? mapValues(value, (item) => (item === null ? undefined : withoutNulls(item)))
    : value;
}

/** The value without the objects that carry `$patch`; undefined when it is one itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  return hasOwn(value, '$patch') ? undefined : mapValues(value, withoutDirectives);
}

function mapValues(object: JSONObject, change: (value: unknown) => unknown): JSONObject {
  const result: JSONObject = {};
  for (const key of Object.keys(object)) {
    const value = change(object[key]);
    if (value !== undefined) setOwn(result, key, value);
  }
  return result;
}
