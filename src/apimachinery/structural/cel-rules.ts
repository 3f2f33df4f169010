import type { FieldError } from '../field-error.ts';
import { itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

const ruled = new WeakMap<JSONSchemaProps, boolean>();

/** Whether a schema has rules anywhere: most have none, and need no walk. */
export function hasRules(props: JSONSchemaProps | undefined): boolean {
  if (props === undefined) return false;
  let known = ruled.get(props);
  if (known === undefined) {
    known =
      (props['x-kubernetes-validations']?.length ?? 0) > 0 ||
      hasRules(itemsOf(props)) ||
      hasRules(valuesOf(props)) ||
      Object.values(props.properties ?? {}).some(hasRules);
    ruled.set(props, known);
  }
  return known;
}

/** `old` undefined: a creation. */
export function validateRules(
  _object: Json,
  _old: Json | undefined,
  props: JSONSchemaProps | undefined,
): FieldError[] {
  if (!hasRules(props)) return [];
  throw new Error('not yet');
}
