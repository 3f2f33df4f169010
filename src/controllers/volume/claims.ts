/** The claims of pods. Source: kubernetes/component-helpers storage/ephemeral, kubernetes pkg/controller/volume/common. */
import { isControlledBy } from '../../apimachinery/controller-ref.ts';
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';

export const CLAIMS: ResourceName = ['', 'persistentvolumeclaims'];
export const VOLUMES: ResourceName = ['', 'persistentvolumes'];
export const STORAGE_CLASSES: ResourceName = ['storage.k8s.io', 'storageclasses'];

export type ClaimObject = Stored<PersistentVolumeClaim & KubeObject>;
export type PodObject = Stored<Pod & KubeObject>;

export interface PodClaim {
  readonly name: string;
  /** Made for a generic ephemeral volume of this pod. */
  readonly ephemeral: boolean;
}

/** The claims that a pod's volumes name. */
export function* claimsOf({ metadata, spec }: Pod): Generator<PodClaim> {
  for (const { name, persistentVolumeClaim, ephemeral } of spec?.volumes ?? []) {
    if (persistentVolumeClaim) yield { name: persistentVolumeClaim.claimName, ephemeral: false };
    else if (ephemeral) yield { name: `${metadata?.name}-${name}`, ephemeral: true };
  }
}

/** Whether the pod names the claim, and the claim is not a namesake of the one made for it. */
export function uses(pod: PodObject, claim: ClaimObject): boolean {
  for (const { name, ephemeral } of claimsOf(pod)) {
    if (name === claim.metadata.name && (!ephemeral || isControlledBy(claim, pod))) return true;
  }
  return false;
}
