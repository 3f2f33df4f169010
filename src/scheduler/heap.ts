/** A binary heap whose elements can be found, replaced and removed by key. */
export class Heap<T> {
  readonly #less: (a: T, b: T) => boolean;
  readonly #keyOf: (item: T) => string;
  readonly #items: T[] = [];
  readonly #index = new Map<string, number>();

  /** `less` must be a strict order; `keyOf` must not change while an element is in the heap. */
  constructor(less: (a: T, b: T) => boolean, keyOf: (item: T) => string) {
    this.#less = less;
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#items.length;
  }

  has(key: string): boolean {
    return this.#index.has(key);
  }

  get(key: string): T | undefined {
    const at = this.#index.get(key);
    return at === undefined ? undefined : this.#items[at];
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** Elements in no particular order. */
  values(): readonly T[] {
    return this.#items;
  }

  /** Adds, or replaces the element with the same key. */
  push(item: T): void {
    const key = this.#keyOf(item);
    const at = this.#index.get(key);
    if (at !== undefined) {
      this.#items[at] = item;
      this.#fix(at);
      return;
    }
    this.#items.push(item);
    this.#index.set(key, this.#items.length - 1);
    this.#up(this.#items.length - 1);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    if (top !== undefined) this.#removeAt(0);
    return top;
  }

  /** Removes and returns the element, if it is there. */
  delete(key: string): T | undefined {
    const at = this.#index.get(key);
    if (at === undefined) return undefined;
    const item = this.#items[at]!;
    this.#removeAt(at);
    return item;
  }

  #removeAt(at: number): void {
    this.#index.delete(this.#keyOf(this.#items[at]!));
    const last = this.#items.pop()!;
    if (at < this.#items.length) {
      this.#set(at, last);
      this.#fix(at);
    }
  }

  #fix(at: number): void {
    this.#up(at);
    this.#down(at);
  }

  #set(at: number, item: T): void {
    this.#items[at] = item;
    this.#index.set(this.#keyOf(item), at);
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a]!;
    this.#set(a, this.#items[b]!);
    this.#set(b, item);
  }

  #up(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#less(this.#items[at]!, this.#items[parent]!)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(start: number): void {
    let at = start;
    for (;;) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#less(this.#items[child]!, this.#items[best]!)) best = child;
      }
      if (best === at) return;
      this.#swap(at, best);
      at = best;
    }
  }
}
