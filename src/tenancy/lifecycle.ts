/** Making and deleting clusters. */
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { Client } from '../registry/client.ts';
import { BatchingStorage } from '../storage/client.ts';
import { databaseOf, hubStub, logStub } from '../storage/env.ts';
import { HUB_ALL, HUB_CLUSTER, hubOfNamespace, splitKey } from '../storage/keys.ts';
import * as sql from '../storage/sql.ts';
import type { Storage } from '../storage/types.ts';
import { listAll } from '../storage/types.ts';
import { bootstrap } from './bootstrap.ts';
import { type Cluster, deleteRow, FORGOTTEN_MS, insertCluster, setState } from './clusters.ts';
import type { Env } from './env.ts';

const ERASE_ROWS = 2000;

export const nodeName = (index: number): string => `node-${index + 1}`;

const nodesOf = ({ config }: Cluster): string[] =>
  Array.from({ length: config.nodes }, (_, n) => nodeName(n));

/** The control plane's client for a cluster. */
export const controlPlaneClient = (
  env: Env,
  cluster: string,
  storage: Storage = new BatchingStorage(env, cluster),
): Client =>
  new Client({
    cluster,
    storage,
    clock: systemClock,
    random: systemRandom,
    user: { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
    fieldManager: 'kube-apiserver',
  });

/** Gives a cluster what every cluster has. */
async function furnish(env: Env, cluster: string): Promise<void> {
  await logStub(env, cluster).begin(cluster);
  const storage = new BatchingStorage(env, cluster);
  await bootstrap(
    controlPlaneClient(env, cluster, storage),
    storage,
    cluster,
    env.KEDGE_CA_CERTIFICATE ?? '',
  );
}

/**
 * Makes a cluster with its system objects, its control plane and its nodes. False when the id is taken.
 */
export async function createCluster(
  env: Env,
  options: { id: string; tokenHash: string; nodes: number; now: number },
): Promise<Cluster | undefined> {
  const db = databaseOf(env, options.id);
  const cluster: Cluster = {
    id: options.id,
    name: options.id,
    tokenHash: options.tokenHash,
    created: options.now,
    state: 'creating',
    config: { nodes: options.nodes },
  };
  if (!(await insertCluster(db, cluster))) return undefined;
  await furnish(env, options.id);
  await startCluster(env, cluster);
  await setState(db, options.id, 'ready');
  return { ...cluster, state: 'ready' };
}

/** Starts the control plane and the nodes of a cluster; may be called again. */
export async function startCluster(env: Env, cluster: Cluster): Promise<void> {
  await Promise.all([
    env.CONTROLLER_MANAGER.getByName(cluster.id).start(cluster.id),
    env.SCHEDULER.getByName(cluster.id).start(cluster.id),
    ...nodesOf(cluster).map((node) => env.NODE.getByName(`${cluster.id}/${node}`).start(cluster.id)),
  ]);
}

/**
 * Finishes a cluster whose making was cut short, and has the log tell its hubs where it stands, so that whoever missed
 * something looks again.
 */
export async function wakeCluster(env: Env, cluster: Cluster): Promise<void> {
  if (cluster.state === 'creating') {
    await furnish(env, cluster.id);
    await startCluster(env, cluster);
    await setState(databaseOf(env, cluster.id), cluster.id, 'ready');
  }
  await logStub(env, cluster.id).head(cluster.id);
}

/** Removes every trace of a cluster. May be called again after a failure. */
export async function deleteCluster(env: Env, cluster: Cluster): Promise<void> {
  const { id } = cluster;
  const db = databaseOf(env, id);
  await setState(db, id, 'deleting');
  // Until then its name is not free: who remembers this cluster would open the next one with its token.
  const forgotten = new Promise((resolve) => setTimeout(resolve, FORGOTTEN_MS));
  const storage = new BatchingStorage(env, id);
  const namespaces = await listAll(storage, 'core/namespaces/');
  await Promise.all([
    env.CONTROLLER_MANAGER.getByName(id).destroy(id),
    env.SCHEDULER.getByName(id).destroy(id),
    // Also those whose objects somebody deleted.
    ...nodesOf(cluster).map((node) => env.NODE.getByName(`${id}/${node}`).destroy(id)),
  ]);
  // Also hubs of namespaces that are not there: they may be watched.
  const told = await logStub(env, id).destroy(id);
  const hubs = new Set([
    HUB_CLUSTER,
    HUB_ALL,
    ...namespaces.rows.map((row) => hubOfNamespace(splitKey(row.key).name)),
    ...told,
  ]);
  await Promise.all([...hubs].map((hub) => hubStub(env, id, hub).destroy()));
  while (await sql.erase(db, id, ERASE_ROWS));
  await forgotten;
  await deleteRow(db, id);
}
