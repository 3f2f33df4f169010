/**
 * The CEL types of a structural schema of a CustomResourceDefinition, or of a published OpenAPI v3 schema
 * (apiserver pkg/cel/common/schemas.go, pkg/cel/types.go).
 */

import { escapeName, fieldNamed } from './escaping.ts';
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
  stringType,
  type StructField,
  structType,
  timestampType,
  withPlace,
} from './types.ts';

/** What is read of a JSONSchemaProps. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  /** No matter of the type: a property of null is one that is not there. */
  readonly nullable?: boolean;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** Bytes of the largest request: the bound of everything that has none of its own. */
const MAX_REQUEST_SIZE = 3 * 1024 * 1024;
/** A character is up to four bytes, and limits of a schema count characters. */
const BYTES_PER_CHARACTER = 4;
const MAX_STRING = MAX_REQUEST_SIZE - 2;
/** Schemas deeper than this are not exposed; a CRD's own limits are far below. */
const MAX_DEPTH = 100;

const MAX_DURATION = 32;
const MAX_DATE_TIME = 32;
const DATE = 12;
const MIN_DURATION = 3;
const MIN_DATE_TIME = 21;
const MIN_STRING = 2;
const MIN_BOOL = 4;
const MIN_NUMBER = 1;

const characters = (maxLength: number) => Math.max(maxLength, 0) * BYTES_PER_CHARACTER;

const scalar = (type: CelType, minSerializedSize: number, place: Place = {}) =>
  withPlace(type, { minSerializedSize, ...place });

function stringOf(schema: JsonSchema): CelType {
  const { maxLength } = schema;
  switch (schema.format) {
    case 'byte':
      return scalar(bytesType, MIN_STRING, {
        maxElements: maxLength === undefined ? MAX_STRING : Math.max(maxLength, 0),
      });
    case 'duration':
      return scalar(durationType, MIN_DURATION, { maxElements: MAX_DURATION });
    case 'date':
      return scalar(timestampType, DATE, { maxElements: DATE, date: true });
    case 'date-time':
      return scalar(timestampType, MIN_DATE_TIME, { maxElements: MAX_DATE_TIME });
  }
  let maxElements = MAX_STRING;
  if (maxLength !== undefined) maxElements = characters(maxLength);
  else if (schema.enum !== undefined && schema.enum.length > 0) {
    const lengths = schema.enum.map((value) =>
      typeof value === 'string' ? encoder.encode(value).length : 0,
    );
    maxElements = Math.max(...lengths);
  }
  return scalar(stringType, MIN_STRING, { maxElements });
}

const encoder = new TextEncoder();

const TEXT: JsonSchema = { type: 'string' };
const META: JsonSchema = { type: 'object', properties: { name: TEXT, generateName: TEXT } };

/** `kind`, `apiVersion`, `metadata.name` and `metadata.generateName` are always there in a resource. */
function asResource(schema: JsonSchema): JsonSchema {
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const known =
    kind?.type === 'string' &&
    apiVersion?.type === 'string' &&
    metadata?.type === 'object' &&
    metadata.properties?.name?.type === 'string' &&
    metadata.properties.generateName?.type === 'string';
  if (known) return schema;
  return { ...schema, properties: { ...schema.properties, kind: TEXT, apiVersion: TEXT, metadata: META } };
}

/** Makes types of schemas, and names for the structs among them. */
class Builder {
  #depth = 0;

  type(schema: JsonSchema, resource: boolean, name: string): CelType | undefined {
    if (++this.#depth > MAX_DEPTH) return undefined;
    try {
      return this.#type(schema, resource, name);
    } finally {
      this.#depth--;
    }
  }

  #type(schema: JsonSchema, resource: boolean, name: string): CelType | undefined {
    if (schema['x-kubernetes-int-or-string']) {
      const maxElements = schema.maxLength === undefined ? MAX_STRING : characters(schema.maxLength);
      return withPlace(dynType, { minSerializedSize: 1, maxElements });
    }
    const whole = resource ? asResource(schema) : schema;
    switch (whole.type) {
      case 'array':
        return this.#list(whole, name);
      case 'object':
        return this.#object(whole, name);
      case 'string':
        return stringOf(whole);
      case 'boolean':
        return scalar(boolType, MIN_BOOL);
      case 'number':
        return scalar(doubleType, MIN_NUMBER);
      case 'integer':
        return scalar(intType, MIN_NUMBER);
    }
    return undefined;
  }

  #list(schema: JsonSchema, name: string): CelType | undefined {
    if (schema.items === undefined) return undefined;
    const items = this.type(
      schema.items,
      schema.items['x-kubernetes-embedded-resource'] === true,
      `${name}.@idx`,
    );
    if (items === undefined) return undefined;
    const size = items.place?.minSerializedSize ?? 0;
    const maxElements =
      schema.maxItems === undefined
        ? Math.floor((MAX_REQUEST_SIZE - 2) / (size + 1))
        : Math.max(schema.maxItems, 0);
    const kind = schema['x-kubernetes-list-type'];
    return listType(items, {
      maxElements,
      minSerializedSize: 2,
      ...((kind === 'set' || kind === 'map') && { listType: kind }),
      ...(kind === 'map' && {
        listMapKeys: (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escapeName(key) ?? key),
      }),
    });
  }

  #object(schema: JsonSchema, name: string): CelType | undefined {
    const values = schema.additionalProperties;
    if (typeof values === 'object') {
      const type = this.type(values, values['x-kubernetes-embedded-resource'] === true, `${name}.@elem`);
      if (type === undefined) return undefined;
      const size = type.place?.minSerializedSize ?? 0;
      const maxElements =
        schema.maxProperties === undefined
          ? Math.floor((MAX_REQUEST_SIZE - 2) / (size + 6))
          : Math.max(schema.maxProperties, 0);
      return mapType(stringType, type, { maxElements, minSerializedSize: 2 });
    }
    return this.#struct(schema, name);
  }

  #struct(schema: JsonSchema, name: string): CelType {
    const required = new Set(schema.required ?? []);
    const fields = new Map<string, StructField>();
    let minSerializedSize = 2;
    for (const [property, propertySchema] of Object.entries(schema.properties ?? {})) {
      const embedded = propertySchema['x-kubernetes-embedded-resource'] === true;
      const escaped = escapeName(property);
      const type = this.type(propertySchema, embedded, `${name}.${escaped ?? property}`);
      if (type === undefined) continue;
      if (escaped !== undefined) {
        fields.set(escaped, { type, jsonName: property, required: required.has(property) });
      }
      // A default is filled in by the server, so that the request need not have it.
      if (required.has(property) && propertySchema.default === undefined) {
        minSerializedSize += encoder.encode(property).length + (type.place?.minSerializedSize ?? 0) + 4;
      }
    }
    return structType(
      name,
      { field: (field) => fieldNamed(fields, field), names: () => [...fields.keys()] },
      { minSerializedSize },
    );
  }
}

/**
 * The type of values of a schema; undefined when expressions cannot see them. `resource`: it is the root of a resource.
 * `name` is what messages call its struct, and the prefix of those inside.
 */
export function declType(schema: JsonSchema, resource: boolean, name = 'object'): CelType | undefined {
  return new Builder().type(schema, resource, name);
}
