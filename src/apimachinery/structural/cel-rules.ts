import type { FieldError } from '../field-error.ts';
import type { Json, JSONSchemaProps } from './types.ts';

/** `old` undefined: a creation. */
export function validateRules(
  _object: Json,
  _old: Json | undefined,
  _props: JSONSchemaProps | undefined,
): FieldError[] {
  throw new Error('not yet');
}
