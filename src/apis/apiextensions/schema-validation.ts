/**
 * What the schema of a version may say besides being structural.
 * Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
 * ValidateCustomResourceDefinitionOpenAPISchema. The CEL rules themselves are compiled elsewhere.
 */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { JSONSchemaProps, ValidationRule } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { followFieldPath } from '../../apimachinery/structural/field-path.ts';
import { internalSchema } from './internal-form.ts';
import { isSchema, itemsOf, notStructural, propertiesOf, valuesOf } from './structural.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const METADATA_FIELDS = ['metadata', 'kind', 'apiVersion'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Where in the resource a schema stands. */
interface Place {
  readonly root: boolean;
  /** Within apiVersion, kind or metadata, of the resource or of one embedded in it. */
  readonly insideMetadata: boolean;
  /** Why defaults are not allowed here. */
  readonly noDefaults?: string;
}

export const validateOpenAPISchema = (path: string, schema: JSONSchemaProps): FieldError[] =>
  validateAt(schema, path, { root: true, insideMetadata: false });

function validateAt(schema: JSONSchemaProps | undefined, path: string, place: Place): FieldError[] {
  if (!schema) return [];
  return [
    ...validateSupported(schema, path, place),
    ...validateParts(schema, path, place),
    ...validateMapType(schema, path),
    ...validateListType(schema, path),
    ...validateListMapKeys(schema, path),
    ...validateUniqueItems(schema, path),
    ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
      validateRule(rule, schema, at(child(path, 'x-kubernetes-validations'), index)),
    ),
  ];
}

/** Parts of JSON Schema that custom resources do not have. */
function validateSupported(schema: JSONSchemaProps, path: string, place: Place): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (field: string): void => {
    errors.push(forbidden(child(path, field), `${field} is not supported`));
  };
  if (schema.type && !TYPES.includes(schema.type))
    errors.push(notSupported(child(path, 'type'), schema.type, TYPES));
  if (schema.default !== undefined && place.noDefaults !== undefined) {
    errors.push(forbidden(child(path, 'default'), `must not be set ${place.noDefaults}`));
  }
  if (schema.id) refuse('id');
  if (schema.additionalItems !== undefined) refuse('additionalItems');
  if (Object.keys(schema.patternProperties ?? {}).length) refuse('patternProperties');
  if (Object.keys(schema.definitions ?? {}).length) refuse('definitions');
  if (schema.dependencies !== undefined) refuse('dependencies');
  if (schema.$ref !== undefined) refuse('$ref');
  if (schema.type === 'null') {
    errors.push(forbidden(child(path, 'type'), 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items) && schema.items.length) {
    errors.push(forbidden(child(path, 'items'), 'items must be a schema object and not an array'));
  }
  if (place.insideMetadata && schema['x-kubernetes-embedded-resource']) {
    const detail = 'must not be used inside of resource meta';
    errors.push(forbidden(child(path, 'x-kubernetes-embedded-resource'), detail));
  }
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(child(path, 'uniqueItems'), detail));
  }
  return errors;
}

function validateParts(schema: JSONSchemaProps, path: string, place: Place): FieldError[] {
  const errors: FieldError[] = [];
  const inner: Place = { ...place, root: false };
  if (schema.additionalProperties !== undefined) {
    const additional = child(path, 'additionalProperties');
    if (propertiesOf(schema).length && schema.additionalProperties !== true) {
      errors.push(forbidden(additional, 'additionalProperties and properties are mutual exclusive'));
    }
    const noDefaults = 'inside additionalProperties applying to object metadata';
    errors.push(
      ...validateAt(valuesOf(schema), additional, place.insideMetadata ? { ...inner, noDefaults } : inner),
    );
  }
  for (const [name, property] of propertiesOf(schema)) {
    const of = propertyPlace(schema, name, place);
    errors.push(...validateAt(property, at(child(path, 'properties'), name), of));
  }
  errors.push(...validateAt(schema.not, child(path, 'not'), inner));
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const) {
    for (const [index, part] of (schema[junctor] ?? []).entries()) {
      errors.push(...validateAt(part, at(child(path, junctor), index), inner));
    }
  }
  for (const map of ['definitions', 'dependencies'] as const) {
    for (const [name, part] of Object.entries(schema[map] ?? {})) {
      errors.push(...validateAt(isSchema(part) ? part : undefined, at(child(path, map), name), inner));
    }
  }
  const items = Array.isArray(schema.items) ? schema.items : [];
  errors.push(...validateAt(itemsOf(schema), child(path, 'items'), inner));
  for (const [index, part] of items.entries()) {
    errors.push(...validateAt(part, at(child(path, 'items'), index), inner));
  }
  return errors;
}

function propertyPlace(schema: JSONSchemaProps, name: string, place: Place): Place {
  const ofResource =
    (place.root || schema['x-kubernetes-embedded-resource']) && METADATA_FIELDS.includes(name);
  const insideMetadata = place.insideMetadata || !!ofResource;
  const noDefaults = ofResource && place.root ? `in top-level ${name}` : place.noDefaults;
  return noDefaults === undefined
    ? { root: false, insideMetadata }
    : { root: false, insideMetadata, noDefaults };
}

