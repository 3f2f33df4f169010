/** The schema of a custom resource's version, as its CustomResourceDefinition has it. */
import type { JSONSchemaProps } from '../types/apiextensions.v1.gen.ts';

export type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
  JSONSchemaProps,
  ValidationRule,
} from '../types/apiextensions.v1.gen.ts';

export type Json = Record<string, unknown>;

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema of a list's items; `items` as a list of schemas is no structural schema and counts as none. */
export const itemsOf = (props: JSONSchemaProps | undefined): JSONSchemaProps | undefined =>
  isObject(props?.items) ? (props.items as JSONSchemaProps) : undefined;

/** The schema of a map's values; undefined also for `true` and `false`. */
export const valuesOf = (props: JSONSchemaProps | undefined): JSONSchemaProps | undefined =>
  isObject(props?.additionalProperties) ? (props.additionalProperties as JSONSchemaProps) : undefined;

/** The schema of a declared field. */
export function fieldOf(props: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  const { properties } = props;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
