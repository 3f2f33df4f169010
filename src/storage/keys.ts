/**
 * Keys: `<group>/<resource>/<namespace>/<name>`, with `core` for the core group and an empty namespace for
 * cluster-scoped resources. Ordered as a list of Kubernetes is: by namespace, then name.
 */

export const resourcePrefix = (group: string, resource: string): string => `${group || 'core'}/${resource}/`;

export const namespacePrefix = (group: string, resource: string, namespace: string): string =>
  `${group || 'core'}/${resource}/${namespace}/`;

export const objectKey = (group: string, resource: string, namespace: string, name: string): string =>
  `${group || 'core'}/${resource}/${namespace}/${name}`;

/** The first key behind all keys that start with `prefix`: '/' is followed by '0'. */
export function prefixEnd(prefix: string): string {
  if (!prefix.endsWith('/')) throw new Error(`not a prefix: ${prefix}`);
  return `${prefix.slice(0, -1)}0`;
}

export interface KeyParts {
  /** `core` for the core group. */
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

export function splitKey(key: string): KeyParts {
  const [group = '', resource = '', namespace = '', ...name] = key.split('/');
  return { group, resource, namespace, name: name.join('/') };
}

/** The resource prefix of a key. */
export function resourceOf(key: string): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
}

/** The prefix of a key's resource in its namespace. */
export function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/', key.indexOf('/') + 1) + 1) + 1);
}

/** Names of the watch hubs. */
export const HUB_CLUSTER = 'cluster';
export const HUB_ALL = 'all';
export const hubOfNamespace = (namespace: string): string => `ns:${namespace}`;

/** The hubs a key's events go to. */
export function hubsOf(key: string): readonly string[] {
  const { namespace } = splitKey(key);
  return namespace === '' ? [HUB_CLUSTER] : [hubOfNamespace(namespace), HUB_ALL];
}

/** A text that the keys of a hub contain, and few others; undefined: any may. */
export function keysOfHub(hub: string): string | undefined {
  if (hub === HUB_ALL) return undefined;
  return hub === HUB_CLUSTER ? '//' : `/${hub.slice(hubOfNamespace('').length)}/`;
}
