/**
 * What a claim for a volume may ask for, on its own and as a template in a pod.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaimSpec,
 * ValidatePersistentVolumeClaimTemplate).
 */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import { formatQuantity, parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import { isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain, validateNamespaceName } from '../../apimachinery/validation/names.ts';
import { validateLabelSelector, validateLabels } from '../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../apimachinery/validation/object-meta.ts';
import { objectMetaForm } from '../meta-forms.ts';
import { checkOneOf, invalidEach, NOT_POSITIVE } from './field-rules.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const ALLOWED_METADATA: ReadonlySet<string> = new Set(['annotations', 'labels']);

/** What an update may keep of the stored claim although it is no longer allowed. */
export interface ClaimOptions {
  readonly allowInvalidSelector?: boolean;
  readonly allowInvalidAPIGroup?: boolean;
}

/** Options for an update of a claim with this spec. */
export const claimUpdateOptions = (old: PersistentVolumeClaimSpec): ClaimOptions => ({
  allowInvalidSelector: validateLabelSelector(old.selector, '').length > 0,
  allowInvalidAPIGroup: [old.dataSource, old.dataSourceRef].some((source) => hasAPIGroup(source)),
});

const hasAPIGroup = (source: { apiGroup?: string | null } | undefined): boolean =>
  source?.apiGroup !== undefined && source.apiGroup !== null;

/** Metadata of a template of which only labels and annotations are used. */
export function validateTemplateMetadata(metadata: ObjectMeta, path: string): FieldError[] {
  const others = Object.keys(objectMetaForm(metadata)).filter((name) => !ALLOWED_METADATA.has(name));
  return [
    ...validateAnnotations(metadata.annotations, child(path, 'annotations')),
    ...validateLabels(metadata.labels, child(path, 'labels')),
    // Upstream makes the name of Go's: UID.
    ...others.map((name) => forbidden(child(path, name === 'uid' ? 'uID' : name), 'cannot be set')),
  ];
}

/** A claim in a pod: of its metadata only labels and annotations are used. */
export function validatePersistentVolumeClaimTemplate(
  { metadata = {}, spec }: PersistentVolumeClaimTemplate,
  path: string,
): FieldError[] {
  return [
    ...validateTemplateMetadata(metadata, child(path, 'metadata')),
    ...validatePersistentVolumeClaimSpec(spec ?? {}, child(path, 'spec')),
  ];
}

/** The spec of a claim. */
export function validatePersistentVolumeClaimSpec(
  spec: PersistentVolumeClaimSpec,
  path: string,
  { allowInvalidSelector = false, allowInvalidAPIGroup = false }: ClaimOptions = {},
): FieldError[] {
  const modes = spec.accessModes ?? [];
  const modesPath = child(path, 'accessModes');
  const errors = modes.length === 0 ? [required(modesPath, 'at least 1 access mode is required')] : [];
  errors.push(
    ...validateLabelSelector(spec.selector, child(path, 'selector'), {
      allowInvalidLabelValue: allowInvalidSelector,
    }),
    ...validateAccessModes(modes, modesPath),
  );
  const storagePath = at(child(path, 'resources'), 'storage');
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(storagePath));
  else {
    const amount = parseQuantity(storage);
    if (sign(amount) <= 0) errors.push(invalid(storagePath, formatQuantity(amount), NOT_POSITIVE));
  }
  errors.push(...checkClassName(spec.storageClassName, child(path, 'storageClassName')));
  errors.push(...checkOneOf(spec.volumeMode, ['Block', 'Filesystem'], child(path, 'volumeMode')));
  const { dataSource, dataSourceRef } = spec;
  if (dataSource)
    errors.push(...validateDataSource(dataSource, allowInvalidAPIGroup, child(path, 'dataSource')));
  if (dataSourceRef) {
    errors.push(...validateDataSource(dataSourceRef, allowInvalidAPIGroup, child(path, 'dataSourceRef')));
  }
  if (dataSource && dataSourceRef) {
    // The place of the value is taken by the path in upstream's message, too.
    const shown = {};
    if (dataSourceRef.namespace) {
      errors.push(invalid(path, shown, 'may not be specified when dataSourceRef.namespace is specified'));
    } else if (!sameSource(dataSource, dataSourceRef)) {
      errors.push(invalid(path, shown, 'must match dataSourceRef'));
    }
  }
  errors.push(...checkClassName(spec.volumeAttributesClassName, child(path, 'volumeAttributesClassName')));
  return errors;
}

function validateAccessModes(modes: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const mode of modes) errors.push(...checkOneOf(mode, ACCESS_MODES, path));
  const known = new Set(modes.filter((mode) => ACCESS_MODES.includes(mode)));
  if (known.has('ReadWriteOncePod') && known.size > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

const checkClassName = (name: string | undefined, path: string): FieldError[] =>
  name ? invalidEach(path, name, nameIsDNSSubdomain(name, false)) : [];

const sameSource = (a: TypedObjectReference, b: TypedObjectReference): boolean =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;

function validateDataSource(source: TypedObjectReference, anyGroup: boolean, path: string): FieldError[] {
  const { name, kind, apiGroup, namespace } = source;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(child(path, 'name')));
  if (!kind) errors.push(required(child(path, 'kind')));
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    const text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind ?? '', text));
  }
  if (apiGroup && !anyGroup)
    errors.push(...invalidEach(child(path, 'apiGroup'), apiGroup, isDNS1123Subdomain(apiGroup)));
  if (namespace) {
    errors.push(...invalidEach(child(path, 'namespace'), namespace, validateNamespaceName(namespace, false)));
  }
  return errors;
}
