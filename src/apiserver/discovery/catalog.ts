/**
 * The groups and versions of a catalog of resources, in the order clients resolve unqualified names in.
 * Sources: kube-aggregator pkg/apis/apiregistration/v1/helper (SortedByGroupAndVersion), apimachinery pkg/version/helpers.go.
 */
import type { ResourceDefinition } from '../../apis/definition.ts';

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

const STABILITY: Readonly<Record<string, number>> = { '': 2, beta: 1, alpha: 0 };

/**
 * Stable before beta before alpha, then the higher number first; what is no such version comes last, by name.
 * As CompareKubeAwareVersionStrings, turned round.
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) return left ? -1 : right ? 1 : byCodeUnit(a, b);
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function parseVersion(text: string) {
  const match = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/.exec(text);
  if (!match) return undefined;
  return {
    major: Number(match[1]),
    stability: STABILITY[match[2] ?? ''] as number,
    minor: Number(match[3] ?? 0),
  };
}
