/**
 * Deletion: at once, gracefully, or when the last finalizer is gone.
 * Source: apiserver pkg/registry/rest/delete.go, pkg/registry/generic/registry/store.go (Delete).
 */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { conflict, modified, notFound, type Status } from '../apimachinery/status.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { Write } from '../storage/types.ts';
import { admit, validateAdmission } from './admission/chain.ts';
import type { AdmissionAttributes } from './admission/plugin.ts';
import { ReadSet } from './cache.ts';
import { kindsOf } from './custom-catalog.ts';
import { commit, fromRow, keyOf, replacedValue, toValue } from './commit.ts';
import type { DeleteOptions, RequestContext } from './context.ts';
import { allocateFor } from './hooks.ts';
import { isWhole } from './informers.ts';

export const FINALIZER_FOREGROUND = 'foregroundDeletion';
export const FINALIZER_ORPHAN = 'orphan';
const ATTEMPTS = 12;
/** The end of year 9999, in ms. */
const LAST_TIME = 253_402_300_799_000;

export interface Deletion {
  /** Gone now, as opposed to waiting for a grace period or finalizers. */
  readonly deleted: boolean;
  /** The object as it was last, or as it is while it waits. */
  readonly object: Stored;
}

/** @throws StatusError 404, 409 for preconditions that do not hold, 403 from admission. */
export async function remove(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  options: DeleteOptions = {},
  hint?: Stored,
): Promise<Deletion> {
  const key = keyOf(definition, namespace, name);
  const since = ctx.cache.moment();
  let known = hint && isWhole(hint) ? hint : undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let old = known;
    known = undefined;
    if (!old) {
      const row = await ctx.storage.get(key);
      if (!row) throw notFound(definition, name);
      old = fromRow(definition, row);
    }
    const check = definition.strategy.heldBy ? checkHeldPreconditions : checkPreconditions;
    check(definition, name, old, options);
    const reads = new ReadSet(ctx.storage, ctx.cache, since);
    const writes: Write[] = [];
    const attributes: AdmissionAttributes = {
      operation: 'DELETE',
      definition,
      namespace: definition.namespaced ? namespace : '',
      name: options.ofCollection ? '' : name,
      old,
      user: ctx.user,
      dryRun: options.dryRun ?? false,
      ...(options.given && { options: options.given }),
      now: ctx.clock.now(),
      random: ctx.random,
      reads,
      findKind: kindsOf(ctx),
      warnings: ctx.warnings,
      writes,
      settled: [],
    };
    if (!((await admit(attributes)) && (await validateAdmission(attributes)))) continue;

    const { fate, object } = afterDelete(definition, old, options, ctx.clock.now());
    if (fate === 'unchanged') return { deleted: false, object };
    const gone = fate === 'gone';
    if (options.dryRun) return { deleted: gone, object };
    if (gone) await allocateFor({ ctx, definition, object: undefined, old, writes, dryRun: false });
    const oldValue = replacedValue(definition, old);
    const done = await commit(
      ctx,
      {
        key,
        expect: Number(old.metadata.resourceVersion),
        deleted: gone,
        // Who watches sees it as it was stored last, whatever its deletion would have made of it.
        value: gone ? oldValue : toValue(definition, object),
        prevValue: oldValue,
      },
      writes,
      reads,
    );
    if (done.ok) {
      const answered = {
        ...object,
        metadata: { ...object.metadata, resourceVersion: String(done.revision) },
      };
      return { deleted: gone, object: answered };
    }
    if (options.preconditions?.resourceVersion && done.retry === 'conflict') throw modified(definition, name);
  }
  throw modified(definition, name);
}