function typeMustBe(type: string, extension: string, schema: JSONSchemaProps, path: string): FieldError {
  const detail = `must be ${type} if ${extension} is specified`;
  return schema.type
    ? invalid(child(path, 'type'), schema.type, detail)
    : required(child(path, 'type'), detail);
}

function validateMapType(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(
      invalid(child(path, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'),
    );
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return errors;
  if (schema.type !== 'object') errors.push(typeMustBe('object', 'x-kubernetes-map-type', schema, path));
  if (mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupported(child(path, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']));
  }
  return errors;
}

function validateListType(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  if (listType === undefined) return errors;
  const items = itemsOf(schema);
  if (schema.type !== 'array') {
    errors.push(typeMustBe('array', 'x-kubernetes-list-type', schema, path));
  } else if (listType === 'set' && items) {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const [itemListType, itemMapType] = [items['x-kubernetes-list-type'], items['x-kubernetes-map-type']];
    if (items.type === 'array' && itemListType !== undefined && itemListType !== 'atomic') {
      errors.push(invalid(child(path, 'items', 'x-kubernetes-list-type'), itemListType, detail));
    } else if (items.type === 'object' && itemMapType !== 'atomic') {
      errors.push(invalid(child(path, 'items', 'x-kubernetes-map-type'), itemListType, detail));
    }
  }
  if (!['atomic', 'set', 'map'].includes(listType)) {
    errors.push(unsupported(child(path, 'x-kubernetes-list-type'), listType, ['atomic', 'set', 'map']));
  }
  return errors;
}

function validateListMapKeys(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const listType = schema['x-kubernetes-list-type'];
  const keysPath = child(path, 'x-kubernetes-list-map-keys');
  if (keys.length && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const typePath = child(path, 'x-kubernetes-list-type');
    errors.push(listType === undefined ? required(typePath, detail) : invalid(typePath, listType, detail));
  }
  if (listType !== 'map') return errors;
  if (!keys.length) errors.push(required(keysPath, 'must not be empty if x-kubernetes-list-type is map'));
  const items = itemsOf(schema);
  if (!items) {
    const detail = 'must have a schema if x-kubernetes-list-type is map';
    if (!Array.isArray(schema.items)) errors.push(required(child(path, 'items'), detail));
    else {
      const single = 'must only have a single schema if x-kubernetes-list-type is map';
      const value = { Schema: null, JSONSchemas: schema.items.map(internalSchema) };
      errors.push(invalid(child(path, 'items'), value, single));
    }
    return errors;
  }
  if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(child(path, 'items', 'type'), items.type ?? '', detail));
    return errors;
  }
  for (const [index, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (!property) {
      errors.push(invalid(keysPath, keys, 'entries must all be names of item properties'));
    } else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(child(at(child(path, 'items', 'properties'), key), 'type'), items.type, detail));
    }
    if (keys.indexOf(key) < index) errors.push(invalid(keysPath, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

/** What identifies an item of a list must be there: required or defaulted, and never null. */
function validateUniqueItems(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  const items = itemsOf(schema);
  if (!items || (listType !== 'set' && listType !== 'map')) return errors;
  if (items.nullable) {
    const detail = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    errors.push(forbidden(child(path, 'items', 'nullable'), detail));
  }
  for (const key of listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : []) {
    const property = items.properties?.[key];
    if (!property) continue;
    const keyPath = at(child(path, 'items', 'properties'), key);
    if (!items.required?.includes(key) && property.default === undefined) {
      const detail =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(child(keyPath, 'default'), detail));
    }
    if (property.nullable) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      errors.push(forbidden(child(keyPath, 'nullable'), detail));
    }
  }
  return errors;
}

const hasNewlines = (text: string): boolean => /[\n\r]/.test(text);

/** The texts of a CEL rule, without compiling it. */
function validateRule(rule: ValidationRule, schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
  const text = (rule.rule ?? '').trim();
  if (text === '') {
    errors.push(required(child(path, 'rule'), 'rule is not specified'));
  } else if (message !== '' && message.trim() === '') {
    errors.push(invalid(child(path, 'message'), message, 'must be non-empty if specified'));
  } else if (hasNewlines(message.trim())) {
    errors.push(invalid(child(path, 'message'), message, 'must not contain line breaks'));
  } else if (hasNewlines(text) && message.trim() === '') {
    const detail = 'message must be specified if rule contains line breaks';
    errors.push(required(child(path, 'message'), detail));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    const detail = 'messageExpression must be non-empty if specified';
    errors.push(required(child(path, 'messageExpression'), detail));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(child(path, 'reason'), reason, REASONS));
  }
  if (fieldPath === '') return errors;
  const fieldPathPath = child(path, 'fieldPath');
  if (fieldPath.trim() === '')
    errors.push(invalid(fieldPathPath, fieldPath, 'must be non-empty if specified'));
  if (hasNewlines(fieldPath)) errors.push(invalid(fieldPathPath, fieldPath, 'must not contain line breaks'));
  if (notStructural(schema) === undefined && typeof followFieldPath(fieldPath, schema, true) === 'string') {
    errors.push(invalid(fieldPathPath, fieldPath, 'must be a valid path'));
  }
  return errors;
}
