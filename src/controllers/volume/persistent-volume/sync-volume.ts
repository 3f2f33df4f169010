/**
 * What is to be done for a volume.
 * Source: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (syncVolume, reclaimVolume).
 */
import type { ObjectReference } from '../../../apimachinery/types/core.v1.gen.ts';
import { isPodTerminal } from '../../../apis/core/pod-util.ts';
import {
  type Claim,
  isUnbound,
  modesMismatch,
  PROVISIONED_BY,
  suits,
  type Volume,
} from '../../../apis/core/volume-binding.ts';
import type { Result } from '../../framework.ts';
import { PODS } from '../../pod-control.ts';
import { CLAIMS, claimsOf, VOLUMES } from '../claims.ts';
import type { Binder } from './binder.ts';
import { deleteVolume, isRecyclable } from './plugins.ts';
import { isDelayed, syncClaim } from './sync-claim.ts';

/** Until it is looked again whether pods still use a volume that is to be recycled, in ms. */
const RECYCLE_RETRY = 15_000;

export async function syncVolume(binder: Binder, volume: Volume): Promise<Result | undefined> {
  const { recorder } = binder.ctx;
  const reference = volume.spec?.claimRef;
  if (!reference?.uid) {
    await offer(binder, await binder.setVolumePhase(volume, 'Available'));
    return undefined;
  }
  const claim = await claimOf(binder, volume, reference);
  if (!claim) return release(binder, volume);
  const { volumeName } = claim.spec ?? {};
  const { name } = volume.metadata;
  if (!volumeName) {
    if (!modesMismatch(claim, volume)) {
      await syncClaim(binder, claim);
      return undefined;
    }
    const reason = 'due to incompatible volumeMode.';
    const whole = `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" ${reason}`;
    recorder.event(volume, 'Warning', 'VolumeMismatch', whole);
    const other = `Cannot bind PersistentVolume "${name}" to requested PersistentVolumeClaim ${reason}`;
    recorder.event(claim, 'Warning', 'VolumeMismatch', other);
    return undefined;
  }
  if (volumeName === name) {
    await binder.setVolumePhase(volume, 'Bound');
    return undefined;
  }
  // The claim is bound elsewhere: one that was made for it is not needed, another is free again.
  const { annotations } = volume.metadata;
  if (
    annotations?.[PROVISIONED_BY] !== undefined &&
    volume.spec?.persistentVolumeReclaimPolicy === 'Delete'
  ) {
    return release(binder, volume);
  }
  await binder.unbind(volume);
  return undefined;
}

/** The volume is free: one of the claims that wait may take it. */
async function offer(binder: Binder, volume: Volume): Promise<void> {
  const name = volume.metadata.name!;
  const { claimRef } = volume.spec ?? {};
  if (claimRef) {
    const claim = binder.claim(claimRef.namespace ?? '', claimRef.name ?? '');
    if (claim && isUnbound(claim)) await syncClaim(binder, claim);
    return;
  }
  for (const claim of binder.claims()) {
    if (!isUnbound(claim)) continue;
    const { volumeName } = claim.spec ?? {};
    if (volumeName ? volumeName !== name : !suits(volume, claim) || isDelayed(binder, claim)) continue;
    await syncClaim(binder, claim);
    // It may have taken a better one.
    if (binder.volume(name)?.spec?.claimRef) return;
  }
}

/** The claim the volume is bound to; undefined when it has gone, whoever has its name now. */
async function claimOf(
  binder: Binder,
  volume: Volume,
  { namespace = '', name = '', uid }: ObjectReference,
): Promise<Claim | undefined> {
  const known = binder.claim(namespace, name);
  if (known?.metadata.uid === uid) return known;
  const { phase } = volume.status ?? {};
  if (!known && (phase === 'Released' || phase === 'Failed')) return undefined;
  // The copies may be older than the claim.
  const stored = await binder.ctx.client.get(CLAIMS, namespace, name);
  return stored?.metadata.uid === uid ? (stored as Claim) : undefined;
}

/** The claim has gone. */
async function release(binder: Binder, volume: Volume): Promise<Result | undefined> {
  const { phase } = volume.status ?? {};
  const released =
    phase === 'Released' || phase === 'Failed' ? volume : await binder.setVolumePhase(volume, 'Released');
  switch (released.spec?.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return undefined;
    case 'Recycle':
      return recycle(binder, released);
    case 'Delete':
      return remove(binder, released);
    default: {
      const message = 'Volume has unrecognized PersistentVolumeReclaimPolicy';
      await binder.failVolume(released, 'VolumeUnknownReclaimPolicy', message);
      return undefined;
    }
  }
}

async function recycle(binder: Binder, volume: Volume): Promise<Result | undefined> {
  const { ctx } = binder;
  const { namespace = '', name = '' } = volume.spec?.claimRef ?? {};
  const users = ctx
    .lister(PODS)
    .list(namespace)
    .filter((pod) => !isPodTerminal(pod) && [...claimsOf(pod)].some((claim) => claim.name === name))
    .map(({ metadata }) => `${namespace}/${metadata.name}`)
    .sort();
  // A claim that has the name now is another one, and so are its pods.
  if (users.length > 0 && !binder.claim(namespace, name)) {
    const message = `Volume is used by pods: ${users.join(',')}`;
    ctx.recorder.event(volume, 'Normal', 'VolumeFailedRecycle', message);
    return { requeueAfter: RECYCLE_RETRY };
  }
  if (!isRecyclable(volume)) {
    await binder.failVolume(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
    return undefined;
  }
  ctx.recorder.event(volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
  await binder.unbind(volume);
  return undefined;
}

async function remove(binder: Binder, volume: Volume): Promise<undefined> {
  const outcome = deleteVolume(volume);
  if (outcome === 'external') return;
  if (outcome !== 'done') {
    await binder.failVolume(volume, 'VolumeFailedDelete', outcome.error);
    return;
  }
  const { name = '', uid = '' } = volume.metadata;
  await binder.ctx.client.delete(VOLUMES, '', name, { preconditions: { uid } });
}
