/** Turns: operations of one server that would only get in each other's way are carried out one after another. */

/** Whoever has not ended by then is passed over: correctness never depends on turns. */
const PATIENCE_MS = 1000;

export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether anyone has or awaits a turn. */
  isTaken(key: string): boolean {
    return this.#last.has(key);
  }

  /** Waits until those before have ended. What is answered ends this turn; it may be called more than once. */
  async take(key: string): Promise<() => void> {
    const before = this.#last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    if (before) await within(before, PATIENCE_MS);
    return () => {
      if (this.#last.get(key) === promise) this.#last.delete(key);
      resolve();
    };
  }
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
