/** metadata.generation: counts the changes of what the user wants. Source: the API conventions, "Metadata". */
import { struct } from '../apimachinery/schema/table.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { semanticEqual } from '../apis/strategy.ts';

/** Whether objects of the kind have a generation. */
export function startsGeneration({ strategy, typeName }: ResourceDefinition): boolean {
  if (strategy.generation !== undefined) return strategy.generation === 'spec';
  return struct(typeName).fields?.has('spec') ?? false;
}

const ASIDE = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** Whether anything but metadata and status differs. */
export function desiredChanged(object: KubeObject, old: KubeObject): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (!ASIDE.has(key) && !semanticEqual(object[key], old[key])) return true;
  }
  return false;
}
