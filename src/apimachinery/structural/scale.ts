import type { CustomResourceDefinitionVersion, CustomResourceSubresourceScale, Json } from './types.ts';

/** Fits ScaleAccess of src/apis/definition.ts. */
export interface CustomScaleAccess {
  getReplicas(object: Json): number;
  setReplicas(object: Json, replicas: number): void;
  statusReplicas(object: Json): number;
  selector(object: Json): string;
}
export function scaleAccessOf(_scale: CustomResourceSubresourceScale): CustomScaleAccess {
  throw new Error('not yet');
}
/** By field selector name: `spec.color` -> its value as text. */
export function selectableFieldsOf(
  _version: CustomResourceDefinitionVersion,
): Readonly<Record<string, (object: Json) => string>> {
  throw new Error('not yet');
}
