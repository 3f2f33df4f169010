/**
 * The watch cache of one hub: the newest events in memory, and everybody who waits for more.
 *
 * A hub's events come from the log in batches (from, to]. A hub that sees a gap reads the database; a hub that cannot
 * know whether there is one (it lost its memory and so did the log) ends its watches, whose clients go on from the last
 * resourceVersion they saw. So no watcher misses or repeats an event.
 */
import { namespaceOf, resourceOf } from './keys.ts';
import { CompactedError, type Event, type EventBatch } from './types.ts';

/** One watcher's events as one text, or undefined when none of them is for it. */
export interface WatchFilter {
  /** A resource prefix, a namespace prefix, or a whole key. */
  readonly prefix: string;
  /** The frame of an event for this watcher; undefined: not for it. Watchers that share `shape` get equal frames. */
  frame(event: ParsedEvent): string | undefined;
  readonly shape: string;
}

/** An event whose objects are parsed at most once, however many watchers look at them. */
export class ParsedEvent {
  readonly event: Event;
  #object: any;
  #previous: any;
  constructor(event: Event) {
    this.event = event;
  }
  get object(): any {
    this.#object ??= JSON.parse(this.event.value);
    return this.#object;
  }
  /** The object as it was; undefined when the event created it. */
  get previous(): any {
    if (this.event.prevValue === undefined) return undefined;
    this.#previous ??= JSON.parse(this.event.prevValue);
    return this.#previous;
  }
}

/** Where a watcher's frames go. */
export interface Sink {
  send(text: string): void;
  /** Ends the watch; the client comes back with the last resourceVersion it saw. */
  end(reason: string): void;
}

export interface Watcher {
  readonly filter: WatchFilter;
  readonly sink: Sink;
}

/** A part of the cluster that follows the hub: a controller manager, the scheduler, a node. */
export interface Subscriber {
  readonly name: string;
  /** Resource prefixes it wants; a pod prefix may be narrowed to one node. */
  readonly prefixes: readonly string[];
  readonly node?: string;
}

export interface HubOptions {
  /** Reads events of this hub after `from`. Throws CompactedError. */
  readEvents(from: number, limit: number): Promise<{ events: Event[]; to: number; head: number }>;
  /** Registers with the log: from the answered head on, the log pushes what is committed. */
  attach(): Promise<number>;
  deliver(subscriber: Subscriber, batch: EventBatch): Promise<void>;
  sleep(ms: number): Promise<void>;
  ringEvents?: number;
  ringBytes?: number;
}

const PAGE = 1000;
const DELIVERIES = 5;
const PODS = 'core/pods/';

export class WatchHubEngine {
  readonly #options: Required<HubOptions>;
  #head = -1;
  #attaching: Promise<void> | undefined;
  /** All events of this hub in (#ringFrom, #head]. */
  #ring: ParsedEvent[] = [];
  #ringFrom = -1;
  #ringBytes = 0;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #mailboxes = new Map<string, Mailbox>();
  /** Batches are taken one after the other, since one may have to wait for the database. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether the log pushes to this hub. */
  registered = false;

  constructor(options: HubOptions) {
    this.#options = { ringEvents: 4096, ringBytes: 16_000_000, ...options };
  }

  get head(): number {
    return this.#head;
  }
  /** Whether anybody waits for events. */
  get active(): boolean {
    return this.#watchers.size > 0 || this.#mailboxes.size > 0;
  }

