/**
 * All resources of one cluster: the built-in ones and those its CustomResourceDefinitions make.
 * What can only be built in is found in resources.ts; whoever answers clients, or cleans up after them, asks here.
 */
import type { ResourceDefinition } from './definition.ts';
import {
  apiVersionOf,
  findKind,
  findResource,
  findStored,
  hasGroup,
  RESOURCES,
  storageOf,
} from './resources.ts';

export interface ResourceCatalog {
  /** In the order of discovery; custom resources come last. */
  readonly resources: readonly ResourceDefinition[];
  readonly custom: readonly ResourceDefinition[];
  find(group: string, version: string, resource: string): ResourceDefinition | undefined;
  findKind(apiVersion: string, kind: string): ResourceDefinition | undefined;
  /** Whether any version of a group is served. */
  hasGroup(group: string): boolean;
  /** The version of a resource that is stored, or one that is served in its stead; undefined: no such resource. */
  stored(group: string, resource: string): ResourceDefinition | undefined;
}

const BUILT_IN_VERSIONS: ReadonlySet<string> = new Set(RESOURCES.map(apiVersionOf));
const NONE: readonly ResourceDefinition[] = [];

const byGroup = (a: ResourceDefinition, b: ResourceDefinition): number =>
  a.group < b.group ? -1 : a.group > b.group ? 1 : 0;

/**
 * The catalog of a cluster that has these custom resources. Their groups stand in the order of their names, since all
 * have the same priority: where two have a short name in common, it is the first one's. None takes the place of a built-in one, in no version: their
 * objects would lie under the same keys, past the rules of the kind. None is added to a version that is built in.
 * Source: apiserver pkg/server/handler.go (director).
 */
export function catalogWith(custom: readonly ResourceDefinition[]): ResourceCatalog {
  const own = custom
    .filter((one) => !findStored(one.group, one.resource) && !BUILT_IN_VERSIONS.has(apiVersionOf(one)))
    .sort(byGroup);
  const byPath = new Map(own.map((one) => [`${one.group}/${one.version}/${one.resource}`, one]));
  const byKind = new Map(own.map((one) => [`${apiVersionOf(one)}/${one.kind}`, one]));
  const groups = new Set(own.map(({ group }) => group));
  const stored = new Map<string, ResourceDefinition>();
  for (const one of [...RESOURCES, ...own]) {
    const id = `${one.group}/${one.resource}`;
    if (!stored.has(id) || !one.storedAs) stored.set(id, one);
  }
  return {
    resources: own.length > 0 ? [...RESOURCES, ...own] : RESOURCES,
    custom: own.length > 0 ? own : NONE,
    find: (group, version, resource) =>
      findResource(group, version, resource) ?? byPath.get(`${group}/${version}/${resource}`),
    findKind: (apiVersion, kind) => findKind(apiVersion, kind) ?? byKind.get(`${apiVersion}/${kind}`),
    hasGroup: (group) => hasGroup(group) || groups.has(group),
    stored: (group, resource) => stored.get(`${group}/${resource}`),
  };
}

/** A cluster without custom resources. */
export const BUILT_IN: ResourceCatalog = catalogWith([]);

/** What is stored under names of its own, each storage once: what has to be followed, counted, emptied. */
export function storedOnce(resources: readonly ResourceDefinition[]): ResourceDefinition[] {
  const found = new Map<string, ResourceDefinition>();
  for (const one of resources) {
    const { group, resource } = storageOf(one);
    const id = `${group}/${resource}`;
    if (!one.storedAs) found.set(id, one);
    // No version that is served is the stored one.
    else if (one.custom && !found.has(id)) found.set(id, one);
  }
  return [...found.values()];
}
