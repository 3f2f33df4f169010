/** Storage of one cluster as the Worker and the Durable Objects reach it: reads from D1, writes through the log. */
import { databaseOf, logStub, type StorageEnv } from './env.ts';
import * as sql from './sql.ts';
import type { CommitResult, ListOptions, Page, Revisions, Row, Storage, Transaction } from './types.ts';

/** For a Worker's request: each commit is a call of its own, since requests cannot share one. */
export class ClusterStorage implements Storage {
  protected readonly env: StorageEnv;
  protected readonly cluster: string;
  readonly #stands: (() => Promise<void>) | undefined;

  /** `stands` is asked before everything: it throws when the cluster is no longer the one that is meant. */
  constructor(env: StorageEnv, cluster: string, stands?: () => Promise<void>) {
    this.env = env;
    this.cluster = cluster;
    this.#stands = stands;
  }

  async #database(): Promise<D1Database> {
    await this.#stands?.();
    return databaseOf(this.env, this.cluster);
  }

  async get(key: string): Promise<Row | null> {
    return sql.readNewest(await this.#database(), this.cluster, key);
  }
  async getMany(keys: readonly string[]): Promise<Row[]> {
    return sql.readMany(await this.#database(), this.cluster, keys);
  }
  async list(prefix: string, options?: ListOptions): Promise<Page> {
    return sql.readPage(await this.#database(), this.cluster, prefix, options);
  }
  async head(): Promise<number> {
    return (await sql.readHead(await this.#database(), this.cluster)).revision;
  }
  async changedSince(prefix: string, revision: number): Promise<{ changed: boolean; revision: number }> {
    return sql.readChanged(await this.#database(), this.cluster, prefix, revision);
  }
  async revisions(prefix: string): Promise<Revisions> {
    return sql.readRevisionsUnder(await this.#database(), this.cluster, prefix);
  }
  async commit(transaction: Transaction): Promise<CommitResult> {
    await this.#stands?.();
    const [result] = await commitAll(this.env, this.cluster, [transaction]);
    return result!;
  }
}

/** Never throws: a log that does not answer may have committed or not. */
async function commitAll(
  env: StorageEnv,
  cluster: string,
  transactions: readonly Transaction[],
): Promise<CommitResult[]> {
  try {
    return await logStub(env, cluster).commit(cluster, transactions);
  } catch (error) {
    const message = String((error as Error)?.message ?? error);
    return transactions.map(() => ({ ok: false, reason: 'unavailable', message }));
  }
}

interface Waiting {
  readonly transaction: Transaction;
  readonly resolve: (result: CommitResult) => void;
}

/** Transactions sent in one call at the most, and characters of theirs: a call takes 32 MiB. */
const BATCH = 500;
const BATCH_SIZE = 4_000_000;

const sizeOf = ({ writes }: Transaction): number =>
  writes.reduce((size, write) => size + write.value.length + (write.prevValue?.length ?? 0), 0);

/** For a Durable Object, whose calls may be shared: what is committed while a call is under way goes with the next. */
export class BatchingStorage extends ClusterStorage {
  #waiting: Waiting[] = [];
  #running = false;

  override commit(transaction: Transaction): Promise<CommitResult> {
    return new Promise((resolve) => {
      this.#waiting.push({ transaction, resolve });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Everything of this turn of the event loop goes together.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const results = await commitAll(
        this.env,
        this.cluster,
        batch.map((one) => one.transaction),
      );
      batch.forEach((one, index) => {
        one.resolve(results[index]!);
      });
    }
    this.#running = false;
  }

  #take(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { transaction } of this.#waiting) {
      size += sizeOf(transaction);
      if (count > 0 && (size > BATCH_SIZE || count >= BATCH)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
