/** The SQL of the log, as functions of a D1 database. Tables: migrations/0001_storage.sql, docs/storage.md. */
import { prefixEnd } from './keys.ts';
import type { Batch } from './log.ts';
import {
  CompactedError,
  type Event,
  FutureRevisionError,
  type ListOptions,
  type Page,
  type Revisions,
  type Row,
  type Write,
} from './types.ts';

export interface Head {
  readonly revision: number;
  readonly compacted: number;
  /** The newest batches, oldest first. */
  readonly batches: readonly Batch[];
}

/** How much is kept of the names of the batches that brought a head where it is: some fifteen. */
const WRITERS = 700;

/** D1 refuses strings over 2,000,000 bytes; a character has up to 3 of them, and what JSON quotes may double. */
const CHUNK = 600_000;
const ALONE = 300_000;
/** Characters of a row in JSON that are neither its key nor its value. */
const ROW_OVERHEAD = 40;
/** Rows read at once for one page of a list. */
export const MAX_PAGE = 10_000;
/** Bytes of values after which a page of a list, of events ends: an isolate has 128 MB, a large object 1.5. */
const MAX_PAGE_BYTES = 8_000_000;
const MAX_EVENTS_BYTES = 4_000_000;

const NEWEST = `
  SELECT r.key AS key, r.revision AS revision, r.value AS value
  FROM objects o JOIN revisions r ON r.cluster = o.cluster AND r.revision = o.revision`;

export async function readHead(db: D1Database, cluster: string): Promise<Head> {
  const row = await db
    .prepare('SELECT revision, compacted, writer FROM heads WHERE cluster = ?')
    .bind(cluster)
    .first<{ revision: number; compacted: number; writer: string }>();
  if (!row) return { revision: 0, compacted: 0, batches: [] };
  const { revision, compacted, writer } = row;
  // Each is written with a space before it; what stands before the first space may be cut off.
  const batches = writer
    .split(' ')
    .slice(1)
    .map((text) => {
      const colon = text.indexOf(':');
      return { first: Number(text.slice(0, colon)), writer: text.slice(colon + 1) };
    });
  return { revision, compacted, batches };
}

export async function readNewest(db: D1Database, cluster: string, key: string): Promise<Row | null> {
  return db.prepare(`${NEWEST} WHERE o.cluster = ? AND o.key = ?`).bind(cluster, key).first<Row>();
}

export async function readMany(db: D1Database, cluster: string, keys: readonly string[]): Promise<Row[]> {
  const { results } = await db
    .prepare(`${NEWEST} WHERE o.cluster = ? AND o.key IN (SELECT value FROM json_each(?))`)
    .bind(cluster, JSON.stringify(keys))
    .all<Row>();
  return results;
}

/** The newest revision of each of the keys that exist. */
export async function readRevisions(
  db: D1Database,
  cluster: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const { results } = await db
    .prepare(
      'SELECT key, revision FROM objects WHERE cluster = ? AND key IN (SELECT value FROM json_each(?))',
    )
    .bind(cluster, JSON.stringify(keys))
    .all<{ key: string; revision: number }>();
  return new Map(results.map((row) => [row.key, row.revision]));
}

/**
 * A page of the rows under a prefix, in key order, all as of one revision: as many as were asked for, fewer when their
 * values are large.
 * @throws CompactedError, FutureRevisionError
 */
