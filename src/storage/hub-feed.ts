/** What a log still owes one hub: pushed in order, one call at a time, again after a failure. */
import type { Event, EventBatch } from './types.ts';

export interface HubFeedOptions {
  push(batch: EventBatch): Promise<{ active: boolean }>;
  /** The hub has nobody left to tell. */
  onInactive(): void;
  sleep(ms: number): Promise<void>;
  /** Events held back for a hub that does not answer; beyond it the hub reads the database. */
  limit?: number;
}

const MAX_DELAY_MS = 5000;

export class HubFeed {
  readonly #options: HubFeedOptions;
  /** The last revision the hub is known to have; -1: unknown. */
  #acked: number;
  #to: number;
  #events: Event[] = [];
  #running: Promise<void> | undefined;
  #attached = 0;

  constructor(acked: number, options: HubFeedOptions) {
    this.#options = options;
    this.#acked = acked;
    this.#to = acked;
  }

  put(events: readonly Event[], from: number, to: number): void {
    if (events.length === 0 && from >= 0 && this.#acked >= 0 && this.#to === this.#acked) {
      // Nothing for this hub: it is as far as the log without a call.
      if (!this.#running) {
        this.#acked = to;
        this.#to = to;
        return;
      }
    }
    for (const event of events) this.#events.push(event);
    this.#to = Math.max(this.#to, to);
    if (this.#events.length > (this.#options.limit ?? 20_000)) {
      this.#events = [];
      this.#acked = -1;
    }
    if (this.#events.length > 0 || this.#acked < 0) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    }
  }

  /** The hub has somebody to tell: an answer to an earlier push that said otherwise no longer counts. */
  attached(): void {
    this.#attached++;
  }

  idle(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#events.length > 0 || (this.#acked < 0 && this.#to >= 0)) {
      const batch = { from: this.#acked, to: this.#to, events: this.#events };
      this.#events = [];
      const attached = this.#attached;
      let answer: { active: boolean } | undefined;
      for (let attempt = 0; !answer; attempt++) {
        try {
          answer = await this.#options.push(batch);
        } catch {
          await this.#options.sleep(Math.min(20 * 2 ** attempt, MAX_DELAY_MS));
        }
      }
      this.#acked = batch.to;
      if (!answer.active && this.#events.length === 0 && attached === this.#attached) {
        this.#options.onInactive();
        return;
      }
    }
    this.#acked = Math.max(this.#acked, this.#to);
  }
}
