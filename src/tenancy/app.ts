/** The outermost routes: which cluster a path means, and who may use it. */
import { Hono } from 'hono';
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { noSuchResource, StatusError, unauthorized } from '../apimachinery/status.ts';
import type { UserInfo } from '../apis/definition.ts';
import { ANONYMOUS, type Authenticate, authenticatorOf } from '../apiserver/authentication/authenticate.ts';
import { TokenError } from '../apiserver/authentication/token-claims.ts';
import { cacheOf } from '../apiserver/cluster-cache.ts';
import { addAuditId, addHeaders, PROBES } from '../apiserver/headers.ts';
import { checksOf, health } from '../apiserver/health.ts';
import { errorFormat } from '../apiserver/negotiation.ts';
import { parseQuery } from '../apiserver/query.ts';
import { respondError } from '../apiserver/respond.ts';
import { serve } from '../apiserver/server.ts';
import { checkTimeout } from '../apiserver/timeout.ts';
import { ClusterStorage } from '../storage/client.ts';
import { databaseOf } from '../storage/env.ts';
import { type Cluster, clusterId, findCluster, standing } from './clusters.ts';
import type { Env } from './env.ts';
import { clusterRoutes } from './routes.ts';
import { hashToken, sameHash, tokenOf } from './tokens.ts';

const ADMIN: UserInfo = {
  username: 'kubernetes-admin',
  groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'],
};

async function isAdmin(env: Env, request: Request): Promise<boolean> {
  const token = tokenOf(request);
  return token !== undefined && sameHash(await hashToken(token), env.KEDGE_ADMIN_TOKEN_HASH);
}

interface Target {
  readonly id: string;
  /** Below the cluster. */
  readonly path: string;
  /** Whether requests without credentials are taken, as those of system:anonymous. */
  readonly anonymous: boolean;
}

/**
 * Who holds a token: the deployment's administrator and whoever has the cluster's own are its administrators; others are
 * its service accounts.
 */
function authenticator(env: Env, cluster: Cluster | undefined): Authenticate {
  const administrator = async (token: string): Promise<UserInfo | undefined> => {
    const hash = await hashToken(token);
    const known =
      sameHash(hash, env.KEDGE_ADMIN_TOKEN_HASH) || (cluster && sameHash(hash, cluster.tokenHash));
    return known ? ADMIN : undefined;
  };
  const context = cluster && {
    cluster: cluster.id,
    storage: new ClusterStorage(env, cluster.id),
    cache: cacheOf(cluster.id, cluster.created),
    clock: systemClock,
    random: systemRandom,
  };
  return authenticatorOf(administrator, context);
}

/** Refusals take so long (ms), or a multiple of it: how much was looked up would tell whether there is such a cluster. */
const REFUSAL_MS = 50;

/** `began`: when the request came, in ms since the epoch. @throws StatusError 401. */
async function userOf(authenticate: Authenticate, token: string, began: number): Promise<UserInfo> {
  try {
    return (await authenticate(token)).user;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const rest = REFUSAL_MS - (Math.max(Date.now() - began, 0) % REFUSAL_MS);
    await new Promise((resolve) => setTimeout(resolve, rest));
    throw unauthorized();
  }
}

/** Serves a path of a cluster to whoever may know that it exists. */
async function serveCluster(env: Env, request: Request, { id, path, anonymous }: Target): Promise<Response> {
  checkTimeout(request, path);
  const db = databaseOf(env, id);
  const checks = checksOf(async () => void (await db.prepare('SELECT 1').first()));
  const healthy = await health(path, new URL(request.url).searchParams, checks);
  if (healthy) return addHeaders(healthy, request, id, PROBES);
  const token = tokenOf(request);
  if (token === undefined && !anonymous) throw unauthorized();
  const began = Date.now();
  const found = clusterId.safeParse(id).success ? await findCluster(db, id, Date.now()) : undefined;
  const cluster = found?.state === 'deleting' ? undefined : found;
  const authenticate = authenticator(env, cluster);
  // Whether another's cluster exists is nobody's business: its administrator alone is told that it does not.
  const user = token === undefined ? ANONYMOUS : await userOf(authenticate, token, began);
  if (!cluster) {
    if (token === undefined) throw unauthorized();
    throw new StatusError(404, 'NotFound', `clusters.kedge.dev "${id}" not found`, {
      name: id,
      group: 'kedge.dev',
      kind: 'clusters',
    });
  }
  const { created } = cluster;
  return serve(request, {
    ...{ env, cluster: id, created, user, authenticate, path },
    stands: standing(db, cluster),
  });
}

export const app = new Hono<{ Bindings: Env }>();

app.onError((error, { req: { raw } }) =>
  addAuditId(respondError(error, errorFormat(raw, parseQuery(new URL(raw.url).search))), raw),
);
app.notFound(() => respondError(noSuchResource()));

// What is below /clusters/<id> is the cluster's own, but for these.
for (const path of ['/clusters', '/clusters/:id', '/clusters/:id/wake']) {
  app.use(path, async (c, next) => {
    if (!(await isAdmin(c.env, c.req.raw))) throw unauthorized();
    await next();
  });
}
app.route('/', clusterRoutes);

app.all('/clusters/:id/*', (c) => {
  const { pathname } = new URL(c.req.url);
  const id = c.req.param('id');
  const path = pathname.slice(`/clusters/${id}`.length);
  return serveCluster(c.env, c.req.raw, { id, path, anonymous: false });
});
app.all('*', (c) =>
  serveCluster(c.env, c.req.raw, { id: 'default', path: new URL(c.req.url).pathname, anonymous: true }),
);