function checkPreconditions(
  definition: ResourceDefinition,
  name: string,
  old: Stored,
  { preconditions }: DeleteOptions,
): void {
  // Upstream names the kind here, where all other conflicts name the resource.
  const what = { group: definition.group, resource: definition.kind };
  if (preconditions?.uid && preconditions.uid !== old.metadata.uid) {
    throw conflict(
      what,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${old.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(
      what,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${old.metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** The same of kinds that look themselves. Source: kubernetes pkg/registry/core/namespace/storage/storage.go. */
function checkHeldPreconditions(
  definition: ResourceDefinition,
  name: string,
  { metadata }: Stored,
  { preconditions }: DeleteOptions,
): void {
  for (const [field, title] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const asked = preconditions?.[field];
    if (asked && asked !== metadata[field]) {
      throw conflict(
        definition,
        name,
        `Precondition failed: ${title} in precondition: ${asked}, ${title} in object meta: ${metadata[field]}`,
      );
    }
  }
}

/** What a deletion makes of an object. */
export interface AfterDelete {
  /** `unchanged`: it is going already. */
  readonly fate: 'gone' | 'unchanged' | 'changed';
  /** Of what is gone: as its deletion was begun, which is what the client is told. */
  readonly object: Stored;
}

export function afterDelete(
  definition: ResourceDefinition,
  old: Stored,
  options: DeleteOptions,
  now: number,
): AfterDelete {
  const { strategy } = definition;
  const held = isHeld(definition, old);
  // What goes already and is held back elsewhere is not asked again what becomes of dependents.
  if (held && old.metadata.deletionTimestamp !== undefined) return { fate: 'unchanged', object: old };
  const finalizers = wantedFinalizers(definition, old, options);
  let grace = strategy.gracePeriod?.(old as KubeObject, options.gracePeriodSeconds);
  const going = old.metadata.deletionTimestamp !== undefined;
  let object: Stored = old;
  const change = (metadata: Stored['metadata']): void => {
    object = { ...object, metadata };
  };
  if (!sameList(finalizers, old.metadata.finalizers ?? [])) {
    const { finalizers: _, ...rest } = old.metadata;
    change(finalizers.length > 0 ? { ...rest, finalizers } : rest);
  }
  if (going) {
    const before = old.metadata.deletionGracePeriodSeconds ?? 0;
    // A later deletion can only shorten the wait; one that asks for nothing changes nothing.
    if (grace !== undefined && options.gracePeriodSeconds === undefined) grace = before;
    if (grace === undefined || grace >= before) grace = before;
    if (grace < before) {
      const asked = Date.parse(old.metadata.deletionTimestamp!) - Number(before) * 1000;
      let ends = asked + Number(grace) * 1000;
      if (ends < now) {
        // The wait never ends in the past; one that was asked for goes on for a moment, so that the kubelet ends it.
        ends = now;
        if (grace !== 0) grace = 1;
      }
      change({
        ...object.metadata,
        deletionTimestamp: formatTime(ends),
        deletionGracePeriodSeconds: grace,
      });
    }
    // Only what was held back before has none yet.
    if (object.metadata.deletionGracePeriodSeconds === undefined && finalizers.length > 0) {
      change({ ...object.metadata, deletionGracePeriodSeconds: grace });
    }
    const gone = grace === 0 && finalizers.length === 0;
    return { fate: gone ? 'gone' : object === old ? 'unchanged' : 'changed', object };
  }
  const gone = !grace && finalizers.length === 0 && !held;
  // Where there is no grace period, nothing tells of a deletion that is over at once.
  if (gone && grace === undefined) return { fate: 'gone', object };
  const generation = object.metadata.generation;
  change({
    ...object.metadata,
    // RFC 3339 has four digits for a year.
    deletionTimestamp: formatTime(Math.min(now + Number(grace ?? 0) * 1000, LAST_TIME)),
    // What is held back elsewhere (a namespace) waits for no time.
    ...(held ? {} : { deletionGracePeriodSeconds: grace ?? 0 }),
    ...(generation ? { generation: generation + 1 } : {}),
  });
  if (strategy.deletionStarted) {
    object = deepCopy(object);
    strategy.deletionStarted(object, old);
  }
  return { fate: gone ? 'gone' : 'changed', object };
}

/** Whether something outside metadata holds the deletion back. */
export const isHeld = (definition: ResourceDefinition, object: KubeObject): boolean =>
  (definition.strategy.heldBy?.(object).length ?? 0) > 0;

/** The finalizers after the propagation policy has been taken into account. */
function wantedFinalizers(definition: ResourceDefinition, old: Stored, options: DeleteOptions): string[] {
  const present = old.metadata.finalizers ?? [];
  const policy = propagation(definition, old, options);
  const wanted = present.filter((one) => one !== FINALIZER_ORPHAN && one !== FINALIZER_FOREGROUND);
  if (policy === 'Orphan') wanted.push(FINALIZER_ORPHAN);
  if (policy === 'Foreground') wanted.push(FINALIZER_FOREGROUND);
  // The order of what was there stays.
  const kept = present.filter((one) => wanted.includes(one));
  return [...kept, ...wanted.filter((one) => !kept.includes(one))];
}

function propagation(
  definition: ResourceDefinition,
  old: Stored,
  options: DeleteOptions,
): 'Foreground' | 'Background' | 'Orphan' {
  const present = old.metadata.finalizers ?? [];
  const standard = definition.strategy.defaultDeletionPolicy;
  if (standard === 'unsupported') return 'Background';
  if (options.orphanDependents === true) return 'Orphan';
  // What goes with all that is in it takes the old option at its word.
  if (options.orphanDependents === false) return isHeld(definition, old) ? 'Foreground' : 'Background';
  if (options.propagationPolicy) return options.propagationPolicy;
  if (present.includes(FINALIZER_ORPHAN)) return 'Orphan';
  if (present.includes(FINALIZER_FOREGROUND)) return 'Foreground';
  return standard === 'orphan' ? 'Orphan' : 'Background';
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** The Status a client gets for an object that is gone. */
export function deletedStatus(definition: ResourceDefinition, { metadata }: Stored): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name!,
      ...(definition.group ? { group: definition.group } : {}),
      kind: definition.resource,
      uid: metadata.uid!,
    },
    code: 200,
  };
}
