/**
 * `/openapi/v2` and `/openapi/v3`. Sources: kube-openapi pkg/handler/handler.go, pkg/handler3/handler.go.
 *
 * Documents are made when first asked for. What is kept: the hash of each for as long as the isolate lives, their
 * texts within a budget.
 */
import { systemClock } from '../../apimachinery/clock.ts';
import { sha512Hex } from '../../apimachinery/hash.ts';
import { RESOURCES } from '../../apis/resources.ts';
import { JSON_TYPE, parseAccept, takesGzip } from '../negotiation.ts';
import { type Answer, respondBytes, respondText } from '../respond.ts';
import { TextCache } from './cache.ts';
import { documentV2, documentV3, keysOf, type Library, libraryOf, type OpenApiSource } from './documents.ts';
import { encodeDocument } from './gnostic.ts';
import { encodeDocumentV3 } from './gnostic-v3.ts';

const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** What each spelling of Accept is answered with. */
const V2_TYPES: Readonly<Record<string, string>> = {
  [JSON_TYPE]: JSON_TYPE,
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf': PROTOBUF_V2,
  [PROTOBUF_V2]: PROTOBUF_V2,
};
const PROTOBUF_V3 = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf';
const V3_TYPES: Readonly<Record<string, string>> = {
  [JSON_TYPE]: JSON_TYPE,
  [PROTOBUF_V3]: PROTOBUF_V3,
  'application/com.github.proto-openapi.spec.v3@v1.0+protobuf': PROTOBUF_V3,
};

const INDEX_TYPE = 'text/plain; charset=utf-8';

const YEAR = 365 * 24 * 3600 * 1000;

interface Kept {
  readonly library: Library;
  /** Since when it is known, ms since the epoch: what Last-Modified tells. */
  readonly since: number;
  /** Document -> SHA-512 of its JSON; `v2` is the document of version 2. */
  readonly hashes: Map<string, string>;
  index: { text: string; hash: string } | undefined;
}

const kept = new WeakMap<OpenApiSource, Kept>();
const texts = new TextCache(12 * 1024 * 1024);
let standard: Kept | undefined;

const keep = (source: OpenApiSource): Kept => ({
  library: libraryOf(source),
  since: systemClock.now(),
  hashes: new Map(),
  index: undefined,
});

function keptOf(source: OpenApiSource): Kept {
  const known = kept.get(source);
  if (known) return known;
  const made = keep(source);
  kept.set(source, made);
  return made;
}

/**
 * The answer to a path below /openapi; undefined for a path that has no document. `custom` is what a cluster serves
 * besides the built-in resources; what is made from it is cached by its identity.
 */
export async function openapi(
  request: Request,
  path: string,
  query: URLSearchParams,
  custom?: OpenApiSource,
): Promise<Response | undefined> {
  const match = /^\/openapi\/(?:v2|v3(?:\/(.*))?)$/.exec(path);
  if (!match) return undefined;
  standard ??= keep({ catalog: RESOURCES, custom: new Map() });
  const all = custom ? [standard, keptOf(custom)] : [standard];
  if (path === '/openapi/v2') return respondV2(request, all);
  const [, key] = match;
  if (key === undefined) return respondIndex(request, all);
  const owner = all.find(({ library }) => library.operations.has(key));
  // Whatever the method, as upstream.
  return owner ? respondV3(request, query, owner, key) : new Response(null, { status: 404 });
}

/** The index, and the document of version 2, are kept with what was added last: they are of everything. */
async function respondIndex(request: Request, all: readonly Kept[]): Promise<Response> {
  const last = all.at(-1)!;
  last.index ??= await makeIndex(all);
  const { text, hash } = last.index;
  // The type is what Go takes it for: the aggregator names none.
  return unlessKnown(request, hash, last.since, () => respondText(answerTo(request), text, INDEX_TYPE));
}

/** `{"paths":{"api/v1":{"serverRelativeURL":"/openapi/v3/api/v1?hash=…"},…}}` */
async function makeIndex(all: readonly Kept[]): Promise<{ text: string; hash: string }> {
  const hashes = new Map<string, string>();
  for (const one of all) {
    for (const key of keysOf(one.library)) {
      if (!hashes.has(key)) hashes.set(key, await hashOf(one, key, () => textV3(one, key)));
    }
  }
  const paths: Record<string, { serverRelativeURL: string }> = {};
  for (const key of [...hashes.keys()].sort()) {
    paths[key] = { serverRelativeURL: `/openapi/v3/${key}?hash=${hashes.get(key)}` };
  }
  const text = JSON.stringify({ paths });
  return { text, hash: await sha512Hex(text) };
}

