/** metadata.generation of kinds whose spec is not in a field called `spec`. */
import type { KubeObject } from './object.ts';
import { semanticEqual } from './strategy.ts';

/** A new object is generation 1. */
export function startGeneration(object: KubeObject): void {
  object.metadata ??= {};
  object.metadata.generation = 1;
}

/** A change of any of the named fields makes the next generation. */
export function countChanges(object: KubeObject, old: KubeObject, ...fields: string[]): void {
  object.metadata ??= {};
  const generation = old.metadata?.generation;
  if (fields.some((field) => !semanticEqual(object[field], old[field]))) {
    object.metadata.generation = (generation ?? 0) + 1;
  }
}
