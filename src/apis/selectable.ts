import type { ResourceDefinition } from './definition.ts';
import type { KubeObject } from './object.ts';

/**
 * The value of a selectable field of an object as it is stored; undefined when the kind has no such field.
 * Every kind has metadata.name. Namespaced ones have metadata.namespace, and so have, as upstream, those that name no
 * fields of their own; it is empty where there is no namespace.
 */
export function selectableField(
  definition: ResourceDefinition,
  stored: KubeObject,
  field: string,
): string | undefined {
  if (field === 'metadata.name') return stored.metadata?.name ?? '';
  if (field === 'metadata.namespace')
    return isSelectable(definition, field) ? (stored.metadata?.namespace ?? '') : undefined;
  const get = definition.selectableFields?.[field];
  if (!get) return undefined;
  return get(definition.storedAs ? definition.storedAs.fromStored(stored) : stored);
}

export function isSelectable(definition: ResourceDefinition, field: string): boolean {
  return (
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && (definition.namespaced || !definition.selectableFields)) ||
    Object.hasOwn(definition.selectableFields ?? {}, field)
  );
}
