import type { Field, Schema, SchemaType } from '../schema/schema.ts';
import { parseExact } from '../serializer/int64.ts';
import { badRequest, StatusError } from '../status.ts';
import { jsonKind } from './go-format.ts';
import { getOwn, hasOwn, isObject, jsonEqual, type JSONObject, setOwn } from './values.ts';

/**
 * JSON patch (RFC 6902) as the API server applies it. Clients see the habits of its library, gopkg.in/evanphx/json-patch
 * v4 (patch.go), which are kept: negative indices count from the end, `replace` of a missing key of an object adds it,
 * `copy` of one gives null, a missing `value` is null, the root can be replaced and tested but not added or removed.
 * The refusals are those of kubernetes/apiserver pkg/endpoints/handlers/patch.go.
 */

const MAX_OPERATIONS = 10_000;
/** Bytes that all `copy` operations of one patch may add: JSONPatchMaxCopyBytes of pkg/server/config.go. */
const MAX_COPY_BYTES = 3 * 1024 * 1024;

const field = (name: string, type: SchemaType): [string, Field] => [
  name,
  { name, schema: { type }, required: false, path: [] },
];
/** What a strict reader expects of a patch: into values it does not look. */
export const JSON_PATCH: Schema = {
  type: 'array',
  typeName: '[]handlers.jsonPatchOp',
  items: {
    type: 'struct',
    typeName: 'handlers.jsonPatchOp',
    fields: new Map([
      field('op', 'string'),
      field('path', 'string'),
      field('from', 'string'),
      field('value', 'raw'),
    ]),
  },
};

/** Why a patch does not apply, in upstream's words. Webhooks and policies report it; a PATCH request does not. */
export class JSONPatchFailure extends Error {
  override readonly name = 'JSONPatchFailure';
}

const fail = (message: string): never => {
  throw new JSONPatchFailure(message);
};
const missing = (message: string): never => fail(`${message}: missing value`);

/** An array, or an object: what a path can lead through. */
type Container = unknown[] | JSONObject;

/**
 * Applies a patch that a client sent.
 * @param document the object; not mutated. The result shares what the patch did not touch.
 * @param patch the parsed body.
 * @throws StatusError 400 when it is not a patch, 413 above 10,000 operations, 422 when it does not apply.
 */
export function applyJSONPatch(document: unknown, patch: unknown): unknown {
  const operations = decodeJSONPatch(patch);
  try {
    return applyOperations(document, operations);
  } catch (error) {
    if (!(error instanceof JSONPatchFailure)) throw error;
    throw new StatusError(
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
      {},
    );
  }
}

/**
 * The operations of a parsed body.
 * @throws StatusError 400 when it is not a list of operations, 413 when it has more than 10,000.
 */
