/**
 * What is to be done with an object, given what is known of its owners.
 * Source: kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem).
 */
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN } from '../../registry/delete.ts';

/**
 * What is known of an owner. `solid`: it is there; `waiting`: it waits for its dependents to go; `dangling`: it is
 * gone; `unknown`: nobody can tell, for its kind is not served, or it is where the reference cannot mean it.
 */
export type OwnerState = 'solid' | 'waiting' | 'dangling' | 'unknown';

export type Verdict =
  | { readonly action: 'keep' }
  /** Drop the references to owners that are gone or going: others remain. */
  | { readonly action: 'detach'; readonly owners: readonly string[] }
  | { readonly action: 'delete'; readonly policy: 'Foreground' | 'Background' | 'Orphan' };

const KEEP: Verdict = { action: 'keep' };

/** Whether the object is going but waits for its dependents. */
export const isDeletingDependents = ({ metadata }: Stored): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(FINALIZER_FOREGROUND) ?? false);

/** Whether the object is going once its dependents have been cut loose. */
export const isOrphaning = ({ metadata }: Stored): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(FINALIZER_ORPHAN) ?? false);

/** `states` are those of the object's owner references, in their order. */
export function verdict(
  { metadata }: Stored,
  states: readonly OwnerState[],
  hasDependents: boolean,
): Verdict {
  const references = metadata.ownerReferences ?? [];
  if (references.length === 0 || states.includes('unknown')) return KEEP;
  const waiting = states.includes('waiting');
  if (states.includes('solid')) {
    const owners = references.filter((_, index) => states[index] !== 'solid').map(({ uid }) => uid);
    return owners.length === 0 ? KEEP : { action: 'detach', owners };
  }
  if (waiting && hasDependents) return { action: 'delete', policy: 'Foreground' };
  if (metadata.finalizers?.includes(FINALIZER_ORPHAN)) return { action: 'delete', policy: 'Orphan' };
  if (metadata.finalizers?.includes(FINALIZER_FOREGROUND)) return { action: 'delete', policy: 'Foreground' };
  return { action: 'delete', policy: 'Background' };
}

/** Whether the object holds back the foreground deletion of the owner. */
export const isBlocking = ({ metadata }: Stored, owner: string): boolean =>
  metadata.ownerReferences?.some(
    ({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true,
  ) ?? false;

/** How upstream names an owner in events. */
export const describeOwner = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): string =>
  `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
