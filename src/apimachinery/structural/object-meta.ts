import type { FieldError } from '../field-error.ts';
import type { Json, JSONSchemaProps } from './types.ts';

export interface Coerced {
  readonly error?: FieldError;
  /** `unknown field "spec.template.metadata.foo"`. */
  readonly unknown: string[];
}
/** In place. `dropInvalid`: malformed metadata fields are dropped instead of refused (reads of stored objects). */
export function coerceObjectMeta(
  _object: Json,
  _props: JSONSchemaProps | undefined,
  _options: { root: boolean; dropInvalid?: boolean },
): Coerced {
  throw new Error('not yet');
}
/** `root` false for whole objects: the root's metadata is the registry's. */
export function validateObjectMeta(
  _object: Json,
  _props: JSONSchemaProps | undefined,
  _options: { root: boolean },
): FieldError[] {
  throw new Error('not yet');
}
