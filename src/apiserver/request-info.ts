/** What a path asks for. Source: apiserver pkg/endpoints/request/requestinfo.go. */
import { decodePath } from './query.ts';

export interface RequestInfo {
  /** Below /api or /apis, naming a resource. */
  readonly isResource: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy; the method in lower case otherwise. */
  readonly verb: string;
  /** Escapes undone. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  /** '' when cluster-scoped or for all namespaces. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Asked for under the old prefix of watches: /api/v1/watch/pods. */
  readonly watchPrefix: boolean;
  /** Whether the path names a namespace the resource is in, even if it is the empty one. */
  readonly inNamespace: boolean;
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

/** `escaped` is the path as it came. Empty segments count: no resource has an empty name. */
export function requestInfo(method: string, escaped: string, query: URLSearchParams): RequestInfo {
  const path = decodePath(escaped) ?? escaped;
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
    watchPrefix: false,
    inNamespace: false,
    rest: [],
  };
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const legacy = parts[0] === 'api';
  if (!legacy && parts[0] !== 'apis') return nothing;
  const group = legacy ? '' : (parts[1] ?? '');
  const version = parts[legacy ? 1 : 2] ?? '';
  let rest = parts.slice(legacy ? 2 : 3);
  // The core group has no name, and no path below /apis.
  if (rest.length === 0 || (!legacy && group === '')) return { ...nothing, group, version };
  let verb = METHODS[method] ?? '';
  const watchPrefix = rest[0] === 'watch' && rest.length > 1;
  if (watchPrefix) rest = rest.slice(1);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!);
  const namespace = inNamespace ? rest[1]! : '';
  if (inNamespace) rest = rest.slice(2);
  const [resource = '', name = '', subresource = '', ...more] = rest;
  if (verb === 'get' && !name) verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  if (watchPrefix) verb = 'watch';
  if (verb === 'delete' && !name) verb = 'deletecollection';
  return {
    isResource: true,
    verb,
    path,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    watchPrefix,
    inNamespace,
    rest: more,
  };
}

const isTrue = (value: string | null): boolean =>
  value !== null && value !== '0' && value.toLowerCase() !== 'false';
