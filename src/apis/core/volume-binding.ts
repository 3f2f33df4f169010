/**
 * Which volume suits which claim. The volume controller asks it, and the scheduler for claims that wait for a pod.
 * Source: kubernetes/component-helpers storage/volume (pv_helpers.go, helpers.go), kubernetes
 * pkg/controller/volume/persistentvolume/index.go.
 */
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import { cmp, parseQuantity, type Quantity, zero } from '../../apimachinery/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import type { Stored } from '../object.ts';
import { CLASS_ANNOTATION, storageClassOf } from './volume-printing.ts';

/** On a claim: it has been bound once. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** On a claim or a volume: the control plane chose the other one, not the user. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** On a claim: the node the scheduler chose for its first pod. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** On a volume: who made it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** The provisioner of classes whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

export type Volume = Stored<PersistentVolume>;
export type Claim = Stored<PersistentVolumeClaim>;

/** Whether somebody chose a class for the claim; the empty one is a choice, too. */
export const hasClass = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  metadata?.annotations?.[CLASS_ANNOTATION] !== undefined || spec?.storageClassName !== undefined;

/** Whether the claim has never been bound. */
export const isUnbound = ({ metadata }: PersistentVolumeClaim): boolean =>
  metadata?.annotations?.[BIND_COMPLETED] === undefined;

export const waitsForFirstConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer';

/** Whether the volume is bound to the claim, or meant for it by whoever made the volume. */
export function isBoundTo({ spec }: Volume, { metadata }: Claim): boolean {
  const reference = spec?.claimRef;
  if (reference?.name !== metadata.name || reference?.namespace !== metadata.namespace) return false;
  return !reference?.uid || reference.uid === metadata.uid;
}

export const modesMismatch = (claim: Claim, volume: Volume): boolean =>
  (claim.spec?.volumeMode ?? 'Filesystem') !== (volume.spec?.volumeMode ?? 'Filesystem');

const hasAccessModes = (volume: Volume, claim: Claim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

const quantityOf = (text: string | number | undefined): Quantity =>
  text === undefined ? zero : parseQuantity(text);
const capacityOf = (volume: Volume): Quantity => quantityOf(volume.spec?.capacity?.storage);
const requestOf = (claim: Claim): Quantity => quantityOf(claim.spec?.resources?.requests?.storage);
const attributesClassOf = ({ spec }: Claim | Volume): string => spec?.volumeAttributesClassName ?? '';

/** Whether a volume that is meant for nobody would do for a claim that names none. */
export const suits = (volume: Volume, claim: Claim): boolean =>
  mismatch(volume, claim) === undefined &&
  (!claim.spec?.selector || matches(fromLabelSelector(claim.spec.selector), volume.metadata.labels));

/** Why a volume that the claim asks for by name does not do; undefined when it does. */
export function mismatch(volume: Volume, claim: Claim): string | undefined {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (cmp(capacityOf(volume), requestOf(claim)) < 0) return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if (attributesClassOf(volume) !== attributesClassOf(claim))
    return 'volumeAttributesClassName does not match';
  if (modesMismatch(claim, volume)) return 'incompatible volumeMode';
  if (!hasAccessModes(volume, claim)) return 'incompatible accessMode';
  return undefined;
}

export interface MatchOptions {
  /** Leave volumes that are meant for nobody to the scheduler. */
  readonly onlyPrebound?: boolean;
  /** Whether a volume can be used where it is needed; default: yes. */
  readonly reaches?: (volume: Volume) => boolean;
}

/**
 * The volume for a claim: of those with the fewest access modes besides the ones it asks for, the one that is meant for
 * it, else the smallest that is large enough.
 */
export function findVolume(
  claim: Claim,
  volumes: Iterable<Volume>,
  options: MatchOptions = {},
): Volume | undefined {
  const byModes = new Map<string, Volume[]>();
  for (const volume of volumes) {
    if ((volume.spec?.claimRef && !isBoundTo(volume, claim)) || !hasAccessModes(volume, claim)) continue;
    const modes = [...new Set(volume.spec?.accessModes)].sort().join();
    const known = byModes.get(modes);
    if (known) known.push(volume);
    else byModes.set(modes, [volume]);
  }
  const count = (modes: string): number => modes.split(',').length;
  for (const modes of [...byModes.keys()].sort((a, b) => count(a) - count(b))) {
    const found = findAmong(claim, byModes.get(modes)!, options);
    if (found) return found;
  }
  return undefined;
}

function findAmong(
  claim: Claim,
  volumes: readonly Volume[],
  { onlyPrebound = false, reaches = () => true }: MatchOptions,
): Volume | undefined {
  const request = requestOf(claim);
  const className = storageClassOf(claim);
  const selector = claim.spec?.selector ? fromLabelSelector(claim.spec.selector) : undefined;
  let smallest: { volume: Volume; capacity: Quantity } | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    if (metadata.deletionTimestamp) continue;
    const capacity = capacityOf(volume);
    if (cmp(capacity, request) < 0 || modesMismatch(claim, volume)) continue;
    if (attributesClassOf(claim) !== attributesClassOf(volume)) continue;
    if (spec?.claimRef) return reaches(volume) ? volume : undefined;
    if (onlyPrebound || status?.phase !== 'Available' || storageClassOf(volume) !== className) continue;
    if (selector && !matches(selector, metadata.labels)) continue;
    if (smallest && cmp(smallest.capacity, capacity) <= 0) continue;
    if (reaches(volume)) smallest = { volume, capacity };
  }
  return smallest?.volume;
}

/**
 * The volume bound to the claim; the same object when it is so already.
 * @param volume not changed.
 */
export function boundTo(volume: Volume, claim: Claim): Volume {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata;
  const reference = volume.spec?.claimRef;
  const same = reference?.name === name && reference.namespace === namespace && reference.uid === uid;
  const marked = volume.metadata.annotations?.[BOUND_BY_CONTROLLER] !== undefined;
  const mark = !isBoundTo(volume, claim) && !marked;
  if (same && !mark) return volume;
  const claimRef = {
    kind: 'PersistentVolumeClaim',
    namespace,
    name,
    uid,
    apiVersion: 'v1',
    resourceVersion,
  };
  const annotations = { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  return {
    ...volume,
    metadata: mark ? { ...volume.metadata, annotations } : volume.metadata,
    spec: { ...volume.spec, ...(same ? {} : { claimRef }) },
  };
}
