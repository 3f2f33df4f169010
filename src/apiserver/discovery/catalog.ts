/**
 * The groups and versions of a catalog of resources, in the order clients resolve unqualified names in.
 * Sources: kube-aggregator pkg/apis/apiregistration/v1/helper (SortedByGroupAndVersion), apimachinery pkg/version/helpers.go.
 */
import type { ResourceDefinition } from '../../apis/definition.ts';
import { compareVersions } from '../../apimachinery/version-order.ts';

/**
 * All resources a cluster serves. A group's place is that of its first resource, so that the definitions of custom
 * resources go behind the built-in ones: a custom resource never takes a built-in one's short name.
 */
export type Catalog = readonly ResourceDefinition[];

export interface GroupVersion {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  /** Sorted by name. */
  readonly resources: readonly ResourceDefinition[];
}

export interface Group {
  readonly name: string;
  /** Most stable first: the first is the preferred one. */
  readonly versions: readonly GroupVersion[];
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Groups in the catalog's order, each with its versions. */
export function groupsOf(catalog: Catalog): Group[] {
  const groups = new Map<string, Map<string, ResourceDefinition[]>>();
  for (const definition of catalog) {
    const versions = groups.get(definition.group) ?? new Map<string, ResourceDefinition[]>();
    groups.set(definition.group, versions);
    const resources = versions.get(definition.version);
    if (resources) resources.push(definition);
    else versions.set(definition.version, [definition]);
  }
  return Array.from(groups, ([name, versions]) => ({
    name,
    versions: Array.from(versions, ([version, resources]) => ({
      group: name,
      version,
      resources: resources.sort((a, b) => byCodeUnit(a.resource, b.resource)),
    })).sort((a, b) => compareVersions(a.version, b.version)),
  }));
}
