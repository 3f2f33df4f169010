/** Lists and their pages. Source: apiserver pkg/storage/etcd3/store.go (GetList), pkg/storage/continue.go. */
import { type FieldSelector, matchesFields, requiresExactField } from '../apimachinery/fields.ts';
import { matches, type Selector } from '../apimachinery/labels.ts';
import { badRequest, expired, resourceVersionTooLarge } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { storageOf } from '../apis/resources.ts';
import { selectableField } from '../apis/selectable.ts';
import { namespacePrefix, objectKey, resourcePrefix } from '../storage/keys.ts';
import { CompactedError, FutureRevisionError, type Page, type Row } from '../storage/types.ts';
import { fromRow } from './commit.ts';
import type { RequestContext } from './context.ts';

export interface ListOptions {
  readonly labels?: Selector;
  readonly fields?: FieldSelector;
  readonly limit?: number;
  readonly continue?: string;
  /** As the client gave it; '' for absent. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Whether a limited list says how much remains; default true. */
  readonly countRemaining?: boolean;
}

export interface ListResult {
  readonly rows: readonly Row[];
  readonly revision: number;
  readonly continue?: string;
  readonly remaining?: number;
}

/** Rows read at once when a selector may drop most of them, or no limit was given. */
const CHUNK = 1000;

/** Where a list goes on: the revision (below 0: the newest) and the key it begins behind, below its prefix. */
interface Continuation {
  revision: number;
  start: string;
  /** When its first page was read, ms. */
  at?: number;
}

/**
 * How long the pages of a list go on, ms: as long as upstream keeps a revision at the least. A cluster in which nothing is
 * written could show it for ever, but clients rely on lists that end.
 */
const MAX_AGE = 300_000;

