/** Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go, pkg/apihelpers/helpers.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { itemsOf, valuesOf } from '../../apimachinery/structural/types.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { semanticEqual } from '../strategy.ts';
import { validateCABundle } from './ca-bundle.ts';
import { hasKnownReviewVersion, validateConversion } from './conversion-validation.ts';
import { internalVersion } from './internal-form.ts';
import { notStructural, patternsSize } from './structural.ts';
import {
  validateColumn,
  validateDeprecationWarning,
  validateSchema,
  validateSelectableFields,
  validateSubresources,
} from './version-validation.ts';

const API_APPROVED = 'api-approved.kubernetes.io';

export function validateCRD(crd: CustomResourceDefinition): FieldError[] {
  const names = crd.spec?.names;
  const errors: FieldError[] = [];
  if (crd.metadata?.name !== `${names?.plural ?? ''}.${crd.spec?.group ?? ''}`) {
    errors.push(
      invalid('metadata.name', crd.metadata?.name ?? '', 'must be spec.names.plural+"."+spec.group'),
    );
  }
  return [...errors, ...validateCRDObject(crd, undefined)];
}

export function validateCRDUpdate(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] {
  const errors = validateCRDObject(crd, old);
  const same = (path: string, now: unknown, before: unknown): void => {
    if (now !== before) errors.push(invalid(path, now ?? '', 'field is immutable'));
  };
  const [spec, oldSpec] = [crd.spec, old.spec];
  if (isEstablished(old)) {
    same('spec.scope', spec?.scope, oldSpec?.scope);
    same('spec.names.kind', spec?.names?.kind, oldSpec?.names?.kind);
  }
  same('spec.group', spec?.group, oldSpec?.group);
  same('spec.names.plural', spec?.names?.plural, oldSpec?.names?.plural);
  return errors;
}

export const validateCRDStatusUpdate = (crd: CustomResourceDefinition): FieldError[] =>
  validateNames(crd.status?.acceptedNames, 'status.acceptedNames');

function validateCRDObject(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const spec: Partial<CustomResourceDefinitionSpec> = crd.spec ?? {};
  const errors = validateSpec(spec, old);
  errors.push(...validateNames(crd.status?.acceptedNames, 'status.acceptedNames'));
  errors.push(...validateStoredVersions(crd.status?.storedVersions ?? [], spec.versions ?? []));
  errors.push(...validateApproval(crd, old));
  const { versions = [] } = spec;
  if (spec.preserveUnknownFields && versions?.some(({ schema }) => hasDefaults(schema?.openAPIV3Schema))) {
    const detail = 'must be false in order to use defaults in the schema';
    errors.push(invalid('spec.preserveUnknownFields', true, detail));
  }
  if (spec.preserveUnknownFields && !old?.spec?.preserveUnknownFields) {
    const detail =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, detail));
  }
  return errors;
}

/** Whether there is a default anywhere in a schema, which decoding has bounded. */
const hasDefaults = (props: JSONSchemaProps | undefined): boolean =>
  props !== undefined &&
  ((props.default !== undefined && props.default !== null) ||
    hasDefaults(itemsOf(props)) ||
    hasDefaults(valuesOf(props)) ||
    Object.values(props.properties ?? {}).some(hasDefaults));

const joined = (messages: readonly string[], path: string, value: string, before = ''): FieldError[] =>
  messages.length ? [invalid(path, value, before + messages.join(','))] : [];

/** Of all versions together; what is larger takes seconds to compile. */
const MAX_PATTERNS = 100_000;

function validatePatterns(versions: readonly CustomResourceDefinitionVersion[]): FieldError[] {
  const size = versions.reduce((sum, { schema }) => sum + patternsSize(schema?.openAPIV3Schema ?? {}), 0);
  if (size <= MAX_PATTERNS) return [];
  const detail = `all patterns together must have at most ${MAX_PATTERNS} parts once their repetitions are written out, not ${size}`;
  return [forbidden('spec.versions', detail)];
}

