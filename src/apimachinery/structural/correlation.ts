/**
 * Which part of an old object belongs to which part of a new one, and whether they are equal.
 * Source: kubernetes/apiserver pkg/cel/common/equality.go, maplist.go.
 */
import { jsonEqual } from '../patch/values.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

/** A place that both objects have. Places of which the old object has none are undefined. */
export class Correlation {
  readonly value: unknown;
  readonly old: unknown;
  private readonly schema: JSONSchemaProps;
  private readonly children = new Map<string | number, Correlation>();
  private keyed: ReadonlyMap<string, unknown> | undefined;
  private equal: boolean | undefined;

  constructor(value: unknown, old: unknown, schema: JSONSchemaProps) {
    this.value = value;
    this.old = old;
    this.schema = schema;
  }

  /** A field, where the schema knows it. */
  key(name: string): Correlation | undefined {
    const known = this.children.get(name);
    if (known) return known;
    const { value, old } = this;
    if (!isObject(value) || !isObject(old)) return undefined;
    if (!Object.hasOwn(value, name) || !Object.hasOwn(old, name)) return undefined;
    const schema = fieldOf(this.schema, name) ?? valuesOf(this.schema);
    return schema && this.remember(name, new Correlation(value[name], old[name], schema));
  }

  /** An item of a list whose items have keys; those of other lists belong to no old one. */
  index(index: number): Correlation | undefined {
    const known = this.children.get(index);
    if (known) return known;
    const { value, old } = this;
    const items = itemsOf(this.schema);
    if (!items || !this.isMapList() || !Array.isArray(value) || !Array.isArray(old)) return undefined;
    const key = keyOfItem(value[index], this.schema);
    const counterpart = key === undefined ? undefined : this.oldItems(old).get(key);
    if (counterpart === undefined) return undefined;
    return this.remember(index, new Correlation(value[index], counterpart, items));
  }

  /** Whether nothing changed here, as far as it can be told: fields that the schema does not know are a change. */
  isUnchanged(): boolean {
    this.equal ??= this.compare();
    return this.equal;
  }

  private compare(): boolean {
    const { value, old } = this;
    if (Array.isArray(value) && Array.isArray(old)) {
      if (value.length !== old.length) return false;
      if (!this.isMapList() || !itemsOf(this.schema)) return jsonEqual(value, old);
      return value.every((_, i) => this.index(i)?.isUnchanged() ?? false);
    }
    if (isObject(value) && isObject(old)) {
      const keys = Object.keys(value);
      if (keys.length !== Object.keys(old).length) return false;
      return keys.every((key) => this.key(key)?.isUnchanged() ?? false);
    }
    return jsonEqual(value ?? null, old ?? null);
  }

  private remember(at: string | number, child: Correlation): Correlation {
    this.children.set(at, child);
    return child;
  }

  private isMapList(): boolean {
    return this.schema['x-kubernetes-list-type'] === 'map';
  }

  private oldItems(old: readonly unknown[]): ReadonlyMap<string, unknown> {
    this.keyed ??= keyedItems(old, this.schema);
    return this.keyed;
  }
}

/** The items of a list by their keys; of those with one key the first. */
export function keyedItems(items: readonly unknown[], list: JSONSchemaProps): Map<string, unknown> {
  const keyed = new Map<string, unknown>();
  for (const item of items) {
    const key = keyOfItem(item, list);
    if (key !== undefined && !keyed.has(key)) keyed.set(key, item);
  }
  return keyed;
}

/** The item's key; undefined when a part of it is missing or no scalar. */
export function keyOfItem(item: unknown, list: JSONSchemaProps): string | undefined {
  const names = list['x-kubernetes-list-map-keys'] ?? [];
  if (!isObject(item) || names.length === 0) return undefined;
  const parts: unknown[] = [];
  for (const name of names) {
    const part = Object.hasOwn(item, name) ? (item as Json)[name] : undefined;
    if (part === undefined || part === null || typeof part === 'object') return undefined;
    parts.push(part);
  }
  return JSON.stringify(parts);
}
