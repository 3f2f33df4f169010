import { DurableObject } from 'cloudflare:workers';
import { databaseOf, hubStub, type RevisionLogStub, type StorageEnv } from './env.ts';
import { HubFeed } from './hub-feed.ts';
import { hubsOf } from './keys.ts';
import { RevisionLogEngine } from './log.ts';
import * as sql from './sql.ts';
import type { CommitResult, Event, Transaction } from './types.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** The end of the history is looked at this often, or as often as history is kept if that is less. */
const MAX_COMPACTION_INTERVAL_MS = 60_000;
const DEFAULT_HISTORY_SECONDS = 300;
/** Revisions forgotten in one transaction, and transactions of one alarm. */
const COMPACTION_STEP = 2000;
const COMPACTION_STEPS = 50;
/** So long nothing must be committed before it is noted that the hubs were told of everything. */
const QUIET_MS = 1000;
const DESTROYED = 'the cluster was deleted';
/** The head at a time (ms since epoch). */
type Mark = readonly [time: number, revision: number];

/**
 * A cluster's log: a thin shell around RevisionLogEngine (which writes are committed) and HubFeed (who is told).
 * Named by the cluster's id.
 */
export class RevisionLog extends DurableObject<StorageEnv> implements RevisionLogStub {
  #engine: RevisionLogEngine | undefined;
  #cluster = '';
  readonly #feeds = new Map<string, HubFeed>();
  #compactionPlanned = false;
  /** Whether `telling` is stored: it outlives this object's memory when hubs were not told of what was committed. */
  #tellingNoted = false;
  #committing = false;
  /** The cluster was deleted: a request that is still under way must not leave anything behind. */
  #destroyed = false;

  constructor(ctx: DurableObjectState, env: StorageEnv) {
    super(ctx, env);
    this.#destroyed = ctx.storage.kv.get<boolean>('destroyed') ?? false;
  }

