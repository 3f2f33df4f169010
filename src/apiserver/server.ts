/**
 * One request to one cluster, from its path to its answer. Who asks was found out before.
 * Source: apiserver pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { methodNotServed, noSuchResource } from '../apimachinery/status.ts';
import type { UserInfo } from '../apis/definition.ts';
import { findResource, hasGroup } from '../apis/resources.ts';
import { AdmissionCache } from '../registry/cache.ts';
import type { RequestContext } from '../registry/context.ts';
import { ClusterStorage } from '../storage/client.ts';
import type { StorageEnv } from '../storage/env.ts';
import { discovery } from './discovery/discovery.ts';
import { authorize } from './filters/authorization.ts';
import { impersonated } from './filters/impersonation.ts';
import { dispatch } from './handlers/dispatch.ts';
import { handleBinding } from './handlers/subresources.ts';
import { handleReview, isReview } from './handlers/reviews.ts';
import { openapi } from './openapi/openapi.ts';
import { addHeaders } from './headers.ts';
import { respondIndex } from './index-paths.ts';
import { isIssuerPath, issuer } from './issuer.ts';
import { takesGzip } from './negotiation.ts';
import { requestInfo } from './request-info.ts';
import { respondError } from './respond.ts';
import { respondVersion } from './version.ts';

/** What the isolate keeps of each cluster; it is proved at every commit. */
const caches = new Map<string, AdmissionCache>();
const MAX_CACHES = 1000;

function cacheOf(cluster: string): AdmissionCache {
  let cache = caches.get(cluster);
  if (!cache) {
    cache = new AdmissionCache();
    caches.set(cluster, cache);
    if (caches.size > MAX_CACHES) caches.delete(caches.keys().next().value!);
  }
  return cache;
}

export interface ServeOptions {
  readonly env: StorageEnv;
  readonly cluster: string;
  readonly user: UserInfo;
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
const belongsToApi = (path: string, group: string): boolean =>
  path.startsWith('/api/') || (path.startsWith('/apis/') && hasGroup(group));

/** The answer to a path that nobody serves, as Go's servers give it. */
const pageNotFound = (): Response =>
  new Response('404 page not found\n', {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  });

const contextOf = ({ env, cluster, user }: ServeOptions, warnings: string[]): RequestContext => ({
  cluster,
  storage: new ClusterStorage(env, cluster),
  cache: cacheOf(cluster),
  clock: systemClock,
  random: systemRandom,
  user,
  warnings,
});

async function route(request: Request, asked: ServeOptions): Promise<Response> {
  const { env, path } = asked;
  const options = { ...asked, user: impersonated(request.headers, asked.user) };
  const url = new URL(request.url);
  const query = url.searchParams;
  const info = requestInfo(request.method, path, query);
  if (!info.isResource) {
    if (path === '/version' || path === '/version/') return respondVersion();
    const found = (await discovery(request, path)) ?? (await openapi(request, path, query));
    if (found) return found;
    if (path === '/') return respondIndex();
    if (isIssuerPath(path)) return issuer(contextOf(options, []), path, url);
    if (belongsToApi(path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  const definition = findResource(info.group, info.version, info.resource);
  if (!definition) {
    if (belongsToApi(path, info.group)) throw noSuchResource();
    return pageNotFound();
  }
  if (info.namespace && !definition.namespaced) throw noSuchResource();
  const ctx = contextOf(options, definition.deprecated ? [definition.deprecated] : []);
  const handling = {
    request,
    query,
    info,
    definition,
    ctx,
    env,
    userAgent: request.headers.get('User-Agent') ?? '',
    gzip: takesGzip(request),
  };
  authorize(options.user, info, definition);
  if (definition.namespaced && !info.namespace && info.name) throw noSuchResource();
  if (info.verb === 'create' && definition.resource === 'bindings') return handleBinding(handling, undefined);
  if (isReview(definition)) {
    if (info.verb !== 'create') throw methodNotServed();
    return handleReview(handling);
  }
  return dispatch(handling);
}
