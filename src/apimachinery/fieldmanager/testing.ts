import type { Field, ListType, Schema } from '../schema/schema.ts';

/** Schemas for the tests of this folder. */

export const string: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };

export function struct(entries: Record<string, Schema>, extra: Partial<Schema> = {}): Schema {
  const fields = Object.entries(entries).map(([name, schema]): [string, Field] => [
    name,
    { name, schema, required: false, path: [] },
  ]);
  return { type: 'struct', fields: new Map(fields), ...extra };
}
export const map = (values: Schema, extra: Partial<Schema> = {}): Schema => ({
  type: 'map',
  values,
  ...extra,
});
export function list(items: Schema, listType?: ListType, ...listMapKeys: string[]): Schema {
  return {
    type: 'array',
    items,
    ...(listType ? { listType } : {}),
    ...(listMapKeys.length ? { listMapKeys } : {}),
  };
}

const item = struct({ name: string, value: integer, tags: list(string, 'set') });

/** One field of each way to be owned. */
export const thing = struct({
  apiVersion: string,
  kind: string,
  metadata: struct({
    name: string,
    namespace: string,
    uid: string,
    resourceVersion: string,
    labels: map(string),
    annotations: map(string),
    managedFields: list({ type: 'raw' }),
  }),
  text: string,
  number: integer,
  labels: map(string),
  atomicMap: map(string, { atomic: true }),
  nested: struct({ a: string, b: struct({ c: string, d: string }) }),
  atomicStruct: struct({ a: string, b: string }, { atomic: true }),
  items: list(item, 'map', 'name'),
  pairs: list(struct({ a: string, b: integer, c: string }), 'map', 'b', 'a'),
  set: list(string, 'set'),
  atomicList: list(item),
  any: { type: 'raw' },
  byName: map(item),
  open: struct({ known: string }, { preserveUnknownFields: true }),
  status: struct({ phase: string, conditions: list(item, 'map', 'name') }),
});
