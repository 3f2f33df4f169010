/**
 * The watch cache of one hub: the newest events in memory, and everybody who waits for more.
 *
 * A hub's events come from the log in batches (from, to]. A hub that sees a gap reads the database; a hub that cannot
 * know whether there is one (it lost its memory and so did the log) ends its watches, whose clients go on from the last
 * resourceVersion they saw. So no watcher misses or repeats an event.
 */
import { namespaceOf, resourceOf } from './keys.ts';
import { Mailbox, type Subscriber } from './mailbox.ts';
import { ParsedEvent } from './parsed-event.ts';
import { sizeOf, CompactedError, type Event, type EventBatch } from './types.ts';

export type { Subscriber } from './mailbox.ts';

/** One watcher's events as one text, or undefined when none of them is for it. */
export interface WatchFilter {
  /** A resource prefix, a namespace prefix, or a whole key. */
  readonly prefix: string;
  /** The frame of an event for this watcher; undefined: not for it. Watchers that share `shape` get equal frames. */
  frame(event: ParsedEvent): string | undefined;
  readonly shape: string;
  /** Wants bytes, which the Worker hands on as they are, instead of a text that it takes apart. */
  readonly bytes?: boolean;
}

/** Frames as one message. */
export type Frames = string | Uint8Array;

/** Where a watcher's frames go. */
export interface Sink {
  send(frames: Frames): void;
  /** Ends the watch; the client comes back with the last resourceVersion it saw. */
  end(reason: string): void;
}

export interface Watcher {
  readonly filter: WatchFilter;
  readonly sink: Sink;
  /** It has seen everything up to here, which may be ahead of the hub. */
  readonly since: number;
}

export interface HubOptions {
  /** Reads events of this hub after `from`, those under a prefix when there is one. Throws CompactedError. */
  readEvents(from: number, limit: number, prefix?: string): Promise<{ events: Event[]; to: number }>;
  /**
   * Registers with the log: from the answered head on, the log pushes what is committed. `seen` is up to where this hub
   * was told everything; -1: the log does not know. `known` is up to where this hub says it has everything itself.
   */
  attach(known: number): Promise<{ head: number; seen: number }>;
  deliver(subscriber: Subscriber, batch: EventBatch): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Called when deliveries begin (true) and when all are done (false). */
  onDelivering?(busy: boolean): void;
  ringEvents?: number;
  ringBytes?: number;
}

const PAGE = 500;
/** What the ring keeps: all objects of an isolate share 128 MB, and D1 has what is older. */
const RING_EVENTS = 1000;
const RING_SIZE = 2_000_000;

