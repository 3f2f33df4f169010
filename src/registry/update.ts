/**
 * Changing an object: read, let the caller compute the new one, check it, and commit it as the replacement of what was
 * read; again when something else was faster. Source: apiserver pkg/registry/generic/registry/store.go (Update),
 * pkg/registry/rest/update.go.
 */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { dropEmpty, showZeros } from '../apimachinery/serializer/unknown-fields.ts';
import { conflict, invalid, modified, notFound, StatusError } from '../apimachinery/status.ts';
import type { FieldError } from '../apimachinery/field-error.ts';
import { validateObjectMetaUpdate } from '../apimachinery/validation/object-meta.ts';
import { type ResourceDefinition, schemaOf } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { equalJSON } from '../apis/strategy.ts';
import type { Write } from '../storage/types.ts';
import { admit, validateAdmission } from './admission/chain.ts';
import type { AdmissionAttributes } from './admission/plugin.ts';
import { resourceAttributes } from './authorization/attributes.ts';
import { ReadSet } from './cache.ts';
import { kindsOf } from './custom-catalog.ts';
import { commit, fromRow, keyOf, replacedValue, toFittingValue, written } from './commit.ts';
import type { RequestContext, WriteOptions } from './context.ts';
import { contextOf, create } from './create.ts';
import { isHeld } from './delete.ts';
import { desiredChanged, startsGeneration } from './generation.ts';
import { allocateFor } from './hooks.ts';
import { isWhole } from './informers.ts';
import { recordUpdate, settleTimes } from './managed-fields.ts';
import {
  adopt,
  checkName,
  checkResourceVersion,
  checkUid,
  fillForUpdate,
  metadataErrors,
  parseResourceVersion,
} from './metadata.ts';
import { dropDuplicateOwners } from './owner-references.ts';
import { MAIN, type UpdateStrategy } from './subresources/strategy.ts';
import { validateInCluster } from './validation.ts';

export interface Outcome<T extends KubeObject = KubeObject> {
  readonly object: Stored<T>;
  readonly created: boolean;
}

export interface UpdateOptions<T extends KubeObject = KubeObject> extends WriteOptions {
  /** What may change, and how it is checked; default: the main resource. */
  readonly strategy?: UpdateStrategy;
  /** The object as the caller has it (an informer's copy): saves the read when it is the newest. */
  readonly hint?: Stored<T>;
  /** The update may create the object when it is missing. */
  readonly createMissing?: () => T;
  /**
   * The caller changes what it is given instead of bringing a whole object: a uid is then something to change (and
   * refused), not a precondition.
   */
  readonly isPatch?: boolean;
  /** Tries after conflicts that the caller did not forbid by naming a resourceVersion. */
  readonly attempts?: number;
}

/** Only a bound: those who change the same object take turns. */
const ATTEMPTS = 60;

/**
 * Updates an object with what `change` makes of it. `change` gets a private copy and may be called again.
 * An update that changes nothing is answered with the object as it is, and is no event.
 * @throws StatusError 404, 409 Conflict, 422, 403.
 */
export async function guaranteedUpdate<T extends KubeObject = KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  change: (old: Stored<T>) => T | Promise<T>,
  options: UpdateOptions<T> = {},
): Promise<Outcome<T>> {
  const key = keyOf(definition, namespace, name);
  let hint = options.hint && isWhole(options.hint) ? options.hint : undefined;
  const attempts = options.attempts ?? ATTEMPTS;
  const since = ctx.cache.moment();
  const { turns } = ctx.cache;
  const turn = `update ${key}`;
  let end: (() => void) | undefined;
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      // Upstream never gives up an update that may be repeated, however many want to change the object. Who brings a whole
      // object has likely named its version, and learns the sooner that it is not the newest.
      if (!end && (attempt > 0 || (options.isPatch && turns.isTaken(turn)))) end = await turns.take(turn);
      const old = hint ?? (await read<T>(ctx, definition, key));
      const hinted = hint !== undefined;
      hint = undefined;
      if (!old) {
        if (!options.createMissing) throw notFound(definition, name);
        try {
          return { object: await createMissing(ctx, definition, namespace, name, options), created: true };
        } catch (error) {
          // Somebody was faster: there is something to update now.
          if (error instanceof StatusError && error.reason === 'AlreadyExists') continue;
          throw error;
        }
      }
      const settled: (() => void)[] = [];
      let result: { object: Stored<T> } | 'retry';
      try {
        result = await tryUpdate(ctx, definition, namespace, name, key, old, change, options, since, settled);
      } catch (error) {
        // A refusal of something out of date is no refusal: look again.
        if (hinted) continue;
        throw error;
      } finally {
        for (const call of settled) call();
      }
      if (result !== 'retry') return { object: result.object, created: false };
    }
  } finally {
    end?.();
  }
  throw modified(definition, name);
}

const warningsOf = ({ strategy }: ResourceDefinition, subresource: string | undefined) =>
  subresource === undefined
    ? strategy.warningsOnUpdate
    : subresource === 'status'
      ? strategy.status?.warningsOnUpdate
      : undefined;

