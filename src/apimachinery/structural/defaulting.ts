/**
 * Defaults of structural schemas, and the nulls they replace.
 * Source: apiextensions-apiserver pkg/apiserver/schema/defaulting.
 */
import { deepCopy } from '../deep-copy.ts';
import { getOwn, setOwn } from '../patch/values.ts';
import { coerceObjectMeta } from './object-meta.ts';
import { prune } from './prune.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** Null where null is no value. */
const isForbiddenNull = (value: unknown, props: JSONSchemaProps | undefined): boolean =>
  value === null && props !== undefined && !props.nullable;

/** The schema of a field, declared or not. */
const schemaOfKey = (props: JSONSchemaProps | undefined, key: string): JSONSchemaProps | undefined =>
  props && (fieldOf(props, key) ?? valuesOf(props));

/** Removes nulls, in place, where the schema takes none and has no default to put in their stead. */
export function pruneNonNullableNulls(value: unknown, props: JSONSchemaProps | undefined): void {
  if (Array.isArray(value)) {
    const items = itemsOf(props);
    for (const item of value) if (typeof item === 'object') pruneNonNullableNulls(item, items);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (typeof inner !== 'object') continue;
      const schema = schemaOfKey(props, key);
      if (isForbiddenNull(inner, schema) && !isSet(schema?.default)) delete value[key];
      else pruneNonNullableNulls(inner, schema);
    }
  }
}

/** Puts in defaults, in place; each is a copy, so that objects share nothing with their schema. */
export function applyDefaults(value: unknown, props: JSONSchemaProps | undefined): void {
  if (props === undefined) return;
  if (Array.isArray(value)) {
    const items = itemsOf(props);
    if (!items) return;
    for (let i = 0; i < value.length; i++) {
      if (isForbiddenNull(value[i], items) && isSet(items.default)) value[i] = deepCopy(items.default);
      if (typeof value[i] === 'object') applyDefaults(value[i], items);
    }
  } else if (isObject(value)) defaultFields(value, props);
}

function defaultFields(object: Json, props: JSONSchemaProps): void {
  const { properties } = props;
  if (properties) {
    for (const name of Object.keys(properties)) {
      const declared = properties[name]!;
      if (!isSet(declared.default)) continue;
      if (!Object.hasOwn(object, name) || isForbiddenNull(object[name], declared)) {
        setOwn(object, name, deepCopy(declared.default));
      }
    }
  }
  const values = valuesOf(props);
  if (!properties && !values) return;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (typeof value !== 'object') continue;
    const declared = fieldOf(props, key);
    if (!declared && isForbiddenNull(value, values) && isSet(values?.default)) {
      object[key] = deepCopy(values?.default);
    }
    applyDefaults(object[key], declared ?? values);
  }
}

/** A way into an object: to a field, or to an item of a list. */
export type Step = { readonly key: string } | 'item';

/** An object of the resource with the value at its place, and the way back to it. */
export interface Surrounded {
  readonly object: unknown;
  get(): unknown;
}

export function surround(value: unknown, steps: readonly Step[]): Surrounded {
  const object = steps.reduceRight<unknown>(
    (inner, step) => (step === 'item' ? [inner] : { [step.key]: inner }),
    value,
  );
  const get = (): unknown =>
    steps.reduce<unknown>((outer, step) => {
      if (step === 'item') return Array.isArray(outer) ? outer[0] : undefined;
      return isObject(outer) ? getOwn(outer, step.key) : undefined;
    }, object);
  return { object, get };
}

/**
 * The schema with defaults that hold only what the schema itself knows, so that defaulting brings in nothing that
 * would be pruned. Shares with the original what did not change.
 */
export function pruneDefaults(root: JSONSchemaProps): JSONSchemaProps {
  return prunedAt(root, root, []);
}

function prunedAt(props: JSONSchemaProps, root: JSONSchemaProps, steps: readonly Step[]): JSONSchemaProps {
  const changed: Partial<JSONSchemaProps> = {};
  if (isSet(props.default)) {
    const around = surround(deepCopy(props.default), steps);
    if (isObject(around.object)) {
      coerceObjectMeta(around.object, root, { root: true, dropInvalid: true });
      prune(around.object, root, { root: true });
    }
    const pruned = around.get();
    if (JSON.stringify(pruned) !== JSON.stringify(props.default)) changed.default = pruned;
  }
  const values = valuesOf(props);
  if (values) {
    const next = prunedAt(values, root, [...steps, { key: '*' }]);
    if (next !== values) changed.additionalProperties = next;
  }
  const items = itemsOf(props);
  if (items) {
    const next = prunedAt(items, root, [...steps, 'item']);
    if (next !== items) changed.items = next;
  }
  for (const [name, property] of Object.entries(props.properties ?? {})) {
    const next = prunedAt(property, root, [...steps, { key: name }]);
    if (next === property) continue;
    changed.properties ??= { ...props.properties };
    setOwn(changed.properties, name, next);
  }
  for (const _ in changed) return { ...props, ...changed };
  return props;
}
