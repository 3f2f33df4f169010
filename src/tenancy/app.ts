/** The outermost routes: which cluster a path means, and who may use it. */
import { Hono } from 'hono';
import { noSuchResource, StatusError, unauthorized } from '../apimachinery/status.ts';
import type { UserInfo } from '../apis/definition.ts';
import { checksOf, health } from '../apiserver/health.ts';
import { respondError } from '../apiserver/respond.ts';
import { serve } from '../apiserver/server.ts';
import { databaseOf } from '../storage/env.ts';
import { clusterId, findCluster } from './clusters.ts';
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

/** Serves a path of a cluster to whoever holds the cluster's or the administrator's token. */
async function serveCluster(env: Env, request: Request, id: string, path: string): Promise<Response> {
  const db = databaseOf(env, id);
  const checks = checksOf(async () => void (await db.prepare('SELECT 1').first()));
  const healthy = await health(path, new URL(request.url).searchParams, checks);
  if (healthy) return healthy;
  const token = tokenOf(request);
  if (token === undefined) throw unauthorized();
  const hash = await hashToken(token);
  const admin = sameHash(hash, env.KEDGE_ADMIN_TOKEN_HASH);
  const cluster = clusterId.safeParse(id).success ? await findCluster(db, id, Date.now()) : undefined;
  // Whether another's cluster exists is nobody's business.
  if (!admin && !(cluster && sameHash(hash, cluster.tokenHash))) throw unauthorized();
  if (!cluster || cluster.state === 'deleting') {
    throw new StatusError(404, 'NotFound', `clusters.kedge.dev "${id}" not found`, {
      name: id,
      group: 'kedge.dev',
      kind: 'clusters',
    });
  }
  return serve(request, { env, cluster: id, user: ADMIN, path });
}

export const app = new Hono<{ Bindings: Env }>();

app.onError((error) => respondError(error));
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
  return serveCluster(c.env, c.req.raw, id, pathname.slice(`/clusters/${id}`.length));
});
app.all('*', (c) => serveCluster(c.env, c.req.raw, 'default', new URL(c.req.url).pathname));
