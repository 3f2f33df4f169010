/**
 * The single writer of a cluster: numbers writes and commits whatever has queued in one batch.
 *
 * Decisions are made against what this log knows of the newest revisions; what it does not know it leaves to the
 * database, whose rules refuse a batch that replaces anything but the newest revision or does not follow the head.
 * So a log that has lost its memory, or a second one that lives on elsewhere, can never overwrite. A batch whose
 * outcome is unknown is resolved by reading which batches brought the head where it is, before anything is answered.
 */
import { namespaceOf, resourceOf } from './keys.ts';
import type { CommitResult, Event, Transaction, Write } from './types.ts';

/** One batch that was committed: its first revision and who wrote it. */
export interface Batch {
  readonly first: number;
  readonly writer: string;
}

/** What the log needs of its database. */
export interface LogDatabase {
  /** The head, and the newest batches, oldest first: all from the first one named on. */
  readHead(): Promise<{ revision: number; batches: readonly Batch[] }>;
  readRevisions(keys: readonly string[]): Promise<Map<string, number>>;
  append(first: number, writes: readonly Write[], writer: string): Promise<void>;
  isConflict(error: unknown): boolean;
}

export interface LogOptions {
  /** Names a batch; must never repeat. */
  newWriter: () => string;
  /** Called in order with what was committed, before it is answered. Must not throw. */
  onCommitted: (events: readonly Event[], from: number, to: number) => void;
  /** Somebody else has written up to here, or a batch was committed whose answer was lost. Must not throw. */
  onMissed: (to: number) => void;
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

const ATTEMPTS = 6;
const RECOVERY_MS = 100;

export class RevisionLogEngine {
  readonly #db: LogDatabase;
  readonly #options: Required<LogOptions>;
  /** -1: not known. */
  #head = -1;
  /** Up to here `onCommitted` and `onMissed` have told; -1: nothing yet. */
  #told = -1;
  #loading: Promise<void> | undefined;
  #recovering = false;
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
    await this.#ready();
    return this.#head;
  }

  /** One load at a time: an answer that is overtaken by a commit must not set the head back. */
  #ready(): Promise<void> {
    if (this.#head >= 0) return Promise.resolve();
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { revision } = await this.#db.readHead();
    this.#lastWrite.clear();
    this.#head = revision;
    this.#floor = revision;
    if (this.#told >= 0 && revision > this.#told) this.#options.onMissed(revision);
    this.#told = revision;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What arrives in this turn of the event loop joins the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const taken = this.#take();
      try {
        await this.#ready();
        await this.#commitAll(taken);
      } catch (error) {
        // The database does not answer: forget what we think we know, and say so.
        this.#head = -1;
        const message = String((error as Error)?.message ?? error);
        for (const { resolve } of taken) resolve({ ok: false, reason: 'unavailable', message });
        void this.#recover();
      }
    }
    this.#running = false;
  }

  /** Looks where the log stands now: a batch may have been committed after all, and watchers wait for it. */
  async #recover(): Promise<void> {
    if (this.#recovering) return;
    this.#recovering = true;
    for (let attempt = 0; attempt < ATTEMPTS && this.#head < 0; attempt++) {
      await this.#options.sleep(RECOVERY_MS * 2 ** attempt);
      await this.#ready().catch(() => {});
    }
    this.#recovering = false;
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
      /** Refused, unless another log has written: told when the database has confirmed the head. */
      const doubtful: { pending: Pending; verdict: CommitResult }[] = [];
      const overlay = new Map<string, number>();
      for (const one of open) {
        const judged = this.#judge(one.transaction, overlay, this.#head + writes.length);
        if (judged) {
          if (judged.certain) one.resolve(judged.verdict);
          else doubtful.push({ pending: one, verdict: judged.verdict });
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
      const first = this.#head + 1;
      if (writes.length > 0 ? await this.#append(first, writes) : await this.#confirm()) {
        if (writes.length > 0) this.#committed(writes, overlay);
        for (const { pending: one, at } of accepted) {
          one.resolve({ ok: true, revisions: one.transaction.writes.map((_, index) => first + at + index) });
        }
        for (const { pending: one, verdict } of doubtful) one.resolve(verdict);
        return;
      }
      // Refused as a whole: learn the newest revision of every key of the batch, then judge again.
      const left = new Set([...accepted, ...doubtful].map((one) => one.pending));
      open = open.filter((one) => left.has(one));
      await this.#load();
      const keys = [...new Set(open.flatMap((one) => one.transaction.writes.map((write) => write.key)))];
      const known = await this.#db.readRevisions(keys);
      for (const key of keys) this.#lastWrite.set(key, known.get(key) ?? -this.#head);
    }
  }

  /** Whether the head is still where this log believes it to be. */
  async #confirm(): Promise<boolean> {
    return (await this.#db.readHead()).revision === this.#head;
  }

  #committed(writes: readonly Write[], written: ReadonlyMap<string, number>): void {
    const from = this.#head;
    this.#remember(written);
    this.#head += writes.length;
    this.#told = this.#head;
    this.#options.onCommitted(
      writes.map((write, index) => toEvent(write, from + 1 + index)),
      from,
      this.#head,
    );
  }

  /**
   * Undefined when nothing known speaks against the transaction. `certain`: neither another log nor the failure of this
   * batch can change that.
   */
  #judge(
    transaction: Transaction,
    overlay: ReadonlyMap<string, number>,
    head: number,
  ): { verdict: CommitResult; certain: boolean } | undefined {
    for (const { prefix, revision } of transaction.assumptions ?? []) {
      const last = overlay.get(prefix) ?? this.#lastWrite.get(prefix);
      if (last === undefined ? revision < this.#floor : Math.abs(last) > revision) {
        return { verdict: { ok: false, reason: 'stale', prefix }, certain: !overlay.has(prefix) };
      }
    }
    const own = new Map<string, number>();
    for (const [index, { key, expect, deleted }] of transaction.writes.entries()) {
      const last = own.get(key) ?? overlay.get(key) ?? this.#lastWrite.get(key);
      if (last === undefined ? expect > head : Math.max(last, 0) !== expect) {
        // Revisions only grow: what was replaced stays replaced. But what is newer than all we know may exist.
        const committed = Math.abs(this.#lastWrite.get(key) ?? 0);
        const certain = expect > 0 && expect < committed;
        return { verdict: { ok: false, reason: 'conflict', index }, certain };
      }
      own.set(key, deleted ? -1 : head + index + 1);
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
        const outcome = await this.#outcome(first, writer).catch(() => undefined);
        if (outcome === 'committed') return true;
        if (outcome === 'overtaken') return false;
        // The head is still where it was, so an earlier attempt that is under way yet will be refused just the same.
        if (outcome === 'open' && this.#db.isConflict(error)) return false;
        if (outcome === 'unknown' || attempt >= ATTEMPTS) throw error;
        await this.#options.sleep(20 * 2 ** attempt);
      }
    }
  }

  /** What has become of a batch: `open` when nobody has written where it would begin. */
  async #outcome(first: number, writer: string): Promise<'committed' | 'overtaken' | 'open' | 'unknown'> {
    const { revision, batches } = await this.#db.readHead();
    if (batches.some((batch) => batch.first === first && batch.writer === writer)) return 'committed';
    if (revision === first - 1) return 'open';
    // Only a batch that is told of can be told apart from ours.
    return revision < first || batches.some((batch) => batch.first <= first) ? 'overtaken' : 'unknown';
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
