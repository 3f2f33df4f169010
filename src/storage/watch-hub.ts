import { DurableObject } from 'cloudflare:workers';
import {
  databaseOf,
  logStub,
  type Objects,
  type StorageEnv,
  type SubscriberStub,
  type WatchHubStub,
} from './env.ts';
import { type Subscriber, type Watcher, WatchHubEngine } from './hub.ts';
import { hubsOf } from './keys.ts';
import * as sql from './sql.ts';
import { CompactedError, type EventBatch } from './types.ts';
import { parseWatchSpec, watchFilter, type WatchSpec } from './watch-filter.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A watch hub: a thin shell around WatchHubEngine. Named `<cluster>/<hub>`.
 *
 * Watches are hibernatable WebSockets from the Workers that hold the clients' streams: a watch nobody writes to costs
 * nothing. A frame is a text of whole lines, ready to be written to the client; a text that begins with `!` is for
 * the Worker: `!bookmark <revision>`. A watch from a revision that is no longer kept is answered with 410.
 */
export class WatchHub extends DurableObject<StorageEnv> implements WatchHubStub {
  #engine: WatchHubEngine | undefined;
  #cluster = '';
  #hub = '';
  readonly #watchers = new Map<WebSocket, Watcher>();

  #open(cluster: string, hub: string): WatchHubEngine {
    if (this.#engine) return this.#engine;
    this.#cluster = cluster;
    this.#hub = hub;
    const db = databaseOf(this.env, cluster);
    const engine = new WatchHubEngine({
      readEvents: async (from, limit) => {
        const read = await sql.readEvents(db, cluster, from, limit);
        return { ...read, events: read.events.filter((event) => hubsOf(event.key).includes(hub)) };
      },
      attach: () => logStub(this.env, cluster).attach(cluster, hub),
      deliver: (subscriber, batch) => this.#deliver(subscriber, batch),
      sleep,
    });
    for (const subscriber of this.ctx.storage.kv.get<Subscriber[]>('subscribers') ?? [])
      engine.subscribe(subscriber);
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
      sink: {
        send: (text) => socket.send(text),
        end: (reason) => {
          this.#watchers.delete(socket);
          socket.close(1012, reason);
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
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(spec);
    const watcher = this.#watcher(server, spec);
    if (!watcher) return new Response('unknown resource', { status: 404 });
    try {
      await engine.watch(watcher, spec.since);
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
    const engine = this.#open(spec.cluster, spec.hub);
    await engine.ready();
    socket.send(`!bookmark ${engine.head}`);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    const watcher = this.#watchers.get(socket);
    if (watcher) this.#engine?.remove(watcher);
    this.#watchers.delete(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.webSocketClose(socket);
  }

  async append(cluster: string, hub: string, batch: EventBatch): Promise<{ active: boolean }> {
    const engine = this.#open(cluster, hub);
    engine.registered = true;
    await engine.append(batch);
    if (!engine.active) engine.registered = false;
    return { active: engine.active };
  }

  async subscribe(cluster: string, hub: string, subscriber: Subscriber): Promise<number> {
    const engine = this.#open(cluster, hub);
    engine.subscribe(subscriber);
    this.ctx.storage.kv.put('subscribers', engine.subscribers());
    await engine.ready();
    return engine.head;
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
    for (const socket of this.ctx.getWebSockets()) socket.close(1001, 'the cluster was deleted');
    await this.ctx.storage.deleteAll();
  }
}
