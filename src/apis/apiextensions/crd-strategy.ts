/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go. */
import { setCondition } from '../../apimachinery/conditions.ts';
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { keepStatus } from '../strategy.ts';

export function prepareCRD(crd: CustomResourceDefinition): void {
  crd.status = { acceptedNames: { kind: '', plural: '' }, conditions: [] };
  rememberStoredVersion(crd);
}

export function prepareCRDUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): void {
  keepStatus(crd, old);
  rememberStoredVersion(crd);
}

/** Objects may have been stored in every version that ever was the storage version. */
function rememberStoredVersion(crd: CustomResourceDefinition): void {
  const version = crd.spec?.versions?.find((one) => one.storage)?.name;
  const stored = crd.status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return;
  crd.status = { ...crd.status, storedVersions: [...stored, version] };
}

/** Holds a definition back until a controller has deleted its objects. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition never goes at once: its objects go first. */
export const heldByInstances = ({ metadata }: CustomResourceDefinition): readonly string[] =>
  metadata?.deletionTimestamp ? [] : [CLEANUP_FINALIZER];

/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/etcd.go (Delete). */
export function cleanupStarted(crd: CustomResourceDefinition, old: CustomResourceDefinition): void {
  const metadata = crd.metadata!;
  // Upstream's own way of deleting a definition does not count as a change, and asks nobody what becomes of dependents.
  if (old.metadata?.generation !== undefined) metadata.generation = old.metadata.generation;
  const { finalizers = [] } = old.metadata ?? {};
  metadata.finalizers = finalizers.includes(CLEANUP_FINALIZER)
    ? finalizers
    : [...finalizers, CLEANUP_FINALIZER];
  const conditions = setCondition(
    crd.status?.conditions,
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    metadata.deletionTimestamp!,
  );
  crd.status = { ...crd.status, conditions };
}
