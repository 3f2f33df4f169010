/**
 * Makes the claims of generic ephemeral volumes. They belong to their pods and go with them.
 * Source: kubernetes pkg/controller/volume/ephemeral/controller.go, kubernetes/component-helpers storage/ephemeral.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { isControlledBy, newControllerRef } from '../../apimachinery/controller-ref.ts';
import type { PersistentVolumeClaim, Pod, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { isNamespaceTerminating } from '../errors.ts';
import { type Change, type Controller, type ControllerContext, keyOfObject, splitKey } from '../framework.ts';
import { messageOf, PODS } from '../pod-control.ts';
import { CLAIMS, claimsOf, type PodObject } from './claims.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };

const hasEphemeral = ({ metadata, spec }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined && (spec?.volumes?.some(({ ephemeral }) => ephemeral) ?? false);

/** A claim that has gone is made again for a pod that still needs it. */
function* keysOfClaim({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  if (object || !old) return;
  for (const pod of ctx.lister<Pod & KubeObject>(PODS).list(old.metadata.namespace!)) {
    if (!hasEphemeral(pod)) continue;
    if ([...claimsOf(pod)].some(({ name }) => name === old.metadata.name)) yield keyOfObject(pod);
  }
}

async function reconcile(key: string, ctx: ControllerContext): Promise<void> {
  const { namespace, name } = splitKey(key);
  const pod = ctx.lister<Pod & KubeObject>(PODS).get(namespace, name);
  if (!pod || !hasEphemeral(pod)) return;
  for (const volume of pod.spec!.volumes!) {
    try {
      await ensureClaim(pod, volume, ctx);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      const message = `ephemeral volume ${volume.name}: ${messageOf(error)}`;
      ctx.recorder.event(pod, 'Warning', 'FailedBinding', message);
      throw error;
    }
  }
}

async function ensureClaim(pod: PodObject, volume: Volume, ctx: ControllerContext): Promise<void> {
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (!template) return;
  const { namespace = '' } = pod.metadata;
  const name = `${pod.metadata.name}-${volume.name}`;
  const known =
    ctx.lister(CLAIMS).get(namespace, name) ?? (await ctx.client.get<KubeObject>(CLAIMS, namespace, name));
  if (known) {
    if (isControlledBy(known, pod)) return;
    throw new Error(
      `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
    );
  }
  const { labels, annotations } = template.metadata ?? {};
  try {
    await ctx.client.create<PersistentVolumeClaim & KubeObject>(CLAIMS, namespace, {
      metadata: {
        name,
        ...(labels ? { labels: { ...labels } } : {}),
        ...(annotations ? { annotations: { ...annotations } } : {}),
        ownerReferences: [newControllerRef(pod, POD)],
      },
      spec: deepCopy(template.spec),
    });
  } catch (error) {
    if (isNamespaceTerminating(error)) throw error;
    throw new Error(`create PVC ${name}: ${messageOf(error)}`);
  }
}

export const ephemeralVolumeController: Controller = {
  name: 'ephemeral-volume-controller',
  eventSource: 'ephemeral_volume',
  watches: [
    {
      resource: PODS,
      keys: ({ object, old }: Change<Pod & KubeObject>) =>
        object && !old && hasEphemeral(object) ? [keyOfObject(object)] : [],
    },
    { resource: CLAIMS, keys: keysOfClaim },
  ],
  reconcile,
};