async function createMissing<T extends KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  options: UpdateOptions<T>,
): Promise<Stored<T>> {
  // Of its own: should it exist after all, an update begins with what the caller sent.
  const object = deepCopy(options.createMissing!());
  if (!options.isPatch) checkUid(definition, namespace, name, object, undefined);
  else if (object.metadata?.uid) {
    throw conflict(
      definition,
      name,
      `uid mismatch: the provided object specified uid ${object.metadata.uid}, and no existing object was found`,
    );
  }
  adopt(definition, namespace, object);
  // To change is not to create.
  await ctx.permissions?.require(
    resourceAttributes(ctx.user, 'create', definition.group, definition.resource, {
      namespace: definition.namespaced ? namespace : '',
      name,
    }),
  );
  const { resourceVersion } = object.metadata!;
  if (resourceVersion) parseResourceVersion(definition, name, resourceVersion);
  // Of which version it was made is of no interest when there is none; a dry run tells it as it came.
  if (!options.dryRun) delete object.metadata!.resourceVersion;
  checkName(object, name);
  return create<T>(ctx, definition, namespace, object, options);
}

async function read<T extends KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  key: string,
): Promise<Stored<T> | undefined> {
  const row = await ctx.storage.get(key);
  return row ? fromRow<T>(definition, row) : undefined;
}

async function tryUpdate<T extends KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  key: string,
  old: Stored<T>,
  change: (old: Stored<T>) => T | Promise<T>,
  options: UpdateOptions<T>,
  since: number,
  settled: (() => void)[],
): Promise<{ object: Stored<T> } | 'retry'> {
  const update = options.strategy ?? MAIN;
  const schema = schemaOf(definition);
  const oldRevision = Number(old.metadata.resourceVersion);
  const object = await change(deepCopy(old));
  const meta = adopt(definition, namespace, object);
  checkName(object, name);
  const wanted = checkResourceVersion(definition, object);
  if (wanted !== undefined && wanted !== 0 && wanted !== oldRevision) throw modified(definition, name);
  // Without a version the newest is meant, whichever it is.
  meta.resourceVersion = old.metadata.resourceVersion;
  if (!options.isPatch) checkUid(definition, namespace, name, object, old);
  fillForUpdate(object, old);
  if (!options.isPatch) dropDuplicateOwners(meta, ctx.warnings, false);
  const strategyContext = contextOf(ctx, definition.namespaced ? namespace : '', update.subresource);
  definition.strategy.default?.(object, strategyContext);
  const reads = new ReadSet(ctx.storage, ctx.cache, since);
  const writes: Write[] = [];
  const attributes: AdmissionAttributes = {
    operation: 'UPDATE',
    definition,
    ...(update.subresource ? { subresource: update.subresource } : {}),
    namespace: strategyContext.namespace,
    name,
    object,
    old,
    user: ctx.user,
    dryRun: options.dryRun ?? false,
    ...(options.given && { options: options.given }),
    ...(update.view && { view: update.view }),
    now: strategyContext.now,
    random: ctx.random,
    reads,
    findKind: kindsOf(ctx),
    warnings: ctx.warnings,
    writes,
    settled,
  };
  if (!options.managed) {
    showZeros(object, schema);
    recordUpdate(
      definition,
      object,
      old,
      options.fieldManager,
      update.subresource ?? '',
      strategyContext.now,
    );
  }
  if (!(await admit(attributes))) return 'retry';
  dropDuplicateOwners(meta, ctx.warnings, true);
  const allocated = writes.length;
  const { dryRun = false } = options;
  if (!update.subresource) await allocateFor({ ctx, definition, object, old, writes, dryRun });
  update.prepare(definition, object, old, strategyContext);
  showZeros(object, schema);
  if (startsGeneration(definition) && update.countsGeneration && desiredChanged(object, old, definition)) {
    meta.generation = (old.metadata.generation ?? 0) + 1;
  }
  const verb = options.isPatch ? 'patch' : 'update';
  const inCluster = await validateInCluster(ctx, definition, object, old, strategyContext, reads, verb);
  if (inCluster === 'again') return 'retry';
  const errors: FieldError[] = [
    ...inCluster,
    ...metadataErrors(definition, object),
    ...validateObjectMetaUpdate(meta, old.metadata, 'metadata'),
    ...update.validate(definition, object, old, strategyContext),
  ];
  if (errors.length > 0) throw invalid(definition, name, errors);
  if (!(await validateAdmission(attributes))) return 'retry';
  definition.strategy.canonicalize?.(object);
  dropEmpty(object, schema);
  const warnings = warningsOf(definition, update.subresource)?.(object, old, strategyContext);
  for (const text of warnings ?? []) ctx.warnings.push(text);

  settleTimes(object, old);
  if (equalJSON(object, old)) return { object: old };
  const gone =
    meta.deletionTimestamp !== undefined &&
    !meta.finalizers?.length &&
    !meta.deletionGracePeriodSeconds &&
    !isHeld(definition, object);
  if (gone) {
    writes.length = allocated;
    await allocateFor({ ctx, definition, object: undefined, old, writes, dryRun });
  }
  const value = toFittingValue(definition, object, options.managed);
  // Without its owners it may be what is stored.
  if (!meta.managedFields && equalJSON(object, old)) return { object: old };
  if (options.dryRun) return { object: written(definition, object, value) };
  const replaced = replacedValue(definition, old);
  const done = await commit(
    ctx,
    // Who removes the last finalizer changes nothing any more: what goes is what was stored.
    { key, expect: oldRevision, deleted: gone, value: gone ? replaced : value, prevValue: replaced },
    writes,
    reads,
  );
  if (done.ok) {
    meta.resourceVersion = String(done.revision);
    return { object: written(definition, object, value) };
  }
  // A caller who named a resourceVersion is refused when the object is read again.
  return 'retry';
}
