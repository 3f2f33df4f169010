/** From an object to a committed revision. */
import { internalError, requestEntityTooLarge, StatusError } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { apiVersionOf, storageOf } from '../apis/resources.ts';
import { decodeStored, encodeStored, parseStored } from '../storage/encoding.ts';
import { objectKey } from '../storage/keys.ts';
import type { Row, Transaction, Write } from '../storage/types.ts';
import type { Stored } from '../apis/object.ts';
import type { ReadSet } from './cache.ts';
import type { RequestContext } from './context.ts';

/** Bytes: etcd's limit of a request, which clients know, and below the 2,000,000 that D1 takes in one value. */
const MAX_OBJECT = 1_572_864;

/** Whether the text has more bytes in UTF-8; a character has up to three. */
function isLarger(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || new TextEncoder().encode(text).length > bytes;
}

export const keyOf = (definition: ResourceDefinition, namespace: string, name: string): string => {
  const { group, resource } = storageOf(definition);
  return objectKey(group, resource, definition.namespaced ? namespace : '', name);
};

/** The object of a row, in the version of the definition. */
export function fromRow<T extends KubeObject = KubeObject>(
  definition: ResourceDefinition,
  row: Row,
): Stored<T> {
  const type = { apiVersion: apiVersionOf(definition), kind: definition.kind };
  if (!definition.storedAs) {
    const stored = decodeStored<T>(row.value, row.revision, type);
    definition.custom?.fromStorage(stored);
    return stored;
  }
  const converted = definition.storedAs.fromStored(decodeStored(row.value, row.revision));
  const object = { kind: type.kind, apiVersion: type.apiVersion, ...converted } as Stored<T>;
  if (definition.custom) unconverted.set(object, row.value);
  return object;
}

/** What custom resources of another version than the stored one were read from. */
const unconverted = new WeakMap<object, string>();

/** The value that an update of an object replaces: watchers of other versions see more of it than the object holds. */
export const replacedValue = (definition: ResourceDefinition, old: KubeObject): string =>
  unconverted.get(old) ?? toValue(definition, old);

/**
 * The answer to a write: a custom resource as it will be read, with the defaults of what the strategy dropped (a
 * status); that of another version than the stored one has lost what that one does not know.
 * @param value what is stored.
 */
export function written<T extends KubeObject>(
  { custom, storedAs }: ResourceDefinition,
  object: T,
  value: string,
): Stored<T> {
  if (!storedAs) custom?.fromStorage(object);
  if (!custom || !storedAs) return object as unknown as Stored<T>;
  const { apiVersion, kind, metadata } = object;
  const stored = storedAs.fromStored(parseStored(value));
  const { resourceVersion } = metadata ?? {};
  if (resourceVersion !== undefined) stored.metadata = { ...stored.metadata, resourceVersion };
  return { kind, apiVersion, ...stored } as unknown as Stored<T>;
}

/** The stored form of an object. @throws StatusError 413 for one that is too large. */
export function toValue(definition: ResourceDefinition, object: KubeObject): string {
  const value = encodeStored(definition.storedAs ? definition.storedAs.toStored(object) : object);
  if (isLarger(value, MAX_OBJECT)) throw requestEntityTooLarge('etcdserver: request is too large');
  return value;
}

/**
 * The stored form of an object; who owns its fields is forgotten, in place, where it is too large with that alone. Not
 * so for an apply, which is all about that. Source: apiserver pkg/endpoints/handlers/{create,update,patch}.go.
 * @throws StatusError 413 for one that is too large without.
 */
export function toFittingValue(definition: ResourceDefinition, object: KubeObject, managed = false): string {
  try {
    return toValue(definition, object);
  } catch (error) {
    if (managed || !object.metadata?.managedFields || !isTooLarge(error)) throw error;
    delete object.metadata.managedFields;
    return toValue(definition, object);
  }
}

const isTooLarge = (error: unknown): boolean => error instanceof StatusError && error.code === 413;

export type Committed =
  | { ok: true; revision: number }
  | { ok: false; retry: 'conflict' | 'stale' | 'dependent' };

/**
 * Commits a write of an object with those that go with it, under what the operation took for granted.
 * `conflict`: the object itself has changed; `dependent`: one of the writes that go with it has (what is known of them
 * is forgotten); `stale`: what was assumed no longer holds (and is forgotten).
 * @throws StatusError 504 when the outcome is not known, 403 when the user lost the permission meanwhile.
 */
export async function commit(
  ctx: RequestContext,
  write: Write,
  more: readonly Write[],
  reads?: ReadSet,
): Promise<Committed> {
  const { permissions } = ctx;
  const assumptions = [...(reads?.assumptions() ?? []), ...(permissions?.assumptions() ?? [])];
  const transaction: Transaction = {
    writes: more.length > 0 ? [write, ...more] : [write],
    ...(assumptions.length > 0 ? { assumptions } : {}),
  };
  const at = ctx.cache.moment();
  const result = await ctx.storage.commit(transaction);
  if (result.ok) {
    const last = result.revisions.at(-1)!;
    for (const [index, one] of transaction.writes.entries()) {
      ctx.cache.committed(one, result.revisions[index]!, last, at, reads);
    }
    return { ok: true, revision: result.revisions[0]! };
  }
  switch (result.reason) {
    case 'conflict':
      if (result.index === 0) return { ok: false, retry: 'conflict' };
      for (const one of more) ctx.cache.forgetKey(one.key);
      return { ok: false, retry: 'dependent' };
    case 'stale':
      ctx.cache.forget(result.prefix);
      await permissions?.renew();
      return { ok: false, retry: 'stale' };
    case 'unavailable':
      throw new StatusError(
        504,
        'Timeout',
        `Timeout: request did not complete within the allotted duration: ${result.message}`,
        {
          retryAfterSeconds: 1,
        },
      );
  }
}

export const gaveUp = (what: string): StatusError =>
  internalError(`${what} did not settle under concurrent changes`);
