import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubFeed } from './hub-feed.ts';
import { type Sink, type Watcher, WatchHubEngine } from './hub.ts';
import { resourceOf } from './keys.ts';
import { CompactedError, type Event, type EventBatch } from './types.ts';

const KEYS = ['core/pods/a/x', 'core/pods/a/y', 'core/pods/b/x', 'apps/deployments/a/x'];
const PREFIXES = ['core/pods/', 'core/pods/a/', 'apps/deployments/', 'core/pods/a/x'];
const under = (prefix: string, key: string): boolean =>
  key === prefix || (prefix.endsWith('/') && key.startsWith(prefix));

/** One socket: what it was sent, and whether it was ended. It outlives the hub's memory. */
class Socket implements Sink {
  readonly prefix: string;
  readonly since: number;
  readonly got: number[] = [];
  /** As the socket's attachment says. */
  seen: number;
  ended = false;

  constructor(prefix: string, since: number) {
    this.prefix = prefix;
    this.since = since;
    this.seen = since;
  }

  send(text: string): void {
    if (this.ended) throw new Error('sent to a socket that is closed');
    for (const line of text.trimEnd().split('\n')) this.got.push(Number(line));
  }

  end(): void {
    this.ended = true;
  }
}

/** Follows the hub as the informers do: lists when told that it may have missed something. */
class Follower {
  readonly objects = new Map<string, number>();
  lists = 0;
  #listed = 0;

  take(batch: EventBatch, log: readonly Event[]): void {
    if (batch.from < 0) {
      this.lists++;
      this.#listed = log.length;
      this.objects.clear();
      for (const event of log) this.objects.set(event.key, event.revision);
    }
    for (const event of batch.events) {
      if (event.revision > this.#listed) this.objects.set(event.key, event.revision);
    }
  }
}

type Step =
  | { do: 'commit'; keys: number[] }
  /** Committed by another log, or with an answer that was lost. */
  | { do: 'foreign'; keys: number[] }
  | { do: 'watch'; prefix: number; behind: number }
  | { do: 'bookmark' }
  | { do: 'subscribe' }
  | { do: 'unwatch'; index: number }
  /** The hub's memory goes, its sockets stay. */
  | { do: 'hub dies' }
  | { do: 'log dies' }
  | { do: 'compact' };

const keys = fc.array(fc.nat(KEYS.length - 1), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('commit' as const), keys }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('foreign' as const), keys }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      prefix: fc.nat(PREFIXES.length - 1),
      behind: fc.nat(6),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unwatch' as const), index: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { do: 'bookmark' },
      { do: 'subscribe' },
      { do: 'hub dies' },
      { do: 'log dies' },
      { do: 'compact' },
    ),
  },
);

/** A database, a log that feeds one hub, and that hub, joined by calls that may be lost on either way. */
class World {
  readonly log: Event[] = [];
  compacted = 0;
  readonly sockets: Socket[] = [];
  readonly follower = new Follower();
  subscribed = false;
  /** As the hub stores it. */
  delivering = false;
  readonly bookmarks: { socket: Socket; revision: number; got: number }[] = [];
  readonly pass: (label: string) => Promise<void>;
  readonly lost: () => boolean;
  #feed: HubFeed | undefined;
  #registered = false;
  #life = 0;
  #logLife = 0;
  #hub: WatchHubEngine | undefined;
  #told = 0;

  constructor(pass: (label: string) => Promise<void>, lost: () => boolean) {
    this.pass = pass;
    this.lost = lost;
  }

  commit(indexes: readonly number[], foreign: boolean): void {
    const from = this.log.length;
    const events = indexes.map((index, offset): Event => {
      const key = KEYS[index]!;
      const prev = this.log.findLast((event) => event.key === key)?.revision ?? 0;
      return { revision: from + offset + 1, key, prev, deleted: false, value: '{}' };
    });
    this.log.push(...events);
    const to = this.log.length;
    if (foreign) return;
    // What the log did not write itself it learns of before its next batch.
    if (from !== this.#told) this.#feed?.missed(from);
    this.#told = to;
    this.#feed?.put(events, from, to);
  }

  /** A call between the two: it may fail before or after its work. */
  async #call<T>(label: string, work: () => T | Promise<T>): Promise<T> {
    await this.pass(label);
    if (this.lost()) throw new Error('lost');
    const result = await work();
    await this.pass(`${label} answered`);
    if (this.lost()) throw new Error('answer lost');
    return result;
  }

  #openFeed(acked: number): HubFeed {
    const life = this.#logLife;
    const feed = new HubFeed(acked, {
      push: (batch) =>
        this.#call('push', async () => {
          if (life !== this.#logLife) return new Promise<never>(() => {});
          const hub = this.#life;
          const active = await this.hub().append(batch);
          if (hub !== this.#life) throw new Error('the hub died');
          return { active };
        }),
      onInactive: () => {
        if (life !== this.#logLife) return;
        this.#feed = undefined;
        this.#registered = false;
      },
      sleep: () => this.pass('sleep'),
    });
    this.#feed = feed;
    this.#registered = true;
    return feed;
  }

