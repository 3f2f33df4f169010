/**
 * What updates through pods/ephemeralcontainers and pods/resize leave of the object that a client sends.
 * Source: kubernetes pkg/registry/core/pod/strategy.go (dropNonEphemeralContainerUpdates, dropNonResizeUpdates).
 */
import type { Container, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import { keepStatus } from '../strategy.ts';

const METADATA = [
  'deletionTimestamp',
  'generation',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
] as const;

/** Metadata that only an update of the main resource may change. */
function keepMetadata(pod: Pod, old: Pod): void {
  const kept: ObjectMeta = { ...pod.metadata };
  for (const field of METADATA) delete kept[field];
  for (const field of METADATA) {
    const value = old.metadata?.[field];
    if (value !== undefined) Object.assign(kept, { [field]: value });
  }
  pod.metadata = kept;
}

/** Keeps everything of the old pod but its ephemeral containers, in place. */
export function prepareEphemeralContainersUpdate(pod: Pod, old: Pod): void {
  const ephemeralContainers = pod.spec?.ephemeralContainers;
  const { ephemeralContainers: _, ...others } = old.spec ?? { containers: [] };
  pod.spec = ephemeralContainers ? { ...others, ephemeralContainers } : others;
  keepStatus(pod, old);
  keepMetadata(pod, old);
}

/**
 * Keeps everything of the old pod but the resources and resize policies of its containers and the resources of the
 * pod, in place. A pod whose containers are others or in another order stays as it is: validation refuses it.
 */
export function preparePodResize(pod: Pod, old: Pod): void {
  const before = old.spec ?? { containers: [] };
  const containers = mergeResources(pod.spec?.containers ?? [], before.containers ?? []);
  const initContainers = mergeResources(pod.spec?.initContainers ?? [], before.initContainers ?? []);
  if (!containers || !initContainers) return;
  const resources = pod.spec?.resources;
  const { resources: _, ...others } = before;
  pod.spec = {
    ...others,
    containers,
    ...(initContainers.length > 0 ? { initContainers } : {}),
    ...(resources ? { resources } : {}),
  };
  keepStatus(pod, old);
  keepMetadata(pod, old);
}

function mergeResources(
  containers: readonly Container[],
  old: readonly Container[],
): Container[] | undefined {
  if (containers.length !== old.length) return undefined;
  const merged: Container[] = [];
  for (const [index, before] of old.entries()) {
    const { name, resources, resizePolicy } = containers[index]!;
    if (name !== before.name) return undefined;
    const { resources: _resources, resizePolicy: _policy, ...others } = before;
    merged.push({
      ...others,
      ...(resources ? { resources } : {}),
      ...(resizePolicy ? { resizePolicy } : {}),
    });
  }
  return merged;
}