export class WatchHubEngine {
  readonly #options: HubOptions;
  readonly #ringEvents: number;
  readonly #ringBytes: number;
  #head = -1;
  #attaching: Promise<void> | undefined;
  /** All events of this hub in (#ringFrom, #head]. */
  #ring: ParsedEvent[] = [];
  #ringFrom = -1;
  #ringSize = 0;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #mailboxes = new Map<string, Mailbox>();
  /** Watches that are being opened, and subscriptions. */
  #opening = 0;
  /** Mailboxes with something under way. */
  #busy = 0;
  /** Batches are taken one after the other, since one may have to wait for the database. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether the log pushes to this hub. */
  #registered = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#ringEvents = options.ringEvents ?? RING_EVENTS;
    this.#ringBytes = options.ringBytes ?? RING_SIZE;
  }

  /** Everything of this hub up to here was sent; -1: not known. */
  get head(): number {
    return this.#head;
  }

  /** Whether anybody has been told something, so that what comes next must follow it. */
  get #followed(): boolean {
    return this.#watchers.size > 0 || this.#mailboxes.size > 0;
  }

  /**
   * Takes a batch from the log. `from` is -1 when the log does not know what this hub has seen. Answers whether anybody
   * waits for events; if nobody does, the log need not push any more.
   */
  async append(batch: EventBatch): Promise<boolean> {
    this.#registered = true;
    await this.#inTurn(() => this.#append(batch));
    // Not while the log is asked to push: its answer would be taken for newer than this one.
    this.#registered = this.#followed || this.#opening > 0 || this.#attaching !== undefined;
    return this.#registered;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #append(batch: EventBatch): Promise<void> {
    if (this.#head < 0) {
      if (batch.from < 0) return this.#beginAnew(batch.to, 'the watch hub moved');
      this.#begin(batch.from);
    }
    if (batch.to <= this.#head) return;
    if (batch.from < 0) await this.#fill(batch.to);
    else if (batch.from > this.#head) await this.#fill(batch.from);
    if (batch.to <= this.#head) return;
    this.#publish(
      batch.events.filter((event) => event.revision > this.#head),
      batch.to,
    );
  }

  #begin(revision: number): void {
    this.#head = revision;
    this.#ringFrom = revision;
    this.#ring = [];
    this.#ringSize = 0;
  }

  /** Nobody can say what they have seen who were here before. */
  #beginAnew(revision: number, reason: string): void {
    this.endAll(reason);
    this.#begin(revision);
    for (const mailbox of this.#mailboxes.values()) mailbox.lost(revision);
  }

  /**
   * Reads what the log did not hand over, up to a revision and not beyond: should this hub lose its memory, the log has
   * only what it pushed itself on record as sent.
   */
  async #fill(until: number): Promise<void> {
    if (!this.#followed) return this.#begin(until);
    try {
      while (this.#head < until) {
        const { events, to } = await this.#options.readEvents(this.#head, PAGE);
        if (to <= this.#head) throw new Error(`the database is behind the log: ${to} of ${until}`);
        const end = Math.min(to, until);
        this.#publish(
          events.filter((event) => event.revision <= end),
          end,
        );
      }
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#beginAnew(until, 'the watch hub was away for too long');
    }
  }

  #publish(events: readonly Event[], to: number): void {
    const from = this.#head;
    this.#head = to;
    const parsed = events.map((event) => new ParsedEvent(event));
    for (const one of parsed) {
      this.#ring.push(one);
      this.#ringSize += sizeOf(one.event);
    }
    this.#trim();
    if (this.#watchers.size > 0 && parsed.length > 0) this.#send(parsed);
    for (const mailbox of this.#mailboxes.values()) mailbox.put(parsed, from, to);
    for (const one of parsed) one.forget();
  }

  #trim(): void {
    let drop = 0;
    while (
      drop < this.#ring.length &&
      (this.#ring.length - drop > this.#ringEvents || this.#ringSize > this.#ringBytes)
    ) {
      const { event } = this.#ring[drop++]!;
      this.#ringSize -= sizeOf(event);
      this.#ringFrom = event.revision;
    }
    // All at once: to shift them out one by one is quadratic.
    if (drop > 0) this.#ring = this.#ring.slice(drop);
  }

  #send(events: readonly ParsedEvent[]): void {
    const batches = new Map<string, ParsedEvent[]>();
    for (const one of events) {
      for (const prefix of [one.event.key, namespaceOf(one.event.key), resourceOf(one.event.key)]) {
        if (!this.#watchers.has(prefix)) continue;
        const batch = batches.get(prefix);
        if (batch) batch.push(one);
        else batches.set(prefix, [one]);
      }
    }
    for (const [prefix, batch] of batches) {
      // Watchers of one shape get the same frames, made once.
      const texts = new Map<string, Frames>();
      for (const watcher of this.#watchers.get(prefix)!) this.#sendTo(watcher, batch, texts);
    }
  }

  #sendTo(watcher: Watcher, batch: readonly ParsedEvent[], texts: Map<string, Frames>): void {
    const { filter, since, sink } = watcher;
    try {
      let text: Frames | undefined;
      if (since >= batch[0]!.event.revision) {
        text = framesOf(
          batch.filter(({ event }) => event.revision > since),
          filter,
        );
      } else {
        text = texts.get(filter.shape);
        if (text === undefined) {
          text = framesOf(batch, filter);
          texts.set(filter.shape, text);
        }
      }
      if (text.length > 0) sink.send(text);
    } catch (error) {
      // One that cannot be sent its events must not be left with a hole, nor keep the others from theirs.
      this.remove(watcher);
      sink.end(String((error as Error)?.message ?? error));
    }
  }

  /** Makes sure the log pushes to this hub and the head is known. */
  async ready(): Promise<void> {
    if (this.#registered && this.#head >= 0) return;
    this.#attaching ??= this.#attach().finally(() => {
      this.#attaching = undefined;
    });
    await this.#attaching;
  }

  async #attach(): Promise<void> {
    const { head, seen } = await this.#options.attach(this.#head);
    this.#registered = true;
    await this.#inTurn(async () => {
      if (!this.#followed) {
        if (head > this.#head) this.#begin(head);
      } else if (this.#head < 0) {
        if (seen < 0) this.#beginAnew(head, 'the watch hub moved');
        else this.#begin(seen);
      }
    });
  }

  /**
   * The revision a bookmark may name: everything of this hub up to there was sent. Asks the log, since what does not
   * concern this hub is not pushed to it.
   */
  async progress(): Promise<number> {
    await this.ready();
    const { seen } = await this.#options.attach(this.#head);
    // A push that is under way now is of later revisions, or was not counted as seen.
    await this.#inTurn(async () => {
      if (seen > this.#head) this.#publish([], seen);
    });
    return this.#head;
  }

  /**
   * Adds a watcher and sends it what came after its `since`. Answers up to where it has everything now, which may be
   * ahead of what the log has on record as sent: its `since`, should it outlive this hub's memory.
   * @throws CompactedError when what came after is no longer kept.
   */
  async watch(watcher: Watcher): Promise<number> {
    // Until it is added, it alone is a reason to be told of events.
    this.#opening++;
    try {
      await this.ready();
      let cursor = watcher.since;
      while (cursor < this.#ringFrom) {
        const { events, to } = await this.#options.readEvents(cursor, PAGE, watcher.filter.prefix);
        if (to <= cursor) throw new Error(`the database is behind the log: ${to} of ${this.#ringFrom}`);
        const until = this.#ringFrom;
        this.#replay(
          watcher,
          events.filter((event) => event.revision <= until).map((event) => new ParsedEvent(event)),
        );
        cursor = Math.min(to, until);
      }
      this.#replay(
        watcher,
        this.#ring.filter(({ event }) => event.revision > cursor),
      );
      this.resume(watcher);
      return Math.max(cursor, this.#head);
    } finally {
      this.#opening--;
    }
  }

  #replay(watcher: Watcher, events: readonly ParsedEvent[]): void {
    const { prefix } = watcher.filter;
    const own = events.filter(
      ({ event }) => event.key === prefix || (prefix.endsWith('/') && event.key.startsWith(prefix)),
    );
    const text = framesOf(own, watcher.filter);
    for (const one of own) one.forget();
    if (text.length > 0) watcher.sink.send(text);
  }

  /** Adds a watcher that is as far as the hub, as after hibernation. */
  resume(watcher: Watcher): void {
    const { prefix } = watcher.filter;
    const set = this.#watchers.get(prefix);
    if (set) set.add(watcher);
    else this.#watchers.set(prefix, new Set([watcher]));
  }

  remove(watcher: Watcher): void {
    const set = this.#watchers.get(watcher.filter.prefix);
    set?.delete(watcher);
    if (set?.size === 0) this.#watchers.delete(watcher.filter.prefix);
  }

  /** Ends all watches. */
  endAll(reason: string): void {
    const sets = [...this.#watchers.values()];
    this.#watchers.clear();
    for (const set of sets) for (const watcher of set) watcher.sink.end(reason);
  }

  /** Ends all watches and forgets what was seen and who subscribed. */
  forget(reason: string): void {
    this.endAll(reason);
    this.#mailboxes.clear();
    this.#registered = false;
    this.#begin(-1);
  }

  /** Adds or changes a subscriber, and answers the head: it gets what comes after it. */
  async subscribe(subscriber: Subscriber): Promise<number> {
    this.#opening++;
    try {
      await this.ready();
      this.restore(subscriber, false);
      return this.#head;
    } finally {
      this.#opening--;
    }
  }

  /** Adds a subscriber of an earlier life of this hub. `lost`: a delivery to it was under way. */
  restore(subscriber: Subscriber, lost: boolean): void {
    const known = this.#mailboxes.get(subscriber.name);
    if (known) {
      known.subscriber = subscriber;
      return;
    }
    const mailbox = new Mailbox(subscriber, {
      deliver: (to, batch) => this.#options.deliver(to, batch),
      sleep: (ms) => this.#options.sleep(ms),
      onBusy: (busy) => this.#onBusy(busy),
    });
    this.#mailboxes.set(subscriber.name, mailbox);
    if (lost) mailbox.lost(this.#head);
  }

  #onBusy(busy: boolean): void {
    this.#busy += busy ? 1 : -1;
    if (busy ? this.#busy === 1 : this.#busy === 0) this.#options.onDelivering?.(busy);
  }

  unsubscribe(name: string): void {
    this.#mailboxes.delete(name);
  }

  subscribers(): Subscriber[] {
    return [...this.#mailboxes.values()].map((mailbox) => mailbox.subscriber);
  }

  /** Resolves when every subscriber has what was published so far, or its delivery was given up. */
  async settled(): Promise<void> {
    await Promise.all([...this.#mailboxes.values()].map((mailbox) => mailbox.idle()));
  }
}

const utf8 = new TextEncoder();

function framesOf(events: readonly ParsedEvent[], filter: WatchFilter): Frames {
  let text = '';
  for (const one of events) text += filter.frame(one) ?? '';
  return filter.bytes ? utf8.encode(text) : text;
}
