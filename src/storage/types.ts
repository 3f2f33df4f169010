/** The vocabulary of storage: what is written, what is answered, what watchers are told. */

/** One write of a transaction. */
export interface Write {
  readonly key: string;
  /** The revision it replaces; 0 when the key must not exist. */
  readonly expect: number;
  readonly deleted: boolean;
  /** The object as JSON without resourceVersion, its metadata first. Of a deletion: its last state. */
  readonly value: string;
  /** The value it replaces, for watchers whose selector it leaves. Absent for creations. */
  readonly prevValue?: string;
}

/**
 * What the writer took for granted: nothing under this key or prefix was written after `revision`. Prefixes are
 * those of keys.ts: a resource, a resource in a namespace, or a whole key.
 */
export interface Assumption {
  readonly prefix: string;
  readonly revision: number;
}

/** Writes that are committed all or not at all. */
export interface Transaction {
  readonly writes: readonly Write[];
  readonly assumptions?: readonly Assumption[];
}

export type CommitResult =
  | { readonly ok: true; readonly revisions: readonly number[] }
  /** Write number `index` does not replace the newest revision of its key. */
  | { readonly ok: false; readonly reason: 'conflict'; readonly index: number }
  /** An assumption no longer holds (or cannot be proved): read again. */
  | { readonly ok: false; readonly reason: 'stale'; readonly prefix: string }
  /** Nobody knows whether it was committed, or the database does not answer. */
  | { readonly ok: false; readonly reason: 'unavailable'; readonly message: string };

/** A stored value at a revision. */
export interface Row {
  readonly key: string;
  readonly revision: number;
  readonly value: string;
}

/** Which keys there are, and since when they are as they are. */
export interface Revisions {
  readonly keys: ReadonlyMap<string, number>;
  readonly revision: number;
}

/** A committed write, as watchers see it. */
export interface Event {
  readonly revision: number;
  readonly key: string;
  /** The revision it replaced; 0: it created the key. */
  readonly prev: number;
  readonly deleted: boolean;
  readonly value: string;
  readonly prevValue?: string;
}

/** Characters an event takes. */
export const sizeOf = (event: Event): number =>
  event.key.length + event.value.length + (event.prevValue?.length ?? 0);

/**
 * Events in order, without a gap: all that concern the receiver in (from, to]. From -1 means that what the receiver
 * has seen is not known: whatever happened up to `to` may be missing.
 */
export interface EventBatch {
  readonly from: number;
  readonly to: number;
  readonly events: readonly Event[];
}

export interface Page {
  readonly rows: readonly Row[];
  /** The revision the page shows. */
  readonly revision: number;
  /** Whether rows remain behind the last one. */
  readonly more: boolean;
  /** How many remain, when it was asked for. */
  readonly remaining?: number;
}

export interface ListOptions {
  /** At most this many rows. */
  readonly limit?: number;
  /** Begin behind this key. */
  readonly after?: string;
  /** Show this revision; absent: the newest. */
  readonly revision?: number;
  readonly countRemaining?: boolean;
  /** Only what has this `spec.nodeName`, as the pods of a node; not together with countRemaining. */
  readonly node?: string;
}

/** A read at a revision that is no longer kept. */
export class CompactedError extends Error {
  readonly requested: number;
  readonly oldest: number;
  constructor(requested: number, oldest: number) {
    super(`revision ${requested} is compacted, the oldest kept is ${oldest}`);
    this.name = 'CompactedError';
    this.requested = requested;
    this.oldest = oldest;
  }
}

/** A read at a revision that has not been written yet. */
export class FutureRevisionError extends Error {
  readonly requested: number;
  readonly current: number;
  constructor(requested: number, current: number) {
    super(`revision ${requested} is in the future, the newest is ${current}`);
    this.name = 'FutureRevisionError';
    this.requested = requested;
    this.current = current;
  }
}

/** What the registry stands on: one cluster's storage. */
export interface Storage {
  get(key: string): Promise<Row | null>;
  /** The newest revision of each of several keys, absent ones left out. */
  getMany(keys: readonly string[]): Promise<Row[]>;
  /**
   * @throws CompactedError, FutureRevisionError
   */
  list(prefix: string, options?: ListOptions): Promise<Page>;
  head(): Promise<number>;
  /**
   * Whether anything under a prefix (of a group, a resource, a namespace of it) may have been written after a revision,
   * and the newest revision of all.
   */
  changedSince(prefix: string, revision: number): Promise<{ changed: boolean; revision: number }>;
  /** The newest revision of every key under a prefix, and the newest revision of all. Reads no values. */
  revisions(prefix: string): Promise<Revisions>;
  commit(transaction: Transaction): Promise<CommitResult>;
}

/** All rows under a prefix, page by page, as of one revision. */
export async function listAll(
  storage: Pick<Storage, 'list'>,
  prefix: string,
): Promise<{ rows: Row[]; revision: number }> {
  const first = await storage.list(prefix);
  const rows = [...first.rows];
  for (let page = first; page.more && page.rows.length > 0; ) {
    page = await storage.list(prefix, { after: rows.at(-1)!.key, revision: first.revision });
    for (const row of page.rows) rows.push(row);
  }
  return { rows, revision: first.revision };
}
