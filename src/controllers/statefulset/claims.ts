/**
 * The volume claims of a StatefulSet's pods: made before the pod, and owned as the retention policy wants, so that the
 * garbage collector deletes those that are not to stay.
 * Source: kubernetes pkg/controller/statefulset/stateful_pod_control.go, stateful_set_utils.go.
 */
import { isOwnedBy, newControllerRef, withoutOwner } from '../../apimachinery/controller-ref.ts';
import type { StatefulSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isAlreadyExists, isNotFound } from '../errors.ts';
import type { ControllerContext } from '../framework.ts';
import { messageOf } from '../pod-control.ts';
import { claimsOf, isInRange, podName, setReference } from './identity.ts';

export const CLAIMS: ResourceName = ['', 'persistentvolumeclaims'];
const POD = { apiVersion: 'v1', kind: 'Pod' };

/** Makes the claims of an ordinal that are missing. @throws when one is being deleted, or cannot be made. */
export async function ensureClaims(
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  ordinal: number,
): Promise<void> {
  const lister = ctx.lister<PersistentVolumeClaim>(CLAIMS);
  await Promise.all(
    claimsOf(set, ordinal).map(async (claim) => {
      const { namespace = '', name = '' } = claim.metadata;
      const known = lister.get(namespace, name);
      if (known?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`);
      if (!known) await createClaim(ctx, set, podName(set, ordinal), claim);
    }),
  );
}

async function createClaim(
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  pod: string,
  claim: Stored<PersistentVolumeClaim>,
): Promise<void> {
  const { namespace = '', name } = claim.metadata;
  try {
    if (!(await ignoring(ctx.client.create(CLAIMS, namespace, claim), isAlreadyExists))) return;
    const message = `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
    ctx.recorder.event(set, 'Normal', 'SuccessfulCreate', message);
  } catch (error) {
    const text = `Create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`;
    ctx.recorder.event(set, 'Warning', 'FailedCreate', text);
    throw error;
  }
}

/** Whether a claim of the ordinal goes with an earlier pod of its name: a new pod has to wait until it is gone. */
export function hasStaleClaim(ctx: ControllerContext, set: Stored<StatefulSet>, ordinal: number): boolean {
  const lister = ctx.lister<PersistentVolumeClaim>(CLAIMS);
  return claimsOf(set, ordinal).some(({ metadata }) =>
    lister
      .get(metadata.namespace!, metadata.name!)
      ?.metadata.ownerReferences?.some(
        ({ kind, name }) => kind === POD.kind && name === podName(set, ordinal),
      ),
  );
}

/** Makes the owners of a pod's claims those that the retention policy wants. */
export async function retainClaims(
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
  ordinal: number,
): Promise<void> {
  const lister = ctx.lister<PersistentVolumeClaim>(CLAIMS);
  const wanted = wantedOwner(set, pod, ordinal);
  const own = [set.metadata.uid!, pod.metadata.uid!];
  await Promise.all(
    claimsOf(set, ordinal).map(async ({ metadata }) => {
      const claim = lister.get(metadata.namespace!, metadata.name!);
      if (!claim || own.every((uid) => isOwnedBy(claim, uid) === (uid === wanted?.uid))) return;
      // Somebody else's claim stays so.
      if (claim.metadata.ownerReferences?.some(({ controller, uid }) => controller && !own.includes(uid)))
        return;
      await ignoring(
        ctx.client.update<PersistentVolumeClaim>(
          CLAIMS,
          metadata.namespace!,
          metadata.name!,
          (newest) => withOwner(newest, own, wanted),
          claim,
        ),
        isNotFound,
      );
    }),
  );
}

/** A claim belongs to the set when it goes with it, and to its pod when it goes with a pod that is scaled away. */
function wantedOwner(
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
  ordinal: number,
): OwnerReference | undefined {
  const { whenDeleted, whenScaled } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled === 'Delete' && !isInRange(set, ordinal)) return newControllerRef(pod, POD);
  return whenDeleted === 'Delete' ? setReference(set) : undefined;
}

function withOwner(
  claim: Stored<PersistentVolumeClaim>,
  own: readonly string[],
  wanted: OwnerReference | undefined,
): Stored<PersistentVolumeClaim> {
  const others = own.reduce(
    (references, uid) => withoutOwner(references, uid),
    claim.metadata.ownerReferences ?? [],
  );
  const references = wanted ? [...others, wanted] : others;
  if (references.length > 0) claim.metadata.ownerReferences = references;
  else delete claim.metadata.ownerReferences;
  return claim;
}
