/**
 * The types that rules see: a structural schema as CEL declares it.
 * Sources: kubernetes/apiserver pkg/cel/common/schemas.go, pkg/cel/{types,limits}.go.
 */
import { escapeName } from '../cel/escaping.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  type Place,
  type StructField,
  stringType,
  structType,
  timestampType,
  withPlace,
} from '../cel/types.ts';
import { byteLength } from '../validation/content.ts';
import { fieldOf, itemsOf, type JSONSchemaProps, valuesOf } from './types.ts';

/** The largest request of which sizes are estimated, in bytes. */
const MAX_REQUEST_SIZE = 3 * 1024 * 1024;
/** Quotation marks are no part of a string. */
const MAX_STRING_LENGTH = MAX_REQUEST_SIZE - 2;

const STRING: JSONSchemaProps = { type: 'string' };

/** A resource's schema with what every object has: apiVersion, kind, and of the metadata the names. */
export function withTypeAndObjectMeta(props: JSONSchemaProps): JSONSchemaProps {
  const names = fieldOf(props, 'metadata')?.properties;
  const declared =
    fieldOf(props, 'kind')?.type === 'string' &&
    fieldOf(props, 'apiVersion')?.type === 'string' &&
    fieldOf(props, 'metadata')?.type === 'object' &&
    names?.name?.type === 'string' &&
    names.generateName?.type === 'string';
  if (declared) return props;
  return {
    ...props,
    properties: {
      ...props.properties,
      kind: STRING,
      apiVersion: STRING,
      metadata: { type: 'object', properties: { name: STRING, generateName: STRING } },
    },
  };
}

/**
 * The type of a schema's values; undefined where rules see nothing: in places without a type, and in lists and maps
 * of such. Recurses as deep as the schema, which decoding has bounded.
 * @param resource the schema is of a resource, the object's own or an embedded one.
 * @param name the name of the type, below which structs in it are named: they tell them apart.
 */
export function celTypeOf(props: JSONSchemaProps, resource: boolean, name = 'selfType'): CelType | undefined {
  if (props['x-kubernetes-int-or-string']) {
    const { maxLength } = props;
    const maxElements = maxLength === undefined ? MAX_STRING_LENGTH : Math.max(maxLength, 0) * 4;
    return withPlace(dynType, { maxElements, minSerializedSize: 1 });
  }
  const schema = resource ? withTypeAndObjectMeta(props) : props;
  switch (schema.type) {
    case 'array':
      return celList(schema, name);
    case 'object':
      return schema.additionalProperties !== undefined && valuesOf(schema)
        ? celMap(schema, name)
        : celStruct(schema, name);
    case 'string':
      return celString(schema);
    case 'boolean':
      return withPlace(boolType, { minSerializedSize: 4 });
    case 'number':
      return withPlace(doubleType, { minSerializedSize: 1 });
    case 'integer':
      return withPlace(intType, { minSerializedSize: 1 });
    default:
      return undefined;
  }
}

const isResource = (props: JSONSchemaProps): boolean => props['x-kubernetes-embedded-resource'] === true;
const sizeOf = (type: CelType): number => type.place?.minSerializedSize ?? 2;

function celList(props: JSONSchemaProps, name: string): CelType | undefined {
  const items = itemsOf(props);
  const element = items && celTypeOf(items, isResource(items), `${name}.@idx`);
  if (!element) return undefined;
  const { maxItems } = props;
  const merged = props['x-kubernetes-list-type'] as Place['listType'];
  const keys = props['x-kubernetes-list-map-keys'];
  return listType(element, {
    maxElements:
      maxItems === undefined
        ? Math.floor((MAX_REQUEST_SIZE - 2) / (sizeOf(element) + 1))
        : Math.max(maxItems, 0),
    minSerializedSize: 2,
    ...(merged ? { listType: merged } : {}),
    ...(keys ? { listMapKeys: keys } : {}),
  });
}

function celMap(props: JSONSchemaProps, name: string): CelType | undefined {
  const values = valuesOf(props)!;
  const element = celTypeOf(values, isResource(values), `${name}.@elem`);
  if (!element) return undefined;
  const { maxProperties } = props;
  const maxElements =
    maxProperties === undefined
      ? Math.floor((MAX_REQUEST_SIZE - 2) / (sizeOf(element) + 6))
      : Math.max(maxProperties, 0);
  return mapType(stringType, element, { maxElements, minSerializedSize: 2 });
}

function celStruct(props: JSONSchemaProps, name: string): CelType {
  const fields = new Map<string, StructField>();
  // Braces, and of each field that must be there its name in quotes, a colon and a comma.
  let size = 2;
  for (const [key, property] of Object.entries(props.properties ?? {})) {
    const escaped = escapeName(key);
    const type = celTypeOf(property, isResource(property), `${name}.${escaped ?? key}`);
    if (!type) continue;
    const required = props.required?.includes(key) ?? false;
    const standard: unknown = property.default;
    if (escaped !== undefined) {
      fields.set(escaped, {
        type,
        ...(escaped === key ? {} : { jsonName: key }),
        ...(required ? { required } : {}),
        ...(standard === undefined || standard === null ? {} : { defaultValue: standard }),
      });
    }
    if (required && (standard === undefined || standard === null)) size += byteLength(key) + sizeOf(type) + 4;
  }
  const names = [...fields.keys()];
  return structType(
    name,
    { field: (key) => fields.get(key), names: () => names },
    { minSerializedSize: size },
  );
}

function celString(props: JSONSchemaProps): CelType {
  const { maxLength, format } = props;
  const limit = maxLength === undefined ? undefined : Math.max(maxLength, 0);
  switch (format) {
    case 'byte':
      return withPlace(bytesType, { maxElements: limit ?? MAX_STRING_LENGTH, minSerializedSize: 2 });
    case 'duration':
      return withPlace(durationType, { maxElements: 32, minSerializedSize: 3 });
    case 'date':
      return withPlace(timestampType, { maxElements: 12, minSerializedSize: 12, date: true });
    case 'date-time':
      return withPlace(timestampType, { maxElements: 32, minSerializedSize: 21 });
  }
  const texts = (props.enum ?? []).filter((one): one is string => typeof one === 'string');
  const longest = props.enum?.length ? Math.max(0, ...texts.map(byteLength)) : MAX_STRING_LENGTH;
  // A limit counts characters, of which each can have four bytes.
  return withPlace(stringType, {
    maxElements: limit === undefined ? longest : limit * 4,
    minSerializedSize: 2,
  });
}