export async function readPage(
  db: D1Database,
  cluster: string,
  prefix: string,
  options: ListOptions = {},
  maxBytes = MAX_PAGE_BYTES,
): Promise<Page> {
  const limit = Math.min(options.limit || MAX_PAGE, MAX_PAGE);
  const start = options.after === undefined ? prefix : `${options.after}\u0000`;
  const end = prefixEnd(prefix);
  const { revision, node } = options;
  const found =
    revision === undefined
      ? `SELECT key, revision FROM objects WHERE cluster = ?1 AND key >= ?2 AND key < ?3`
      : `SELECT key, revision FROM objects WHERE cluster = ?1 AND key >= ?2 AND key < ?3 AND revision <= ?6
         UNION ALL
         SELECT key, prev FROM revisions
         WHERE cluster = ?1 AND revision > ?6 AND prev > 0 AND prev <= ?6 AND key >= ?2 AND key < ?3`;
  // What there is room for is found without the values: octet_length looks at the row's header alone.
  const wanted =
    node === undefined
      ? `(${found} ORDER BY 1 LIMIT ?4) f JOIN revisions r ON r.cluster = ?1 AND r.revision = f.revision`
      : `(${found}) f JOIN revisions r ON r.cluster = ?1 AND r.revision = f.revision
         WHERE json_extract(r.value, '$.spec.nodeName') = ?${revision === undefined ? 6 : 7}
         ORDER BY f.key LIMIT ?4`;
  const rows = db
    .prepare(
      `SELECT x.key AS key, x.revision AS revision, r.value AS value, x.total AS total FROM (
         SELECT key, revision, size, sum(size) OVER (ORDER BY key ROWS UNBOUNDED PRECEDING) AS total FROM (
           SELECT f.key AS key, f.revision AS revision, octet_length(r.value) AS size FROM ${wanted}
         )
       ) x JOIN revisions r ON r.cluster = ?1 AND r.revision = x.revision
       WHERE x.total - x.size < ?5
       ORDER BY x.key`,
    )
    .bind(
      ...[cluster, start, end, limit + 1, maxBytes],
      ...(revision === undefined ? [] : [revision]),
      ...(node === undefined ? [] : [node]),
    );
  // One batch is one transaction: the head is that of the rows.
  const results = await db.batch<any>([
    db.prepare('SELECT revision, compacted FROM heads WHERE cluster = ?').bind(cluster),
    rows,
  ]);
  const head = (results[0]!.results[0] ?? { revision: 0, compacted: 0 }) as Head;
  const taken = results[1]!.results as (Row & { total: number })[];
  if (options.revision !== undefined) {
    if (options.revision > head.revision) throw new FutureRevisionError(options.revision, head.revision);
    if (options.revision < head.compacted) throw new CompactedError(options.revision, head.compacted);
  }
  // A page that is full may be the last one: then the next is empty.
  const more = taken.length > limit || (taken.at(-1)?.total ?? 0) >= maxBytes;
  if (taken.length > limit) taken.length = limit;
  const page: { -readonly [K in keyof Page]: Page[K] } = {
    rows: taken.map(({ key, revision, value }) => ({ key, revision, value })),
    revision: options.revision ?? head.revision,
    more,
  };
  if (more && options.countRemaining) {
    const last = taken.at(-1)!.key;
    page.remaining =
      (await db
        .prepare('SELECT count(*) AS n FROM objects WHERE cluster = ? AND key > ? AND key < ?')
        .bind(cluster, last, end)
        .first<number>('n')) ?? 0;
  }
  return page;
}

/** Which events are wanted: those under a prefix (or of a whole key), and those whose key contains a text. */
export interface EventFilter {
  readonly prefix?: string | undefined;
  readonly contains?: string | undefined;
}

export interface EventPage {
  readonly events: Event[];
  /** The last revision looked at. */
  readonly to: number;
  readonly head: number;
}

/**
 * Events after `from`, at most `limit` and `maxBytes` of values (but one at least), with the values they replaced.
 * @throws CompactedError when events after `from` may be gone.
 */