export function decodeJSONPatch(patch: unknown): readonly JSONObject[] {
  if (patch === null) return [];
  if (!Array.isArray(patch))
    throw undecodable(`${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  if (patch.length > MAX_OPERATIONS) {
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  return patch.map((operation: unknown) => {
    if (operation === null) return {};
    if (!isObject(operation)) {
      throw undecodable(`${jsonKind(operation)} into Go value of type handlers.jsonPatchOp`);
    }
    for (const name of ['op', 'path', 'from']) {
      const value = getOwn(operation, name);
      if (value !== undefined && value !== null && typeof value !== 'string') {
        throw undecodable(`${jsonKind(value)} into Go struct field jsonPatchOp.${name} of type string`);
      }
    }
    return operation;
  });
}

const undecodable = (what: string): StatusError =>
  badRequest(`error decoding patch: json: cannot unmarshal ${what}`);

/**
 * Applies decoded operations, all or none.
 * @param document not mutated. The result shares what the operations did not touch.
 * @throws JSONPatchFailure when one does not apply.
 */
export function applyOperations(document: unknown, operations: readonly JSONObject[]): unknown {
  if (operations.length === 0) return document;
  const patching = new Patching(document);
  for (const operation of operations) {
    const op = text(operation, 'op') ?? 'unknown';
    const apply = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
    if (apply) apply(patching, operation);
    else fail(`Unexpected kind: ${op}`);
  }
  return patching.root;
}

/** A document under patches. Containers are copied the first time they are written to, and only then. */
class Patching {
  root: unknown;
  copied = 0;
  private readonly owned = new Set<unknown>();

  constructor(document: unknown) {
    this.root = document;
  }

  /** The container that holds the last token of the path, for reading; nothing where the path leads nowhere. */
  find(path: string): { container: Container; key: string } | undefined {
    const tokens = path.split('/');
    if (tokens.length < 2) return undefined;
    let container = this.root;
    for (let i = 1; i < tokens.length - 1; i++) {
      if (!isContainer(container)) return undefined;
      container = read(container, unescapeToken(tokens[i]!));
    }
    return isContainer(container) ? { container, key: unescapeToken(tokens.at(-1)!) } : undefined;
  }

  /** As `find`, with every container on the way made our own, so that it can be written to. */
  open(path: string): { container: Container; key: string } | undefined {
    // A path that leads nowhere must not copy half of the document first.
    if (!this.find(path)) return undefined;
    const tokens = path.split('/');
    let container = this.own(this.root as Container);
    this.root = container;
    for (let i = 1; i < tokens.length - 1; i++) {
      const token = unescapeToken(tokens[i]!);
      const next = this.own(read(container, token) as Container);
      if (Array.isArray(container)) container[position(container, token)!] = next;
      else setOwn(container, token, next);
      container = next;
    }
    return { container, key: unescapeToken(tokens.at(-1)!) };
  }

  private own(container: Container): Container {
    if (this.owned.has(container)) return container;
    const copy = Array.isArray(container) ? container.slice() : { ...container };
    this.owned.add(copy);
    return copy;
  }
}

type Apply = (patching: Patching, operation: JSONObject) => void;

const OPERATIONS: Readonly<Record<string, Apply>> = {
  add(patching, operation) {
    const path = text(operation, 'path') ?? missing('add operation failed to decode path');
    const place =
      patching.open(path) ?? missing(`add operation does not apply: doc is missing path: "${path}"`);
    within(`error in add for path: '${path}'`, () => add(place.container, place.key, value(operation)));
  },
  remove(patching, operation) {
    const path = text(operation, 'path') ?? missing('remove operation failed to decode path');
    const place =
      patching.open(path) ?? missing(`remove operation does not apply: doc is missing path: "${path}"`);
    within(`error in remove for path: '${path}'`, () => remove(place.container, place.key));
  },
  replace(patching, operation) {
    const path =
      text(operation, 'path') ??
      missing('replace operation failed to decode path: operation missing path field');
    const wanted = value(operation);
    if (path === '') {
      if (!isContainer(wanted)) fail('replace operation value must be object or array');
      patching.root = wanted;
      return;
    }
    const place =
      patching.open(path) ?? missing(`replace operation does not apply: doc is missing path: ${path}`);
    if (!Array.isArray(place.container)) setOwn(place.container, place.key, wanted);
    else {
      const index = position(place.container, place.key);
      if (index === undefined) missing(`replace operation does not apply: doc is missing key: ${path}`);
      else place.container[index] = wanted;
    }
  },
  move(patching, operation) {
    const from =
      text(operation, 'from') ??
      missing('move operation failed to decode from: operation, missing from field');
    const source =
      patching.open(from) ?? missing(`move operation does not apply: doc is missing from path: ${from}`);
    const moved = within(`error in move for path: '${source.key}'`, () => {
      const found = get(source.container, source.key);
      remove(source.container, source.key);
      return found;
    });
    const path =
      text(operation, 'path') ??
      missing('move operation failed to decode path: operation missing path field');
    const place =
      patching.open(path) ??
      missing(`move operation does not apply: doc is missing destination path: ${path}`);
    within(`error in move for path: '${path}'`, () => add(place.container, place.key, moved));
  },
  copy(patching, operation) {
    const from =
      text(operation, 'from') ??
      missing('copy operation failed to decode from: operation, missing from field');
    const source =
      patching.find(from) ?? missing(`copy operation does not apply: doc is missing from path: ${from}`);
    const found = within(`error in copy for from: '${from}'`, () => get(source.container, source.key));
    const path = text(operation, 'path') ?? missing('copy operation failed to decode path');
    const place =
      patching.open(path) ??
      missing(`copy operation does not apply: doc is missing destination path: ${path}`);
    // A true copy: later operations may change one of the two.
    const json = JSON.stringify(found ?? null);
    patching.copied += json.length;
    if (patching.copied > MAX_COPY_BYTES) {
      fail(
        `Unable to complete the copy, the accumulated size increase of copy is ${patching.copied}, exceeding the limit ${MAX_COPY_BYTES}`,
      );
    }
    within('error while adding value during copy', () => add(place.container, place.key, parseExact(json)));
  },
  test(patching, operation) {
    const path =
      text(operation, 'path') ??
      missing('test operation failed to decode path: operation missing path field');
    let found = patching.root;
    if (path !== '') {
      const place = patching.find(path) ?? missing(`test operation does not apply: is missing path: ${path}`);
      found = within(`error in test for path: '${path}'`, () => get(place.container, place.key));
    }
    // Absent, null and without a value are one and the same to the library.
    if (!jsonEqual(found ?? null, value(operation))) fail(`testing value ${path} failed: test failed`);
  },
};

function within<Result>(context: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof JSONPatchFailure)) throw error;
    return fail(`${context}: ${error.message}`);
  }
}

const isContainer = (candidate: unknown): candidate is Container =>
  typeof candidate === 'object' && candidate !== null;

function text(operation: JSONObject, name: string): string | undefined {
  const found = getOwn(operation, name);
  return typeof found === 'string' ? found : undefined;
}

const value = (operation: JSONObject): unknown => getOwn(operation, 'value') ?? null;

/** RFC 6901: `~1` is a slash, `~0` a tilde, replaced in one scan. */
const unescapeToken = (token: string): string =>
  token.includes('~') ? token.replace(/~[01]/g, (found) => (found === '~1' ? '/' : '~')) : token;

/** An index as Go's strconv.Atoi reads it. */
const parseIndex = (token: string): number | undefined =>
  /^[+-]?\d+$/.test(token) ? Number(token) : undefined;

/** The place of an existing item; negative indices count from the end. */
function position(items: readonly unknown[], token: string): number | undefined {
  const index = parseIndex(token);
  if (index === undefined || index >= items.length || index < -items.length) return undefined;
  return index < 0 ? index + items.length : index;
}

function read(container: Container, token: string): unknown {
  if (!Array.isArray(container)) return getOwn(container, token);
  const index = position(container, token);
  return index === undefined ? undefined : container[index];
}

function existing(items: readonly unknown[], token: string): number {
  return (
    position(items, token) ??
    fail(
      parseIndex(token) === undefined
        ? `strconv.Atoi: parsing ${JSON.stringify(token)}: invalid syntax`
        : `Unable to access invalid index: ${Number(token)}: invalid index referenced`,
    )
  );
}

const get = (container: Container, token: string): unknown =>
  Array.isArray(container) ? container[existing(container, token)] : getOwn(container, token);

function remove(container: Container, token: string): void {
  if (Array.isArray(container)) container.splice(existing(container, token), 1);
  else if (hasOwn(container, token)) delete container[token];
  else missing(`Unable to remove nonexistent key: ${token}`);
}

function add(container: Container, token: string, added: unknown): void {
  if (!Array.isArray(container)) {
    setOwn(container, token, added);
    return;
  }
  if (token === '-') {
    container.push(added);
    return;
  }
  const index = parseIndex(token);
  if (index === undefined) {
    fail(
      `value was not a proper array index: '${token}': strconv.Atoi: parsing ${JSON.stringify(token)}: invalid syntax`,
    );
    return;
  }
  // One place more than there are items: -1 is behind the last.
  if (index > container.length || index < -(container.length + 1)) {
    fail(`Unable to access invalid index: ${index}: invalid index referenced`);
  }
  container.splice(index < 0 ? index + container.length + 1 : index, 0, added);
}
