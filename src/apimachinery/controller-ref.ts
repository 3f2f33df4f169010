/**
 * Owner references.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/controller_ref.go.
 */
import type { ObjectMeta, OwnerReference } from './types/meta.v1.gen.ts';

interface Owned {
  metadata?: Pick<ObjectMeta, 'ownerReferences'>;
}
interface Owner {
  metadata?: Pick<ObjectMeta, 'name' | 'uid'>;
}

/** The reference to the object that manages this one, if any. */
export const getControllerOf = (object: Owned): OwnerReference | undefined =>
  object.metadata?.ownerReferences?.find((reference) => reference.controller === true);

/** Whether the owner is the controller of the object (by uid: a namesake is not). */
export function isControlledBy(object: Owned, owner: Owner): boolean {
  const controller = getControllerOf(object);
  return controller !== undefined && controller.uid === owner.metadata?.uid;
}

/** A plain reference to an owner that is stored already. */
export const ownerReference = (
  owner: Owner,
  { apiVersion, kind }: { apiVersion: string; kind: string },
): OwnerReference => ({
  apiVersion,
  kind,
  name: owner.metadata?.name ?? '',
  uid: owner.metadata?.uid ?? '',
});

/** The reference that a controller puts on what it creates: it blocks the owner's foreground deletion. */
export const newControllerRef = (
  owner: Owner,
  gvk: { apiVersion: string; kind: string },
): OwnerReference => ({
  ...ownerReference(owner, gvk),
  controller: true,
  blockOwnerDeletion: true,
});

/** Whether one of the object's references has the uid. */
export const isOwnedBy = (object: Owned, uid: string): boolean =>
  object.metadata?.ownerReferences?.some((reference) => reference.uid === uid) ?? false;

/** The references without the owner of this uid. */
export const withoutOwner = (
  references: readonly OwnerReference[] | undefined,
  uid: string,
): OwnerReference[] => (references ?? []).filter((reference) => reference.uid !== uid);
