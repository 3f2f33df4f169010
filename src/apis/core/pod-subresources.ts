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
 * pod, in place. A pod of more or fewer containers stays as it is, and so do containers in another order: validation
 * refuses them.
 */
export function preparePodResize(pod: Pod, old: Pod): void {
  const before = old.spec ?? { containers: [] };
  const now = pod.spec ?? { containers: [] };
  const count = (list: readonly unknown[] | null | undefined): number => list?.length ?? 0;
  if (count(now.containers) !== count(before.containers)) return;
  if (count(now.initContainers) !== count(before.initContainers)) return;
  const initContainers = mergeResources(now.initContainers ?? [], before.initContainers ?? []);
  const { resources: _, ...others } = before;
  pod.spec = {
    ...others,
    containers: mergeResources(now.containers ?? [], before.containers ?? []),
    ...(initContainers.length > 0 ? { initContainers } : {}),
    ...(now.resources ? { resources: now.resources } : {}),
  };
  keepStatus(pod, old);
  keepMetadata(pod, old);
}

function mergeResources(containers: Container[], old: readonly Container[]): Container[] {
  const merged: Container[] = [];
  for (const [index, before] of old.entries()) {
    const { name, resources, resizePolicy } = containers[index]!;
    if (name !== before.name) return containers;
    const { resources: _resources, resizePolicy: _policy, ...others } = before;
    merged.push({
      ...others,
      ...(resources ? { resources } : {}),
      ...(resizePolicy ? { resizePolicy } : {}),
    });
  }
  return merged;
}