  hub(): WatchHubEngine {
    if (this.#hub) return this.#hub;
    const life = this.#life;
    const hub = new WatchHubEngine({
      readEvents: (from, limit, prefix) =>
        this.#call('readEvents', () => {
          if (from < this.compacted) throw new CompactedError(from, this.compacted);
          const found = this.log
            .slice(from)
            .filter((event) => prefix === undefined || under(prefix, event.key));
          // Small pages.
          const events = found.slice(0, Math.min(limit, 2));
          return { events, to: found.length > events.length ? events.at(-1)!.revision : this.log.length };
        }),
      attach: (known) =>
        this.#call('attach', () => {
          // The log looks where it stands.
          if (this.#told < this.log.length) this.#feed?.missed(this.log.length);
          this.#told = this.log.length;
          const head = this.log.length;
          if (this.#feed) {
            this.#feed.attached();
            return { head, seen: this.#feed.seen(known) };
          }
          this.#openFeed(head);
          return { head, seen: -1 };
        }),
      deliver: (_, batch) =>
        this.#call('deliver', () => {
          if (life === this.#life) this.follower.take(batch, this.log);
        }),
      sleep: () => this.pass('sleep'),
      onDelivering: (busy) => {
        if (life === this.#life) this.delivering = busy;
      },
      ringEvents: 3,
    });
    if (this.subscribed) hub.restore({ name: 'f', prefixes: ['core/pods/'] }, this.delivering);
    for (const socket of this.sockets) if (!socket.ended) hub.resume(this.#watcher(socket));
    this.#hub = hub;
    return hub;
  }

  #watcher(socket: Socket): Watcher {
    const life = this.#life;
    return {
      since: socket.seen,
      filter: {
        prefix: socket.prefix,
        shape: '',
        frame: (one) => (under(socket.prefix, one.event.key) ? `${one.event.revision}\n` : undefined),
      },
      // A hub that died sends nothing any more.
      sink: {
        send: (frames) => life === this.#life && socket.send(frames as string),
        end: () => life === this.#life && socket.end(),
      },
    };
  }

  async run(one: Step): Promise<void> {
    switch (one.do) {
      case 'commit':
      case 'foreign':
        this.commit(one.keys, one.do === 'foreign');
        return;
      case 'watch': {
        const since = Math.max(this.log.length - one.behind, 0);
        const socket = new Socket(PREFIXES[one.prefix]!, since);
        const life = this.#life;
        try {
          socket.seen = await this.hub().watch(this.#watcher(socket));
          // A hub that dies while a watch is being opened takes its socket along.
          if (life === this.#life) this.sockets.push(socket);
        } catch {
          // The client is refused and tries again.
        }
        return;
      }
      case 'bookmark': {
        const life = this.#life;
        const open = this.sockets.filter((socket) => !socket.ended);
        const revision = await this.hub()
          .progress()
          .catch(() => -1);
        for (const socket of open) {
          if (revision < 0 || life !== this.#life || socket.ended) continue;
          this.bookmarks.push({
            socket,
            revision: Math.max(revision, socket.since),
            got: socket.got.length,
          });
        }
        return;
      }
      case 'subscribe': {
        const life = this.#life;
        try {
          await this.hub().subscribe({ name: 'f', prefixes: ['core/pods/'] });
          if (life !== this.#life) return;
          this.subscribed = true;
          this.follower.take({ from: -1, to: this.log.length, events: [] }, this.log);
        } catch {
          // Tried again with the next step of this sort.
        }
        return;
      }
      case 'unwatch':
        this.sockets[one.index]?.end();
        return;
      case 'hub dies':
        this.#life++;
        this.#hub = undefined;
        return;
      case 'log dies':
        this.#logLife++;
        this.#feed = undefined;
        if (this.#registered) this.#openFeed(-1).missed(this.log.length);
        this.#told = this.log.length;
        return;
      case 'compact':
        this.compacted = Math.max(this.log.length - 2, 0);
    }
  }

  /** What must hold now that everything has arrived. */
  check(): void {
    for (const socket of this.sockets) {
      const wanted = this.log
        .filter((event) => event.revision > socket.since && under(socket.prefix, event.key))
        .map((event) => event.revision);
      if (socket.ended) expect(wanted.slice(0, socket.got.length)).toEqual(socket.got);
      else expect(socket.got).toEqual(wanted);
    }
    for (const { socket, revision, got } of this.bookmarks) {
      // Everything up to a bookmark was sent before it, and nothing behind it is of earlier revisions.
      expect(Math.min(...socket.got.slice(got), Number.POSITIVE_INFINITY)).toBeGreaterThan(revision);
    }
    if (this.subscribed) {
      const state = new Map<string, number>();
      for (const event of this.log) {
        if (resourceOf(event.key) === 'core/pods/') state.set(event.key, event.revision);
      }
      const seen = new Map([...this.follower.objects].filter(([key]) => resourceOf(key) === 'core/pods/'));
      expect(new Map([...seen].sort())).toEqual(new Map([...state].sort()));
    }
  }
}

describe('WatchHubEngine and HubFeed with any order of events, lost calls and lost memories', () => {
  it('send each event once and in order, or end the watch; nobody is left behind', async () => {
    let ended = 0;
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(step, { maxLength: 10 }), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
        async (s, scripts, losses) => {
          let calls = 0;
          const world = new World(
            (label) => s.schedule(Promise.resolve(), label).then(() => {}),
            () => calls++ < 60 && losses.next().value === 0,
          );
          const running = scripts.map(async (script, index) => {
            for (const one of script) {
              await s.schedule(Promise.resolve(), `${index}: ${one.do}`);
              await world.run(one);
            }
          });
          await s.waitFor(Promise.all(running));
          calls = 60;
          await s.waitIdle();
          // A last write and a call wake whoever sleeps.
          await s.waitFor(world.run({ do: 'bookmark' }));
          world.commit([2], false);
          await s.waitIdle();
          world.check();
          for (const socket of world.sockets) socket.ended ? ended++ : whole++;
        },
      ),
      { numRuns: 1500 },
    );
    // Most watches live on.
    expect(whole).toBeGreaterThan(ended);
  });
});
