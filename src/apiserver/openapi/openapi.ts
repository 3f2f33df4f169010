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

const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** What each spelling of Accept is answered with. */
const V2_TYPES: Readonly<Record<string, string>> = {
  [JSON_TYPE]: JSON_TYPE,
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf': PROTOBUF_V2,
  [PROTOBUF_V2]: PROTOBUF_V2,
};
const V3_TYPES: Readonly<Record<string, string>> = { [JSON_TYPE]: JSON_TYPE };

const YEAR = 365 * 24 * 3600 * 1000;

interface Kept {
  readonly library: Library;
  /** Document -> SHA-512 of its JSON; `v2` is the document of version 2. */
  readonly hashes: Map<string, string>;
  index: { text: string; hash: string } | undefined;
}

const kept = new WeakMap<OpenApiSource, Kept>();
const texts = new TextCache(12 * 1024 * 1024);
let standard: Kept | undefined;

function keptOf(source: OpenApiSource): Kept {
  const known = kept.get(source);
  if (known) return known;
  const made: Kept = { library: libraryOf(source), hashes: new Map(), index: undefined };
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
  const match = /^\/openapi\/(v2|v3)(?:\/(.*))?$/.exec(path);
  if (!match) return undefined;
  const [, version, key = ''] = match;
  if (version === 'v2' && key !== '') return undefined;
  standard ??= {
    library: libraryOf({ catalog: RESOURCES, custom: new Map() }),
    hashes: new Map(),
    index: undefined,
  };
  const all = custom ? [standard, keptOf(custom)] : [standard];
  const owner = all.find(({ library }) => library.operations.has(key));
  if (version === 'v3' && key !== '' && !owner) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('405: Method Not Allowed', {
      status: 405,
      headers: { 'Content-Type': 'text/plain' },
    });
  }
  if (version === 'v2') return respondV2(request, all);
  return owner ? respondV3(request, query, owner, key) : respondIndex(request, all);
}

/** The index, and the document of version 2, are kept with what was added last: they are of everything. */
async function respondIndex(request: Request, all: readonly Kept[]): Promise<Response> {
  const last = all.at(-1)!;
  last.index ??= await makeIndex(all);
  const { text, hash } = last.index;
  return withETag(request, hash, () => respondText(answerTo(request), text, JSON_TYPE));
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
    return new Response(null, { status: 301, headers: { Location: location, Vary: 'Accept' } });
  }
  const response = withETag(request, hash, () => respondText(answerTo(request), textV3(owner, key), type));
  if (asked) {
    // The address names the content: whoever has it never has to ask again.
    response.headers.set('Cache-Control', 'public, immutable');
    response.headers.set('Expires', new Date(systemClock.now() + YEAR).toUTCString());
  }
  return response;
}

async function respondV2(request: Request, all: readonly Kept[]): Promise<Response> {
  const type = acceptable(request, V2_TYPES);
  if (!type) return notAcceptable();
  const hash = await hashOf(all.at(-1)!, 'v2', () => textV2(all));
  return withETag(request, hash, () =>
    type === JSON_TYPE
      ? respondText(answerTo(request), textV2(all), type)
      : respondBytes(answerTo(request), bytesV2(all), type),
  );
}

/** The media type to answer in: the first clause of Accept that fits one of these. */
function acceptable(request: Request, types: Readonly<Record<string, string>>): string | undefined {
  const accept = request.headers.get('Accept');
  if (!accept) return JSON_TYPE;
  for (const { type } of parseAccept(accept)) {
    if (type === '*/*' || type === 'application/*') return JSON_TYPE;
    if (Object.hasOwn(types, type)) return types[type];
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

/** Not the document, but 304, for those who have it. */
function withETag(request: Request, hash: string, respond: () => Response): Response {
  const etag = `"${hash}"`;
  const known = (request.headers.get('If-None-Match') ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''));
  const response = known.includes(etag) || known[0] === '*' ? new Response(null, { status: 304 }) : respond();
  response.headers.set('ETag', etag);
  response.headers.append('Vary', 'Accept');
  return response;
}