function validateSpec(
  spec: Partial<CustomResourceDefinitionSpec>,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const versions = spec.versions ?? [];
  const tooLarge = validatePatterns(versions);
  if (tooLarge.length > 0) return tooLarge;
  errors.push(...validateGroup(spec.group ?? ''));
  if (!spec.scope) errors.push(required('spec.scope'));
  else if (spec.scope !== 'Cluster' && spec.scope !== 'Namespaced') {
    errors.push(notSupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  }
  const common = commonFields(versions);
  errors.push(...validateVersions(versions, common, old));
  const { names } = spec;
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names?.[name]) errors.push(required(`spec.names.${name}`));
  }
  errors.push(...validateNames(names, 'spec.names'));
  const first = versions[0];
  if (first) {
    const paths = pathsOf('spec', 'validation');
    errors.push(...validateVersionFields(only(first, common), paths, versions.some(hasStatus), old));
  }
  if (spec.conversion) {
    if (spec.conversion.strategy !== 'None' && spec.preserveUnknownFields) {
      const detail = 'must be None if spec.preserveUnknownFields is true';
      errors.push(invalid('spec.conversion.strategy', spec.conversion.strategy, detail));
    }
    const oldVersions = old?.spec?.conversion?.webhook?.conversionReviewVersions ?? [];
    const options = {
      requireKnownVersion: hasKnownReviewVersion(oldVersions),
      allowBadBundle: allowBadBundle(old),
    };
    errors.push(...validateConversion(spec.conversion, options, 'spec.conversion'));
  }
  return errors;
}

const isEstablished = (crd: CustomResourceDefinition): boolean =>
  crd.status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;

function allowBadBundle(old: CustomResourceDefinition | undefined): boolean {
  if (!old || !isEstablished(old)) return true;
  const bundle = old.spec?.conversion?.webhook?.clientConfig?.caBundle;
  return !!bundle && validateCABundle(bundle, '').length > 0;
}

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const errors = joined(isDNS1123Subdomain(group), 'spec.group', group);
  if (errors.length || group.includes('.')) return errors;
  return [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

type CommonField = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields';
const COMMON_FIELDS: readonly CommonField[] = [
  'schema',
  'subresources',
  'additionalPrinterColumns',
  'selectableFields',
];

/** The fields that are alike in all versions: upstream reports them at the top of the spec. */
function commonFields(versions: readonly CustomResourceDefinitionVersion[]): ReadonlySet<CommonField> {
  const alike = (field: CommonField): boolean =>
    versions.every((version) => semanticEqual(version[field], versions[0]?.[field]));
  return new Set(COMMON_FIELDS.filter(alike));
}

/** A version with some of these fields only. */
function only(
  version: CustomResourceDefinitionVersion,
  fields: ReadonlySet<CommonField>,
): CustomResourceDefinitionVersion {
  const kept = { ...version };
  for (const field of COMMON_FIELDS) if (!fields.has(field)) delete kept[field];
  return kept;
}

const hasStatus = (version: CustomResourceDefinitionVersion): boolean => !!version.subresources?.status;

interface Paths {
  readonly schema: string;
  readonly subresources: string;
  readonly columns: string;
  readonly selectableFields: string;
}
const pathsOf = (parent: string, schema: string): Paths => ({
  schema: child(parent, schema, 'openAPIV3Schema'),
  subresources: child(parent, 'subresources'),
  columns: child(parent, 'additionalPrinterColumns'),
  selectableFields: child(parent, 'selectableFields'),
});

function validateVersionFields(
  version: CustomResourceDefinitionVersion,
  paths: Paths,
  statusEnabled: boolean,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const schema = version.schema?.openAPIV3Schema;
  const before = old?.spec?.versions?.find((one) => one.name === version.name);
  const kept = before !== undefined && semanticEqual(before.schema, version.schema);
  if (schema) errors.push(...validateSchema(schema, statusEnabled, kept, paths.schema));
  errors.push(...validateSubresources(version.subresources, paths.subresources));
  for (const [index, column] of (version.additionalPrinterColumns ?? []).entries()) {
    errors.push(...validateColumn(column, at(paths.columns, index)));
  }
  return errors;
}

function validateVersions(
  versions: readonly CustomResourceDefinitionVersion[],
  common: ReadonlySet<CommonField>,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, version] of versions.entries()) {
    if (!version.schema?.openAPIV3Schema) {
      errors.push(required(`${at('spec.versions', index)}.schema.openAPIV3Schema`));
    }
  }
  const own = new Set(COMMON_FIELDS.filter((field) => !common.has(field)));
  for (const [index, version] of versions.entries()) {
    const path = at('spec.versions', index);
    errors.push(...joined(isDNS1035Label(version.name ?? ''), child(path, 'name'), version.name ?? ''));
    errors.push(...validateDeprecationWarning(version, child(path, 'deprecationWarning')));
    errors.push(
      ...validateVersionFields(only(version, own), pathsOf(path, 'schema'), hasStatus(version), old),
    );
    if (own.has('selectableFields')) {
      errors.push(...validateSelectable(only(version, own), child(path, 'selectableFields'), PER_VERSION));
    }
  }
  const internal = (): unknown => versions.map((version) => internalVersion(only(version, own)));
  if (new Set(versions.map((version) => version.name)).size < versions.length) {
    errors.push(invalid('spec.versions', internal(), 'must contain unique version names'));
  }
  if (versions.filter((version) => version.storage).length !== 1) {
    const detail = 'must have exactly one version marked as storage version';
    errors.push(invalid('spec.versions', internal(), detail));
  }
  const first = versions[0];
  if (first) {
    errors.push(...joined(isDNS1035Label(first.name ?? ''), 'spec.version', first.name ?? ''));
    if (common.has('selectableFields'))
      errors.push(...validateSelectable(only(first, common), 'spec.selectableFields', COMMON));
  }
  return errors;
}

