/** A memory with a bound on what it weighs in all: what was not asked for the longest goes first. */

interface Held<V> {
  readonly value: V;
  readonly weight: number;
}

export class WeightedCache<K, V> {
  readonly #limit: number;
  readonly #dropped: ((key: K, value: V) => void) | undefined;
  /** In the order of use. */
  readonly #held = new Map<K, Held<V>>();
  #weight = 0;

  /** `limit`: in bytes, by what `set` is told; `dropped` is called for what had to go for others. */
  constructor(limit: number, dropped?: (key: K, value: V) => void) {
    this.#limit = limit;
    this.#dropped = dropped;
  }

  /** What all weigh that are held. */
  get weight(): number {
    return this.#weight;
  }

  /** Counts as use. */
  get(key: K): V | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held.value;
  }

  /** The newest stays whatever it weighs. */
  set(key: K, value: V, weight: number): void {
    this.delete(key);
    this.#held.set(key, { value, weight });
    this.#weight += weight;
    for (const [oldest, held] of this.#held) {
      if (this.#weight <= this.#limit || oldest === key) return;
      this.delete(oldest);
      this.#dropped?.(oldest, held.value);
    }
  }

  delete(key: K): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#weight -= held.weight;
  }
}

/** Bytes of a string in memory: one for each character when all of them are of Latin-1, else two. */
export const bytesOf = (text: string): number =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1 is meant.
  /[^\u0000-\u00ff]/.test(text) ? text.length * 2 : text.length;
