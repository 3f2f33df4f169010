import type { FieldError } from '../field-error.ts';
import type { Json, JSONSchemaProps } from './types.ts';

export function validateListTypes(_object: Json, _props: JSONSchemaProps | undefined): FieldError[] {
  throw new Error('not yet');
}
