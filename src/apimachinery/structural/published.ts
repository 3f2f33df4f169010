/**
 * The schema of a version as OpenAPI documents publish it. Sources: apiextensions-apiserver
 * pkg/controller/openapi/builder/builder.go and v2/conversion.go, pkg/apiserver/schema/{kubeopenapi,unfold}.go.
 */
import { describeField } from '../schema/describe.ts';
import {
  type CustomResourceDefinition,
  isObject,
  itemsOf,
  type Json,
  type JSONSchemaProps,
  valuesOf,
} from './types.ts';

interface Dialect {
  readonly v2: boolean;
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * The definition of the kind. It refers to ObjectMeta alone, in the way of the dialect.
 * @param version a version of the definition. Without a schema anything goes.
 */
export function publishedSchema(crd: CustomResourceDefinition, version: string, dialect: Dialect): Json {
  const found = crd.spec.versions?.find((one) => one.name === version);
  const props = found?.schema?.openAPIV3Schema;
  const { group, names } = crd.spec;
  const selectable = found?.selectableFields ?? [];
  return {
    ...rootSchema(props, crd.spec.preserveUnknownFields ?? false, dialect),
    'x-kubernetes-group-version-kind': [{ group, kind: names.kind, version }],
    ...(selectable.length > 0
      ? {
          'x-kubernetes-selectable-fields': selectable.map(({ jsonPath }) => ({
            fieldPath: jsonPath.replace(/^\./, ''),
          })),
        }
      : {}),
  };
}

function rootSchema(props: JSONSchemaProps | undefined, preserve: boolean, dialect: Dialect): Json {
  // Whatever were declared beside unknown fields, old clients would take for all there is.
  const untyped = dialect.v2 && (preserve || props?.['x-kubernetes-preserve-unknown-fields']);
  if (!props || untyped) return { type: 'object' };
  const schema = publish(props, dialect);
  return { ...schema, properties: { ...schema.properties, ...objectProperties(dialect) } };
}

/** What every object has. */
function objectProperties({ v2 }: Dialect): Record<string, Json> {
  const text = (name: string): Json => ({ description: describeField('core.v1.Pod', name), type: 'string' });
  const reference = { $ref: `${v2 ? '#/definitions/' : '#/components/schemas/'}${OBJECT_META}` };
  const description = describeField('core.v1.Pod', 'metadata');
  return {
    apiVersion: text('apiVersion'),
    kind: text('kind'),
    // OpenAPI 3.0 ignores what stands beside a reference.
    metadata: v2 ? { description, ...reference } : { description, allOf: [reference] },
  };
}

/** Fields that are published as they are, unless they say nothing. */
const PLAIN = [
  'description',
  'type',
  'title',
  'format',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'maxProperties',
  'minProperties',
  'required',
  'enum',
  'nullable',
  'default',
  'example',
  'externalDocs',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
] as const satisfies readonly (keyof JSONSchemaProps)[];
const JUNCTORS = ['allOf', 'anyOf', 'oneOf'] as const;

const saysNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

function plainFields(props: JSONSchemaProps): Record<string, any> {
  const out: Record<string, any> = {};
  for (const field of PLAIN) {
    const value = props[field];
    const counts =
      field === 'default' || field === 'example' ? value === undefined || value === null : saysNothing(value);
    if (!counts) out[field] = value;
  }
  return out;
}

function publish(props: JSONSchemaProps, dialect: Dialect): Record<string, any> {
  return dialect.v2 ? publishV2(props) : publishV3(props);
}

function publishV3(props: JSONSchemaProps): Record<string, any> {
  const out = { ...plainFields(props), ...junctorsOf(unfold(props)) };
  const items = itemsOf(props);
  if (items) out.items = publishV3(items);
  addProperties(out, props, { v2: false });
  const values = valuesOf(props);
  if (values) out.additionalProperties = publishV3(values);
  else if (props.additionalProperties !== undefined) out.additionalProperties = props.additionalProperties;
  if (props['x-kubernetes-embedded-resource']) embed(out, { v2: false });
  return out;
}

function addProperties(out: Record<string, any>, props: JSONSchemaProps, dialect: Dialect): void {
  const entries = Object.entries(props.properties ?? {});
  if (entries.length === 0) return;
  out.properties = Object.fromEntries(entries.map(([name, value]) => [name, publish(value, dialect)]));
}

function embed(out: Record<string, any>, dialect: Dialect): void {
  const required: string[] = out.required ?? [];
  out.properties = { ...out.properties, ...objectProperties(dialect) };
  out.required = [...required, ...['kind', 'apiVersion'].filter((name) => !required.includes(name))];
}

const INT_OR_STRING: readonly JSONSchemaProps[] = [{ type: 'integer' }, { type: 'string' }];
const isIntOrString = (anyOf: readonly JSONSchemaProps[] | undefined): boolean =>
  JSON.stringify(anyOf) === JSON.stringify(INT_OR_STRING);

/** Spells out what `x-kubernetes-int-or-string` means, where the schema does not do so itself. */
function unfold(props: JSONSchemaProps): Pick<JSONSchemaProps, 'allOf' | 'anyOf' | 'oneOf' | 'not'> {
  const { allOf, anyOf, oneOf, not } = props;
  const junctors = {
    ...(allOf && { allOf }),
    ...(anyOf && { anyOf }),
    ...(oneOf && { oneOf }),
    ...(not && { not }),
  };
  if (!props['x-kubernetes-int-or-string']) return junctors;
  if (isIntOrString(anyOf) || isIntOrString(allOf?.[0]?.anyOf)) return junctors;
  if (!anyOf?.length) return { ...junctors, anyOf: [...INT_OR_STRING] };
  return { ...junctors, allOf: [{ anyOf: [...INT_OR_STRING] }, ...(allOf ?? [])] };
}

function junctorsOf(props: Pick<JSONSchemaProps, 'allOf' | 'anyOf' | 'oneOf' | 'not'>): Record<string, any> {
  const out: Record<string, any> = {};
  for (const junctor of JUNCTORS)
    if (props[junctor]?.length) out[junctor] = props[junctor].map(publishNested);
  if (props.not) out.not = publishNested(props.not);
  return out;
}

/** Within junctors additionalProperties are not published. */
function publishNested(props: JSONSchemaProps): Record<string, any> {
  const out = { ...plainFields(props), ...junctorsOf(props) };
  const items = itemsOf(props);
  if (items) out.items = publishNested(items);
  if (isObject(props.properties)) {
    out.properties = Object.fromEntries(
      Object.entries(props.properties).map(([name, value]) => [name, publishNested(value)]),
    );
  }
  return out;
}

/**
 * OpenAPI 2 knows neither junctors nor null, and its clients take what is declared for all there is: what may be null
 * or hold unknown fields is left without a type. The document has no defaults either, as upstream's.
 */
function publishV2(props: JSONSchemaProps): Record<string, any> {
  const { nullable = false } = props;
  const preserve = props['x-kubernetes-preserve-unknown-fields'] === true;
  const { nullable: _, default: __, ...out } = plainFields(props);
  const items = nullable || preserve ? undefined : itemsOf(props);
  if (items) out.items = publishV2(items);
  if (!nullable && !preserve) addProperties(out, props, { v2: true });
  const values = valuesOf(props);
  if (values) out.additionalProperties = publishV2(values);
  else if (props.additionalProperties !== undefined) out.additionalProperties = props.additionalProperties;
  if (nullable || (props.type === 'array' && !items) || (preserve && props.type === 'object'))
    delete out.type;
  if (values?.nullable) delete out.required;
  else if (out.required && out.properties) {
    const { properties } = props;
    out.required = out.required.filter((name: string) => !properties?.[name]?.nullable);
    if (out.required.length === 0) delete out.required;
  }
  if (props['x-kubernetes-embedded-resource'] && !preserve) embed(out, { v2: true });
  return out;
}
