/**
 * Keeps what is costly to make, up to a number of bytes; what was not asked for the longest goes first. Owners are
 * told apart by identity, and nothing is kept of one that nobody holds any more once others need the room.
 */
export class TextCache {
  private readonly budget: number;
  private readonly ids = new WeakMap<object, number>();
  /** In the order of use. */
  private readonly entries = new Map<string, string | Uint8Array>();
  private nextId = 1;
  private size = 0;

  constructor(budget: number) {
    this.budget = budget;
  }

  get(owner: object, key: string, make: () => string | Uint8Array): string | Uint8Array {
    let id = this.ids.get(owner);
    if (id === undefined) {
      id = this.nextId++;
      this.ids.set(owner, id);
    }
    const name = `${id} ${key}`;
    const known = this.entries.get(name);
    const value = known ?? make();
    if (known !== undefined) this.entries.delete(name);
    else this.size += value.length;
    this.entries.set(name, value);
    for (const [oldest, { length }] of this.entries) {
      if (this.size <= this.budget || oldest === name) break;
      this.entries.delete(oldest);
      this.size -= length;
    }
    return value;
  }
}
