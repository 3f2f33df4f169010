/** metadata.generation: counts the changes of what the user wants. Source: the API conventions, "Metadata". */
import { type ResourceDefinition, schemaOf } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { equalJSON, semanticEqual } from '../apis/strategy.ts';

/** Whether objects of the kind have a generation. */
export function startsGeneration(definition: ResourceDefinition): boolean {
  const { strategy } = definition;
  if (strategy.generation !== undefined) return strategy.generation === 'spec';
  return schemaOf(definition).fields?.has('spec') ?? false;
}

const ASIDE = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/**
 * Whether anything but metadata and status differs. The status of a custom resource that has no endpoint for it is
 * as much the user's as all the rest, and what is empty there is not what is absent (apiextensions-apiserver
 * pkg/registry/customresource/strategy.go).
 */
export function desiredChanged(
  object: KubeObject,
  old: KubeObject,
  definition?: ResourceDefinition,
): boolean {
  const isCustom = definition?.custom !== undefined;
  const statusCounts = isCustom && !definition.subresources?.some(({ name }) => name === 'status');
  const schema = definition && !isCustom ? schemaOf(definition) : undefined;
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    const aside = ASIDE.has(key) && !(statusCounts && key === 'status');
    if (aside || equalJSON(object[key], old[key])) continue;
    if (isCustom || !semanticEqual(object[key], old[key], schema?.fields?.get(key)?.schema)) return true;
  }
  return false;
}
