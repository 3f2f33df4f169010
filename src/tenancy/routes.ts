/** The API of the deployment itself: /clusters. */
import { Hono } from 'hono';
import { badRequest, StatusError } from '../apimachinery/status.ts';
import { randomSuffix } from '../apimachinery/names.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { readBody } from '../apiserver/body.ts';
import { databaseOf } from '../storage/env.ts';
import { type Cluster, createClusterRequest, findCluster, listClusters } from './clusters.ts';
import type { Env } from './env.ts';
import { kubeconfig } from './kubeconfig.ts';
import { createCluster, deleteCluster, wakeCluster } from './lifecycle.ts';
import { hashToken, newToken } from './tokens.ts';

const DEFAULT_NODES = 3;

const view = (cluster: Cluster, origin: string) => ({
  name: cluster.id,
  state: cluster.state,
  nodes: cluster.config.nodes,
  createdAt: new Date(cluster.created).toISOString(),
  url: `${origin}/clusters/${cluster.id}`,
});

const gr = { group: 'kedge.dev', resource: 'clusters' };
const notFound = (name: string): StatusError =>
  new StatusError(404, 'NotFound', `clusters.kedge.dev "${name}" not found`, {
    name,
    group: gr.group,
    kind: gr.resource,
  });

/** Mounted behind the administrator's authentication. */
export const clusterRoutes = new Hono<{ Bindings: Env }>();

const originOf = (env: Env, url: string): string => env.KEDGE_URL ?? new URL(url).origin;

clusterRoutes.get('/clusters', async (c) => {
  const clusters = await listClusters(databaseOf(c.env, ''));
  return c.json({ items: clusters.map((cluster) => view(cluster, originOf(c.env, c.req.url))) });
});

clusterRoutes.post('/clusters', async (c) => {
  const bytes = await readBody(c.req.raw);
  let body: unknown = {};
  try {
    if (bytes.length > 0) body = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badRequest(`the body is not JSON: ${(error as Error).message}`);
  }
  const parsed = createClusterRequest.safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw badRequest(issues.join('; '));
  }
  const id = parsed.data.name ?? `cluster-${randomSuffix(systemRandom, 8)}`;
  const token = newToken();
  const cluster = await createCluster(c.env, {
    id,
    tokenHash: await hashToken(token),
    nodes: parsed.data.nodes ?? DEFAULT_NODES,
    now: Date.now(),
  });
  if (!cluster) {
    throw new StatusError(409, 'AlreadyExists', `clusters.kedge.dev "${id}" already exists`, {
      name: id,
      group: gr.group,
      kind: gr.resource,
    });
  }
  const origin = originOf(c.env, c.req.url);
  const config = kubeconfig({
    name: id,
    server: `${origin}/clusters/${id}`,
    token,
    ...(c.env.KEDGE_CA_CERTIFICATE ? { caCertificate: c.env.KEDGE_CA_CERTIFICATE } : {}),
  });
  return c.json({ ...view(cluster, origin), kubeconfig: config }, 201);
});

clusterRoutes.get('/clusters/:id', async (c) => {
  const id = c.req.param('id');
  const cluster = await findCluster(databaseOf(c.env, id), id, Date.now());
  if (!cluster) throw notFound(id);
  return c.json(view(cluster, originOf(c.env, c.req.url)));
});

/** After a restart of the whole deployment: has everybody look for what they missed. */
clusterRoutes.post('/clusters/:id/wake', async (c) => {
  const id = c.req.param('id');
  const cluster = await findCluster(databaseOf(c.env, id), id, Date.now());
  if (!cluster) throw notFound(id);
  await wakeCluster(c.env, cluster);
  return c.json(view(cluster, originOf(c.env, c.req.url)));
});

clusterRoutes.delete('/clusters/:id', async (c) => {
  const id = c.req.param('id');
  const cluster = await findCluster(databaseOf(c.env, id), id, Date.now());
  if (!cluster) throw notFound(id);
  await deleteCluster(c.env, cluster);
  return c.json({ name: id, state: 'deleted' });
});
