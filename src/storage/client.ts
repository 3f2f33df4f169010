/** Storage of one cluster as the Worker and the Durable Objects reach it: reads from D1, writes through the log. */
import { databaseOf, logStub, type StorageEnv } from './env.ts';
import * as sql from './sql.ts';
import type { CommitResult, ListOptions, Page, Row, Storage, Transaction } from './types.ts';

/** For a Worker's request: each commit is a call of its own, since requests cannot share one. */
export class ClusterStorage implements Storage {
  protected readonly env: StorageEnv;
  protected readonly cluster: string;

  constructor(env: StorageEnv, cluster: string) {
    this.env = env;
    this.cluster = cluster;
  }

  get(key: string): Promise<Row | null> {
    return sql.readNewest(databaseOf(this.env, this.cluster), this.cluster, key);
  }
  getMany(keys: readonly string[]): Promise<Row[]> {
    return sql.readMany(databaseOf(this.env, this.cluster), this.cluster, keys);
  }
  list(prefix: string, options?: ListOptions): Promise<Page> {
    return sql.readPage(databaseOf(this.env, this.cluster), this.cluster, prefix, options);
  }
  async head(): Promise<number> {
    return (await sql.readHead(databaseOf(this.env, this.cluster), this.cluster)).revision;
  }
  async commit(transaction: Transaction): Promise<CommitResult> {
    const [result] = await logStub(this.env, this.cluster).commit(this.cluster, [transaction]);
    return result!;
  }
}

interface Waiting {
  readonly transaction: Transaction;
  readonly resolve: (result: CommitResult) => void;
}

/** Transactions sent in one call at the most. */
const BATCH = 500;

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
      const batch = this.#waiting.splice(0, BATCH);
      try {
        const results = await logStub(this.env, this.cluster).commit(
          this.cluster,
          batch.map((one) => one.transaction),
        );
        batch.forEach((one, index) => {
          one.resolve(results[index]!);
        });
      } catch (error) {
        const message = String((error as Error)?.message ?? error);
        for (const one of batch) one.resolve({ ok: false, reason: 'unavailable', message });
      }
    }
    this.#running = false;
  }
}
