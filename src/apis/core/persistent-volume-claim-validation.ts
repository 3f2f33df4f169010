/**
 * Validation of claims for volumes.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaim…).
 */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import {
  cmp,
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  sign,
  value,
  zero,
} from '../../apimachinery/quantity.ts';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { normalizeDataSources } from './claim-data-source.ts';
import { invalidEach } from './field-rules.ts';
import { isNativeResource } from './resource-list.ts';
import { describeDifference } from './difference.ts';
import { equalInternally } from './internal-form.ts';
import { claimUpdateOptions, validatePersistentVolumeClaimSpec } from './volume-claim-validation.ts';
import { CLASS_ANNOTATION } from './volume-printing.ts';

export const validatePersistentVolumeClaim = ({ spec = {} }: PersistentVolumeClaim): FieldError[] =>
  validatePersistentVolumeClaimSpec(spec, 'spec');

const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const STORAGE = 'spec.resources.requests.storage';
const ATTRIBUTES_CLASS = 'spec.volumeAttributesClassName';

const classAnnotation = ({ metadata }: PersistentVolumeClaim): string | undefined =>
  metadata?.annotations?.[CLASS_ANNOTATION];
const amount = (text: string | undefined): Quantity => (text === undefined ? zero : parseQuantity(text));

/** Whether the class moves from the old annotation to the field, the same class. */
function movesClass(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const before = classAnnotation(old);
  const now = classAnnotation(claim);
  return (
    before !== undefined &&
    old.spec?.storageClassName === undefined &&
    claim.spec?.storageClassName === before &&
    (now === undefined || now === before)
  );
}

/** Whether a claim without a class gets one: the default class that came later. */
function gainsClass(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const before = classAnnotation(old);
  const name = claim.spec?.storageClassName;
  return (
    name !== undefined &&
    old.spec?.storageClassName === undefined &&
    (before === undefined || name === before)
  );
}

/** Both specs without what may differ. */
function withoutAllowedChanges(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): { spec: PersistentVolumeClaimSpec; before: PersistentVolumeClaimSpec } {
  const before: PersistentVolumeClaimSpec = { ...old.spec };
  const spec: PersistentVolumeClaimSpec = { ...claim.spec };
  // The binder names the volume, once.
  if (!before.volumeName) before.volumeName = spec.volumeName;
  if (movesClass(claim, old) || gainsClass(claim, old)) delete spec.storageClassName;
  if (claim.status?.phase !== 'Bound') return { spec, before };
  if (spec.resources?.requests) {
    const storage = before.resources?.requests?.storage ?? '0';
    spec.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage } };
  }
  spec.volumeAttributesClassName = before.volumeAttributesClassName;
  return { spec, before };
}

export function validatePersistentVolumeClaimUpdate(
  claim: PersistentVolumeClaim,
  stored: PersistentVolumeClaim,
): FieldError[] {
  // What was stored by an older version has one of the two data sources only.
  const old = { ...stored, spec: { ...stored.spec } };
  normalizeDataSources(old.spec, stored.spec);
  const errors = validatePersistentVolumeClaimSpec(
    claim.spec ?? {},
    'spec',
    claimUpdateOptions(stored.spec ?? {}),
  );
  const spec = claim.spec ?? {};
  if (!movesClass(claim, old) && (classAnnotation(claim) ?? '') !== (classAnnotation(old) ?? '')) {
    const path = child('metadata.annotations', CLASS_ANNOTATION);
    errors.push(invalid(path, classAnnotation(claim) ?? '', 'field is immutable'));
  }
  const changed = withoutAllowedChanges(claim, old);
  if (!equalInternally('PersistentVolumeClaimSpec', changed.spec, changed.before)) {
    const difference = describeDifference('PersistentVolumeClaimSpec', changed.before, changed.spec);
    errors.push(forbidden('spec', `${IMMUTABLE}\n${difference}`));
  }
  // A request may shrink again as long as nothing was expanded.
  const size = amount(spec.resources?.requests?.storage);
  const shrinks = cmp(size, amount(old.spec.resources?.requests?.storage)) < 0;
  if (shrinks && cmp(size, amount(old.status?.capacity?.storage)) <= 0) {
    errors.push(forbidden(STORAGE, 'field can not be less than status.capacity'));
  }
  if (spec.volumeMode !== old.spec.volumeMode) {
    errors.push(invalid('volumeMode', spec.volumeMode ?? null, 'field is immutable'));
  }
  return [...errors, ...checkAttributesClass(claim, old)];
}

/** A class that was applied may be replaced, not removed. */
function checkAttributesClass(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const name = claim.spec?.volumeAttributesClassName;
  if (name === old.spec?.volumeAttributesClassName) return [];
  if (old.status?.currentVolumeAttributesClassName === undefined || name) return [];
  const what = name === undefined ? 'nil' : 'empty string';
  const detail = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbidden(ATTRIBUTES_CLASS, detail)];
}

const RESIZE_STATUSES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
];

const checkAmount = (amount: Quantity, path: string): FieldError[] =>
  sign(amount) < 0 ? [invalid(path, value(amount), 'must be a valid resource quantity')] : [];

/** Of Kubernetes' own resources a claim has storage only. */
function checkResourceKey(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0 || !isNativeResource(name) || name === 'storage') return errors;
  return [notSupported(path, name, ['storage'])];
}

export function validatePersistentVolumeClaimStatus({
  spec,
  status = {},
}: PersistentVolumeClaim): FieldError[] {
  const errors = spec?.accessModes?.length ? [] : [required('Spec.accessModes')];
  for (const [name, text] of Object.entries(status.capacity ?? {})) {
    errors.push(...checkAmount(parseQuantity(text), at('status.capacity', name)));
  }
  const statuses = 'status.allocatedResourceStatuses';
  for (const [name, text] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    errors.push(...checkResourceKey(name, statuses));
    if (!RESIZE_STATUSES.includes(text)) errors.push(notSupported(statuses, name, RESIZE_STATUSES));
  }
  const resources = 'status.allocatedResources';
  for (const [name, text] of Object.entries(status.allocatedResources ?? {})) {
    const wrong = checkResourceKey(name, resources);
    errors.push(...(wrong.length > 0 ? wrong : checkAmount(parseQuantity(text), at(resources, name))));
  }
  return errors;
}

/** Source: kubernetes pkg/api/persistentvolumeclaim/util.go. */
export function persistentVolumeClaimWarnings(claim: PersistentVolumeClaim): string[] {
  const warnings =
    classAnnotation(claim) === undefined
      ? []
      : [
          `metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`,
        ];
  return [...warnings, ...claimSpecWarnings(claim.spec ?? {}, 'spec')];
}

/** Bytes are not divided. */
export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, path: string): string[] {
  return (['requests', 'limits'] as const).flatMap((list) => {
    const text = resources?.[list]?.storage;
    if (text === undefined || milliValue(parseQuantity(text)) % 1000 === 0) return [];
    const shown = JSON.stringify(formatQuantity(parseQuantity(text)));
    const here = at(child(path, 'resources', list), 'storage');
    return [`${here}: fractional byte value ${shown} is invalid, must be an integer`];
  });
}
