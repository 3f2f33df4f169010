/** Keeps claims that pods use. Source: kubernetes pkg/controller/volume/pvcprotection/pvc_protection_controller.go. */
import { isControlledBy } from '../../apimachinery/controller-ref.ts';
import { isPodTerminal } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import type { Change, ControllerContext } from '../framework.ts';
import { PODS } from '../pod-control.ts';
import { CLAIMS, type ClaimObject, claimsOf, type PodObject } from './claims.ts';
import { isGoing, protectionController } from './protection.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';

/** Only a pod that has a node holds its claims: no other could be started with one that is being deleted. */
function holds(pod: PodObject, claim: ClaimObject): boolean {
  if (!pod.spec?.nodeName) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  // Its node is done with it; it may wait for the claim to go.
  const isShutDown = deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0;
  for (const { name, ephemeral } of claimsOf(pod)) {
    if (name !== claim.metadata.name) continue;
    if (!ephemeral || (!isShutDown && isControlledBy(claim, pod))) return true;
  }
  return false;
}

async function isUsed(object: Stored, ctx: ControllerContext): Promise<boolean> {
  const claim = object as ClaimObject;
  const namespace = claim.metadata.namespace!;
  if (
    ctx
      .lister(PODS)
      .list(namespace)
      .some((pod) => holds(pod as PodObject, claim))
  )
    return true;
  // The copies may be older than a pod that was bound a moment ago.
  const { items } = await ctx.client.list(PODS, namespace);
  return items.some((pod) => holds(pod as PodObject, claim));
}

/** The claims of a pod that has gone, or ended, or has no node. */
function* keysOfPod({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  const claims = ctx.lister(CLAIMS);
  const pods = [
    ...(object && (isPodTerminal(object) || !object.spec?.nodeName || isLast(object)) ? [object] : []),
    ...(old && old.metadata.uid !== object?.metadata.uid ? [old] : []),
  ];
  for (const pod of pods) {
    const namespace = pod.metadata.namespace!;
    for (const { name } of claimsOf(pod)) {
      if (isGoing(claims.get(namespace, name), FINALIZER)) yield `${namespace}/${name}`;
    }
  }
}

const isLast = ({ metadata }: Stored): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;

export const pvcProtectionController = protectionController({
  name: 'pvc-protection-controller',
  resource: CLAIMS,
  finalizer: FINALIZER,
  isUsed,
  watches: [{ resource: PODS, keys: keysOfPod }],
});
