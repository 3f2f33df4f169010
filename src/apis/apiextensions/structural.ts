/**
 * Structural schemas: every field of an object has a type outside of the logical junctors, so that objects can
 * be pruned and defaulted without evaluating them.
 * Source: kubernetes/apiextensions-apiserver pkg/apiserver/schema/{validation,complete,convert}.go.
 */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import { compilePattern } from '../../apimachinery/structural/pattern.ts';
import { regexpSize } from '../../apimachinery/regexp-size.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { equalJSON } from '../strategy.ts';

type Level = 'root' | 'item' | 'field';

/** The schema of a list's items; undefined when there is none or when there are several. */
export const itemsOf = (schema: JSONSchemaProps): JSONSchemaProps | undefined =>
  isSchema(schema.items) ? schema.items : undefined;

/** The schema of a map's values; undefined when `additionalProperties` is absent or a boolean. */
export const valuesOf = (schema: JSONSchemaProps): JSONSchemaProps | undefined =>
  isSchema(schema.additionalProperties) ? schema.additionalProperties : undefined;

export const isSchema = (value: unknown): value is JSONSchemaProps =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const propertiesOf = (schema: JSONSchemaProps): [string, JSONSchemaProps][] =>
  Object.entries(schema.properties ?? {});

/** Why a schema cannot be read as a structural one at all; undefined when it can. */
export function notStructural(schema: JSONSchemaProps): string | undefined {
  const unsupported = unsupportedField(schema);
  if (unsupported !== undefined) return `OpenAPIV3Schema '${unsupported}' is not supported`;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const part of partsOf(schema)) {
    const problem = notStructural(part);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unsupportedField(schema: JSONSchemaProps): string | undefined {
  if (schema.id) return 'id';
  if (schema.$schema) return 'schema';
  if (schema.$ref) return '$ref';
  if (Object.keys(schema.patternProperties ?? {}).length) return 'patternProperties';
  if (Object.keys(schema.dependencies ?? {}).length) return 'dependencies';
  if (schema.additionalItems !== undefined) return 'additionalItems';
  if (Object.keys(schema.definitions ?? {}).length) return 'definitions';
  return undefined;
}

/** All schemas directly within a schema. */
export function partsOf(schema: JSONSchemaProps): JSONSchemaProps[] {
  const junctors = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const maps = [schema.properties, schema.patternProperties, schema.definitions, schema.dependencies];
  return [
    ...(Array.isArray(schema.items) ? schema.items : [schema.items]),
    schema.additionalProperties,
    schema.additionalItems,
    schema.not,
    ...junctors,
    ...maps.flatMap((map) => Object.values(map ?? {})),
  ].filter(isSchema);
}

/** How large all patterns of a schema are, once their repetitions are written out. */
export const patternsSize = (schema: JSONSchemaProps): number =>
  partsOf(schema).reduce(
    (size, part) => size + patternsSize(part),
    schema.pattern ? regexpSize(schema.pattern) : 0,
  );

/** Violations of the rules for structural schemas, sorted by their text as upstream's. */
export function validateStructural(path: string, schema: JSONSchemaProps): FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...complete(schema, schema, path, path)];
  const key = (error: FieldError): string => `${error.field}: ${error.message}`;
  return errors.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function invariants(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const items = itemsOf(schema);
  if (schema.type === 'array' && !items) errors.push(required(child(path, 'items'), 'must be specified'));
  if (items) errors.push(...invariants(items, 'item', child(path, 'items')));
  for (const [name, property] of propertiesOf(schema)) {
    errors.push(...invariants(property, 'field', at(child(path, 'properties'), name)));
  }
  if (schema.additionalProperties !== undefined) {
    const additional = child(path, 'additionalProperties');
    if (level === 'root') errors.push(forbidden(additional, 'must not be used at the root'));
    const values = valuesOf(schema);
    if (values) errors.push(...invariants(values, 'field', additional));
  }
  errors.push(...extensions(schema, path));
  errors.push(
    ...valueValidation(schema, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf), path),
  );
  errors.push(...types(schema, level, path));
  errors.push(...metadataFields(schema, level, path));
  const embedded = schema['x-kubernetes-embedded-resource'];
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && !propertiesOf(schema).length) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(child(path, 'properties'), detail));
  }
  return errors;
}

const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function types(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  const typePath = child(path, 'type');
  const embedded = schema['x-kubernetes-embedded-resource'];
  const untyped = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (embedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(typePath, detail) : invalid(typePath, type, detail));
  } else if (type === '' && !untyped) {
    errors.push(required(typePath, EMPTY_TYPE[level]));
  }
  if (embedded && schema.additionalProperties !== undefined) {
    const detail = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbidden(child(path, 'additionalProperties'), detail));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(typePath, type, 'must be object at the root'));
  }
  return errors;
}

function extensions(schema: JSONSchemaProps, path: string): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((extension) => schema[extension])
    .map((extension) =>
      invalid(child(path, extension), true, 'must be false if x-kubernetes-int-or-string is true'),
    );
}

