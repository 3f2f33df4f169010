import type { Json, JSONSchemaProps } from './types.ts';

export function pruneNonNullableNulls(_object: Json, _props: JSONSchemaProps | undefined): void {
  throw new Error('not yet');
}
export function applyDefaults(_object: Json, _props: JSONSchemaProps | undefined): void {
  throw new Error('not yet');
}
/** A copy of the schema whose defaults hold only what the schema knows. */
export function pruneDefaults(_props: JSONSchemaProps): JSONSchemaProps {
  throw new Error('not yet');
}
