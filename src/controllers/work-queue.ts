/**
 * The keys a controller has yet to reconcile. A key waits at most once, is never worked on twice at a time, and one
 * that is added while it is worked on comes again afterwards. Source: client-go util/workqueue (queue.go,
 * delaying_queue.go, default_rate_limiters.go).
 *
 * The queue has no timer of its own: `nextDue` says when a delayed key is due, `promote` makes due keys ready.
 */
import type { Clock } from '../apimachinery/clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Milliseconds before the first retry of a key; each further one takes twice as long. */
  readonly baseDelay?: number;
  readonly maxDelay?: number;
}

export class WorkQueue {
  readonly #clock: Clock;
  readonly #baseDelay: number;
  readonly #maxDelay: number;
  readonly #ready = new Set<string>();
  readonly #processing = new Set<string>();
  /** Added again while they are worked on. */
  readonly #dirty = new Set<string>();
  readonly #failures = new Map<string, number>();
  /** Key -> when it is due, in ms of the clock. */
  readonly #delayed = new Map<string, number>();
  /** The same of what the last reconcile of a key asked for: the next one takes it back. */
  readonly #again = new Map<string, number>();
  #nextDue: number | undefined;

  constructor({ clock, baseDelay = 5, maxDelay = 60_000 }: WorkQueueOptions) {
    this.#clock = clock;
    this.#baseDelay = baseDelay;
    this.#maxDelay = maxDelay;
  }

  /** Keys that can be taken now. */
  get length(): number {
    return this.#ready.size;
  }

  /** When the first delayed key is due; undefined when none waits. */
  get nextDue(): number | undefined {
    return this.#nextDue;
  }

  add(key: string): void {
    if (this.#processing.has(key)) this.#dirty.add(key);
    else this.#ready.add(key);
  }

  /** Adds the key in so many milliseconds. Of two times the earlier one counts. */
  addAfter(key: string, delay: number): void {
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const due = this.#clock.now() + delay;
    const known = this.#delayed.get(key);
    if (known !== undefined && known <= due) return;
    this.#delayed.set(key, due);
    this.#noteDue(due);
  }

  /**
   * What a reconcile says of its key: again in so many milliseconds, or (undefined) not by itself. Unlike in client-go it
   * replaces what the reconcile before said, so that a deadline that no longer matters wakes nobody.
   */
  setAgain(key: string, delay: number | undefined): void {
    const known = this.#again.get(key);
    if (delay === undefined) {
      this.#again.delete(key);
    } else if (delay <= 0) {
      this.#again.delete(key);
      this.add(key);
    } else {
      const due = this.#clock.now() + delay;
      this.#again.set(key, due);
      this.#noteDue(due);
    }
    if (known !== undefined && known === this.#nextDue && this.#again.get(key) !== known) this.#findNextDue();
  }

  #noteDue(due: number): void {
    if (this.#nextDue === undefined || due < this.#nextDue) this.#nextDue = due;
  }

  #findNextDue(): void {
    this.#nextDue = undefined;
    for (const due of this.#delayed.values()) this.#noteDue(due);
    for (const due of this.#again.values()) this.#noteDue(due);
  }

  /** Adds the key after a failure: later each time, until it is forgotten. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(this.#baseDelay * 2 ** failures, this.#maxDelay));
  }

  /** How often the key has failed since it was last forgotten. */
  numRequeues(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key is well: its next failure is a first one. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, which is the caller's until `done`; undefined when none is ready. */
  take(): string | undefined {
    const [key] = this.#ready;
    if (key === undefined) return undefined;
    this.#ready.delete(key);
    this.#processing.add(key);
    return key;
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.delete(key)) this.#ready.add(key);
  }

  /** Makes the delayed keys that are due ready. */
  promote(): void {
    const now = this.#clock.now();
    if (this.#nextDue === undefined || this.#nextDue > now) return;
    for (const waiting of [this.#delayed, this.#again]) {
      for (const [key, due] of waiting) {
        if (due > now) continue;
        waiting.delete(key);
        this.add(key);
      }
    }
    this.#findNextDue();
  }
}
