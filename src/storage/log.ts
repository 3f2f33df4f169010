/**
 * The single writer of a cluster: numbers writes and commits whatever has queued in one batch.
 *
 * Decisions are made against what this log knows of the newest revisions; what it does not know it leaves to the
 * database, whose rules refuse a batch that replaces anything but the newest revision or does not follow the head.
 * So a log that has lost its memory, or a second one that lives on elsewhere, can never overwrite. A batch whose
 * outcome is unknown is resolved by reading who wrote the head before anything is answered.
 */
import { namespaceOf, resourceOf } from './keys.ts';
import type { CommitResult, Event, Transaction, Write } from './types.ts';

/** What the log needs of its database. */
export interface LogDatabase {
  readHead(): Promise<{ revision: number; writer: string }>;
  readRevisions(keys: readonly string[]): Promise<Map<string, number>>;
  append(first: number, writes: readonly Write[], writer: string): Promise<void>;
  isConflict(error: unknown): boolean;
}

export interface LogOptions {
  /** Names a batch; must never repeat. */
  newWriter: () => string;
  /** Called in order with what was committed, before it is answered. */
  onCommitted: (events: readonly Event[], from: number, to: number) => void;
  /** Waits before a batch with an unknown outcome is resolved again. */
  sleep: (ms: number) => Promise<void>;
  maxBatchWrites?: number;
  maxBatchBytes?: number;
  /** How many keys and prefixes the last write is remembered of. */
  memory?: number;
}

interface Pending {
  readonly transaction: Transaction;
  readonly resolve: (result: CommitResult) => void;
}

const UNKNOWN = Symbol('unknown');
const ATTEMPTS = 6;

export class RevisionLogEngine {
  readonly #db: LogDatabase;
  readonly #options: Required<LogOptions>;
  #head = -1;
  /** Nothing is known of writes up to here that `#lastWrite` does not say. */
  #floor = 0;
  /** Key or prefix -> its last revision, negative when that was a deletion. In the order of writing. */
  readonly #lastWrite = new Map<string, number>();
  #queue: Pending[] = [];
  #running = false;

  constructor(db: LogDatabase, options: LogOptions) {
    this.#db = db;
    this.#options = { maxBatchWrites: 1000, maxBatchBytes: 8_000_000, memory: 60_000, ...options };
  }

