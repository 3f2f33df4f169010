/**
 * Which methods and media types a path of a built-in resource has. A request that fits none is refused before a handler
 * is asked, in the words of the router.
 * Sources: apiserver pkg/endpoints/installer.go (registerResourceHandlers), emicklei/go-restful jsr311.go (detectRoute).
 */
import { methodNotServed, noSuchResource, StatusError } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { ACCEPTED, ACCEPTED_STREAMS } from './negotiation.ts';
import type { RequestInfo } from './request-info.ts';

/** Method -> the verb of a resource that it stands for at this kind of path. */
type Methods = Readonly<Record<string, string>>;
const COLLECTION: Methods = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };
/** Of all namespaces: it is only read. Whoever means to empty one must name it. */
const EVERYWHERE: Methods = { GET: 'list' };
const ITEM: Methods = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const WATCHED: Methods = { GET: 'watch' };
const SUBRESOURCE: Methods = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
/** What a proxied server is asked, it is asked with any method. */
const PROXY: Methods = { ...SUBRESOURCE, HEAD: 'get', OPTIONS: 'get' };

const NOTHING: Methods = {};

const ANYTHING = ['*/*'];
const OBJECT = ACCEPTED;
const STREAM = [...ACCEPTED, ...ACCEPTED_STREAMS];
const LOG = ['text/plain', ...ACCEPTED];

export interface Route {
  /** Those that are served. */
  readonly methods: readonly string[];
  /** Media types of the answer; those of every method are the same. */
  readonly produces: readonly string[];
}

const served = (methods: Methods, verbs: readonly string[], produces: readonly string[]): Route => ({
  methods: Object.keys(methods).filter((method) => verbs.includes(methods[method]!)),
  produces,
});

/** What is served at a path; nothing when no method is. */
export function routeOf(definition: ResourceDefinition, info: RequestInfo): Route {
  const { namespaced, verbs } = definition;
  const { name, subresource, inNamespace, watchPrefix } = info;
  // Only collections of namespaced resources are found without their namespace.
  if (inNamespace !== namespaced && (inNamespace || name !== '')) return served(NOTHING, verbs, OBJECT);
  if (watchPrefix) return served(subresource ? NOTHING : WATCHED, verbs, STREAM);
  if (subresource) return routeOfSubresource(definition, info);
  if (name) return served(ITEM, verbs, OBJECT);
  return served(namespaced && !inNamespace ? EVERYWHERE : COLLECTION, verbs, STREAM);
}

function routeOfSubresource({ subresources }: ResourceDefinition, info: RequestInfo): Route {
  const subresource = subresources?.find(({ name }) => name === info.subresource);
  const isProxy = info.subresource === 'proxy';
  // Only behind a proxy does the path go on.
  if (!subresource || (info.rest.length > 0 && !isProxy)) return served(NOTHING, [], OBJECT);
  const { kind, verbs } = subresource;
  if (isProxy) return served(PROXY, verbs, ANYTHING);
  if (kind.endsWith('Options')) return served(SUBRESOURCE, verbs, ANYTHING);
  return served(SUBRESOURCE, verbs, info.subresource === 'log' ? LOG : OBJECT);
}

/** Media types of a header, without parameters, as the router splits them: by letter, spaces around them aside. */
const mediaTypes = (header: string): string[] =>
  header.split(',').map((part) => part.split(';', 1)[0]!.replace(/^ +| +$/g, ''));

/**
 * Refuses what no route is there for. `patches` are the media types of a PATCH.
 * @throws StatusError 404, 405, 415, 406.
 */
export function checkRoute({ methods, produces }: Route, request: Request, patches: readonly string[]): void {
  if (methods.length === 0) throw noSuchResource();
  if (!methods.includes(request.method)) throw methodNotServed();
  if (request.method === 'PATCH' && produces !== ANYTHING) {
    const types = mediaTypes(request.headers.get('Content-Type') ?? '');
    if (!types.some((type) => patches.includes(type))) {
      throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
    }
  }
  checkAccept(request, produces);
}

/** @throws StatusError 406 when none of these is named. */
export function checkAccept(request: Request, produces: readonly string[]): void {
  const accept = request.headers.get('Accept') || '*/*';
  if (produces === ANYTHING) return;
  if (mediaTypes(accept.slice(0, 4096)).some((type) => type === '*/*' || produces.includes(type))) return;
  throw new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${produces.join(', ')}`,
    {},
  );
}
