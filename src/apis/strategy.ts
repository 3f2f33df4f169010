/** Small pieces that many strategies share. */
import type { Schema } from '../apimachinery/schema/schema.ts';
import type { KubeObject } from './object.ts';

/** A client cannot set status when it creates an object. */
export function dropStatus(object: KubeObject): void {
  delete object.status;
}

/** An update of the main resource leaves status as it is. */
export function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old.status === undefined) delete object.status;
  else object.status = old.status;
}

/** An update of the status subresource leaves everything else as it is. */
export function keepSpec(object: KubeObject, old: KubeObject): void {
  if (old.spec === undefined) delete object.spec;
  else object.spec = old.spec;
}

/** Deep equality of JSON values, where absent, null and empty are different, as stored objects need it. */
export function equalJSON(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJSON(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  let surplus = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    surplus++;
    if (!Object.hasOwn(right, key) || !equalJSON(left[key], right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined) surplus--;
  return surplus === 0;
}

/**
 * Equality as Kubernetes' semantic.DeepEqual has it: absent, null, empty lists and empty maps are one.
 * @param schema of the values: with it, what Go holds by pointer is not the same when it is empty as when it is absent
 *   (the `securityContext: {}` of a container).
 */
export function semanticEqual(a: unknown, b: unknown, schema?: Schema): boolean {
  if (a === b) return true;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) {
    const other = b as unknown[];
    return (
      a.length === other.length && a.every((item, index) => semanticEqual(item, other[index], schema?.items))
    );
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) {
    if (!sameField(left[key], Object.hasOwn(right, key) ? right[key] : undefined, key, schema)) return false;
  }
  for (const key in right) {
    if (!Object.hasOwn(left, key) && !sameField(undefined, right[key], key, schema)) return false;
  }
  return true;
}

function sameField(a: unknown, b: unknown, key: string, schema: Schema | undefined): boolean {
  const field = schema?.fields?.get(key);
  if (field?.pointer && isAbsent(a) !== isAbsent(b)) return false;
  return semanticEqual(a, b, field ? field.schema : schema?.values);
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function isEmpty(value: unknown): boolean {
  if (isAbsent(value)) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object') return false;
  for (const _ in value as object) return false;
  return true;
}
