/**
 * The discovery documents. Fields stand in the order of upstream's structs, which clients and scripts compare byte by byte.
 * Sources: apimachinery pkg/apis/meta/v1/types.go, api apidiscovery/v2/types.go, apiserver pkg/endpoints/installer.go
 * (registerResourceHandlers, ConvertGroupVersionIntoToDiscovery).
 */
import { storageVersionHash } from '../../apimachinery/hash.ts';
import type * as apidiscovery from '../../apimachinery/types/apidiscovery.v2.gen.ts';
import type * as meta from '../../apimachinery/types/meta.v1.gen.ts';
import type { ResourceDefinition, Subresource } from '../../apis/definition.ts';
import { apiVersionOf, storageOf } from '../../apis/resources.ts';
import type { Catalog, Group, GroupVersion } from './catalog.ts';

/** `/apis/<group>/<version>`. The core group's has, since Kubernetes 1.1, no apiVersion. */
export function resourceList(gv: GroupVersion, catalog: Catalog): meta.APIResourceList {
  return {
    kind: 'APIResourceList',
    ...(gv.group ? { apiVersion: 'v1' } : {}),
    groupVersion: apiVersionOf(gv),
    resources: gv.resources.flatMap((definition) => [
      apiResource(definition, catalog),
      ...subresourcesOf(definition).map((subresource) => apiSubresource(definition, subresource)),
    ]),
  };
}

/** Subresources sorted by name, as their paths are; those of custom resources, which have none, status first. */
function subresourcesOf({ custom, subresources = [] }: ResourceDefinition): readonly Subresource[] {
  if (custom) return subresources;
  return [...subresources].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function apiResource(definition: ResourceDefinition, catalog: Catalog): meta.APIResource {
  const { resource, singular, namespaced, kind, shortNames, categories } = definition;
  const hash = hashOf(definition, catalog);
  return {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(definition),
    ...(shortNames?.length ? { shortNames: [...shortNames] } : {}),
    ...(categories?.length ? { categories: [...categories] } : {}),
    ...(hash ? { storageVersionHash: hash } : {}),
  };
}

function apiSubresource(parent: ResourceDefinition, subresource: Subresource): meta.APIResource {
  const { name, kind, verbs, group, version } = subresource;
  return {
    name: `${parent.resource}/${name}`,
    singularName: '',
    namespaced: parent.namespaced,
    ...(group !== undefined && group !== parent.group ? { group } : {}),
    ...(group !== undefined && group !== parent.group && version ? { version } : {}),
    kind,
    verbs: [...verbs].sort(),
  };
}

/** Of the version objects are stored in; nothing for what is not stored (reviews, bindings, component statuses). */
function hashOf(definition: ResourceDefinition, catalog: Catalog): string | undefined {
  if (!definition.verbs.includes('list') || !definition.verbs.includes('create')) return undefined;
  const { group, resource } = storageOf(definition);
  const stored =
    catalog.find((one) => one.group === group && one.resource === resource && !one.storedAs) ?? definition;
  return storageVersionHash(stored.group, stored.version, stored.kind);
}

const forDiscovery = (gv: GroupVersion): meta.GroupVersionForDiscovery => ({
  groupVersion: apiVersionOf(gv),
  version: gv.version,
});

const groupFields = ({ name, versions }: Group) => ({
  name,
  versions: versions.map(forDiscovery),
  preferredVersion: forDiscovery(versions[0]!),
});

/** `/apis/<group>`. */
export const apiGroup = (group: Group): meta.APIGroup => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  ...groupFields(group),
});

/** `/apis`, without the core group. */
export const apiGroupList = (groups: readonly Group[]): meta.APIGroupList => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.filter(({ name }) => name !== '').map(groupFields),
});

/** `/api`, with the address clients reach the server at. */
export const apiVersions = (groups: readonly Group[], serverAddress: string): meta.APIVersions => ({
  kind: 'APIVersions',
  versions: groups.find(({ name }) => name === '')?.versions.map(({ version }) => version) ?? [],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

/** The aggregated form of `/api` or `/apis`. */
export const aggregated = (groups: readonly Group[]): apidiscovery.APIGroupDiscoveryList => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: groups.map(({ name, versions }) => ({
    metadata: name ? { name } : {},
    versions: versions.map(({ version, resources }) => ({
      version,
      resources: resources.map(resourceDiscovery),
      freshness: 'Current',
    })),
  })),
});

/** Of custom resources upstream lists them so, and fewer when their definition is being deleted. */
const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const TERMINATING_VERBS = ['delete', 'deletecollection', 'get', 'list', 'watch'];

function verbsOf({ custom, verbs }: ResourceDefinition): string[] {
  if (custom) return custom.terminating ? TERMINATING_VERBS : CUSTOM_VERBS;
  return [...verbs].sort();
}

/** A built-in kind of the resource's own group and version is named without them. */
const responseKind = ({ custom, group, version }: ResourceDefinition, kind: string) =>
  custom ? { group, version, kind } : { group: '', version: '', kind };

function resourceDiscovery(definition: ResourceDefinition): apidiscovery.APIResourceDiscovery {
  const { resource, kind, namespaced, singular, shortNames, categories } = definition;
  const subresources = subresourcesOf(definition);
  return {
    resource,
    responseKind: responseKind(definition, kind),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(definition),
    ...(shortNames?.length ? { shortNames: [...shortNames] } : {}),
    ...(categories?.length ? { categories: [...categories] } : {}),
    ...(subresources.length
      ? { subresources: subresources.map((subresource) => subresourceDiscovery(definition, subresource)) }
      : {}),
  };
}

function subresourceDiscovery(
  parent: ResourceDefinition,
  { name, kind, group, version, verbs }: Subresource,
): apidiscovery.APISubresourceDiscovery {
  const foreign = group !== undefined && group !== parent.group;
  return {
    subresource: name,
    responseKind: foreign ? { group, version: version ?? '', kind } : responseKind(parent, kind),
    verbs: [...verbs].sort(),
  };
}