  /** Takes a batch from the log. `from` is -1 when the log does not know what this hub has seen. */
  append(batch: EventBatch): Promise<void> {
    const done = this.#turn.then(() => this.#append(batch));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #append(batch: EventBatch): Promise<void> {
    if (this.#head < 0) {
      if (batch.from < 0) {
        // Neither side remembers: nobody can say what the sockets that survived have seen.
        this.endAll('the watch hub moved');
        this.#start(batch.to);
        for (const mailbox of this.#mailboxes.values()) mailbox.lost(batch.to);
        return;
      }
      this.#start(batch.from);
    }
    if (batch.to <= this.#head) return;
    if (batch.from < 0 || batch.from > this.#head) await this.#fill(batch.from < 0 ? batch.to : batch.from);
    const fresh = batch.events.filter((event) => event.revision > this.#head);
    this.#publish(fresh, Math.max(batch.to, this.#head));
  }

  #start(revision: number): void {
    this.#head = revision;
    this.#ringFrom = revision;
    this.#ring = [];
    this.#ringBytes = 0;
  }

  /** Reads what the log did not hand over, up to a revision. */
  async #fill(until: number): Promise<void> {
    try {
      while (this.#head < until) {
        const { events, to } = await this.#options.readEvents(this.#head, PAGE);
        if (to <= this.#head) break;
        this.#publish(events, to);
      }
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.endAll('the watch hub was away for too long');
      this.#start(until);
      for (const mailbox of this.#mailboxes.values()) mailbox.lost(until);
    }
  }

  #publish(events: readonly Event[], to: number): void {
    const from = this.#head;
    this.#head = to;
    const parsed = events.map((event) => new ParsedEvent(event));
    for (const one of parsed) {
      this.#ring.push(one);
      this.#ringBytes += one.event.value.length + (one.event.prevValue?.length ?? 0);
    }
    this.#trim();
    if (this.#watchers.size > 0) this.#send(parsed);
    for (const mailbox of this.#mailboxes.values()) mailbox.put(parsed, from, to);
  }

  #trim(): void {
    let drop = 0;
    while (
      this.#ring.length - drop > this.#options.ringEvents ||
      (this.#ringBytes > this.#options.ringBytes && drop < this.#ring.length)
    ) {
      const { event } = this.#ring[drop++]!;
      this.#ringBytes -= event.value.length + (event.prevValue?.length ?? 0);
      this.#ringFrom = event.revision;
    }
    // Cutting off the front one by one is quadratic: do it in blocks.
    if (drop > 0) this.#ring = this.#ring.slice(drop);
  }

  #send(events: readonly ParsedEvent[]): void {
    // Watchers of one shape and prefix get the same text, made once.
    const texts = new Map<string, string>();
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
      for (const watcher of this.#watchers.get(prefix)!) {
        const id = `${prefix} ${watcher.filter.shape}`;
        let text = texts.get(id);
        if (text === undefined) {
          text = framesOf(batch, watcher.filter);
          texts.set(id, text);
        }
        if (text !== '') this.#deliverTo(watcher, text);
      }
    }
  }

  #deliverTo(watcher: Watcher, text: string): void {
    try {
      watcher.sink.send(text);
    } catch {
      this.remove(watcher);
    }
  }

  /** Makes sure the log pushes to this hub and the head is known. */
  async ready(): Promise<void> {
    if (this.registered && this.#head >= 0) return;
    this.#attaching ??= this.#options
      .attach()
      .then((head) => {
        this.registered = true;
        if (this.#head < 0) this.#start(head);
        else if (head > this.#head) return this.append({ from: -1, to: head, events: [] });
        return undefined;
      })
      .finally(() => {
        this.#attaching = undefined;
      });
    await this.#attaching;
  }

  /**
   * Adds a watcher that has seen everything up to `since` and sends it what came after.
   * @throws CompactedError when that is no longer kept.
   */
  async watch(watcher: Watcher, since: number): Promise<void> {
    await this.ready();
    let cursor = since;
    while (cursor < this.#ringFrom) {
      const { events, to } = await this.#options.readEvents(cursor, PAGE);
      this.#replay(
        watcher,
        events.filter((event) => event.revision <= this.#ringFrom).map((event) => new ParsedEvent(event)),
      );
      if (to <= cursor) break;
      cursor = Math.min(to, this.#ringFrom);
    }
    this.#replay(
      watcher,
      this.#ring.filter(({ event }) => event.revision > cursor),
    );
    this.resume(watcher);
  }

  #replay(watcher: Watcher, events: readonly ParsedEvent[]): void {
    const { prefix } = watcher.filter;
    const text = framesOf(
      events.filter(
        ({ event }) => event.key === prefix || (prefix.endsWith('/') && event.key.startsWith(prefix)),
      ),
      watcher.filter,
    );
    if (text !== '') watcher.sink.send(text);
  }

  /** Adds a watcher that is up to date, as after hibernation. */
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

  endAll(reason: string): void {
    for (const set of this.#watchers.values()) for (const watcher of set) watcher.sink.end(reason);
    this.#watchers.clear();
  }

  /** Adds or changes a subscriber; it gets what comes after the head it is answered. */
  subscribe(subscriber: Subscriber): void {
    const known = this.#mailboxes.get(subscriber.name);
    if (known) known.subscriber = subscriber;
    else this.#mailboxes.set(subscriber.name, new Mailbox(subscriber, this.#options));
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

function framesOf(events: readonly ParsedEvent[], filter: WatchFilter): string {
  let text = '';
  for (const one of events) text += filter.frame(one) ?? '';
  return text;
}

/** What waits for one subscriber: delivered one call at a time, in order. */
class Mailbox {
  subscriber: Subscriber;
  readonly #options: Pick<Required<HubOptions>, 'deliver' | 'sleep'>;
  #events: Event[] = [];
  #from = -1;
  #to = -1;
  #running: Promise<void> | undefined;

  constructor(subscriber: Subscriber, options: Pick<Required<HubOptions>, 'deliver' | 'sleep'>) {
    this.subscriber = subscriber;
    this.#options = options;
  }

  put(events: readonly ParsedEvent[], from: number, to: number): void {
    if (this.#to < 0) this.#from = from;
    this.#to = to;
    for (const one of events) if (this.#wants(one)) this.#events.push(one.event);
    if (this.#events.length > MAILBOX) this.lost(to);
    // Nothing for it: the position is told with the next batch that has something.
    if (this.#events.length > 0) this.#start();
  }

  /** It missed something: it has to list again. */
  lost(to: number): void {
    this.#events = [];
    this.#from = -1;
    this.#to = to;
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
    return one.object.spec?.nodeName === node || one.previous?.spec?.nodeName === node;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#events.length > 0) this.#start();
    });
  }

  async #run(): Promise<void> {
    // Events of one turn go together.
    await Promise.resolve();
    while (this.#to >= 0 && (this.#events.length > 0 || this.#from < 0)) {
      const batch = { from: this.#from, to: this.#to, events: this.#events };
      this.#events = [];
      this.#from = batch.to;
      for (let attempt = 1; ; attempt++) {
        try {
          await this.#options.deliver(this.subscriber, batch);
          break;
        } catch {
          if (attempt >= DELIVERIES) {
            // Its next delivery tells it to list again.
            this.#events = [];
            this.#from = -1;
            return;
          }
          await this.#options.sleep(50 * 2 ** attempt);
        }
      }
    }
  }
}

const MAILBOX = 20_000;
