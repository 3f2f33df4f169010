/** The resource claims of pods. Source: dynamic-resource-allocation resourceclaim/resourceclaim.go. */
import { isControlledBy } from '../../apimachinery/controller-ref.ts';
import type { Pod, PodResourceClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { ResourceClaim } from '../../apimachinery/types/resource.v1.gen.ts';
import { isPodTerminal } from '../../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';

export const CLAIMS: ResourceName = ['resource.k8s.io', 'resourceclaims'];
export const TEMPLATES: ResourceName = ['resource.k8s.io', 'resourceclaimtemplates'];
/** On a claim that was made from a template: which of the pod's it is. */
export const POD_CLAIM_ANNOTATION = 'resource.kubernetes.io/pod-claim-name';

export type ClaimObject = Stored<ResourceClaim & KubeObject>;
export type PodObject = Stored<Pod & KubeObject>;

/** The name of one of the pod's claims. `isMade`: false: it has to be made from its template. No name: it has none by intention. */
export function claimNameOf(
  { status }: PodObject,
  { name, resourceClaimName }: PodResourceClaim,
): { name: string | undefined; isMade: boolean } {
  if (resourceClaimName !== undefined) return { name: resourceClaimName, isMade: true };
  const made = status?.resourceClaimStatuses?.find((one) => one.name === name);
  return { name: made?.resourceClaimName, isMade: made !== undefined };
}

/** The names of the claims that a pod has by now. */
export function* claimNamesOf(pod: PodObject): Iterable<string> {
  for (const claim of pod.spec?.resourceClaims ?? []) {
    const { name } = claimNameOf(pod, claim);
    if (name !== undefined) yield name;
  }
}

/** Whether a claim is the pod's: one that was made for it, or any that it names. */
export const isFor = (claim: ClaimObject, pod: PodObject, { resourceClaimName }: PodResourceClaim): boolean =>
  resourceClaimName !== undefined || isControlledBy(claim, pod);

export const isReservedFor = ({ status }: ClaimObject, { metadata }: PodObject): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === metadata.uid) ?? false;

/** It uses its claims no more. */
export const isPodDone = (pod: PodObject): boolean =>
  isPodTerminal(pod) || (pod.metadata.deletionTimestamp !== undefined && !pod.spec?.nodeName);
