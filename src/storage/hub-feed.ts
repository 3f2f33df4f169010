/**
 * What a log still owes one hub: pushed in order, one call at a time, again after a failure.
 *
 * A batch says from where on it is complete. -1 means that the hub may have missed anything: it reads the database from
 * where it stands, and if it does not remember that either, it begins anew.
 */
import { sizeOf, type Event, type EventBatch } from './types.ts';

export interface HubFeedOptions {
  push(batch: EventBatch): Promise<{ active: boolean }>;
  /** The hub has nobody left to tell. */
  onInactive(): void;
  sleep(ms: number): Promise<void>;
  /** Characters held back for a hub that does not answer; beyond it the hub reads the database. */
  limit?: number;
  /** Characters of one push. */
  pushLimit?: number;
}

const LIMIT = 8_000_000;
const PUSH_LIMIT = 1_000_000;
const MAX_DELAY_MS = 5000;

export class HubFeed {
  readonly #options: HubFeedOptions;
  /** The hub was pushed everything up to here, and answered; -1: unknown. */
  #acked: number;
  /** Everything up to here is pushed, waits in #events, or does not concern the hub. */
  #to: number;
  /** The next push cannot say what lies before it. */
  #gap: boolean;
  #events: Event[] = [];
  #size = 0;
  #running: Promise<void> | undefined;
  #attached = 0;
  /** Whether the hub has ever answered a push. */
  #pushed = false;

  /** The hub has everything up to wherever the log stands, which it has not read yet. */
  #level = false;

  /**
   * `acked`: up to where the hub has everything; -1 when that is not known, which it is told with the first push;
   * `level` when it is as far as the log, however far that is.
   */
  constructor(acked: number | 'level', options: HubFeedOptions) {
    this.#options = options;
    this.#level = acked === 'level';
    this.#acked = acked === 'level' ? -1 : acked;
    this.#to = this.#acked;
    this.#gap = acked === -1;
  }

  /** The log stands here, before anything else was put in. */
  beginsAt(head: number): void {
    if (!this.#level) return;
    this.#level = false;
    this.#acked = head;
    this.#to = head;
    // It answered an earlier life of the log.
    this.#pushed = true;
  }

  /**
   * Up to where the hub has everything, which says itself that it has all up to `known` (-1: it does not remember).
   * -1 when that cannot be said, as while a push is under way.
   */
  seen(known: number): number {
    if (this.#gap || this.#running) return -1;
    if (known < 0 ? this.#pushed : known >= this.#acked) return this.#to;
    // It missed the answer with which this feed began.
    if (known >= 0) this.missed(this.#to);
    return -1;
  }

  /** Events of the hub in (from, to]. */
  put(events: readonly Event[], from: number, to: number): void {
    this.beginsAt(from);
    if (from !== this.#to || this.#gap) {
      this.missed(to);
      return;
    }
    this.#to = to;
    for (const event of events) {
      this.#events.push(event);
      this.#size += sizeOf(event);
    }
    if (this.#size > (this.#options.limit ?? LIMIT)) this.missed(to);
    // When there is nothing for this hub, it is as far as the log without a call.
    else if (this.#events.length > 0) this.#start();
  }

  /** There may be events up to `to` that only the database has. */
  missed(to: number): void {
    this.#level = false;
    this.#events = [];
    this.#size = 0;
    this.#gap = true;
    this.#to = Math.max(this.#to, to);
    this.#start();
  }

  /** The hub has somebody to tell: an answer to an earlier push that said otherwise no longer counts. */
  attached(): void {
    this.#attached++;
  }

  idle(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#events.length > 0 || this.#gap) {
      const attached = this.#attached;
      let batch = this.#next();
      let answer: { active: boolean } | undefined;
      for (let attempt = 0; !answer; attempt++) {
        try {
          answer = await this.#options.push(batch);
        } catch {
          // Perhaps the hub has sent the events and forgotten that: it must not send them again.
          batch = { from: -1, to: batch.to, events: [] };
          await this.#options.sleep(Math.min(20 * 2 ** attempt, MAX_DELAY_MS));
        }
      }
      this.#acked = batch.to;
      this.#pushed = true;
      if (!answer.active && attached === this.#attached) {
        this.#options.onInactive();
        break;
      }
    }
    // No await between the last look at the queue and this, or what is put in between would lie there.
    this.#running = undefined;
  }

  #next(): EventBatch {
    if (this.#gap) {
      this.#gap = false;
      return { from: -1, to: this.#to, events: [] };
    }
    let count = 0;
    let size = 0;
    for (const event of this.#events) {
      size += sizeOf(event);
      if (count > 0 && size > (this.#options.pushLimit ?? PUSH_LIMIT)) {
        size -= sizeOf(event);
        break;
      }
      count++;
    }
    const events = this.#events.splice(0, count);
    this.#size -= size;
    return {
      from: this.#acked,
      to: this.#events.length > 0 ? events.at(-1)!.revision : this.#to,
      events,
    };
  }
}
