/**
 * Validation of persistent volumes and warnings about them.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolume…), pkg/volume/validation,
 * pkg/api/persistentvolume/util.go.
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
import { formatQuantity, parseQuantity, sign, value } from '../../apimachinery/quantity.ts';
import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PersistentVolume,
  PersistentVolumeSpec,
  VolumeNodeAffinity,
} from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateNodeSelector } from './affinity-validation.ts';
import { checkOneOf, invalidEach, NOT_POSITIVE } from './field-rules.ts';
import { CLASS_ANNOTATION } from './volume-printing.ts';
import { describeDifference } from './difference.ts';
import { equalInternally, internalForm } from './internal-form.ts';
import { nodeSelectorTermWarnings } from './node-label-warnings.ts';
import { hasInvalidNodeLabelValue } from './pod-ratcheting.ts';
import { validateVolumeSource, VOLUME_SOURCES } from './volume-source-rules.ts';

const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';
const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];

/** Sources whose volumes can be mounted with options of one's own. */
const WITH_MOUNT_OPTIONS: ReadonlySet<string> = new Set([
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
]);

export function validatePersistentVolume(volume: PersistentVolume): FieldError[] {
  return [...validateVolume(volume, false), ...checkMountOptions(volume)];
}

/** `anyLabelValue`: node affinity may name values that no label has. */
function validateVolume(volume: PersistentVolume, anyLabelValue: boolean): FieldError[] {
  const { spec = {}, metadata } = volume;
  return [
    ...checkAccessModes(spec.accessModes ?? [], 'spec.accessModes'),
    ...checkCapacity(spec),
    ...(spec.persistentVolumeReclaimPolicy
      ? checkOneOf(spec.persistentVolumeReclaimPolicy, RECLAIM_POLICIES, 'spec.persistentVolumeReclaimPolicy')
      : []),
    ...checkNodeAffinity(spec, anyLabelValue),
    ...validateVolumeSource(spec, 'spec', metadata?.name ?? ''),
    ...checkRecycledRoot(spec),
    ...checkClassName(spec.storageClassName, 'spec.storageClassName'),
    ...checkOneOf(spec.volumeMode, ['Block', 'Filesystem'], 'spec.volumeMode'),
    ...checkAttributesClass(spec),
  ];
}