/** What the schemas of apiVersion, kind and metadata may say, which the server checks itself. */
function metadataFields(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const checked = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  const property = (name: string): JSONSchemaProps | undefined =>
    Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
  const pathOf = (name: string): string => at(child(path, 'properties'), name);
  for (const name of checked ? ['kind', 'apiVersion'] : []) {
    const declared = property(name);
    if (declared && declared.type !== 'string') {
      errors.push(invalid(child(pathOf(name), 'type'), declared.type ?? '', 'must be string'));
    }
  }
  const metadata = property('metadata');
  if (!metadata) return errors;
  if (checked && metadata.type !== 'object') {
    errors.push(invalid(child(pathOf('metadata'), 'type'), metadata.type ?? '', 'must be object'));
  }
  if (level === 'root' && !restrictsOnlyNames(metadata)) {
    const detail =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(pathOf('metadata'), detail));
  }
  return errors;
}

const restrictsOnlyNames = (metadata: JSONSchemaProps): boolean =>
  Object.entries(metadata).every(([key, value]) => {
    if (key === 'type' || key === 'default' || value === undefined) return true;
    return (
      key === 'properties' && Object.keys(value).every((name) => name === 'name' || name === 'generateName')
    );
  });

const INT_OR_STRING: readonly JSONSchemaProps[] = [{ type: 'integer' }, { type: 'string' }];
const isIntOrString = (anyOf: readonly JSONSchemaProps[] | undefined): boolean =>
  equalJSON(anyOf, INT_OR_STRING);

/** Within junctors a schema says what values are allowed, never what fields there are. */
function valueValidation(
  schema: JSONSchemaProps,
  skipAnyOf: boolean,
  skipFirstAllOfAnyOf: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!skipAnyOf) {
    for (const [index, part] of (schema.anyOf ?? []).entries()) {
      errors.push(...nested(part, false, at(child(path, 'anyOf'), index)));
    }
  }
  for (const [index, part] of (schema.allOf ?? []).entries()) {
    errors.push(...nested(part, skipFirstAllOfAnyOf && index === 0, at(child(path, 'allOf'), index)));
  }
  for (const [index, part] of (schema.oneOf ?? []).entries()) {
    errors.push(...nested(part, false, at(child(path, 'oneOf'), index)));
  }
  if (schema.not) errors.push(...nested(schema.not, false, child(path, 'not')));
  if (schema.pattern) {
    const pattern = compilePattern(schema.pattern);
    if ('problem' in pattern) {
      const detail = `must be a valid regular expression, but isn't: ${pattern.problem}`;
      errors.push(invalid(child(path, 'pattern'), schema.pattern, detail));
    }
  }
  return errors;
}

/** Fields that may not stand within a junctor, and what the error says of them. */
const FORBIDDEN_WITHIN: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

const isZero = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && !value.length);

function nested(schema: JSONSchemaProps, skipAnyOf: boolean, path: string): FieldError[] {
  const errors = valueValidation(schema, skipAnyOf, false, path);
  const items = itemsOf(schema);
  if (items) errors.push(...nested(items, false, child(path, 'items')));
  for (const [name, property] of propertiesOf(schema)) {
    errors.push(...nested(property, false, at(child(path, 'properties'), name)));
  }
  for (const [field, detail] of FORBIDDEN_WITHIN) {
    const value = schema[field];
    const set = field === 'default' ? value !== undefined && value !== null : !isZero(value);
    if (set) errors.push(forbidden(child(path, field), detail));
  }
  if (Object.hasOwn(schema.properties ?? {}, 'metadata')) {
    const detail = 'must not be specified in a nested context';
    errors.push(forbidden(at(child(path, 'properties'), 'metadata'), detail));
  }
  return errors;
}

/** Whatever a junctor within `value` speaks of has to be declared in `schema` itself. */
function complete(
  value: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  schemaPath: string,
  valuePath: string,
): FieldError[] {
  if (!schema) return [required(schemaPath, `because it is defined in ${valuePath}`)];
  const junctors = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((junctor) =>
    (value[junctor] ?? []).flatMap((part, index) =>
      completeNested(part, schema, schemaPath, at(child(valuePath, junctor), index)),
    ),
  );
  const not = value.not ? completeNested(value.not, schema, schemaPath, child(valuePath, 'not')) : [];
  return [...not, ...junctors];
}

function completeNested(
  value: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  schemaPath: string,
  valuePath: string,
): FieldError[] {
  if (!schema) return [required(schemaPath, `because it is defined in ${valuePath}`)];
  const errors = complete(value, schema, schemaPath, valuePath);
  const items = itemsOf(value);
  if (items) {
    errors.push(
      ...completeNested(items, itemsOf(schema), child(schemaPath, 'items'), child(valuePath, 'items')),
    );
  }
  for (const [name, property] of propertiesOf(value)) {
    const declared = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    const [there, here] = [
      at(child(schemaPath, 'properties'), name),
      at(child(valuePath, 'properties'), name),
    ];
    errors.push(...completeNested(property, declared, there, here));
  }
  return errors;
}
