/**
 * One request to one cluster, from its path to its answer. Who asks was found out before.
 * Source: apiserver pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { methodNotServed, noSuchResource } from '../apimachinery/status.ts';
import type { UserInfo } from '../apis/definition.ts';
import { BUILT_IN, type ResourceCatalog } from '../apis/catalog.ts';
import type { RequestContext } from '../registry/context.ts';
import { ClusterStorage } from '../storage/client.ts';
import type { StorageEnv } from '../storage/env.ts';
import { discovery } from './discovery/discovery.ts';
import type { Authenticate } from './authentication/authenticate.ts';
import { cacheOf } from './cluster-cache.ts';
import { authorize, type Authorized } from './filters/authorize.ts';
import { dispatch } from './handlers/dispatch.ts';
import { handleBinding } from './handlers/subresources.ts';
import { handleReview, isReview } from './handlers/reviews.ts';
import { openApiSourceOf } from './openapi/custom.ts';
import { openapi } from './openapi/openapi.ts';
import { addHeaders } from './headers.ts';
import { respondIndex } from './index-paths.ts';
import { isIssuerPath, issuer } from './issuer.ts';
import { takesGzip } from './negotiation.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';
import { respondError } from './respond.ts';
import { respondVersion } from './version.ts';

export interface ServeOptions {
  readonly env: StorageEnv;
  readonly cluster: string;
  /** When the cluster was made, ms since the epoch. */
  readonly created: number;
  readonly user: UserInfo;
  /** Who a token stands for. */
  readonly authenticate: Authenticate;
  /** Path below the cluster: `/api/v1/pods`. */
  readonly path: string;
}

/** Never throws: what goes wrong is answered as a Status. */
export async function serve(request: Request, options: ServeOptions): Promise<Response> {
  let response: Response;
  try {
    response = await route(request, options);
  } catch (error) {
    response = respondError(error);
  }
  return addHeaders(response, request, options.cluster, options.user);
}

/** Whether a path is below a group that is served: only there a Status says that nothing is found. */
const belongsToApi = (catalog: ResourceCatalog, path: string, group: string): boolean =>
  path.startsWith('/api/') || (path.startsWith('/apis/') && catalog.hasGroup(group));

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

/** The answer to a path that nobody serves, as Go's servers give it. */
const pageNotFound = (): Response =>
  new Response('404 page not found\n', {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  });

const contextOf = ({ env, cluster, created, user }: ServeOptions): RequestContext => ({
  cluster,
  storage: new ClusterStorage(env, cluster),
  cache: cacheOf(cluster, created),
  clock: systemClock,
  random: systemRandom,
  user,
  warnings: [],
});

async function route(request: Request, options: ServeOptions): Promise<Response> {
  const { env, path } = options;
  const url = new URL(request.url);
  const query = url.searchParams;
  const info = requestInfo(request.method, path, query);
  const asked = contextOf(options);
  const authorized: Authorized = await authorize(request, info, query, options.user, asked);
  const ctx: RequestContext = { ...asked, ...authorized };
  if (!info.isResource) {
    if (path === '/version' || path === '/version/') return respondVersion();
    const catalog = await ctx.cache.catalog.get(ctx.storage, ctx.clock, 0);
    const found =
      (await discovery(request, path, catalog.resources)) ??
      (await openapi(request, path, query, openApiSourceOf(catalog)));
    if (found) return found;
    if (path === '/') return respondIndex();
    if (isIssuerPath(path)) return issuer(ctx, path, url);
    if (belongsToApi(catalog, path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  const catalog = await catalogFor(info, ctx);
  const definition = catalog.find(info.group, info.version, info.resource);
  if (!definition) {
    if (belongsToApi(catalog, path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  if (info.namespace && !definition.namespaced) throw noSuchResource();
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
  if (definition.namespaced && !info.namespace && info.name) throw noSuchResource();
  if (info.verb === 'create' && definition.resource === 'bindings') return handleBinding(handling, undefined);
  if (isReview(definition)) {
    if (info.verb !== 'create') throw methodNotServed();
    return handleReview(handling);
  }
  return dispatch(handling);
}
