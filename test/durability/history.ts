/**
 * What clients did and what watches saw, and whether the two fit together: every acknowledged write is seen once, in
 * order, by each watch that selects it, and nothing else is.
 */

/** A write that was acknowledged. */
export interface Write {
  readonly key: string;
  /** The color label after it. */
  readonly color: string | undefined;
  /** Written into the object, unlike that of any other write. */
  readonly mark: string;
  /** The revision it said it replaces. */
  readonly replaces?: number;
}

export interface Seen {
  readonly type: string;
  readonly revision: number;
  readonly key: string;
  readonly color: string | undefined;
  /** Undefined in forms that do not carry the object's data. */
  readonly mark: string | undefined;
}

/** What one watch selects. */
export interface Selection {
  readonly name: string;
  /** Whether an object with this key is below the watch's path. */
  readonly key: (key: string) => boolean;
  /** Whether an object of this color is selected; absent: all are. */
  readonly color?: (color: string | undefined) => boolean;
}

export class History {
  readonly writes = new Map<number, Write>();
  /** Marks of writes that were refused. */
  readonly refused = new Set<string>();
  readonly problems: string[] = [];

  problem(...what: unknown[]): void {
    this.problems.push(what.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' '));
  }

  acknowledged(revision: number, write: Write): void {
    const other = this.writes.get(revision);
    if (other) this.problem('two writes have revision', revision, other, write);
    this.writes.set(revision, write);
  }

  /** Checks a watch of everything against what was acknowledged. Answers the state it leads to. */
  checkAll(events: readonly Seen[]): Map<string, Seen> {
    const state = new Map<string, Seen>();
    const seen = new Map(events.map((event) => [event.revision, event]));
    for (const [revision, write] of this.writes) {
      const event = seen.get(revision);
      if (!event || event.key !== write.key || event.mark !== write.mark || event.color !== write.color)
        this.problem('acknowledged', revision, write, 'but seen', event ?? null);
    }
    for (const event of events) {
      const before = state.get(event.key);
      if ((event.type === 'ADDED') !== (before === undefined)) this.problem('out of place', event, before);
      const write = this.writes.get(event.revision);
      if (!write && event.type !== 'DELETED') this.problem('seen, never acknowledged', event);
      if (write?.replaces !== undefined && write.replaces !== before?.revision)
        this.problem('replaced another version than it named', write, before);
      if (event.mark !== undefined && this.refused.has(event.mark)) this.problem('refused, but seen', event);
      if (event.type === 'DELETED') state.delete(event.key);
      else state.set(event.key, event);
    }
    return state;
  }

  /** Checks a watch that selects some against the watch of everything, both from the same revision. */
  checkSome(
    { name, key, color = () => true }: Selection,
    events: readonly Seen[],
    all: readonly Seen[],
  ): void {
    const colors = new Map<string, string | undefined>();
    const expected: string[] = [];
    for (const event of all) {
      const before = event.type !== 'ADDED' && color(colors.get(event.key));
      const after = event.type !== 'DELETED' && color(event.color);
      if (event.type === 'DELETED') colors.delete(event.key);
      else colors.set(event.key, event.color);
      if (!key(event.key) || !(before || after)) continue;
      const type = after ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED';
      expected.push(`${type} ${event.key}@${event.revision}`);
    }
    const got = events.map((event) => `${event.type} ${event.key}@${event.revision}`);
    const length = Math.max(got.length, expected.length);
    for (let index = 0; index < length; index++) {
      if (got[index] === expected[index]) continue;
      this.problem(
        name,
        'event',
        index,
        'is',
        got[index] ?? 'missing',
        'should be',
        expected[index] ?? 'none',
      );
      return;
    }
  }

  /** Checks a list as of a revision against the watch of everything. */
  checkList(
    revision: number,
    rows: readonly string[],
    inside: (key: string) => boolean,
    all: readonly Seen[],
  ): void {
    const state = new Map<string, number>();
    for (const event of all) {
      if (event.revision > revision) break;
      if (!inside(event.key)) continue;
      if (event.type === 'DELETED') state.delete(event.key);
      else state.set(event.key, event.revision);
    }
    const expected = [...state].map(([key, at]) => `${key}@${at}`).sort();
    if (expected.join() !== [...rows].sort().join())
      this.problem('list at', revision, 'is', rows, 'not', expected);
  }
}
