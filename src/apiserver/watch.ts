/**
 * Watches. The Worker holds the client's stream and joins it to a watch hub by a WebSocket, so that an idle watch costs
 * no Durable Object. Source: apiserver pkg/endpoints/handlers/watch.go, pkg/storage/cacher/cacher.go.
 */
import {
  serviceUnavailable,
  type Status,
  StatusError,
  tooOldResourceVersion,
} from '../apimachinery/status.ts';
import type { CustomResource, ResourceDefinition } from '../apis/definition.ts';
import { fromRow } from '../registry/commit.ts';
import type { RequestContext } from '../registry/context.ts';
import { list, type ListOptions, prefixOf } from '../registry/list.ts';
import { hubStub, type StorageEnv } from '../storage/env.ts';
import { HUB_ALL, HUB_CLUSTER, hubOfNamespace, objectKey } from '../storage/keys.ts';
import { storageOf } from '../apis/resources.ts';
import { requiresExactField, formatFieldSelector } from '../apimachinery/fields.ts';
import { formatSelector } from '../apimachinery/labels.ts';
import type { WatchSpec } from '../storage/watch-filter.ts';
import type { Format } from './negotiation.ts';
import type { Row } from '../storage/types.ts';
import { frameWriter, type WatchEvent } from './watch-frames.ts';
import type { IncludeObject } from './table.ts';

export interface WatchOptions extends ListOptions {
  readonly bookmarks: boolean;
  /** Start with the objects there are, then an annotated bookmark. */
  readonly sendInitialEvents?: boolean;
  /** Seconds after which the watch ends. */
  readonly timeout: number;
  readonly includeObject: IncludeObject;
}

const BOOKMARK_INTERVAL_MS = 60_000;
/** A client that is this far behind is dropped; it comes back with the last resourceVersion it saw. */
const MAX_PENDING_BYTES = 8_000_000;
/** So much is sent over one WebSocket, which does not tell what has been read: then the client comes back, too. */
const MAX_SOCKET_BYTES = 16_000_000;
/** Characters of the initial events that are written at once. */
const PIECE = 256_000;
/** Timers take no longer waits. */
const MAX_TIMEOUT_SECONDS = 86_400;

/** What goes wrong with a watch that was understood is told in its stream. */
const TOLD_IN_STREAM: ReadonlySet<number> = new Set([410, 504]);

/**
 * Opens a watch. As upstream, a resourceVersion that is no longer kept, or that is not there yet when the watch has to
 * begin with what there is, is an event of type ERROR: cacher.go, newErrWatcher.
 */
export async function watch(
  env: StorageEnv,
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  options: WatchOptions,
  format: Format,
  upgrade: boolean,
): Promise<Response> {
  const writer = frameWriter(definition, format, options.includeObject, ctx.clock);
  let first: Iterable<string> = [];
  let since = Number(options.resourceVersion || 0);
  let socket: WebSocket;
  try {
    if (options.sendInitialEvents) {
      const { limit: _l, continue: _c, ...selected } = options;
      const listed = await list(ctx, definition, namespace || undefined, selected);
      since = listed.revision;
      const bookmark = options.bookmarks ? writer.bookmark(since, true) : undefined;
      first = initialEvents(definition, listed.rows, bookmark);
    }
    // Without a version and without initial events: from now on.
    else if (since === 0) since = await ctx.storage.head();
    socket = await connect(env, ctx, definition, namespace, options, since);
  } catch (error) {
    if (!(error instanceof StatusError) || !TOLD_IN_STREAM.has(error.code)) throw error;
    return serveError(error.status, writer, upgrade);
  }
  return upgrade ? serveSocket(socket, writer, first, options) : serveStream(socket, writer, first, options);
}

/** A watch that is one error. */
function serveError(status: Status, writer: FrameWriter, upgrade: boolean): Response {
  const bytes = writer.encode(JSON.stringify({ type: 'ERROR', object: status }));
  if (!upgrade) return streamResponse(bytes, writer);
  const pair = new WebSocketPair();
  const [client, server] = [pair[0], pair[1]];
  server.accept();
  server.send(writer.text ? new TextDecoder().decode(bytes) : bytes);
  server.close(1000, 'watch ended');
  return new Response(null, { status: 101, webSocket: client });
}

type FrameWriter = ReturnType<typeof frameWriter>;

