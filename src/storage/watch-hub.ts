import { DurableObject } from 'cloudflare:workers';
import {
  databaseOf,
  logStub,
  type Objects,
  type StorageEnv,
  type SubscriberStub,
  type WatchHubStub,
} from './env.ts';
import { type Watcher, WatchHubEngine } from './hub.ts';
import { hubsOf, keysOfHub } from './keys.ts';
import type { Subscriber } from './mailbox.ts';
import * as sql from './sql.ts';
import { CompactedError, type EventBatch } from './types.ts';
import { parseWatchSpec, watchFilter, type WatchSpec } from './watch-filter.ts';

/** A Durable Object takes 32,768 hibernatable WebSockets. */
const MAX_WATCHES = 30_000;
/** So long after the last delivery it is noted that nothing is under way. */
const QUIET_MS = 1000;
/** So long after a delivery began it is looked at whether it was cut short. */
const DELIVERY_CHECK_MS = 60_000;

interface HubName {
  readonly cluster: string;
  readonly hub: string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A watch hub: a thin shell around WatchHubEngine. Named `<cluster>/<hub>`.
 *
 * Watches are hibernatable WebSockets from the Workers that hold the clients' streams: a watch nobody writes to costs
 * nothing. A message is whole lines, as bytes ready to be written to the client or as a text; a text that begins with `!`
 * is for the Worker: `!bookmark <revision>`. A watch from a revision that is no longer kept is answered with 410.
 */
export class WatchHub extends DurableObject<StorageEnv> implements WatchHubStub {
  #engine: WatchHubEngine | undefined;
  #cluster = '';
  #hub = '';
  readonly #watchers = new Map<WebSocket, Watcher>();
  /** Whether `delivering` is stored: it outlives this object's memory when a delivery is cut short. */
  #deliveringNoted = false;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  /** Of the cluster that this hub's memory is of; undefined: it has none. */
  #life: string | undefined;

  #open(cluster: string, hub: string): WatchHubEngine {
    if (this.#engine) return this.#engine;
    this.#cluster = cluster;
    this.#hub = hub;
    const db = databaseOf(this.env, cluster);
    const engine: WatchHubEngine = new WatchHubEngine({
      readEvents: async (from, limit, prefix) => {
        const filter = prefix === undefined ? { contains: keysOfHub(hub) } : { prefix };
        const { events, to } = await sql.readEvents(db, cluster, from, limit, filter);
        return { events: events.filter((event) => hubsOf(event.key).includes(hub)), to };
      },
      attach: async (known) => {
        const { life, ...answer } = await logStub(this.env, cluster).attach(cluster, hub, known);
        this.#livesIn(engine, life);
        return answer;
      },
      deliver: (subscriber, batch) => this.#deliver(subscriber, batch),
      onDelivering: (busy) => this.#noteDelivering(busy),
      sleep,
    });
    const { kv } = this.ctx.storage;
    this.#deliveringNoted = kv.get<HubName>('delivering') !== undefined;
    for (const subscriber of kv.get<Subscriber[]>('subscribers') ?? [])
      engine.restore(subscriber, this.#deliveringNoted);
    // Sockets that outlived this object's memory: they have seen everything the log knows to be acknowledged.
    for (const socket of this.ctx.getWebSockets()) {
      const spec = socket.deserializeAttachment() as WatchSpec | null;
      if (!spec) continue;
      const watcher = this.#watcher(socket, spec);
      if (watcher) engine.resume(watcher);
    }
    this.#engine = engine;
    return engine;
  }

  /** A cluster may have taken the name of one that was deleted: nothing of that one is seen any more. */
  #livesIn(engine: WatchHubEngine, life: string): void {
    if (this.#life !== undefined && this.#life !== life) {
      engine.forget('the cluster was deleted');
      this.ctx.storage.kv.delete('subscribers');
    }
    this.#life = life;
  }

