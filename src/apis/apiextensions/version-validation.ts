/**
 * What a version of a custom resource says of itself. The schema, the subresources, the columns and the selectable
 * fields that all versions have in common are reported as the definition's own, as the server's internal form has it.
 * Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go.
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { validateDefaults } from './default-validation.ts';
import { followFieldPath } from '../../apimachinery/structural/field-path.ts';
import { internalSchema } from './internal-form.ts';
import { validateSchemaRules } from './rule-validation.ts';
import { validateOpenAPISchema } from './schema-validation.ts';
import { notStructural, validateStructural } from './structural.ts';

const COLUMN_TYPES = 'boolean,date,integer,number,string';
const COLUMN_FORMATS = 'byte,date,date-time,double,float,int32,int64,password';
const MAX_SELECTABLE_FIELDS = 8;
const MAX_WARNING_BYTES = 256;

/** The warning that clients of a deprecated version get. */
export function validateDeprecationWarning(
  version: CustomResourceDefinitionVersion,
  path: string,
): FieldError[] {
  const warning = version.deprecationWarning;
  if (warning === undefined) return [];
  const problem = (detail: string): FieldError => invalid(path, warning, detail);
  if (!version.deprecated) return [problem('can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (byteLength(warning) > MAX_WARNING_BYTES) errors.push(problem('must be <= 256 characters long'));
  if (warning === '') errors.push(problem('must not be an empty string'));
  const bad = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
  if (bad) {
    const index = byteLength(warning.slice(0, bad.index));
    const detail = 'must only contain printable UTF-8 characters; non-printable character found at index';
    errors.push(problem(`${detail} ${index}`));
  }
  return errors;
}

/** Fields a root schema may have while its `status` is validated apart from it, by their JSON names. */
const ROOT_FIELDS: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

/** @param kept the schema is that of the stored definition. */
export function validateSchema(
  schema: JSONSchemaProps,
  statusEnabled: boolean,
  kept: boolean,
  path: string,
): FieldError[] {
  const errors = statusEnabled ? validateRootWithStatus(schema, path) : [];
  if (schema.nullable) errors.push(forbidden(child(path, 'nullable'), 'nullable cannot be true at the root'));
  const problem = notStructural(schema);
  let sound = false;
  if (problem === undefined) {
    const structural = validateStructural(path, schema);
    const unsound = structural.length > 0 ? structural : validateDefaults(schema, path);
    sound = unsound.length === 0;
    errors.push(...unsound);
  }
  const invalidSchema = validateOpenAPISchema(path, schema);
  errors.push(...invalidSchema);
  if (sound && invalidSchema.length === 0) errors.push(...validateSchemaRules(schema, path, kept));
  // What cannot be read as structural mostly has an error of its own already, which says more.
  if (errors.length === 0 && problem !== undefined) errors.push(invalid(path, '', problem));
  return errors;
}

function validateRootWithStatus(schema: JSONSchemaProps, path: string): FieldError[] {
  if (schema.type && schema.type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(child(path, 'type'), schema.type, detail)];
  }
  const isSet = (value: unknown): boolean => value !== undefined && value !== false && value !== '';
  const foreign = Object.entries(schema).some(
    ([key, value]) => !Object.hasOwn(ROOT_FIELDS, key) && isSet(value),
  );
  if (!foreign) return [];
  const allowed = `[${Object.values(ROOT_FIELDS).join(' ')}]`;
  const detail = `only ${allowed} fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(path, internalSchema(schema), detail)];
}

export function validateSubresources(
  subresources: CustomResourceSubresources | undefined,
  path: string,
): FieldError[] {
  const scale = subresources?.scale;
  if (!scale) return [];
  const errors = [
    ...validateReplicasPath(scale.specReplicasPath, '.spec.', child(path, 'scale.specReplicasPath')),
    ...validateReplicasPath(scale.statusReplicasPath, '.status.', child(path, 'scale.statusReplicasPath')),
  ];
  const selector = scale.labelSelectorPath;
  if (!selector) return errors;
  const selectorPath = child(path, 'scale.labelSelectorPath');
  const malformed = validateSimpleJSONPath(selector, selectorPath);
  if (malformed.length) errors.push(...malformed);
  else if (!selector.startsWith('.spec.') && !selector.startsWith('.status.')) {
    errors.push(invalid(selectorPath, selector, 'should be a json path under either .spec or .status'));
  }
  return errors;
}

function validateReplicasPath(replicas: string | undefined, under: string, path: string): FieldError[] {
  if (!replicas) return [required(path)];
  const malformed = validateSimpleJSONPath(replicas, path);
  if (malformed.length || replicas.startsWith(under)) return malformed;
  return [invalid(path, replicas, `should be a json path under ${under.slice(0, -1)}`)];
}

const validateSimpleJSONPath = (text: string, path: string): FieldError[] =>
  text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')];

export function validateColumn(column: CustomResourceColumnDefinition, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!column.name) errors.push(required(child(path, 'name')));
  const types = `must be one of ${COLUMN_TYPES}`;
  if (!column.type) errors.push(required(child(path, 'type'), types));
  else if (!COLUMN_TYPES.split(',').includes(column.type))
    errors.push(invalid(child(path, 'type'), column.type, types));
  if (column.format && !COLUMN_FORMATS.split(',').includes(column.format)) {
    errors.push(invalid(child(path, 'format'), column.format, `must be one of ${COLUMN_FORMATS}`));
  }
  if (!column.jsonPath) errors.push(required(child(path, 'JSONPath')));
  else errors.push(...validateSimpleJSONPath(column.jsonPath, child(path, 'JSONPath')));
  return errors;
}

/** Fields that clients may select objects by. */
export function validateSelectableFields(
  fields: readonly SelectableField[],
  schema: JSONSchemaProps,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { jsonPath }] of fields.entries()) {
    const at_ = child(at(path, index), 'jsonPath');
    if (!jsonPath) {
      errors.push(required(at_));
      continue;
    }
    const found = followFieldPath(jsonPath, schema, false);
    if (typeof found === 'string') {
      errors.push(invalid(at_, jsonPath, `is an invalid path: ${found}`));
      continue;
    }
    if (found.names[0] === 'metadata')
      errors.push(invalid(at_, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(at_, jsonPath, detail));
    }
    const name = found.names.join('.');
    if (seen.has(name)) errors.push(duplicate(at_, jsonPath));
    seen.add(name);
  }
  if (seen.size > MAX_SELECTABLE_FIELDS) errors.push(tooMany(path, seen.size, MAX_SELECTABLE_FIELDS));
  return errors;
}
