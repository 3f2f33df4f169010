import type { FieldError } from '../field-error.ts';
import type { JSONSchemaProps } from './types.ts';

export function validateValue(
  _object: unknown,
  _props: JSONSchemaProps | undefined,
  _path = '',
): FieldError[] {
  throw new Error('not yet');
}
export function validateUpdate(
  _object: unknown,
  _old: unknown,
  _props: JSONSchemaProps | undefined,
  _path = '',
): FieldError[] {
  throw new Error('not yet');
}
