/**
 * A version's structural schema in the project's own notation, for server-side apply and for decoding.
 * Sources: kube-openapi pkg/schemaconv/openapi.go (what a place is to structured-merge-diff),
 * apiextensions-apiserver pkg/controller/openapi/builder/builder.go (the fields every object has).
 *
 * Undeclared fields are kept wherever server-side apply takes them: below `x-kubernetes-preserve-unknown-fields`, and
 * in objects that declare nothing. What a server drops of them is decided by `prune`.
 */
import type { Field, ListType, Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { type GroupVersionKind, itemsOf, type JSONSchemaProps, valuesOf } from './types.ts';

const STRING: Schema = { type: 'string' };
/** A string with a format: its type is left to validation, which says more of it. */
const ANY_SCALAR: Schema = { type: 'intOrString' };
/** Any JSON: maps granular, lists atomic. */
const ANY: Schema = { type: 'raw' };

const field = (name: string, schema: Schema, required = false): [string, Field] => [
  name,
  { name, schema, required, path: [] },
];

const objectFields = (): [string, Field][] => [
  field('apiVersion', STRING),
  field('kind', STRING),
  field('metadata', struct('meta.v1.ObjectMeta')),
];

/**
 * The schema of a version's objects. It recurses as deep as the definition, which decoding has bounded.
 * @param props none: everything is kept.
 */
export function schemaOfCustomResource(props: JSONSchemaProps | undefined, _gvk: GroupVersionKind): Schema {
  return structOf(props ?? {}, props === undefined, true);
}

/** For reading bodies: leaves everything as it came, until it is brought to the schema of its version. */
export const BODY_SCHEMA: Schema = {
  type: 'struct',
  fields: new Map([field('apiVersion', STRING), field('kind', STRING), field('metadata', ANY)]),
  preserveUnknownFields: true,
};

const keepsUnknown = (props: JSONSchemaProps): boolean =>
  props['x-kubernetes-preserve-unknown-fields'] === true;

function structOf(props: JSONSchemaProps, above: boolean, object: boolean): Schema {
  const { properties = {} } = props;
  const preserves = above || keepsUnknown(props);
  const fields = new Map<string, Field>();
  let declared = 0;
  for (const [name, value] of Object.entries(properties)) {
    declared++;
    const required = props.required?.includes(name) ?? false;
    const entry: Field = { name, schema: schemaOf(value, preserves), required, path: [] };
    fields.set(name, value.default === undefined ? entry : { ...entry, default: value.default });
  }
  if (object) for (const [name, own] of objectFields()) fields.set(name, own);
  const open = preserves || (declared === 0 && !object);
  return {
    type: 'struct',
    fields,
    ...(open ? { preserveUnknownFields: true } : {}),
    ...atomicity(props),
  };
}

const atomicity = (props: JSONSchemaProps): Partial<Schema> =>
  props['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {};

function mapOf(props: JSONSchemaProps, preserve: boolean): Schema {
  const values = valuesOf(props);
  return { type: 'map', values: values ? schemaOf(values, preserve) : ANY, ...atomicity(props) };
}

function listOf(props: JSONSchemaProps, preserve: boolean): Schema {
  const items = itemsOf(props);
  const listType = props['x-kubernetes-list-type'] as ListType | undefined;
  const keys = props['x-kubernetes-list-map-keys'];
  return {
    type: 'array',
    items: items ? schemaOf(items, preserve) : ANY,
    ...(listType ? { listType } : {}),
    ...(listType === 'map' && keys ? { listMapKeys: keys } : {}),
  };
}

/** `above`: a place further up keeps unknown fields, and so do all below it. */
function schemaOf(props: JSONSchemaProps, above: boolean): Schema {
  if (props['x-kubernetes-int-or-string']) return ANY;
  const preserve = above || keepsUnknown(props);
  const hasFields = props.properties !== undefined && Object.keys(props.properties).length > 0;
  switch (props.type) {
    case 'object': {
      const { additionalProperties } = props;
      const isMap = additionalProperties !== undefined && additionalProperties !== false;
      if (isMap && !hasFields) return mapOf(props, preserve);
      return structOf(props, preserve, props['x-kubernetes-embedded-resource'] === true);
    }
    case 'array':
      return listOf(props, preserve);
    case 'integer':
    case 'number':
      return props.format ? { type: props.type, format: props.format } : { type: props.type };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return props.format && props.format !== 'byte' ? ANY_SCALAR : STRING;
    default:
      return hasFields ? structOf(props, preserve, false) : ANY;
  }
}