  #open(cluster: string): RevisionLogEngine {
    if (this.#engine) return this.#engine;
    this.#cluster = cluster;
    const db = databaseOf(this.env, cluster);
    this.#engine = new RevisionLogEngine(
      {
        readHead: () => sql.readHead(db, cluster),
        readRevisions: (keys) => sql.readRevisions(db, cluster, keys),
        append: (first, writes, writer) =>
          sql.appendRevisions(db, cluster, first, writes, Date.now(), writer),
        isConflict: sql.isConflict,
      },
      {
        newWriter: () => crypto.randomUUID(),
        sleep,
        onCommitted: (events, from, to) => this.#publish(events, from, to),
        onMissed: (to) => {
          for (const feed of this.#feeds.values()) feed.missed(to);
        },
      },
    );
    // Unless it is noted otherwise, an earlier life of this log told the hubs of everything before it ended.
    const told = this.ctx.storage.kv.get<boolean>('telling') !== true;
    for (const hub of this.#hubs()) this.#feed(hub, told ? 'level' : -1);
    if (this.#feeds.size > 0) {
      const begun = this.#engine.head().then((head) => {
        for (const feed of this.#feeds.values()) {
          if (told) feed.beginsAt(head);
          else feed.missed(head);
        }
      });
      // When the database does not answer, the next write tells them.
      this.ctx.waitUntil(begun.catch(() => {}));
    }
    return this.#engine;
  }

  #hubs(): string[] {
    return this.ctx.storage.kv.get<string[]>('hubs') ?? [];
  }

  /** What tells this cluster from another one of its name. */
  #life(): string {
    const { kv } = this.ctx.storage;
    let life = kv.get<string>('life');
    if (life === undefined) {
      life = crypto.randomUUID();
      kv.put('life', life);
    }
    return life;
  }

  #feed(hub: string, acked: number | 'level'): HubFeed {
    const cluster = this.#cluster;
    const life = this.#life();
    const feed: HubFeed = new HubFeed(acked, {
      push: async (batch) => {
        // One that is left from a cluster that was destroyed is silent.
        if (this.#feeds.get(hub) !== feed) return { active: false };
        return hubStub(this.env, cluster, hub).append(cluster, hub, batch, life);
      },
      sleep,
      onInactive: () => {
        if (this.#feeds.get(hub) !== feed) return;
        this.#feeds.delete(hub);
        this.ctx.storage.kv.put('hubs', [...this.#feeds.keys()]);
      },
    });
    this.#feeds.set(hub, feed);
    return feed;
  }

  #publish(events: readonly Event[], from: number, to: number): void {
    if (this.#feeds.size > 0) {
      const byHub = new Map<string, Event[]>();
      for (const event of events) {
        for (const hub of hubsOf(event.key)) {
          if (!this.#feeds.has(hub)) continue;
          const list = byHub.get(hub);
          if (list) list.push(event);
          else byHub.set(hub, [event]);
        }
      }
      for (const [hub, feed] of this.#feeds) feed.put(byHub.get(hub) ?? [], from, to);
    }
    this.#planCompaction();
  }

  async commit(cluster: string, transactions: readonly Transaction[]): Promise<CommitResult[]> {
    if (this.#destroyed) {
      return transactions.map(() => ({ ok: false, reason: 'unavailable', message: DESTROYED }));
    }
    const engine = this.#open(cluster);
    this.#noteTelling();
    return Promise.all(transactions.map((transaction) => engine.commit(transaction)));
  }

  /** Before anything is committed: should this object's memory be lost then, the alarm tells the hubs. */
  #noteTelling(): void {
    this.#committing = true;
    if (this.#tellingNoted) return;
    this.#tellingNoted = true;
    this.ctx.storage.kv.put('telling', true);
    this.#planCompaction();
    void this.#forgetTelling();
  }

  async #forgetTelling(): Promise<void> {
    do {
      this.#committing = false;
      await sleep(QUIET_MS);
      await Promise.all([...this.#feeds.values()].map((feed) => feed.idle()));
    } while (this.#committing);
    this.#tellingNoted = false;
    this.ctx.storage.kv.delete('telling');
  }

  async head(cluster: string): Promise<number> {
    return this.#open(cluster).head();
  }

  async attach(
    cluster: string,
    hub: string,
    known: number,
  ): Promise<{ head: number; seen: number; life: string }> {
    if (this.#destroyed) throw new Error(DESTROYED);
    const engine = this.#open(cluster);
    const head = await engine.head();
    if (this.#engine !== engine) throw new Error(DESTROYED);
    const life = this.#life();
    const feed = this.#feeds.get(hub);
    if (feed) {
      feed.attached();
      feed.beginsAt(head);
      return { head, seen: feed.seen(known), life };
    }
    this.#feed(hub, head);
    this.ctx.storage.kv.put('hubs', [...this.#feeds.keys()]);
    return { head, seen: -1, life };
  }

  async settled(cluster: string): Promise<void> {
    this.#open(cluster);
    await Promise.all([...this.#feeds.values()].map((feed) => feed.idle()));
    await Promise.all([...this.#feeds.keys()].map((hub) => hubStub(this.env, cluster, hub).settled()));
  }

  /** History is kept for a time and a number of revisions; writes cause its end to be looked at. */
  #planCompaction(): void {
    if (this.#compactionPlanned) return;
    this.#compactionPlanned = true;
    void this.ctx.storage.put('cluster', this.#cluster);
    void this.ctx.storage.setAlarm(Date.now() + Math.min(this.#historyMs(), MAX_COMPACTION_INTERVAL_MS));
  }

  override async alarm(): Promise<void> {
    this.#compactionPlanned = false;
    const cluster = await this.ctx.storage.get<string>('cluster');
    if (!cluster) return;
    if (this.ctx.storage.kv.get('telling') && !this.#tellingNoted) {
      this.#open(cluster);
      this.#noteTelling();
    }
    const db = databaseOf(this.env, cluster);
    const { revision: head, compacted } = await sql.readHead(db, cluster);
    const target = Math.max(this.#mark(head), head - Number(this.env.KEDGE_HISTORY_REVISIONS ?? 50_000));
    let from = compacted;
    for (let step = 0; step < COMPACTION_STEPS && from < target; step++) {
      const to = Math.min(from + COMPACTION_STEP, target);
      await sql.compact(db, cluster, from, to);
      from = to;
    }
    // Rest is free: once all history is forgotten there is nothing to come back for.
    if (from < head) this.#planCompaction();
  }

  #historyMs(): number {
    return Number(this.env.KEDGE_HISTORY_SECONDS ?? DEFAULT_HISTORY_SECONDS) * 1000;
  }

  /** Notes where the head stands now; answers where it stood before the time that history is kept for. */
  #mark(head: number): number {
    const now = Date.now();
    const { kv } = this.ctx.storage;
    const since = now - this.#historyMs();
    const marks: Mark[] = [...(kv.get<Mark[]>('marks') ?? []), [now, head]];
    const old = marks.filter(([time]) => time <= since);
    kv.put('marks', [...old.slice(-1), ...marks.slice(old.length)]);
    return Math.min(old.at(-1)?.[1] ?? 0, head);
  }

  async begin(_cluster: string): Promise<void> {
    const { kv } = this.ctx.storage;
    kv.delete('told');
    kv.delete('destroyed');
    this.#destroyed = false;
  }

  async destroy(_cluster: string): Promise<string[]> {
    this.#destroyed = true;
    // What is under way is committed first, and erased with the rest.
    await this.#engine?.commit({ writes: [] });
    this.#engine = undefined;
    const { kv } = this.ctx.storage;
    this.#compactionPlanned = false;
    const told = [...(kv.get<string[]>('told') ?? []), ...this.#hubs()];
    this.#feeds.clear();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    kv.put('destroyed', true);
    // Should it have to be repeated.
    kv.put('told', told);
    return told;
  }
}