export function encodeContinue({ revision, start, at }: Continuation): string {
  const text = JSON.stringify({
    v: 'meta.k8s.io/v1',
    rv: revision,
    start: `${start}\u0000`,
    ...(at === undefined ? {} : { at }),
  });
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** What Go says of a text that is no base64 for URLs. */
function base64Error(text: string): string | undefined {
  const bad = text.search(/[^A-Za-z0-9_-]/);
  const at = bad >= 0 ? bad : text.length % 4 === 1 ? text.length - 1 : -1;
  return at < 0 ? undefined : `illegal base64 data at input byte ${at}`;
}

/** @throws StatusError 400. */
export function decodeContinue(token: string): Continuation {
  let parsed: { v?: unknown; rv?: unknown; start?: unknown; at?: unknown };
  const wrong = base64Error(token);
  if (wrong) throw badRequest(`invalid continue token: continue key is not valid: ${wrong}`);
  try {
    const binary = atob(token.replace(/-/g, '+').replace(/_/g, '/'));
    parsed = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
  } catch {
    throw badRequest('invalid continue token: continue key is not valid');
  }
  if (parsed?.v !== 'meta.k8s.io/v1') {
    throw badRequest(
      `invalid continue token: continue key is not valid: server does not recognize this encoded version ${String(parsed?.v ?? '').slice(0, 64)}`,
    );
  }
  const { rv, start, at } = parsed;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) {
    throw badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  if (typeof start !== 'string' || start.length === 0 || start.length > 1000) {
    throw badRequest(
      'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
    );
  }
  // As upstream: a start that is no clean path could point out of the list.
  if (start.split('/').some((part, index) => part === '.' || part === '..' || (part === '' && index > 0))) {
    throw badRequest(`invalid continue token: continue key is not valid: ${start}`);
  }
  return {
    revision: rv,
    start: start.endsWith('\0') ? start.slice(0, -1) : start,
    ...(typeof at === 'number' ? { at } : {}),
  };
}

/** Prefix of a list: a resource, a namespace of it, or (with a required name) nearly one key. */
export function prefixOf(definition: ResourceDefinition, namespace: string | undefined): string {
  const { group, resource } = storageOf(definition);
  return namespace && definition.namespaced
    ? namespacePrefix(group, resource, namespace)
    : resourcePrefix(group, resource);
}

/**
 * The rows of a list, in order.
 * @throws StatusError 400 bad continue token, 410 it is too old, 504 a resourceVersion of the future.
 */
export async function list(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  options: ListOptions = {},
): Promise<ListResult> {
  const prefix = prefixOf(definition, namespace);
  const single = options.fields ? requiresExactField(options.fields, 'metadata.name') : undefined;
  // One name needs no pages; what it was at a revision is found as in any list.
  const past = options.resourceVersionMatch === 'Exact';
  if (single !== undefined && (namespace || !definition.namespaced) && !past && !options.continue) {
    return listOne(ctx, definition, namespace ?? '', single, options);
  }
  const continuation = options.continue ? decodeContinue(options.continue) : undefined;
  const now = ctx.clock.now();
  if (continuation && continuation.revision > 0 && now - (continuation.at ?? now) > MAX_AGE) {
    await advance(ctx, continuation.revision);
    throw tooOld(continuation.start);
  }
  const revision = continuation
    ? continuation.revision > 0
      ? continuation.revision
      : undefined
    : exactRevision(options);
  const minimum = continuation || revision !== undefined ? 0 : Number(options.resourceVersion || 0);
  const keep = rowFilter(definition, options);
  const limit = options.limit && options.limit > 0 ? options.limit : Number.POSITIVE_INFINITY;
  const rows: Row[] = [];
  let after = continuation ? prefix + continuation.start : undefined;
  let at = revision;
  for (;;) {
    let page: Page;
    try {
      page = await ctx.storage.list(prefix, {
        limit: keep ? CHUNK : Math.min(limit - rows.length, CHUNK),
        ...(after === undefined ? {} : { after }),
        ...(at === undefined ? {} : { revision: at }),
        countRemaining: !keep && limit !== Number.POSITIVE_INFINITY && options.countRemaining !== false,
      });
    } catch (error) {
      throw readError(error, after?.slice(prefix.length), Boolean(continuation));
    }
    // What follows must show the revision of the first page.
    at = page.revision;
    if (minimum > at) throw resourceVersionTooLarge(minimum, at);
    let last: string | undefined;
    for (const row of page.rows) {
      if (rows.length >= limit) break;
      last = row.key;
      if (!keep || keep(row)) rows.push(row);
    }
    after = last ?? after;
    const more = page.more || (page.rows.length > 0 && page.rows.at(-1)!.key !== last);
    if (!more) return { rows, revision: at };
    if (rows.length >= limit) {
      return {
        rows,
        revision: at,
        continue: encodeContinue({
          revision: at,
          start: after!.slice(prefix.length),
          at: continuation?.at ?? now,
        }),
        ...(page.remaining === undefined ? {} : { remaining: page.remaining }),
      };
    }
  }
}

/** A part of a list; `more`: others follow. */
export interface ListPage extends ListResult {
  readonly more: boolean;
}

/**
 * A list in parts, all of the revision of the first, so that a large one is never in memory as a whole. A list with a limit
 * is one part.
 * @throws StatusError as list.
 */
export async function* listPages(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  options: ListOptions = {},
): AsyncGenerator<ListPage> {
  if (options.limit) {
    yield { ...(await list(ctx, definition, namespace, options)), more: false };
    return;
  }
  const { resourceVersion, resourceVersionMatch, ...rest } = options;
  // The limit is ours: it must not make the list one of exactly that version.
  const match =
    resourceVersionMatch ?? (resourceVersion && resourceVersion !== '0' ? 'NotOlderThan' : undefined);
  let parameters: ListOptions = {
    ...rest,
    limit: CHUNK,
    countRemaining: false,
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(match ? { resourceVersionMatch: match } : {}),
  };
  for (;;) {
    const { rows, revision, continue: token } = await list(ctx, definition, namespace, parameters);
    yield { rows, revision, more: token !== undefined };
    if (token === undefined) return;
    parameters = { ...rest, limit: CHUNK, countRemaining: false, continue: token };
  }
}

/** The revision a list must show exactly; undefined: the newest. */
function exactRevision({ resourceVersion, resourceVersionMatch, limit }: ListOptions): number | undefined {
  if (!resourceVersion || resourceVersion === '0') return undefined;
  if (resourceVersionMatch === 'Exact') return Number(resourceVersion);
  // Before resourceVersionMatch there was this: a limited list of a version means that version.
  if (!resourceVersionMatch && limit) return Number(resourceVersion);
  return undefined;
}

async function listOne(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  options: ListOptions,
): Promise<ListResult> {
  const { group, resource } = storageOf(definition);
  // The head first: the row is at least as new, and a watch from there shows what comes after.
  const revision = await ctx.storage.head();
  const minimum = Number(options.resourceVersion || 0);
  if (minimum > revision) throw resourceVersionTooLarge(minimum, revision);
  const row = await ctx.storage.get(objectKey(group, resource, namespace, name));
  const keep = rowFilter(definition, options);
  return {
    rows: row && (!keep || keep(row)) ? [row] : [],
    revision: Math.max(revision, row?.revision ?? 0),
  };
}

function rowFilter(
  definition: ResourceDefinition,
  { labels, fields }: ListOptions,
): ((row: Row) => boolean) | undefined {
  if (!labels && !fields) return undefined;
  return (row) => {
    const object = JSON.parse(row.value) as KubeObject;
    return (
      (!labels || matches(labels, object.metadata?.labels)) &&
      (!fields || matchesFields(fields, (field) => selectableField(definition, object, field) ?? ''))
    );
  };
}

function readError(error: unknown, start: string | undefined, continued: boolean): unknown {
  if (error instanceof FutureRevisionError) return resourceVersionTooLarge(error.requested, error.current);
  if (!(error instanceof CompactedError)) return error;
  if (!continued || start === undefined)
    return expired('The resourceVersion for the provided list is too old.');
  return tooOld(start);
}

const tooOld = (start: string): unknown =>
  expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: encodeContinue({ revision: -1, start }) },
  );

/** Of the list after one that has ended. */
const ENDED_KEY = 'kedge/lists//ended';

/**
 * Makes sure that what is listed from now on is of another revision than this one, as upstream's compactor does by writing
 * when it compacts.
 */
async function advance({ storage }: RequestContext, revision: number): Promise<void> {
  if ((await storage.head()) !== revision) return;
  const row = await storage.get(ENDED_KEY);
  const value = '{"metadata":{}}';
  const { revision: expect = 0 } = row ?? {};
  // Who is not the first to do so has nothing to do.
  await storage.commit({
    writes: [{ key: ENDED_KEY, expect, deleted: false, value, ...(row ? { prevValue: row.value } : {}) }],
  });
}

/** The objects of a list. */
export async function listObjects<T extends KubeObject = KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  options: ListOptions = {},
): Promise<Stored<T>[]> {
  const { rows } = await list(ctx, definition, namespace, options);
  return rows.map((row) => fromRow<T>(definition, row));
}
