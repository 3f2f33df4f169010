/** The clusters of a deployment: rows of the table `clusters`, remembered for a moment in each isolate. */
import { z } from 'zod';

export const clusterId = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);

export const createClusterRequest = z.strictObject({
  /** The cluster's id in its URL; absent: a generated one. */
  name: clusterId.optional(),
  nodes: z.number().int().min(0).max(500).optional(),
});
export type CreateClusterRequest = z.infer<typeof createClusterRequest>;

export interface Cluster {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its token, in hex. */
  readonly tokenHash: string;
  /** ms since the epoch. */
  readonly created: number;
  readonly state: 'creating' | 'ready' | 'deleting';
  readonly config: { readonly nodes: number };
}

const REMEMBER_MS = 5000;
const LIMIT = 10_000;
const known = new Map<string, { cluster: Cluster | undefined; until: number }>();

function fromRow(row: any): Cluster {
  return {
    id: row.id,
    name: row.name,
    tokenHash: row.token_hash,
    created: row.created,
    state: row.state,
    config: JSON.parse(row.config),
  };
}

export async function findCluster(db: D1Database, id: string, now: number): Promise<Cluster | undefined> {
  const remembered = known.get(id);
  if (remembered && remembered.until > now) return remembered.cluster;
  const row = await db.prepare('SELECT * FROM clusters WHERE id = ?').bind(id).first();
  const cluster = row ? fromRow(row) : undefined;
  // A cluster that is not there may be made any moment.
  if (cluster) {
    known.delete(id);
    known.set(id, { cluster, until: now + REMEMBER_MS });
    if (known.size > LIMIT) known.delete(known.keys().next().value!);
  } else known.delete(id);
  return cluster;
}

export async function listClusters(db: D1Database): Promise<Cluster[]> {
  const { results } = await db.prepare('SELECT * FROM clusters ORDER BY id').all();
  return results.map(fromRow);
}

/** False when the id is taken. */
export async function insertCluster(db: D1Database, cluster: Cluster): Promise<boolean> {
  const { meta } = await db
    .prepare(
      'INSERT INTO clusters (id, name, token_hash, created, state, config) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    .bind(
      cluster.id,
      cluster.name,
      cluster.tokenHash,
      cluster.created,
      cluster.state,
      JSON.stringify(cluster.config),
    )
    .run();
  return meta.changes > 0;
}

export async function setState(db: D1Database, id: string, state: Cluster['state']): Promise<void> {
  known.delete(id);
  await db.prepare('UPDATE clusters SET state = ? WHERE id = ?').bind(state, id).run();
}

export async function deleteRow(db: D1Database, id: string): Promise<void> {
  known.delete(id);
  await db.prepare('DELETE FROM clusters WHERE id = ?').bind(id).run();
}
