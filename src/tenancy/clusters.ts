/** The clusters of a deployment: rows of the table `clusters`, remembered for a moment in each isolate. */
import { z } from 'zod';
import { unauthorized } from '../apimachinery/status.ts';

export const clusterId = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);

export const createClusterRequest = z.strictObject({
  /** The cluster's id in its URL; absent: a generated one. */
  name: clusterId.optional(),
  nodes: z.number().int().min(0).max(500).optional(),
});

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

/** An isolate acts upon a row for so long without looking at it again. */
const REMEMBER_MS = 2000;
/** What is asked in that time is over so much later: calls that are under way, clocks that tick differently. */
const MARGIN_MS = 1000;
/** So long after a row says that its cluster is being deleted nobody takes it for one that can be used. */
export const FORGOTTEN_MS = REMEMBER_MS + MARGIN_MS;
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
  // A cluster that is not there, or is about to go, may be made any moment.
  if (cluster && cluster.state !== 'deleting') {
    known.delete(id);
    known.set(id, { cluster, until: now + REMEMBER_MS });
    if (known.size > LIMIT) known.delete(known.keys().next().value!);
  } else known.delete(id);
  return cluster;
}

/**
 * Asked again before everything a request does to its cluster, which may be long after it came: whether it is still the
 * cluster that its token was for, and not a later one of the same name. A name is free only FORGOTTEN_MS after its
 * cluster began to be deleted, so whoever has looked within REMEMBER_MS knows. @throws StatusError 401.
 */
export const standing =
  (db: D1Database, { id, created, tokenHash }: Cluster): (() => Promise<void>) =>
  async () => {
    const now = await findCluster(db, id, Date.now());
    const same = now?.created === created && now.tokenHash === tokenHash && now.state !== 'deleting';
    if (!same) throw unauthorized();
  };

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
