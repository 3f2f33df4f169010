/** What waits for one subscriber of a hub: delivered one call at a time, in order, again after a failure. */
import { resourceOf } from './keys.ts';
import type { ParsedEvent } from './parsed-event.ts';
import { sizeOf, type Event, type EventBatch } from './types.ts';

/** A part of the cluster that follows the hub: a controller manager, the scheduler, a node. */
export interface Subscriber {
  readonly name: string;
  /** Resource prefixes it wants. */
  readonly prefixes: readonly string[];
  /** Of pods it gets those of this node; it may get others, and has to look. */
  readonly node?: string;
}

export interface MailboxOptions {
  deliver(subscriber: Subscriber, batch: EventBatch): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Something waits or is under way from now on (true), or no longer (false). */
  onBusy?(busy: boolean): void;
  /** Characters held back for a subscriber; beyond it it lists again. */
  limit?: number;
  /** Characters of one delivery. */
  deliveryLimit?: number;
}

const LIMIT = 4_000_000;
const DELIVERY_LIMIT = 1_000_000;
/** After so many failures what waits is dropped, and the subscriber told to list again. */
const PATIENCE = 5;
/** After so many (some ten minutes) it is left alone until there is something new. */
const ATTEMPTS = 25;
const MAX_DELAY_MS = 30_000;
const PODS = 'core/pods/';

export class Mailbox {
  subscriber: Subscriber;
  readonly #options: MailboxOptions;
  #events: Event[] = [];
  #size = 0;
  /** The subscriber was told everything up to here; -1: it has to list. Undefined: nothing was put yet. */
  #from: number | undefined;
  #to = -1;
  /** A list is owed even if nothing happens any more. */
  #owed = false;
  #running: Promise<void> | undefined;

  constructor(subscriber: Subscriber, options: MailboxOptions) {
    this.subscriber = subscriber;
    this.#options = options;
  }

  put(events: readonly ParsedEvent[], from: number, to: number): void {
    this.#from ??= from;
    this.#to = to;
    for (const one of events) {
      if (!this.#wants(one)) continue;
      this.#events.push(one.event);
      this.#size += sizeOf(one.event);
    }
    if (this.#size > (this.#options.limit ?? LIMIT)) this.lost(to);
    // Nothing for it: the position is told with the next batch that has something.
    else if (this.#events.length > 0) this.#start();
  }

  /** It missed something: it has to list again. */
  lost(to: number): void {
    this.#events = [];
    this.#size = 0;
    this.#from = -1;
    this.#to = to;
    this.#owed = true;
    this.#start();
  }

  idle(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  #wants(one: ParsedEvent): boolean {
    const { key } = one.event;
    if (!this.subscriber.prefixes.includes(resourceOf(key))) return false;
    const { node } = this.subscriber;
    if (node === undefined || !key.startsWith(PODS)) return true;
    return one.mayConcern(node);
  }

  #start(): void {
    if (this.#running) return;
    this.#running = this.#run();
    this.#options.onBusy?.(true);
  }

  async #run(): Promise<void> {
    // Events of one turn go together.
    await Promise.resolve();
    while (this.#events.length > 0 || this.#owed) {
      const batch = this.#next();
      if (!(await this.#deliver(batch))) break;
    }
    // No await between the last look and this.
    this.#running = undefined;
    this.#options.onBusy?.(false);
  }

  #next(): EventBatch {
    let count = 0;
    let size = 0;
    for (const event of this.#events) {
      if (count > 0 && size + sizeOf(event) > (this.#options.deliveryLimit ?? DELIVERY_LIMIT)) break;
      size += sizeOf(event);
      count++;
    }
    const events = this.#events.splice(0, count);
    this.#size -= size;
    const to = this.#events.length > 0 ? events.at(-1)!.revision : this.#to;
    const batch = { from: this.#from!, to, events };
    this.#from = to < 0 ? undefined : to;
    this.#owed = false;
    return batch;
  }

  /** False when it was given up. */
  async #deliver(first: EventBatch): Promise<boolean> {
    let batch = first;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.deliver(this.subscriber, batch);
        return true;
      } catch {
        if (attempt >= PATIENCE) {
          this.#events = [];
          this.#size = 0;
          this.#from = this.#to;
          this.#owed = false;
          batch = { from: -1, to: this.#to, events: [] };
        }
        if (attempt >= ATTEMPTS) {
          // Whatever comes next tells it to list again.
          this.#from = -1;
          return false;
        }
        await this.#options.sleep(Math.min(50 * 2 ** attempt, MAX_DELAY_MS));
      }
    }
  }
}
