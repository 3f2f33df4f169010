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
import { addWarnings, statusOf } from './respond.ts';
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
  let source: Source;
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
    // A WebSocket's client gets each event as a message of its own: there the lines must be told apart.
    source = await open(env, ctx, definition, namespace, options, since, writer.plain && !upgrade);
  } catch (error) {
    if (!(error instanceof StatusError) || !TOLD_IN_STREAM.has(error.code)) throw error;
    return serveError(error.status, writer, upgrade);
  }
  if (upgrade) return serveSocket(source, writer, first, options);
  const response = serveStream(source, writer, first, options);
  addWarnings(response.headers, ctx.warnings);
  return response;
}

/** Milliseconds for which a watch goes on when its resource is served another way, as upstream's do. */
const TEAR_DOWN_MS = 1000;
const DEFINITIONS = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' } as const;

/** Where a watch comes from. */
interface Source {
  readonly objects: WebSocket;
  readonly definition?: Definition;
}

interface Definition {
  readonly socket: WebSocket;
  readonly custom: CustomResource;
}

async function open(
  env: StorageEnv,
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  options: WatchOptions,
  since: number,
  bytes: boolean,
): Promise<Source> {
  const objects = await connect(env, ctx, definition, namespace, options, since, bytes);
  if (!definition.custom) return { objects };
  try {
    return { objects, definition: await followDefinition(env, ctx, definition.custom) };
  } catch (error) {
    objects.accept();
    closeSocket(objects);
    throw error;
  }
}

/** What happens to the definition of a custom resource since the catalog was read. */
async function followDefinition(
  env: StorageEnv,
  ctx: RequestContext,
  custom: CustomResource,
): Promise<Definition> {
  const { group, resource } = DEFINITIONS;
  const socket = await openSocket(env, {
    ...{ cluster: ctx.cluster, hub: HUB_CLUSTER, group, version: 'v1', resource },
    prefix: objectKey(group, resource, '', custom.crd),
    since: ctx.cache.catalog.revision,
  });
  return { socket, custom };
}

/**
 * Calls `end` when the definition of a custom resource goes, or makes something else of it: whoever watches comes back and
 * is served by what there is then. Answers how to stop listening. Source: apiextensions-apiserver
 * pkg/apiserver/customresource_handler.go (updateCustomResourceDefinition, tearDown).
 */
function endWithDefinition({ socket, custom }: Definition, end: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  socket.addEventListener('message', ({ data }) => {
    if (timer !== undefined || typeof data !== 'string') return;
    const changed = data.split('\n').some((line) => {
      if (!line.startsWith('{')) return false;
      const { type, object } = JSON.parse(line) as WatchEvent;
      return type === 'DELETED' || !custom.isSameBy(object);
    });
    if (changed) timer = setTimeout(end, TEAR_DOWN_MS);
  });
  // Nobody else would tell of a change.
  socket.addEventListener('close', end);
  socket.addEventListener('error', end);
  socket.accept();
  return () => {
    if (timer !== undefined) clearTimeout(timer);
    closeSocket(socket);
  };
}

function closeSocket(socket: WebSocket): void {
  try {
    socket.close(1000, 'watch ended');
  } catch {
    // Closed already.
  }
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
  send(lines: string | Uint8Array): boolean;
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
  bytes: boolean,
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
    ...(bytes ? { bytes } : {}),
    ...(options.labels ? { labels: formatSelector(options.labels) } : {}),
    ...(options.fields ? { fields: formatFieldSelector(options.fields) } : {}),
    ...(definition.custom ? { custom: watchedAs(definition, definition.custom) } : {}),
  };
  return openSocket(env, spec);
}

/** @throws StatusError 410 when what came after the watch's beginning is no longer kept. */
async function openSocket(env: StorageEnv, spec: WatchSpec): Promise<WebSocket> {
  const response = await hubStub(env, spec.cluster, spec.hub).fetch(
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

/** The lines of a hub's text: events, or the bookmark it was asked for. */
const linesOf = (text: string, writer: FrameWriter): string =>
  text.startsWith('!bookmark ') ? JSON.stringify(writer.bookmark(Number(text.slice(10)), false)) : text;

/** What happens on a watch until it ends, whatever carries it. */
function run(
  { objects: socket, definition }: Source,
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
    closeSocket(socket);
    unfollow?.();
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
    if (ended) return;
    try {
      if (!out.send(typeof data === 'string' ? linesOf(data, writer) : new Uint8Array(data as ArrayBuffer)))
        end(true);
    } catch (error) {
      // What cannot be shown in this version.
      out.send(JSON.stringify({ type: 'ERROR', object: statusOf(error) }));
      end();
    }
  });
  socket.addEventListener('close', () => end());
  socket.addEventListener('error', () => end());
  const unfollow = definition && endWithDefinition(definition, () => end());
  out.begin(first);
  socket.binaryType = 'arraybuffer';
  socket.accept();
  return end;
}

function serveStream(
  source: Source,
  writer: FrameWriter,
  first: Iterable<string>,
  options: WatchOptions,
): Response {
  // Not the platform's own identity stream: what queues in this one leaves it as one piece, in that in many small ones.
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
  const end = run(source, writer, first, options, {
    begin: (events) => void begin(events).catch(() => end(true)),
    send(lines) {
      const bytes = typeof lines === 'string' ? writer.encode(lines) : lines;
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
  source: Source,
  writer: FrameWriter,
  first: Iterable<string>,
  options: WatchOptions,
): Response {
  const pair = new WebSocketPair();
  const [client, server] = [pair[0], pair[1]];
  server.accept();
  let sent = 0;
  const send = (lines: string | Uint8Array): boolean => {
    for (const line of (typeof lines === 'string' ? lines : new TextDecoder().decode(lines)).split('\n')) {
      if (line === '') continue;
      const bytes = writer.encode(line);
      sent += bytes.length;
      if (writer.text) server.send(new TextDecoder().decode(bytes));
      else server.send(bytes);
    }
    return sent < MAX_SOCKET_BYTES;
  };
  const end = run(source, writer, first, options, {
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
