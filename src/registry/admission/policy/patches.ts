/**
 * What the expressions of mutations make of an object.
 * Source: apiserver pkg/admission/plugin/policy/mutating/patch (smd.go, json_patch.go).
 */
import { objectToJson, patchOperations } from '../../../apimachinery/cel/mutation.ts';
import type { Value } from '../../../apimachinery/cel/values.ts';
import { merge } from '../../../apimachinery/fieldmanager/merge.ts';
import { applyOperations as applyPatch } from '../../../apimachinery/patch/json-patch.ts';
import type { JSONObject } from '../../../apimachinery/patch/values.ts';
import type { Schema } from '../../../apimachinery/schema/schema.ts';
import type { KubeObject } from '../../../apis/object.ts';

/** Lays an `Object{…}` over the object, as server-side apply merges. @throws Error */
export function applyConfiguration(object: KubeObject, configuration: Value, schema: Schema): KubeObject {
  let patch: JSONObject;
  try {
    patch = objectToJson(configuration) as JSONObject;
  } catch (error) {
    throw new Error(`type mismatch: ${(error as Error).message}`);
  }
  const atomics = atomicsIn(patch, schema, '');
  if (atomics.length > 0) {
    throw new Error(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    );
  }
  try {
    return merge(object as JSONObject, patch, schema) as KubeObject;
  } catch (error) {
    throw new Error(`error applying patch: failed to merge patch: ${(error as Error).message}`);
  }
}

/** Paths of what would be replaced as a whole: a policy means to add to it, and would remove the rest. */
function atomicsIn(value: unknown, schema: Schema | undefined, path: string): string[] {
  if (!schema || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    if (schema.type !== 'array') return [];
    const own = schema.listType === undefined || schema.listType === 'atomic' ? [path] : [];
    return [...own, ...value.flatMap((item, index) => atomicsIn(item, schema.items, `${path}[${index}]`))];
  }
  if (schema.type !== 'struct' && schema.type !== 'map') return [];
  const own = schema.atomic ? [path] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, inner]) =>
      atomicsIn(inner, schema.fields?.get(name)?.schema ?? schema.values, `${path}.${name}`),
    ),
  ];
}

/** Applies a list of `JSONPatch{…}`; one whose test fails changes nothing. @throws Error */
export function applyOperations(object: KubeObject, operations: Value): KubeObject {
  const patch = patchOperations(operations).map((operation): JSONObject => ({ ...operation }));
  try {
    return applyPatch(object, patch) as KubeObject;
  } catch (error) {
    const { message } = error as Error;
    if (message.endsWith('test failed')) return object;
    throw new Error(`JSON Patch: ${message}`);
  }
}
