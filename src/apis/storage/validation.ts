/** Source: kubernetes pkg/apis/storage/validation/validation.go. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type { TopologySelectorTerm } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  StorageClass,
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttributesClass,
  VolumeError,
} from '../../apimachinery/types/storage.v1.gen.ts';
import { byteLength, inclusiveRangeError } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { immutable } from '../apps/validation.ts';
import { validateInlineVolume } from './inline-volume-validation.ts';
import { invalidEach, validateCSIDriverName, validateQualifiedName } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;
const MAX_METADATA_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 1024;
const MAX_INT32 = 2 ** 31 - 1;

export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const errors = validateProvisioner(storageClass.provisioner ?? '', 'provisioner');
  errors.push(...validateParameters(storageClass.parameters ?? {}, 'parameters'));
  const { reclaimPolicy, volumeBindingMode } = storageClass;
  if (reclaimPolicy && !RECLAIM_POLICIES.includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES));
  }
  if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode'));
  else if (!BINDING_MODES.includes(volumeBindingMode)) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES));
  }
  errors.push(...validateTopologies(storageClass.allowedTopologies ?? [], 'allowedTopologies'));
  return errors;
}

function validateProvisioner(provisioner: string, path: string): FieldError[] {
  return provisioner === '' ? [required(path)] : validateQualifiedName(provisioner.toLowerCase(), path);
}

function validateParameters(parameters: Readonly<Record<string, string>>, path: string): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) return [tooLong(path, MAX_PARAMETERS)];
  const errors: FieldError[] = [];
  if (entries.some(([key]) => key === '')) errors.push(invalid(path, '', 'field can not be empty.'));
  if (sizeOf(parameters) > MAX_PARAMETER_BYTES) errors.push(tooLong(path, MAX_PARAMETER_BYTES));
  return errors;
}

const sizeOf = (map: Readonly<Record<string, string>>): number =>
  Object.entries(map).reduce((size, [key, value]) => size + byteLength(key) + byteLength(value), 0);

/** Errors of terms that are equal: of thousands there would be millions. */
const MAX_DUPLICATES = 10_000;

function validateTopologies(terms: readonly TopologySelectorTerm[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Map<string, number>();
  let room = MAX_DUPLICATES;
  for (const [index, term] of terms.entries()) {
    const here = child(at(path, index), 'matchLabelExpressions');
    const values: Record<string, string[]> = {};
    for (const [place, requirement] of (term.matchLabelExpressions ?? []).entries()) {
      const expression = at(here, place);
      const valuesPath = child(expression, 'values');
      const listed = requirement.values ?? [];
      if (listed.length === 0) errors.push(required(valuesPath));
      const known = new Set<string>();
      for (const [position, value] of listed.entries()) {
        if (known.has(value)) errors.push(duplicate(at(valuesPath, position), value));
        known.add(value);
      }
      errors.push(...validateQualifiedName(requirement.key ?? '', child(expression, 'key')));
      if (Object.hasOwn(values, requirement.key))
        errors.push(duplicate(child(expression, 'key'), requirement.key));
      values[requirement.key] = [...new Set(listed)].sort();
    }
    // Upstream compares with as many empty terms as there are terms, and reports every match.
    const isEmpty = Object.keys(values).length === 0;
    const text = JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
    const before = seen.get(text) ?? 0;
    const matches = Math.min(before + (isEmpty ? terms.length : 0), room);
    room -= matches;
    for (let n = 0; n < matches; n++) errors.push(duplicate(here, ''));
    seen.set(text, before + 1);
  }
  return errors;
}

/** What was provisioned with a class stays as the class said: only expansion and topologies may change. */
export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  return [
    ...validateStorageClass(storageClass),
    ...immutable('parameters', storageClass.parameters, old.parameters, '{}'),
    ...immutable('provisioner', storageClass.provisioner, old.provisioner, 's'),
    ...immutable('reclaimPolicy', storageClass.reclaimPolicy, old.reclaimPolicy),
    ...immutable('volumeBindingMode', storageClass.volumeBindingMode, old.volumeBindingMode),
  ];
}

export function validateVolumeAttributesClass(attributesClass: VolumeAttributesClass): FieldError[] {
  const errors = validateProvisioner(attributesClass.driverName ?? '', 'driverName');
  const parameters = attributesClass.parameters ?? {};
  errors.push(...validateParameters(parameters, 'parameters'));
  if (Object.keys(parameters).length === 0) {
    errors.push(required('parameters', 'must contain at least one key/value pair'));
  }
  return errors;
}

export function validateVolumeAttributesClassUpdate(
  attributesClass: VolumeAttributesClass,
  old: VolumeAttributesClass,
): FieldError[] {
  const errors: FieldError[] = [];
  if (attributesClass.driverName !== old.driverName) {
    errors.push(forbidden('driverName', 'updates to driverName are forbidden.'));
  }
  if (!semanticEqual(attributesClass.parameters, old.parameters)) {
    errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
  }
  return [...errors, ...validateVolumeAttributesClass(attributesClass)];
}

export function validateVolumeAttachment({ spec, status }: VolumeAttachment): FieldError[] {
  const errors = validateCSIDriverName(spec?.attacher ?? '', 'spec.attacher');
  errors.push(...validateSource(spec?.source ?? {}, 'spec.source'));
  const nodeName = spec?.nodeName ?? '';
  errors.push(...invalidEach('spec.nodeName', nodeName, nameIsDNSSubdomain(nodeName, false)));
  if (sizeOf(status?.attachmentMetadata ?? {}) > MAX_METADATA_BYTES) {
    errors.push(tooLong('status.attachmentMetadata', MAX_METADATA_BYTES));
  }
  errors.push(...validateVolumeError(status?.attachError, 'status.attachError'));
  errors.push(...validateVolumeError(status?.detachError, 'status.detachError'));
  const volume = spec?.source?.persistentVolumeName;
  if (volume !== undefined) {
    const wrong = nameIsDNSSubdomain(volume, false);
    errors.push(...invalidEach('spec.source.persistentVolumeName', volume, wrong));
  }
  return errors;
}

function validateSource(source: VolumeAttachmentSource, path: string): FieldError[] {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  const detail = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inlineVolumeSpec && persistentVolumeName === undefined) return [required(path, detail)];
  if (inlineVolumeSpec && persistentVolumeName !== undefined) return [forbidden(path, detail)];
  if (inlineVolumeSpec) return validateInlineVolume(inlineVolumeSpec, child(path, 'inlineVolumeSpec'));
  if (persistentVolumeName !== '') return [];
  return [required(child(path, 'persistentVolumeName'), 'must specify non empty persistentVolumeName')];
}

function validateVolumeError(error: VolumeError | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // The limit in upstream's message is not the one it checks.
  if (byteLength(error?.message ?? '') > MAX_MESSAGE_BYTES) {
    errors.push(tooLong(child(path, 'message'), MAX_METADATA_BYTES));
  }
  if (error?.errorCode !== undefined && error.errorCode < 0) {
    errors.push(invalid(child(path, 'errorCode'), error.errorCode, inclusiveRangeError(0, MAX_INT32)));
  }
  return errors;
}

export function validateVolumeAttachmentUpdate(
  attachment: VolumeAttachment,
  old: VolumeAttachment,
): FieldError[] {
  return [
    ...validateVolumeAttachment(attachment),
    ...immutable('spec', attachment.spec, old.spec, 'VolumeAttachmentSpec'),
  ];
}