  /** Commits a transaction, together with whatever else has queued. Never throws. */
  commit(transaction: Transaction): Promise<CommitResult> {
    return new Promise((resolve) => {
      this.#queue.push({ transaction, resolve });
      if (!this.#running) void this.#run();
    });
  }

  /** The newest committed revision. */
  async head(): Promise<number> {
    if (this.#head < 0) await this.#load();
    return this.#head;
  }

  async #load(): Promise<void> {
    const { revision } = await this.#db.readHead();
    this.#lastWrite.clear();
    // Another log may have written in the meantime: tell the hubs, who read what they miss.
    if (this.#head >= 0 && revision > this.#head) this.#options.onCommitted([], this.#head, revision);
    this.#head = revision;
    this.#floor = revision;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      // What arrives in this turn of the event loop joins the first batch.
      await Promise.resolve();
      while (this.#queue.length > 0) {
        const taken = this.#take();
        try {
          if (this.#head < 0) await this.#load();
          await this.#commitAll(taken);
        } catch (error) {
          // The database does not answer: forget what we think we know, and say so.
          this.#head = -1;
          const message = String((error as Error)?.message ?? error);
          for (const { resolve } of taken) resolve({ ok: false, reason: 'unavailable', message });
        }
      }
    } finally {
      this.#running = false;
    }
  }

  #take(): Pending[] {
    let writes = 0;
    let bytes = 0;
    let count = 0;
    for (const { transaction } of this.#queue) {
      writes += transaction.writes.length;
      for (const write of transaction.writes) bytes += write.value.length;
      if (count > 0 && (writes > this.#options.maxBatchWrites || bytes > this.#options.maxBatchBytes)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** Commits the transactions, in as many batches as conflicts make necessary. */
  async #commitAll(pending: Pending[]): Promise<void> {
    let open = pending;
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt > ATTEMPTS) {
        for (const { resolve } of open) {
          resolve({ ok: false, reason: 'unavailable', message: 'the log could not settle a conflict' });
        }
        return;
      }
      const writes: Write[] = [];
      const accepted: { pending: Pending; at: number }[] = [];
      const overlay = new Map<string, number>();
      for (const one of open) {
        const verdict = this.#judge(one.transaction, overlay, this.#head + writes.length);
        if (verdict) {
          one.resolve(verdict);
          continue;
        }
        accepted.push({ pending: one, at: writes.length });
        for (const write of one.transaction.writes) {
          writes.push(write);
          const revision = this.#head + writes.length;
          overlay.set(write.key, write.deleted ? -revision : revision);
          overlay.set(resourceOf(write.key), revision);
          overlay.set(namespaceOf(write.key), revision);
        }
      }
      if (writes.length === 0) {
        for (const { pending: one } of accepted) one.resolve({ ok: true, revisions: [] });
        return;
      }
      const first = this.#head + 1;
      if (await this.#append(first, writes)) {
        this.#remember(overlay);
        this.#head += writes.length;
        this.#options.onCommitted(
          writes.map((write, index) => toEvent(write, first + index)),
          first - 1,
          this.#head,
        );
        for (const { pending: one, at } of accepted) {
          one.resolve({ ok: true, revisions: one.transaction.writes.map((_, index) => first + at + index) });
        }
        return;
      }
      // Refused as a whole: learn the newest revision of every key of the batch, then judge again.
      open = accepted.map((one) => one.pending);
      await this.#load();
      const keys = [...new Set(writes.map((write) => write.key))];
      const known = await this.#db.readRevisions(keys);
      for (const key of keys) this.#lastWrite.set(key, known.get(key) ?? -this.#head);
    }
  }

  /** Undefined when nothing known speaks against the transaction. */
  #judge(
    transaction: Transaction,
    overlay: ReadonlyMap<string, number>,
    head: number,
  ): CommitResult | undefined {
    for (const { prefix, revision } of transaction.assumptions ?? []) {
      const last = overlay.get(prefix) ?? this.#lastWrite.get(prefix);
      if (last === undefined ? revision < this.#floor : Math.abs(last) > revision) {
        return { ok: false, reason: 'stale', prefix };
      }
    }
    const own = new Map<string, number>();
    for (const [index, write] of transaction.writes.entries()) {
      const last = own.get(write.key) ?? overlay.get(write.key) ?? this.#lastWrite.get(write.key) ?? UNKNOWN;
      if (last !== UNKNOWN && (last > 0 ? last : 0) !== write.expect) {
        return { ok: false, reason: 'conflict', index };
      }
      if (last === UNKNOWN && write.expect > head) return { ok: false, reason: 'conflict', index };
      own.set(write.key, write.deleted ? -1 : head + index + 1);
    }
    return undefined;
  }

  /** True when committed, false when the database refused it. Throws when that cannot be found out. */
  async #append(first: number, writes: readonly Write[]): Promise<boolean> {
    const writer = this.#options.newWriter();
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#db.append(first, writes, writer);
        return true;
      } catch (error) {
        // Refused the first time: nothing was written. Refused later: an earlier attempt may be what is in the way.
        if (this.#db.isConflict(error) && attempt === 0) return false;
        const head = await this.#db.readHead().catch(() => undefined);
        if (head?.writer === writer) return true;
        if (head && this.#db.isConflict(error)) return false;
        if (head && head.revision !== first - 1) return false;
        if (attempt >= ATTEMPTS) throw error;
        await this.#options.sleep(20 * 2 ** attempt);
      }
    }
  }

  #remember(written: ReadonlyMap<string, number>): void {
    for (const [key, revision] of written) {
      this.#lastWrite.delete(key);
      this.#lastWrite.set(key, revision);
    }
    for (const [key, revision] of this.#lastWrite) {
      if (this.#lastWrite.size <= this.#options.memory) break;
      this.#lastWrite.delete(key);
      this.#floor = Math.max(this.#floor, Math.abs(revision));
    }
  }
}

function toEvent(write: Write, revision: number): Event {
  return {
    revision,
    key: write.key,
    prev: write.expect,
    deleted: write.deleted,
    value: write.value,
    ...(write.prevValue === undefined ? {} : { prevValue: write.prevValue }),
  };
}