/** What is said where selectable fields stand apart from the schema they speak of. */
const COMMON = 'may only be set when validations.schema is included';
const PER_VERSION = 'may only be set when `version.schema.openAPIV3Schema` is not included';

function validateSelectable(
  version: CustomResourceDefinitionVersion,
  path: string,
  apart: string,
): FieldError[] {
  const fields = version.selectableFields ?? [];
  const schema = version.schema?.openAPIV3Schema;
  if (fields.length === 0) return [];
  if (!schema) {
    return [invalid(path, '', apart)];
  }
  return notStructural(schema) === undefined ? validateSelectableFields(fields, schema, path) : [];
}

function validateNames(names: CustomResourceDefinitionNames | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const {
    plural = '',
    singular = '',
    kind = '',
    listKind = '',
  }: Partial<CustomResourceDefinitionNames> = names ?? {};
  const label = (name: string, value: string): void => {
    if (value !== '') errors.push(...joined(isDNS1035Label(value), child(path, name), value));
  };
  const mixedCase = (name: string, value: string): void => {
    const before = 'may have mixed case, but should otherwise match: ';
    if (value === '') return;
    errors.push(...joined(isDNS1035Label(value.toLowerCase()), child(path, name), value, before));
  };
  label('plural', plural);
  label('singular', singular);
  mixedCase('kind', kind);
  mixedCase('listKind', listKind);
  const each = (name: string, values: readonly string[] | undefined): void => {
    for (const [index, value] of (values ?? []).entries()) {
      errors.push(...joined(isDNS1035Label(value), at(child(path, name), index), value));
    }
  };
  each('shortNames', names?.shortNames);
  if (kind !== '' && kind === listKind) {
    errors.push(invalid(child(path, 'listKind'), listKind, 'kind and listKind may not be the same'));
  }
  each('categories', names?.categories);
  return errors;
}

/** A version that objects may be stored in cannot go away. */
function validateStoredVersions(
  stored: readonly string[],
  versions: readonly CustomResourceDefinitionVersion[],
): FieldError[] {
  const path = 'status.storedVersions';
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')];
  const errors = versions
    .filter((version) => version.storage && !stored.includes(version.name))
    .map((version) => invalid(path, stored, `must have the storage version ${version.name}`));
  for (const [index, name] of stored.entries()) {
    if (versions.some((version) => version.name === name)) continue;
    const detail =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions ` +
      `until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(at(path, index), name, detail));
  }
  return errors;
}

/** Groups of the Kubernetes community ask for an annotation that says the API was reviewed. */
function validateApproval(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(crd.spec?.group ?? '')) return [];
  const annotation = crd.metadata?.annotations?.[API_APPROVED] ?? '';
  const state = approvalState(annotation);
  if (state === 'approved' || state === 'bypassed') return [];
  if (old && approvalState(old.metadata?.annotations?.[API_APPROVED] ?? '') === state) return [];
  const path = at('metadata.annotations', API_APPROVED);
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const must = `protected groups must have approval annotation "${API_APPROVED}"`;
  if (state === 'missing') return [required(path, `${must}, ${see}`)];
  return [
    invalid(path, annotation, `${must} with either a URL or a reason starting with "unapproved", ${see}`),
  ];
}

export function approvalState(annotation: string): 'missing' | 'bypassed' | 'approved' | 'invalid' {
  if (annotation === '') return 'missing';
  if (annotation.startsWith('unapproved')) return 'bypassed';
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+\S*$/i.test(annotation) ? 'approved' : 'invalid';
}
