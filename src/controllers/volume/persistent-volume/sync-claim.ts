/**
 * What is to be done for a claim.
 * Source: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (syncClaim).
 */
import { goQuote } from '../../../apimachinery/go-quote.ts';
import type { StorageClass } from '../../../apimachinery/types/storage.v1.gen.ts';
import { isPodTerminal } from '../../../apis/core/pod-util.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  type Claim,
  findVolume,
  hasClass,
  isBoundTo,
  mismatch,
  SELECTED_NODE,
  waitsForFirstConsumer,
} from '../../../apis/core/volume-binding.ts';
import { storageClassOf } from '../../../apis/core/volume-printing.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { isDefaultClass } from '../../../apis/storage/default-class.ts';
import { newestDefault } from '../../../registry/admission/default-class.ts';
import { PODS } from '../../pod-control.ts';
import { claimsOf, STORAGE_CLASSES } from '../claims.ts';
import type { Binder } from './binder.ts';
import { provisionerOf } from './plugins.ts';

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';

type Class = StorageClass & KubeObject;

export function syncClaim(binder: Binder, claim: Claim): Promise<void> {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return syncBound(binder, claim);
  return claim.spec?.volumeName
    ? syncNamed(binder, claim, claim.spec.volumeName)
    : syncUnbound(binder, claim);
}

const classOf = ({ ctx }: Binder, claim: Claim): Class | undefined =>
  ctx.lister<Class>(STORAGE_CLASSES).get('', storageClassOf(claim));

/** Whether the claim leaves the choice to the scheduler. */
export const isDelayed = (binder: Binder, claim: Claim): boolean =>
  waitsForFirstConsumer(classOf(binder, claim));

/** Any volume will do. */
async function syncUnbound(binder: Binder, claim: Claim): Promise<void> {
  const { ctx } = binder;
  const className = storageClassOf(claim);
  const storageClass = classOf(binder, claim);
  const waits = waitsForFirstConsumer(storageClass);
  const volume = findVolume(claim, binder.volumes(), { onlyPrebound: waits });
  if (volume) {
    await binder.bind(volume, claim);
    return;
  }
  if (!hasClass(claim)) {
    const byDefault = newestDefault(ctx.lister<Class>(STORAGE_CLASSES).list(''), isDefaultClass);
    if (byDefault) {
      await binder.writeClaim({
        ...claim,
        spec: { ...claim.spec, storageClassName: byDefault.metadata.name! },
      });
      return;
    }
  }
  if (waits && claim.metadata.annotations?.[SELECTED_NODE] === undefined) {
    const { reason, message } = awaited(binder, claim);
    ctx.recorder.event(claim, 'Normal', reason, message);
  } else if (className) {
    await provision(binder, claim, className, storageClass);
    return;
  } else {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    ctx.recorder.event(claim, 'Normal', 'FailedBinding', message);
  }
  await binder.setClaimStatus(claim, 'Pending');
}

/** Which pod is waited for. */
function awaited({ ctx }: Binder, { metadata }: Claim): { reason: string; message: string } {
  const pods = ctx
    .lister(PODS)
    .list(metadata.namespace)
    .filter((pod) => !isPodTerminal(pod) && !pod.spec?.nodeName)
    .filter((pod) => [...claimsOf(pod)].some(({ name }) => name === metadata.name))
    .map((pod) => pod.metadata.name);
  if (pods.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    return { reason: 'WaitForFirstConsumer', message };
  }
  const which = pods.length > 1 ? `pods ${pods.join(',')}` : `pod ${pods[0]}`;
  return { reason: 'WaitForPodScheduled', message: `waiting for ${which} to be scheduled` };
}

/** Asks for a volume to be made. */
async function provision(
  binder: Binder,
  claim: Claim,
  className: string,
  storageClass: Class | undefined,
): Promise<void> {
  const { recorder } = binder.ctx;
  const provisioner = storageClass
    ? provisionerOf(storageClass.provisioner)
    : { error: `storageclass.storage.k8s.io ${goQuote(className)} not found` };
  if ('error' in provisioner) {
    recorder.event(claim, 'Warning', 'ProvisioningFailed', provisioner.error);
    return;
  }
  const name = provisioner.external;
  const { annotations } = claim.metadata;
  if (annotations?.[PROVISIONER] !== name) {
    await binder.writeClaim({
      ...claim,
      metadata: {
        ...claim.metadata,
        annotations: { ...annotations, [BETA_PROVISIONER]: name, [PROVISIONER]: name },
      },
    });
  }
  recorder.event(
    claim,
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${name}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  );
}

/** The user asks for a certain volume. */
async function syncNamed(binder: Binder, claim: Claim, volumeName: string): Promise<void> {
  const { recorder } = binder.ctx;
  const volume = binder.volume(volumeName);
  if (!volume) {
    await binder.setClaimStatus(claim, 'Pending');
    return;
  }
  if (!volume.spec?.claimRef) {
    const reason = mismatch(volume, claim);
    if (reason === undefined) {
      await binder.bind(volume, claim);
      return;
    }
    const message = `Cannot bind to requested volume "${volumeName}": ${reason}`;
    recorder.event(claim, 'Warning', 'VolumeMismatch', message);
    await binder.setClaimStatus(claim, 'Pending');
    return;
  }
  if (isBoundTo(volume, claim)) {
    await binder.bind(volume, claim);
    return;
  }
  const message = `volume "${volumeName}" already bound to a different claim.`;
  recorder.event(claim, 'Warning', 'FailedBinding', message);
  // One that was bound here must have lost the mark of it: nothing is known for sure.
  if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) {
    await binder.setClaimStatus(claim, 'Pending');
  }
}

/** It was bound before. */
async function syncBound(binder: Binder, claim: Claim): Promise<void> {
  const { volumeName } = claim.spec ?? {};
  if (!volumeName) {
    const message = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!';
    await binder.loseClaim(claim, 'ClaimLost', message);
    return;
  }
  const volume = binder.volume(volumeName);
  if (!volume) {
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    await binder.loseClaim(claim, 'ClaimLost', message);
  } else if (!volume.spec?.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) {
    await binder.bind(volume, claim);
  } else {
    const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
    await binder.loseClaim(claim, 'ClaimMisbound', message);
  }
}
