/** What the subresources of a pod that change its spec have in common. */
import type { KubeObject } from '../../apis/object.ts';

/** Runs what gives an object other metadata, and keeps that in the map the object came with: the registry holds it. */
export function keepingMetadata(object: KubeObject, prepare: () => void): void {
  const metadata = object.metadata!;
  prepare();
  const prepared = object.metadata!;
  if (prepared === metadata) return;
  for (const field of Object.keys(metadata)) delete metadata[field as keyof typeof metadata];
  object.metadata = Object.assign(metadata, prepared);
}