const textV3 = (owner: Kept, key: string): string =>
  texts.get(owner, key, () => JSON.stringify(documentV3(owner.library, key))) as string;

const bytesV3 = (owner: Kept, key: string): Uint8Array =>
  texts.get(owner, `${key} protobuf`, () => encodeDocumentV3(documentV3(owner.library, key)!)) as Uint8Array;

const makeV2 = (all: readonly Kept[]) => documentV2(...all.map(({ library }) => library));
const textV2 = (all: readonly Kept[]): string =>
  texts.get(all.at(-1)!, 'v2', () => JSON.stringify(makeV2(all))) as string;
const bytesV2 = (all: readonly Kept[]): Uint8Array =>
  texts.get(all.at(-1)!, 'v2 protobuf', () => encodeDocument(makeV2(all))) as Uint8Array;

async function hashOf(owner: Kept, key: string, text: () => string): Promise<string> {
  const hash = owner.hashes.get(key) ?? (await sha512Hex(text()));
  owner.hashes.set(key, hash);
  return hash;
}

async function respondV3(
  request: Request,
  query: URLSearchParams,
  owner: Kept,
  key: string,
): Promise<Response> {
  const type = acceptable(request, V3_TYPES);
  if (!type) return notAcceptable();
  const hash = await hashOf(owner, key, () => textV3(owner, key));
  const asked = query.get('hash');
  if (asked && asked !== hash) {
    // Where the client sees this server may have a prefix that the path does not have.
    const location = `${new URL(request.url).pathname}?hash=${hash}`;
    return new Response(null, {
      status: 301,
      headers: { Location: location, 'Content-Type': type, ETag: `"${hash}"`, Vary: 'Accept' },
    });
  }
  const response = unlessKnown(request, hash, owner.since, () =>
    type === JSON_TYPE
      ? respondText(answerTo(request), textV3(owner, key), type)
      : respondBytes(answerTo(request), bytesV3(owner, key), type),
  );
  response.headers.append('Vary', 'Accept');
  if (asked) {
    // The address names the content: whoever has it never has to ask again.
    response.headers.set('Cache-Control', 'public, immutable');
    response.headers.set('Expires', new Date(systemClock.now() + YEAR).toUTCString());
  }
  return response;
}

async function respondV2(request: Request, all: readonly Kept[]): Promise<Response> {
  const type = acceptable(request, V2_TYPES);
  const last = all.at(-1)!;
  const response = type
    ? unlessKnown(request, await hashOf(last, 'v2', () => textV2(all)), last.since, () =>
        type === JSON_TYPE
          ? respondText(answerTo(request), textV2(all), type)
          : respondBytes(answerTo(request), bytesV2(all), type),
      )
    : notAcceptable();
  response.headers.set('Vary', 'Accept-Encoding, Accept');
  return response;
}

/** The media type to answer in: the first clause of Accept that fits one of these, of which JSON is the first. */
function acceptable(request: Request, types: Readonly<Record<string, string>>): string | undefined {
  for (const { type, subtype } of parseAccept(request.headers.get('Accept') || '*/*')) {
    if (type !== 'application' && type !== '*') continue;
    const known = subtype === '*' ? JSON_TYPE : types[`application/${subtype}`];
    if (known) return known;
  }
  return undefined;
}
const notAcceptable = (): Response => new Response(null, { status: 406, headers: { Vary: 'Accept' } });

const answerTo = (request: Request): Answer => ({
  format: { encoding: 'json', pretty: false },
  status: 200,
  gzip: takesGzip(request),
  warnings: [],
});

/**
 * Not the document, but 304, for those who have it: by its hash or, if they name none, by its date.
 * Source: Go net/http ServeContent. There are no ranges.
 */
function unlessKnown(request: Request, hash: string, since: number, respond: () => Response): Response {
  const etag = `"${hash}"`;
  const modified = Math.floor(since / 1000) * 1000;
  const response = isKnown(request, etag, modified) ? new Response(null, { status: 304 }) : respond();
  response.headers.set('ETag', etag);
  if (response.status !== 304) response.headers.set('Last-Modified', new Date(modified).toUTCString());
  return response;
}

function isKnown({ headers, method }: Request, etag: string, modified: number): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const match = headers.get('If-None-Match');
  if (match !== null) {
    const known = match.split(',').map((one) => one.trim().replace(/^W\//, ''));
    return known.includes(etag) || known.includes('*');
  }
  return Date.parse(headers.get('If-Modified-Since') ?? '') >= modified;
}