export async function readEvents(
  db: D1Database,
  cluster: string,
  from: number,
  limit: number,
  { prefix, contains }: EventFilter = {},
  maxBytes = MAX_EVENTS_BYTES,
): Promise<EventPage> {
  const end = prefix === undefined ? '' : prefix.endsWith('/') ? prefixEnd(prefix) : `${prefix}\u0000`;
  const [heads, rows] = await db.batch<any>([
    db.prepare('SELECT revision, compacted FROM heads WHERE cluster = ?').bind(cluster),
    db
      .prepare(
        // Which events there is room for is found without their values: octet_length looks at the row's header alone.
        `SELECT x.revision AS revision, s.key AS key, s.prev AS prev, s.deleted AS deleted, s.value AS value,
                p.value AS prevValue, x.total AS total
         FROM (
           SELECT revision, size, sum(size) OVER (ORDER BY revision ROWS UNBOUNDED PRECEDING) AS total FROM (
             SELECT s.revision AS revision, octet_length(s.value) + coalesce(octet_length(p.value), 0) AS size
             FROM revisions s LEFT JOIN revisions p ON p.cluster = s.cluster AND p.revision = s.prev AND s.prev > 0
             WHERE s.cluster = ?1 AND s.revision > ?2
               AND (?4 = '' OR (s.key >= ?4 AND s.key < ?5)) AND (?6 = '' OR instr(s.key, ?6) > 0)
             ORDER BY s.revision LIMIT ?3
           )
         ) x
         JOIN revisions s ON s.cluster = ?1 AND s.revision = x.revision
         LEFT JOIN revisions p ON p.cluster = ?1 AND p.revision = s.prev AND s.prev > 0
         WHERE x.total - x.size < ?7
         ORDER BY x.revision`,
      )
      .bind(cluster, from, limit, prefix ?? '', end, contains ?? '', maxBytes),
  ]);
  const head = (heads!.results[0] ?? { revision: 0, compacted: 0 }) as Head;
  if (from < head.compacted) throw new CompactedError(from, head.compacted);
  const events = (rows!.results as any[]).map((row) => ({
    revision: row.revision,
    key: row.key,
    prev: row.prev,
    deleted: row.deleted === 1,
    value: row.value,
    ...(row.prevValue === null ? {} : { prevValue: row.prevValue }),
  }));
  const full = events.length === limit || (rows!.results.at(-1)?.total ?? 0) >= maxBytes;
  const to = full ? events.at(-1)!.revision : Math.max(head.revision, from);
  return { events, to, head: head.revision };
}

/** The newest revision of each key under a prefix, and the head they are as of. */
export async function readRevisionsUnder(
  db: D1Database,
  cluster: string,
  prefix: string,
): Promise<Revisions> {
  const [rows, heads] = await db.batch<any>([
    db
      .prepare('SELECT key, revision FROM objects WHERE cluster = ? AND key >= ? AND key < ?')
      .bind(cluster, prefix, prefixEnd(prefix)),
    db.prepare('SELECT revision FROM heads WHERE cluster = ?').bind(cluster),
  ]);
  const results = rows!.results as { key: string; revision: number }[];
  return {
    keys: new Map(results.map((row) => [row.key, row.revision])),
    revision: heads!.results[0]?.revision ?? 0,
  };
}

/**
 * Whether anything under a prefix may have been written after a revision, and the head. What cannot be told, since history
 * was forgotten or the cluster is another one of that name, counts as changed.
 */
export async function readChanged(
  db: D1Database,
  cluster: string,
  prefix: string,
  revision: number,
): Promise<{ changed: boolean; revision: number }> {
  const row = await db
    .prepare(
      `SELECT revision, compacted, EXISTS (
         SELECT 1 FROM revisions WHERE cluster = ?1 AND revision > ?2 AND key >= ?3 AND key < ?4
       ) AS changed FROM heads WHERE cluster = ?1`,
    )
    .bind(cluster, revision, prefix, prefixEnd(prefix))
    .first<{ revision: number; compacted: number; changed: number }>();
  if (!row) return { changed: true, revision: 0 };
  const changed = row.changed === 1 || revision < row.compacted || revision > row.revision;
  return { changed, revision: row.revision };
}

/**
 * Appends writes as the revisions `first`, `first + 1`, … in one transaction. Throws what D1 throws: a violated
 * rule (see isConflict) or an unknown outcome.
 */
