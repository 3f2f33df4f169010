import { isObject, jsonEqual, type JSONObject } from '../patch/values.ts';
import { badRequest, StatusError } from '../status.ts';
import type { ManagedFieldsEntry } from '../types/meta.v1.gen.ts';
import { applyConflict } from './conflict.ts';
import { difference, isEmpty } from './field-set.ts';
import { lastAppliedFields, syncLastApplied } from './last-applied.ts';
import {
  capUpdateManagers,
  decodeManagedFields,
  encodeManagedFields,
  isReset,
  type ManagerId,
  type Managers,
  trustedManagedFields,
} from './managed-fields.ts';
import { TypedError } from './typed.ts';
import { type Applied, applyOwned, updateOwners, type View } from './updater.ts';
import { validateApplied } from './validate.ts';

/**
 * The field manager: keeps metadata.managedFields on every write, and does server-side apply.
 * Source: kubernetes/apimachinery pkg/util/managedfields/internal/*.go, one file for each of its wrapped managers.
 *
 * Objects are parsed JSON and never mutated. Sets of fields are shared between the live object, the new one and the
 * entries that are returned: nobody may change an entry in place.
 */

/** A write to one resource or subresource. */
export interface Write extends View {
  readonly kind: string;
  /** fieldManager of the request, or what stands for the user agent; '' is recorded as `unknown`. */
  readonly manager: string;
  /** `status`, `scale`, …; absent for the resource itself. */
  readonly subresource?: string;
  /** RFC 3339 to the second, UTC. */
  readonly now: string;
}

const BEFORE_FIRST_APPLY = 'before-first-apply';
/** kubectl apply --server-side. */
const KUBECTL = 'kubectl';

function writerOf(write: Write, manager: string, operation: ManagerId['operation']): ManagerId {
  return {
    manager: manager || 'unknown',
    operation,
    apiVersion: write.apiVersion,
    ...(write.subresource ? { subresource: write.subresource } : {}),
  };
}

const metadataOf = (object: JSONObject | undefined): JSONObject => {
  const metadata = object?.metadata;
  return isObject(metadata) ? metadata : {};
};
const entriesOf = (object: JSONObject | undefined): ManagedFieldsEntry[] | undefined => {
  const entries = metadataOf(object).managedFields;
  return Array.isArray(entries) ? entries : undefined;
};

/**
 * The managedFields of an object that is created, updated or patched (not applied).
 * The entries in `next` count when they are valid, so that clients can edit them; `[]` and `[{}]` forget them all. Those
 * of a subresource's object do not count. An object that has none is tracked from its creation or from its first apply.
 * @param live the stored object, undefined when it is created.
 * @param next the object as it will be stored; its managedFields are those of the request.
 * @returns the entries to store, undefined for none; the live ones when nothing changed that can be owned.
 */
export function updateManagedFields(
  live: JSONObject | undefined,
  next: JSONObject,
  write: Write,
): ManagedFieldsEntry[] | undefined {
  const entries = entriesOf(live);
  const stored = trustedManagedFields(entries);
  const managers = sentManagers(entries, next, write) ?? stored;
  if (live !== undefined && managers.length === 0) return undefined;
  try {
    const writer = writerOf(write, write.manager, 'Update');
    const owners = updateOwners(live ?? {}, next, managers, writer, write, write.now);
    if (owners === stored) return entries;
    return encodeManagedFields(capUpdateManagers(owners));
  } catch (error) {
    // As upstream: a write that is otherwise good does not fail for its bookkeeping.
    if (error instanceof TypedError) return entries;
    throw error;
  }
}

/** The managers that the request itself names; undefined where those of the stored object count. */
function sentManagers(
  stored: readonly ManagedFieldsEntry[] | undefined,
  next: JSONObject,
  write: Write,
): Managers | undefined {
  const sent = entriesOf(next);
  if (write.subresource || sent === undefined || sent === stored) return undefined;
  if (isReset(sent)) return [];
  if (jsonEqual(sent, stored)) return undefined;
  try {
    const managers = decodeManagedFields(sent);
    return managers.length > 0 ? managers : undefined;
  } catch {
    // Clients that do not understand managedFields must not delete them by accident.
    return undefined;
  }
}

