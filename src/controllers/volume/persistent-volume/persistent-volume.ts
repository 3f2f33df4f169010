/**
 * Binds claims to volumes, and does with volumes whose claims have gone what their policy says. Volumes are not made here:
 * claims of classes with a provisioner wait for whoever plays it.
 * Source: kubernetes pkg/controller/volume/persistentvolume (pv_controller.go, pv_controller_base.go).
 *
 * Upstream looks at everything every 15 s; here a claim that waits is looked at when a volume, a class or a pod comes
 * that may be the one it waits for.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../../../apimachinery/types/core.v1.gen.ts';
import { hasClass, isUnbound } from '../../../apis/core/volume-binding.ts';
import { storageClassOf } from '../../../apis/core/volume-printing.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { isDefaultClass } from '../../../apis/storage/default-class.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from '../../framework.ts';
import { PODS } from '../../pod-control.ts';
import { CLAIMS, type ClaimObject, claimsOf, STORAGE_CLASSES, VOLUMES } from '../claims.ts';
import { Binder, type Memory, Written } from './binder.ts';
import { syncClaim } from './sync-claim.ts';
import { syncVolume } from './sync-volume.ts';

/** Keys are of claims, or of volumes behind this prefix: no namespace has a colon. */
const VOLUME = 'volume:';

export function newPersistentVolumeController(): Controller {
  const memory: Memory = { claims: new Written(), volumes: new Written() };
  return {
    name: 'persistent-volume-binder',
    eventSource: 'persistentvolume-controller',
    // Two at once could give one volume to two claims.
    concurrency: 1,
    watches: [
      { resource: CLAIMS, keys: keysOfClaim },
      { resource: VOLUMES, keys: keysOfVolume },
      { resource: STORAGE_CLASSES, keys: keysOfClass },
      { resource: PODS, keys: keysOfPod },
    ],
    reconcile: (key, ctx) => reconcile(new Binder(ctx, memory), key),
  };
}

async function reconcile(binder: Binder, key: string): Promise<Result | undefined> {
  if (key.startsWith(VOLUME)) {
    const volume = binder.volume(key.slice(VOLUME.length));
    return volume && syncVolume(binder, volume);
  }
  const { namespace, name } = splitKey(key);
  const claim = binder.claim(namespace, name);
  if (claim) await syncClaim(binder, claim);
  return undefined;
}

function* keysOfClaim({ object, old }: Change<PersistentVolumeClaim & KubeObject>): Iterable<string> {
  if (object) yield keyOfObject(object);
  const volumeName = old?.spec?.volumeName;
  if (volumeName && old.metadata.uid !== object?.metadata.uid) yield VOLUME + volumeName;
}

function* keysOfVolume({ object, old }: Change<PersistentVolume & KubeObject>): Iterable<string> {
  const { namespace, name } = (object ?? old)!.spec?.claimRef ?? {};
  if (!object) {
    if (name) yield `${namespace}/${name}`;
    return;
  }
  yield VOLUME + object.metadata.name;
}

function* keysOfClass({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  if (!object) return;
  const { name } = object.metadata;
  const isDefault = isDefaultClass(object.metadata);
  if (old && isDefault === isDefaultClass(old.metadata)) return;
  for (const claim of unbound(ctx)) {
    if (hasClass(claim) ? storageClassOf(claim) === name : isDefault) yield keyOfObject(claim);
  }
}

/** A new pod may be the first consumer of its claims. */
function* keysOfPod({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  if (!object || (old && object.spec?.nodeName === old.spec?.nodeName)) return;
  const namespace = object.metadata.namespace!;
  for (const { name } of claimsOf(object)) {
    const claim = ctx.lister<PersistentVolumeClaim & KubeObject>(CLAIMS).get(namespace, name);
    if (claim && isUnbound(claim)) yield keyOfObject(claim);
  }
}

const unbound = (ctx: ControllerContext): ClaimObject[] =>
  ctx.lister<PersistentVolumeClaim & KubeObject>(CLAIMS).list().filter(isUnbound);
