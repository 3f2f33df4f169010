/** What a path asks for. Source: apiserver pkg/endpoints/request/requestinfo.go. */

export interface RequestInfo {
  /** Below /api or /apis, naming a resource. */
  readonly isResource: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy; the method in lower case otherwise. */
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  /** '' when cluster-scoped or for all namespaces. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows the subresource (proxy paths). */
  readonly rest: readonly string[];
}

const METHODS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Subresources of namespaces, which are not resources in a namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const nothing = {
    isResource: false,
    verb: method.toLowerCase(),
    path,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    rest: [],
  };
  let parts: string[];
  try {
    parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return nothing;
  }
  const legacy = parts[0] === 'api';
  if (!legacy && parts[0] !== 'apis') return nothing;
  const group = legacy ? '' : (parts[1] ?? '');
  const version = parts[legacy ? 1 : 2] ?? '';
  let rest = parts.slice(legacy ? 2 : 3);
  if (rest.length === 0) return { ...nothing, group, version };
  let verb = METHODS[method] ?? '';
  let deprecatedWatch = false;
  if (rest[0] === 'watch' && rest.length > 1) {
    // The old prefix: /api/v1/watch/pods.
    deprecatedWatch = true;
    rest = rest.slice(1);
  }
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1]!;
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) rest = rest.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...more] = rest;
  if (verb === 'get' && !name) verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  if (deprecatedWatch) verb = 'watch';
  if (verb === 'delete' && !name) verb = 'deletecollection';
  return {
    isResource: true,
    verb,
    path,
    group,
    version,
    namespace: resource === 'namespaces' && legacy ? '' : namespace,
    resource,
    subresource,
    name,
    rest: more,
  };
}

const isTrue = (value: string | null): boolean => value !== null && value !== 'false' && value !== '0';