/**
 * Server-side apply.
 * @param live the stored object, undefined when the apply creates it.
 * @param applied the object of the request, parsed; its manager is required and its name checked by the caller.
 * @param force take over what others own.
 * @returns the new object in the version of the request, not defaulted yet, with its managedFields. An apply that
 *   changes nothing keeps the times of the entries.
 * @throws StatusError 400 for another kind, with managedFields, or when the object does not fit its schema (with
 *   upstream's text), 409 with the conflicts.
 */
export function apply(
  live: JSONObject | undefined,
  applied: JSONObject,
  write: Write,
  force = false,
): JSONObject {
  checkApplied(applied, write);
  const before = live ?? {};
  const managers = beforeFirstApply(before, trustedManagedFields(entriesOf(live)), write);
  const applier = writerOf(write, write.manager, 'Apply');
  const once = (forced: boolean): Applied =>
    applyOwned(before, applied, managers, applier, write, forced, write.now);
  try {
    let result = once(force);
    if (result.conflicts.length > 0 && write.manager === KUBECTL) {
      // What client-side apply owned is kubectl's own: only the rest is a conflict.
      const allowed = lastAppliedFields(before, write);
      const conflicts = result.conflicts
        .map(({ manager, fields }) => ({ manager, fields: difference(fields, allowed) }))
        .filter(({ fields }) => !isEmpty(fields));
      result = conflicts.length > 0 ? { ...result, conflicts } : once(true);
    }
    if (result.conflicts.length > 0) throw applyConflict(result.conflicts);
    const object = write.manager === KUBECTL ? syncLastApplied(result.object, applied) : result.object;
    return withManagedFields(object, encodeManagedFields(result.managers));
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw notTyped(
      `failed to create typed live object (${describeConfiguration(before, write)}): ${error.message}`,
    );
  }
}

/** An object that nobody is recorded for is taken as written by `before-first-apply`; a new one has nothing yet. */
function beforeFirstApply(live: JSONObject, managers: Managers, write: Write): Managers {
  if (managers.length > 0) return managers;
  const writer = writerOf(write, BEFORE_FIRST_APPLY, 'Update');
  return updateOwners({}, live, managers, writer, write, write.now);
}

function checkApplied(applied: JSONObject, write: Write): void {
  if (applied.apiVersion !== write.apiVersion || applied.kind !== write.kind) {
    throw badRequest(`invalid object type: ${kindText(applied)}`);
  }
  if (entriesOf(applied)) throw badRequest('metadata.managedFields must be nil');
  try {
    validateApplied(applied, write.schema);
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    const what = describeConfiguration(applied, write);
    throw notTyped(`failed to create typed patch object (${what}): ${error.message}`);
  }
}

/** Upstream does not interpret this mistake of the client's: 500, and no reason. */
const notTyped = (message: string): StatusError => new StatusError(500, '', message);

/** `namespace/name; group/version, Kind=Kind`, of what a client sent as such. */
export function describeConfiguration(
  object: JSONObject,
  { apiVersion, kind }: Pick<Write, 'apiVersion' | 'kind'>,
): string {
  const { namespace, name } = metadataOf(object);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return `${text(namespace)}/${text(name)}; ${kindText({ apiVersion, kind })}`;
}

/** `group/version, Kind=Kind`; a version that is none says nothing of a kind either. */
export function kindText({ apiVersion, kind }: JSONObject): string {
  const version = typeof apiVersion === 'string' ? apiVersion : '';
  const parts = version.split('/').length;
  if (parts > 2) return '/, Kind=';
  return `${parts === 2 ? version : `/${version}`}, Kind=${typeof kind === 'string' ? kind : ''}`;
}

/** The object with these entries and no others. */
export function withManagedFields(
  object: JSONObject,
  entries: readonly ManagedFieldsEntry[] | undefined,
): JSONObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { ...object, metadata: entries ? { ...metadata, managedFields: entries } : metadata };
}

/**
 * The entries to store when a write changed nothing but their times: those of the live object, so that the write is none.
 * Source: kubernetes/apiserver pkg/endpoints/handlers/fieldmanager/equality.go.
 */
export function keepTimesOfNoop(live: JSONObject, next: JSONObject): JSONObject {
  const before = entriesOf(live);
  const after = entriesOf(next);
  if (!before || !after || before === after || before.length !== after.length) return next;
  const sameButTime = after.every((entry, i) =>
    jsonEqual({ ...entry, time: null }, { ...before[i], time: null }),
  );
  if (!sameButTime) return next;
  const same = jsonEqual(withManagedFields(live, undefined), withManagedFields(next, undefined));
  return same ? withManagedFields(next, before) : next;
}