/** How a volume may be mounted. */
export function checkAccessModes(modes: readonly string[], path: string): FieldError[] {
  if (modes.length === 0) return [required(path)];
  const errors = modes.flatMap((mode) => checkOneOf(mode, ACCESS_MODES, path));
  const known = new Set(modes.filter((mode) => ACCESS_MODES.includes(mode)));
  if (known.has('ReadWriteOncePod') && known.size > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function checkCapacity({ capacity = {} }: PersistentVolumeSpec): FieldError[] {
  const path = 'spec.capacity';
  const names = Object.keys(capacity);
  const errors = names.length === 0 ? [required(path)] : [];
  if (capacity.storage === undefined || names.length > 1) {
    errors.push(notSupported(path, names.length === 0 ? null : capacity, ['storage']));
  }
  for (const name of names) {
    const amount = parseQuantity(capacity[name]!);
    const here = at(path, name);
    if (sign(amount) < 0) errors.push(invalid(here, value(amount), 'must be a valid resource quantity'));
    if (sign(amount) <= 0) errors.push(invalid(here, formatQuantity(amount), NOT_POSITIVE));
  }
  return errors;
}

function checkNodeAffinity({ nodeAffinity }: PersistentVolumeSpec, anyLabelValue: boolean): FieldError[] {
  if (!nodeAffinity) return [];
  const path = 'spec.nodeAffinity.required';
  if (!nodeAffinity.required) return [required(path, 'must specify required node constraints')];
  return validateNodeSelector(nodeAffinity.required, path, anyLabelValue);
}

/** Whether a path means the root, once its `.` and `..` are resolved. */
const isRoot = (path: string): boolean =>
  path.startsWith('/') && new URL(`file://${encodeURI(path)}`).pathname === '/';

/** Recycling empties a volume: never the root of a node. */
function checkRecycledRoot({ hostPath, persistentVolumeReclaimPolicy }: PersistentVolumeSpec): FieldError[] {
  if (persistentVolumeReclaimPolicy !== 'Recycle' || !isRoot(hostPath?.path ?? '')) return [];
  const detail = "may not be 'recycle' for a hostPath mount of '/'";
  return [forbidden('spec.persistentVolumeReclaimPolicy', detail)];
}

const checkClassName = (name: string | undefined, path: string): FieldError[] =>
  name ? invalidEach(path, name, nameIsDNSSubdomain(name, false)) : [];

function checkAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec): FieldError[] {
  if (name === undefined) return [];
  const path = 'spec.volumeAttributesClassName';
  return [
    ...(name === '' ? [required(path, 'an empty string is disallowed')] : checkClassName(name, path)),
    ...(csi ? [] : [required('spec.csi', 'has to be specified when using volumeAttributesClassName')]),
  ];
}

function checkMountOptions({ metadata, spec = {} }: PersistentVolume): FieldError[] {
  if (metadata?.annotations?.[MOUNT_OPTIONS] === undefined) return [];
  if (Object.keys(spec).some((field) => WITH_MOUNT_OPTIONS.has(field))) return [];
  const path = child('metadata.annotations', MOUNT_OPTIONS);
  return [forbidden(path, 'may not specify mount options for this volume type')];
}

const sourceOf = (spec: PersistentVolumeSpec): Partial<PersistentVolumeSpec> =>
  Object.fromEntries(Object.entries(spec).filter(([field]) => (VOLUME_SOURCES as string[]).includes(field)));

/** The source stays, but for a secret for expansion that may be added; so do mode and, once set, node affinity. */
export function validatePersistentVolumeUpdate(
  volume: PersistentVolume,
  old: PersistentVolume,
): FieldError[] {
  const spec = volume.spec ?? {};
  const before = old.spec ?? {};
  const anyLabelValue = hasInvalidNodeLabelValue(before.nodeAffinity?.required?.nodeSelectorTerms);
  // Upstream looks at the volume twice, and so tells its faults twice.
  const faults = validateVolume(volume, anyLabelValue);
  const errors = [...faults, ...checkMountOptions(volume), ...faults];
  const source = sourceOf(spec);
  if (before.csi && !before.csi.controllerExpandSecretRef && source.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...rest } = source.csi;
    source.csi = rest;
  }
  if (!equalInternally('PersistentVolumeSource', source, sourceOf(before))) {
    const changes = describeDifference('PersistentVolumeSource', sourceOf(before), source);
    const detail = `spec.persistentvolumesource is immutable after creation\n${changes}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  if (spec.volumeMode !== before.volumeMode) {
    errors.push(invalid('volumeMode', spec.volumeMode ?? null, 'field is immutable'));
  }
  if (before.nodeAffinity && !sameNodeAffinity(spec.nodeAffinity, before.nodeAffinity)) {
    const detail = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', internalForm('*VolumeNodeAffinity', spec.nodeAffinity), detail));
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

/** Labels of nodes that have another name by now. */
const GA_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** Whether nothing changed but that labels go by their newer names. */
function sameNodeAffinity(now: VolumeNodeAffinity | undefined, before: VolumeNodeAffinity): boolean {
  const terms = now?.required?.nodeSelectorTerms ?? [];
  const renamed = before.required?.nodeSelectorTerms?.map((term, i) => ({
    ...term,
    ...(term.matchExpressions
      ? { matchExpressions: follow(term.matchExpressions, terms[i], 'matchExpressions') }
      : {}),
    ...(term.matchFields ? { matchFields: follow(term.matchFields, terms[i], 'matchFields') } : {}),
  }));
  const old = before.required
    ? { required: { ...before.required, nodeSelectorTerms: renamed ?? [] } }
    : before;
  return equalInternally('*VolumeNodeAffinity', now, old);
}

const follow = (
  list: readonly NodeSelectorRequirement[],
  term: NodeSelectorTerm | undefined,
  field: 'matchExpressions' | 'matchFields',
): NodeSelectorRequirement[] =>
  list.map((one, i) => {
    const key = term?.[field]?.[i] && (term[field]?.[i]?.key ?? '');
    return key !== undefined && (GA_LABELS[one.key] ?? '') === key ? { ...one, key } : one;
  });

/** Sources that no longer work, with the name upstream's warning gives them. */
const REMOVED: readonly (readonly [source: keyof PersistentVolumeSpec, text: string])[] = [
  ['cephfs', 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
];

export function persistentVolumeWarnings({ metadata, spec = {} }: PersistentVolume): string[] {
  const annotations = metadata?.annotations ?? {};
  const warnings: string[] = [];
  const deprecated = (key: string, since: string, field: string): void => {
    if (annotations[key] === undefined) return;
    warnings.push(
      `metadata.annotations[${key}]: deprecated since ${since}; use "${field}" attribute instead`,
    );
  };
  deprecated(CLASS_ANNOTATION, 'v1.8', 'storageClassName');
  deprecated(MOUNT_OPTIONS, 'v1.31', 'mountOptions');
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    warnings.push(
      ...nodeSelectorTermWarnings(term, false, at('spec.nodeAffinity.required.nodeSelectorTerms', i)),
    );
  }
  for (const [source, text] of REMOVED) if (spec[source] !== undefined) warnings.push(text);
  return warnings;
}
