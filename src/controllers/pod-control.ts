/**
 * Creating and deleting the pods of a workload, with the events that `kubectl describe` shows.
 * Source: kubernetes pkg/controller/controller_utils.go (RealPodControl, GetPodFromTemplate).
 */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { newControllerRef } from '../apimachinery/controller-ref.ts';
import type { Pod, PodTemplateSpec } from '../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../apimachinery/validation/names.ts';
import type { Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import type { Deletion } from '../registry/delete.ts';
import { isNamespaceTerminating } from './errors.ts';
import type { ControllerContext } from './framework.ts';
import type { Kind } from './ref-manager.ts';

export const PODS: ResourceName = ['', 'pods'];

/** The prefix of generated pod names: with a dash where that leaves a valid name. */
export function podPrefix(owner: string): string {
  const prefix = `${owner}-`;
  return nameIsDNSSubdomain(prefix, true).length === 0 ? prefix : owner;
}

/** A pod as the template wants it, controlled by the owner. */
export function podFromTemplate(template: PodTemplateSpec, owner: Stored, ownerKind: Kind): Stored<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    metadata: {
      generateName: podPrefix(owner.metadata.name!),
      ...(labels ? { labels: { ...labels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [newControllerRef(owner, ownerKind)],
    },
    ...(template.spec ? { spec: deepCopy(template.spec) } : {}),
  };
}

/** Creates a pod of an owner. @throws what the registry throws; it has been told as an event. */
export async function createPod(
  ctx: ControllerContext,
  owner: Stored,
  pod: Stored<Pod>,
): Promise<Stored<Pod>> {
  try {
    const created = await ctx.client.create(PODS, owner.metadata.namespace!, pod);
    ctx.recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (!isNamespaceTerminating(error)) {
      ctx.recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    }
    throw error;
  }
}

/** Deletes a pod of an owner, undefined when it was gone. @throws what the registry throws; it has been told as an event. */
export async function deletePod(
  ctx: ControllerContext,
  owner: Stored,
  pod: Stored<Pod>,
): Promise<Deletion | undefined> {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  try {
    const deletion = await ctx.client.delete(PODS, namespace, name, { preconditions: { uid } }, pod);
    if (deletion) ctx.recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    return deletion;
  } catch (error) {
    ctx.recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
