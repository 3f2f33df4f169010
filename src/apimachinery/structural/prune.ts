import type { Json, JSONSchemaProps } from './types.ts';

export function prune(
  _object: Json,
  _props: JSONSchemaProps | undefined,
  _options: { root: boolean },
): string[] {
  throw new Error('not yet');
}
