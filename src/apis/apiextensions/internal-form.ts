/**
 * Versions and schemas as the server's internal types print them, which is how some errors show them: every field is
 * there, under its Go name. Source: apiextensions-apiserver pkg/apis/apiextensions/{types,types_jsonschema}.go.
 */
import type {
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { isSchema } from './structural.ts';

type Form = Record<string, unknown>;
type Show = (value: any) => unknown;

const EMPTY_LIST_IS_NULL: Show = (list: unknown[]) => (list.length > 0 ? list : null);
const schemas: Show = (list: JSONSchemaProps[]) => list.map(internalSchema);
const sorted = (map: Record<string, unknown>, show: Show): Form =>
  Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, show(map[key])]),
  );
const schemaMap: Show = (map: Record<string, JSONSchemaProps>) => sorted(map, internalSchema);
const orArray: Show = (value: unknown) =>
  Array.isArray(value)
    ? { Schema: null, JSONSchemas: schemas(value) }
    : { Schema: isSchema(value) ? internalSchema(value) : null, JSONSchemas: null };
const orBool: Show = (value: unknown) =>
  isSchema(value) ? { Allows: true, Schema: internalSchema(value) } : { Allows: value, Schema: null };
const orStrings: Show = (value: unknown) =>
  isSchema(value) ? { Schema: internalSchema(value), Property: null } : { Schema: null, Property: value };

/** In Go's order: the name, the field in JSON, what stands where nothing was set, and how a value is shown. */
const SCHEMA_FIELDS: readonly (readonly [string, keyof JSONSchemaProps, unknown, Show?])[] = [
  ['ID', 'id', ''],
  ['Schema', '$schema', ''],
  ['Ref', '$ref', null],
  ['Description', 'description', ''],
  ['Type', 'type', ''],
  ['Nullable', 'nullable', false],
  ['Format', 'format', ''],
  ['Title', 'title', ''],
  ['Default', 'default', null],
  ['Maximum', 'maximum', null],
  ['ExclusiveMaximum', 'exclusiveMaximum', false],
  ['Minimum', 'minimum', null],
  ['ExclusiveMinimum', 'exclusiveMinimum', false],
  ['MaxLength', 'maxLength', null],
  ['MinLength', 'minLength', null],
  ['Pattern', 'pattern', ''],
  ['MaxItems', 'maxItems', null],
  ['MinItems', 'minItems', null],
  ['UniqueItems', 'uniqueItems', false],
  ['MultipleOf', 'multipleOf', null],
  ['Enum', 'enum', null, EMPTY_LIST_IS_NULL],
  ['MaxProperties', 'maxProperties', null],
  ['MinProperties', 'minProperties', null],
  ['Required', 'required', null, EMPTY_LIST_IS_NULL],
  ['Items', 'items', null, orArray],
  ['AllOf', 'allOf', null, schemas],
  ['OneOf', 'oneOf', null, schemas],
  ['AnyOf', 'anyOf', null, schemas],
  ['Not', 'not', null, internalSchema],
  ['Properties', 'properties', null, schemaMap],
  ['AdditionalProperties', 'additionalProperties', null, orBool],
  ['PatternProperties', 'patternProperties', null, schemaMap],
  ['Dependencies', 'dependencies', null, (map) => sorted(map, orStrings)],
  ['AdditionalItems', 'additionalItems', null, orBool],
  ['Definitions', 'definitions', null, schemaMap],
  [
    'ExternalDocs',
    'externalDocs',
    null,
    ({ description = '', url = '' }) => ({ Description: description, URL: url }),
  ],
  ['Example', 'example', null],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', null],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', false],
  ['XIntOrString', 'x-kubernetes-int-or-string', false],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', null, EMPTY_LIST_IS_NULL],
  ['XListType', 'x-kubernetes-list-type', null],
  ['XMapType', 'x-kubernetes-map-type', null],
  ['XValidations', 'x-kubernetes-validations', null, (rules) => rules.map(internalRule)],
];

/** Recurses as deep as the schema, which decoding has bounded. */
export function internalSchema(schema: JSONSchemaProps): Form {
  const form: Form = {};
  for (const [name, field, absent, show] of SCHEMA_FIELDS) {
    const value = schema[field];
    form[name] = value === undefined || value === null ? absent : show ? show(value) : value;
  }
  return form;
}

export const internalRule: Show = (rule) => ({
  Rule: rule.rule ?? '',
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

export function internalVersion(version: CustomResourceDefinitionVersion): Form {
  const { subresources, schema, additionalPrinterColumns: columns, selectableFields } = version;
  const scale = subresources?.scale;
  return {
    Name: version.name ?? '',
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: schema
      ? { OpenAPIV3Schema: schema.openAPIV3Schema ? internalSchema(schema.openAPIV3Schema) : null }
      : null,
    Subresources: subresources
      ? {
          Status: subresources.status ? {} : null,
          Scale: scale
            ? {
                SpecReplicasPath: scale.specReplicasPath ?? '',
                StatusReplicasPath: scale.statusReplicasPath ?? '',
                LabelSelectorPath: scale.labelSelectorPath ?? null,
              }
            : null,
        }
      : null,
    AdditionalPrinterColumns: columns?.length
      ? columns.map((column) => ({
          Name: column.name ?? '',
          Type: column.type ?? '',
          Format: column.format ?? '',
          Description: column.description ?? '',
          Priority: column.priority ?? 0,
          JSONPath: column.jsonPath ?? '',
        }))
      : null,
    SelectableFields: selectableFields?.length
      ? selectableFields.map(({ jsonPath }) => ({ JSONPath: jsonPath ?? '' }))
      : null,
  };
}