  #noteDelivering(busy: boolean): void {
    clearTimeout(this.#quiet);
    const { kv } = this.ctx.storage;
    if (!busy) {
      this.#quiet = setTimeout(() => {
        kv.delete('delivering');
        this.#deliveringNoted = false;
        void this.ctx.storage.deleteAlarm();
      }, QUIET_MS);
    } else if (!this.#deliveringNoted) {
      kv.put('delivering', { cluster: this.#cluster, hub: this.#hub } satisfies HubName);
      this.#deliveringNoted = true;
      void this.ctx.storage.setAlarm(Date.now() + DELIVERY_CHECK_MS);
    }
  }

  /** A delivery is still under way, or was cut short: then opening the hub has it made up for. */
  override async alarm(): Promise<void> {
    const name = this.ctx.storage.kv.get<HubName>('delivering');
    if (!name) return;
    this.#open(name.cluster, name.hub);
    await this.ctx.storage.setAlarm(Date.now() + DELIVERY_CHECK_MS);
  }

  async #deliver(subscriber: Subscriber, batch: EventBatch): Promise<void> {
    const colon = subscriber.name.indexOf(':');
    const binding = subscriber.name.slice(0, colon);
    const name = subscriber.name.slice(colon + 1);
    const objects = (this.env as unknown as Record<string, Objects<SubscriberStub>>)[binding];
    if (!objects) throw new Error(`no binding ${binding}`);
    await objects.getByName(name).deliver(this.#cluster, name, this.#hub, batch);
  }

  #watcher(socket: WebSocket, spec: WatchSpec): Watcher | undefined {
    const filter = watchFilter(spec);
    if (!filter) return undefined;
    const watcher: Watcher = {
      filter,
      since: spec.since,
      sink: {
        send: (frames) => socket.send(frames),
        end: (reason) => {
          this.#watchers.delete(socket);
          // A reason has at most 123 bytes.
          socket.close(1012, reason.slice(0, 40));
        },
      },
    };
    this.#watchers.set(socket, watcher);
    return watcher;
  }

  /** Opens a watch: an upgrade to a WebSocket, with the watch in the parameter `watch`. */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const spec = parseWatchSpec(url.searchParams.get('watch') ?? '');
    if (!spec || request.headers.get('Upgrade') !== 'websocket')
      return new Response('not a watch', { status: 400 });
    const engine = this.#open(spec.cluster, spec.hub);
    const pair = new WebSocketPair();
    const [client, server] = [pair[0], pair[1]];
    const watcher = this.#watcher(server, spec);
    if (!watcher) return new Response('unknown resource', { status: 404 });
    if (this.#watchers.size > MAX_WATCHES) {
      this.#watchers.delete(server);
      return new Response('too many watches', { status: 503 });
    }
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(spec);
    try {
      const since = await engine.watch(watcher);
      server.serializeAttachment({ ...spec, since } satisfies WatchSpec);
    } catch (error) {
      this.#watchers.delete(server);
      server.close(1011, 'not watching');
      if (!(error instanceof CompactedError)) throw error;
      return Response.json({ requested: error.requested, oldest: error.oldest }, { status: 410 });
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The only message of a Worker: it asks for a bookmark. */
  override async webSocketMessage(socket: WebSocket): Promise<void> {
    const spec = socket.deserializeAttachment() as WatchSpec | null;
    if (!spec) return;
    const head = await this.#open(spec.cluster, spec.hub).progress();
    // A watch that was ended meanwhile must not be told of what it was not sent.
    if (this.#watchers.has(socket)) socket.send(`!bookmark ${Math.max(head, spec.since)}`);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    const watcher = this.#watchers.get(socket);
    if (watcher) this.#engine?.remove(watcher);
    this.#watchers.delete(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.webSocketClose(socket);
  }

  async append(cluster: string, hub: string, batch: EventBatch, life: string): Promise<{ active: boolean }> {
    const engine = this.#open(cluster, hub);
    this.#livesIn(engine, life);
    return { active: await engine.append(batch) };
  }

  async subscribe(cluster: string, hub: string, subscriber: Subscriber): Promise<number> {
    const engine = this.#open(cluster, hub);
    const head = await engine.subscribe(subscriber);
    this.ctx.storage.kv.put('subscribers', engine.subscribers());
    return head;
  }

  async unsubscribe(cluster: string, hub: string, name: string): Promise<void> {
    const engine = this.#open(cluster, hub);
    engine.unsubscribe(name);
    this.ctx.storage.kv.put('subscribers', engine.subscribers());
  }

  async settled(): Promise<void> {
    await this.#engine?.settled();
  }

  async destroy(): Promise<void> {
    this.#engine?.endAll('the cluster was deleted');
    this.#engine = undefined;
    this.#life = undefined;
    clearTimeout(this.#quiet);
    this.#deliveringNoted = false;
    for (const socket of this.ctx.getWebSockets()) socket.close(1001, 'the cluster was deleted');
    await this.ctx.storage.deleteAll();
  }
}