/** The objects there are, in pieces of whole lines that are made when they are wanted. */
function* initialEvents(
  definition: ResourceDefinition,
  rows: readonly Row[],
  bookmark: WatchEvent | undefined,
): Generator<string> {
  let text = '';
  for (const row of rows) {
    text += `${JSON.stringify({ type: 'ADDED', object: fromRow(definition, row) })}\n`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  if (bookmark) text += `${JSON.stringify(bookmark)}\n`;
  if (text !== '') yield text;
}

/** What carries the events to the client. */
interface Carrier {
  /** Begins with these lines; what is sent meanwhile follows them. */
  begin(first: Iterable<string>): void;
  /** False when the client is too far behind. */
  send(lines: string): boolean;
  /** `behind`: what has not been written yet is dropped. */
  close(behind: boolean): void;
}

async function connect(
  env: StorageEnv,
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  options: WatchOptions,
  since: number,
): Promise<WebSocket> {
  const { group, resource } = storageOf(definition);
  const hub = !definition.namespaced ? HUB_CLUSTER : namespace ? hubOfNamespace(namespace) : HUB_ALL;
  const name = options.fields ? requiresExactField(options.fields, 'metadata.name') : undefined;
  const single = name !== undefined && (namespace || !definition.namespaced);
  const spec: WatchSpec = {
    cluster: ctx.cluster,
    hub,
    group: definition.group,
    version: definition.version,
    resource: definition.resource,
    prefix: single
      ? objectKey(group, resource, namespace, name)
      : prefixOf(definition, namespace || undefined),
    since,
    ...(options.labels ? { labels: formatSelector(options.labels) } : {}),
    ...(options.fields ? { fields: formatFieldSelector(options.fields) } : {}),
    ...(definition.custom ? { custom: watchedAs(definition, definition.custom) } : {}),
  };
  const response = await hubStub(env, ctx.cluster, hub).fetch(
    new Request(`https://hub/watch?watch=${encodeURIComponent(JSON.stringify(spec))}`, {
      headers: { Upgrade: 'websocket' },
    }),
  );
  if (response.status === 410) {
    const { requested, oldest } = await response.json<{ requested: number; oldest: number }>();
    throw tooOldResourceVersion(requested, oldest);
  }
  if (!response.webSocket) throw serviceUnavailable('the watch hub does not answer');
  return response.webSocket;
}

const watchedAs = ({ kind, namespaced }: ResourceDefinition, { selectablePaths }: CustomResource) => ({
  kind,
  namespaced,
  selectablePaths,
});

/** What happens on a watch until it ends, whatever carries it. */
function run(
  socket: WebSocket,
  writer: FrameWriter,
  first: Iterable<string>,
  options: WatchOptions,
  out: Carrier,
): (behind?: boolean) => void {
  let ended = false;
  const end = (behind = false): void => {
    if (ended) return;
    ended = true;
    if (bookmarks !== undefined) clearInterval(bookmarks);
    clearTimeout(timeout);
    try {
      socket.close(1000, 'watch ended');
    } catch {
      // Closed already.
    }
    out.close(behind);
  };
  const bookmarks = options.bookmarks
    ? setInterval(() => socket.send('bookmark'), BOOKMARK_INTERVAL_MS)
    : undefined;
  const timeout = setTimeout(
    () => {
      // As upstream: a last bookmark, so that the next watch starts from here.
      if (options.bookmarks) {
        socket.send('bookmark');
        setTimeout(() => end(), 1000);
      } else end();
    },
    Math.min(
      Math.max(options.timeout - (options.bookmarks && options.timeout > 2 ? 1 : 0), 0),
      MAX_TIMEOUT_SECONDS,
    ) * 1000,
  );
  socket.addEventListener('message', ({ data }) => {
    if (ended || typeof data !== 'string') return;
    const bookmark = data.startsWith('!bookmark ') ? Number(data.slice(10)) : undefined;
    const lines = bookmark === undefined ? data : JSON.stringify(writer.bookmark(bookmark, false));
    if (!out.send(lines)) end(true);
  });
  socket.addEventListener('close', () => end());
  socket.addEventListener('error', () => end());
  out.begin(first);
  socket.accept();
  return end;
}

function serveStream(
  socket: WebSocket,
  writer: FrameWriter,
  first: Iterable<string>,
  options: WatchOptions,
): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    { highWaterMark: 1 },
    { highWaterMark: 16 },
  );
  const sink = writable.getWriter();
  let pending = 0;
  const write = (bytes: Uint8Array): void => {
    const written = (): void => {
      pending -= bytes.length;
    };
    // A failure is one of the whole stream, see below.
    sink.write(bytes).then(written, written);
  };
  /** What waits for the initial events; undefined when they are written. */
  let waiting: Uint8Array[] | undefined = [];
  // As fast as the client reads, however many they are.
  const begin = async (first: Iterable<string>): Promise<void> => {
    for (const lines of first) await sink.write(writer.encode(lines));
    for (const bytes of waiting ?? []) write(bytes);
    waiting = undefined;
  };
  const end = run(socket, writer, first, options, {
    begin: (events) => void begin(events).catch(() => {}),
    send(lines) {
      const bytes = writer.encode(lines);
      if (bytes.length === 0) return true;
      pending += bytes.length;
      if (pending > MAX_PENDING_BYTES) return false;
      if (waiting) waiting.push(bytes);
      else write(bytes);
      return true;
    },
    close(behind) {
      waiting = undefined;
      (behind ? sink.abort(new Error('the client is too far behind')) : sink.close()).catch(() => {});
    },
  });
  sink.closed.catch(() => end());
  return streamResponse(readable, writer);
}

function streamResponse(body: BodyInit, writer: FrameWriter): Response {
  return new Response(body, {
    status: 200,
    headers: {
      'Content-Type': writer.contentType,
      'Content-Encoding': 'identity',
      'Cache-Control': 'no-cache, private, no-transform',
      'Audit-Id': crypto.randomUUID(),
    },
  });
}

/** A watch over a WebSocket: one frame an event. */
function serveSocket(
  socket: WebSocket,
  writer: FrameWriter,
  first: Iterable<string>,
  options: WatchOptions,
): Response {
  const pair = new WebSocketPair();
  const [client, server] = [pair[0], pair[1]];
  server.accept();
  let sent = 0;
  const send = (lines: string): boolean => {
    for (const line of lines.split('\n')) {
      if (line === '') continue;
      const bytes = writer.encode(line);
      sent += bytes.length;
      if (writer.text) server.send(new TextDecoder().decode(bytes));
      else server.send(bytes);
    }
    return sent < MAX_SOCKET_BYTES;
  };
  const end = run(socket, writer, first, options, {
    begin(events) {
      for (const lines of events) send(lines);
      sent = 0;
    },
    send,
    close() {
      try {
        server.close(1000, 'watch ended');
      } catch {
        // Closed already.
      }
    },
  });
  server.addEventListener('close', () => end());
  server.addEventListener('error', () => end());
  return new Response(null, { status: 101, webSocket: client });
}
