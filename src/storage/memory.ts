/**
 * Storage in memory, with the rules of the real one: one sequence of revisions, compare-and-swap, assumptions, lists at
 * any revision that is kept. For tests, and for whoever needs a cluster without a database.
 */
import { hubsOf, namespaceOf, resourceOf } from './keys.ts';
import {
  type CommitResult,
  CompactedError,
  type Event,
  type EventBatch,
  FutureRevisionError,
  type ListOptions,
  type Page,
  type Revisions,
  type Row,
  type Storage,
  type Transaction,
} from './types.ts';

interface Version extends Row {
  readonly deleted: boolean;
}

type Follower = (batch: EventBatch) => void;

const MAX_PAGE = 10_000;

export class MemoryStorage implements Storage {
  #head = 0;
  #compacted = 0;
  /** All kept versions of each key, oldest first. */
  readonly #versions = new Map<string, Version[]>();
  /** The keys of each resource, for lists. */
  readonly #keys = new Map<string, Set<string>>();
  /** Keys and prefixes -> the revision of the last write there. */
  readonly #lastWrite = new Map<string, number>();
  readonly #followers = new Map<string, Set<Follower>>();

  async get(key: string): Promise<Row | null> {
    return rowOf(this.#versions.get(key)?.at(-1));
  }

  async getMany(keys: readonly string[]): Promise<Row[]> {
    return keys.flatMap((key) => rowOf(this.#versions.get(key)?.at(-1)) ?? []);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page> {
    const { after, revision = this.#head } = options;
    if (revision > this.#head) throw new FutureRevisionError(revision, this.#head);
    if (revision < this.#compacted) throw new CompactedError(revision, this.#compacted);
    const limit = Math.min(options.limit || MAX_PAGE, MAX_PAGE);
    const found: Row[] = [];
    for (const key of this.#keys.get(resourceOf(prefix)) ?? []) {
      if (!key.startsWith(prefix) || (after !== undefined && key <= after)) continue;
      const row = rowOf(this.#versions.get(key)!.findLast((version) => version.revision <= revision));
      if (row && (options.node === undefined || isOf(options.node, row))) found.push(row);
    }
    found.sort((a, b) => (a.key < b.key ? -1 : 1));
    const rows = found.slice(0, limit);
    const more = found.length > limit;
    return {
      rows,
      revision,
      more,
      ...(more && options.countRemaining ? { remaining: found.length - limit } : {}),
    };
  }

  async head(): Promise<number> {
    return this.#head;
  }

  async changedSince(prefix: string, revision: number): Promise<{ changed: boolean; revision: number }> {
    const changed = [...this.#lastWrite].some(([key, last]) => last > revision && key.startsWith(prefix));
    return { changed: changed || revision > this.#head, revision: this.#head };
  }

  async revisions(prefix: string): Promise<Revisions> {
    const keys = new Map<string, number>();
    for (const key of this.#keys.get(resourceOf(prefix)) ?? []) {
      const row = key.startsWith(prefix) && rowOf(this.#versions.get(key)?.at(-1));
      if (row) keys.set(key, row.revision);
    }
    return { keys, revision: this.#head };
  }

  async commit(transaction: Transaction): Promise<CommitResult> {
    for (const { prefix, revision } of transaction.assumptions ?? []) {
      if ((this.#lastWrite.get(prefix) ?? 0) > revision) return { ok: false, reason: 'stale', prefix };
    }
    const own = new Map<string, number>();
    for (const [index, write] of transaction.writes.entries()) {
      const newest = rowOf(this.#versions.get(write.key)?.at(-1))?.revision ?? 0;
      if ((own.get(write.key) ?? newest) !== write.expect) return { ok: false, reason: 'conflict', index };
      own.set(write.key, write.deleted ? 0 : this.#head + index + 1);
    }
    const from = this.#head;
    const events = transaction.writes.map((write): Event => {
      const revision = ++this.#head;
      const { key, expect: prev, deleted, value } = write;
      this.#put({ key, revision, value, deleted });
      return {
        revision,
        key,
        prev,
        deleted,
        value,
        ...(write.prevValue === undefined ? {} : { prevValue: write.prevValue }),
      };
    });
    this.#publish({ from, to: this.#head, events });
    return { ok: true, revisions: events.map((event) => event.revision) };
  }

  /** Has a follower called with what is committed from now on in a hub (keys.ts). Answers the head. */
  follow(hub: string, follower: Follower): number {
    const known = this.#followers.get(hub);
    if (known) known.add(follower);
    else this.#followers.set(hub, new Set([follower]));
    return this.#head;
  }

  /** Forgets history up to a revision: lists below it are refused. */
  compact(revision: number): void {
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#head));
    for (const [key, versions] of this.#versions) {
      const newest = versions.findLastIndex((version) => version.revision <= this.#compacted);
      const kept = versions.slice(Math.max(newest, 0));
      if (kept.length === 1 && kept[0]!.deleted && kept[0]!.revision <= this.#compacted) {
        this.#versions.delete(key);
        this.#keys.get(resourceOf(key))?.delete(key);
      } else {
        this.#versions.set(key, kept);
      }
    }
  }

  #put(version: Version): void {
    const { key, revision } = version;
    const resource = resourceOf(key);
    const versions = this.#versions.get(key);
    if (versions) versions.push(version);
    else this.#versions.set(key, [version]);
    const keys = this.#keys.get(resource);
    if (keys) keys.add(key);
    else this.#keys.set(resource, new Set([key]));
    for (const prefix of [key, resource, namespaceOf(key)]) this.#lastWrite.set(prefix, revision);
  }

  #publish(batch: EventBatch): void {
    for (const [hub, followers] of this.#followers) {
      const events = batch.events.filter((event) => hubsOf(event.key).includes(hub));
      if (events.length === 0) continue;
      for (const follower of followers) follower({ ...batch, events });
    }
  }
}

/** Whether an object names this node. */
const isOf = (node: string, row: Row): boolean => JSON.parse(row.value).spec?.nodeName === node;

const rowOf = (version: Version | undefined): Row | null =>
  version && !version.deleted ? { key: version.key, revision: version.revision, value: version.value } : null;
