/**
 * One request to one cluster, from its path to its answer. Who asks was found out before.
 * Source: apiserver pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { noSuchResource } from '../apimachinery/status.ts';
import type { ResourceDefinition, UserInfo } from '../apis/definition.ts';
import { BUILT_IN, type ResourceCatalog } from '../apis/catalog.ts';
import type { RequestContext } from '../registry/context.ts';
import { ClusterStorage } from '../storage/client.ts';
import type { StorageEnv } from '../storage/env.ts';
import { discovery } from './discovery/discovery.ts';
import type { Authenticate } from './authentication/authenticate.ts';
import { cacheOf } from './cluster-cache.ts';
import { authorize, type Authorized } from './filters/authorize.ts';
import { dispatch } from './handlers/dispatch.ts';
import { openApiSourceOf } from './openapi/custom.ts';
import { openapi } from './openapi/openapi.ts';
import { addHeaders, flowOf } from './headers.ts';
import { respondIndex } from './index-paths.ts';
import { isIssuerPath, issuer } from './issuer.ts';
import { errorFormat, takesGzip } from './negotiation.ts';
import { decodePath, parseQuery } from './query.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';
import { respondError } from './respond.ts';
import { respondVersion } from './version.ts';

export interface ServeOptions {
  readonly env: StorageEnv;
  readonly cluster: string;
  /** When the cluster was made, ms since the epoch. */
  readonly created: number;
  /** Asked before everything that is read or written: throws once the cluster is not the one that was meant. */
  readonly stands?: () => Promise<void>;
  readonly user: UserInfo;
  /** Who a token stands for. */
  readonly authenticate: Authenticate;
  /** Path below the cluster: `/api/v1/pods`. */
  readonly path: string;
}

/** Never throws: what goes wrong is answered as a Status. */
export async function serve(request: Request, options: ServeOptions): Promise<Response> {
  if (decodePath(options.path) === undefined) return notHTTP();
  const warnings: string[] = [];
  let response: Response;
  try {
    response = await route(request, options, warnings);
  } catch (error) {
    response = respondError(error, errorFormat(request, parseQuery(new URL(request.url).search)), warnings);
  }
  return addHeaders(response, request, options.cluster, flowOf(options.user));
}

/** Whether a path is below a built-in group: only there a Status says that nothing is found. */
const belongsToApi = (path: string, group: string): boolean =>
  path.startsWith('/api/') || (path.startsWith('/apis/') && group !== '' && BUILT_IN.hasGroup(group));

/** Milliseconds for which a read may not see that a CustomResourceDefinition has changed. */
const CATALOG_AGE = 500;

/** What writes look at is the newest. */
const READS = new Set(['get', 'list', 'watch']);

/** The resources of the cluster as a request for one of them has to know them. Built-in ones never change. */
async function catalogFor(info: RequestInfo, ctx: RequestContext): Promise<ResourceCatalog> {
  if (BUILT_IN.find(info.group, info.version, info.resource)) return BUILT_IN;
  const { cache, storage, clock } = ctx;
  const known = await cache.catalog.get(storage, clock, READS.has(info.verb) ? CATALOG_AGE : 0);
  // What is missing may have just been defined.
  if (known.find(info.group, info.version, info.resource)) return known;
  return cache.catalog.get(storage, clock, 0);
}

const OF_ALL_NAMESPACES = new Set(['list', 'watch']);

/**
 * Whether a path has a namespace if the resource does. Built-in ones have routes, which are looked at later.
 * Source: apiextensions-apiserver pkg/apiserver/customresource_handler.go (ServeHTTP).
 */
function isInScope({ custom, namespaced }: ResourceDefinition, { namespace, verb }: RequestInfo): boolean {
  if (!custom) return true;
  return namespaced ? namespace !== '' || OF_ALL_NAMESPACES.has(verb) : namespace === '';
}

/** What Go's server says of a request that it cannot read. */
const notHTTP = (): Response =>
  new Response('400 Bad Request', {
    status: 400,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  });

/** The answer to a path that nobody serves, as Go's servers give it. */
const pageNotFound = (): Response =>
  new Response('404 page not found\n', {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  });

const contextOf = (
  { env, cluster, created, stands, user }: ServeOptions,
  warnings: string[],
): RequestContext => ({
  cluster,
  storage: new ClusterStorage(env, cluster, stands),
  cache: cacheOf(cluster, created),
  clock: systemClock,
  random: systemRandom,
  user,
  warnings,
});

async function route(request: Request, options: ServeOptions, warnings: string[]): Promise<Response> {
  const { env } = options;
  const url = new URL(request.url);
  const query = parseQuery(url.search);
  const info = requestInfo(request.method, options.path, query);
  const { path } = info;
  const asked = contextOf(options, warnings);
  const authorized: Authorized = await authorize(request, info, query, options.user, asked);
  const ctx: RequestContext = { ...asked, ...authorized };
  if (!info.isResource) {
    if (path === '/version' || path === '/version/') return respondVersion(request);
    if (path.startsWith('/version/')) throw noSuchResource();
    const catalog = await ctx.cache.catalog.get(ctx.storage, ctx.clock, 0);
    const found =
      (await discovery(request, path, catalog.resources)) ??
      (await openapi(request, path, query, openApiSourceOf(catalog)));
    if (found) return found;
    if (path === '/' || path === '/index.html') return respondIndex();
    if (isIssuerPath(path)) return issuer(ctx, path, url);
    if (belongsToApi(path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  if (path.startsWith('//')) return pageNotFound();
  const catalog = await catalogFor(info, ctx);
  const definition = catalog.find(info.group, info.version, info.resource);
  if (!definition || !isInScope(definition, info)) {
    if (belongsToApi(path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  if (definition.deprecated) ctx.warnings.push(definition.deprecated);
  const handling = {
    request,
    query,
    info,
    definition,
    ctx,
    env,
    userAgent: request.headers.get('User-Agent') ?? '',
    gzip: takesGzip(request),
    authenticate: options.authenticate,
  };
  return dispatch(handling);
}