export async function appendRevisions(
  db: D1Database,
  cluster: string,
  first: number,
  writes: readonly Write[],
  now: number,
  writer: string,
): Promise<void> {
  const statements: D1PreparedStatement[] = [
    db
      .prepare(
        `INSERT INTO heads (cluster, revision, first, writer) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (cluster) DO UPDATE SET revision = ?2, first = ?3, writer = substr(writer, -${WRITERS}) || ?4`,
      )
      .bind(cluster, first + writes.length - 1, first, ` ${first}:${writer}`),
  ];
  const insert = db.prepare(
    `INSERT INTO revisions (cluster, revision, key, prev, deleted, time, value)
     SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?2, value ->> 4 FROM json_each(?3)`,
  );
  let chunk: unknown[][] = [];
  let size = 0;
  const flush = (): void => {
    if (chunk.length > 0) statements.push(insert.bind(cluster, now, JSON.stringify(chunk)));
    chunk = [];
    size = 0;
  };
  writes.forEach((write, index) => {
    const revision = first + index;
    if (write.value.length > ALONE) {
      flush();
      statements.push(
        db
          .prepare(
            'INSERT INTO revisions (cluster, revision, key, prev, deleted, time, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
          )
          .bind(cluster, revision, write.key, write.expect, write.deleted ? 1 : 0, now, write.value),
      );
      return;
    }
    const length = write.value.length + write.key.length + ROW_OVERHEAD;
    if (size + length > CHUNK) flush();
    chunk.push([revision, write.key, write.expect, write.deleted ? 1 : 0, write.value]);
    size += length;
  });
  flush();
  await db.batch(statements);
}

/** Whether a rule of the database refused the batch (nothing was written), rather than the database failing. */
export function isConflict(error: unknown): boolean {
  const text = String((error as Error)?.message ?? error);
  return text.includes('kedge: ') || text.includes('UNIQUE constraint failed');
}

/**
 * Forgets history in (from, to]: what was replaced there, and deletions there. Reads below `to` get 410. All history
 * up to `from` must have been forgotten before. The work is bounded by the length of the range.
 */
export async function compact(db: D1Database, cluster: string, from: number, to: number): Promise<void> {
  await db.batch([
    db
      .prepare('UPDATE heads SET compacted = ?2 WHERE cluster = ?1 AND compacted < ?2 AND revision >= ?2')
      .bind(cluster, to),
    db
      .prepare(
        `DELETE FROM revisions WHERE cluster = ?1 AND revision IN (
           SELECT s.prev FROM revisions s WHERE s.cluster = ?1 AND s.revision > ?2 AND s.revision <= ?3 AND s.prev > 0)`,
      )
      .bind(cluster, from, to),
    db
      .prepare(
        'DELETE FROM revisions WHERE cluster = ?1 AND revision > ?2 AND revision <= ?3 AND deleted = 1',
      )
      .bind(cluster, from, to),
  ]);
}

/** Removes every trace of a cluster, at most `limit` rows a call; returns whether anything is left. */
export async function erase(db: D1Database, cluster: string, limit: number): Promise<boolean> {
  const [objects, revisions] = await db.batch([
    db
      .prepare(
        'DELETE FROM objects WHERE cluster = ?1 AND key IN (SELECT key FROM objects WHERE cluster = ?1 LIMIT ?2)',
      )
      .bind(cluster, limit),
    db
      .prepare(
        'DELETE FROM revisions WHERE cluster = ?1 AND revision IN (SELECT revision FROM revisions WHERE cluster = ?1 LIMIT ?2)',
      )
      .bind(cluster, limit),
  ]);
  if ((objects!.meta.changes ?? 0) + (revisions!.meta.changes ?? 0) > 0) return true;
  await db.prepare('DELETE FROM heads WHERE cluster = ?').bind(cluster).run();
  return false;
}
