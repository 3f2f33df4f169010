/** Creation. Source: apiserver pkg/registry/rest/create.go, pkg/registry/generic/registry/store.go. */
import { parseExact } from '../apimachinery/serializer/int64.ts';
import { dropEmpty, showZeros } from '../apimachinery/serializer/unknown-fields.ts';
import { alreadyExists, badRequest, invalid, StatusError } from '../apimachinery/status.ts';
import { type ResourceDefinition, type StrategyContext, schemaOf } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { admit, validateAdmission } from './admission/chain.ts';
import type { AdmissionAttributes } from './admission/plugin.ts';
import { ReadSet } from './cache.ts';
import { assumeDefined, KIND_AGE, kindsOf } from './custom-catalog.ts';
import { commit, fromRow, gaveUp, keyOf, toFittingValue, written } from './commit.ts';
import type { RequestContext, WriteOptions } from './context.ts';
import { startsGeneration } from './generation.ts';
import { allocateFor } from './hooks.ts';
import { recordUpdate } from './managed-fields.ts';
import { adopt, fillForCreate, fillName, metadataErrors } from './metadata.ts';
import { dropDuplicateOwners } from './owner-references.ts';
import type { Write } from '../storage/types.ts';
import { validateInCluster } from './validation.ts';

/** A generated name that is taken is replaced this often. */
const NAME_ATTEMPTS = 8;
const ATTEMPTS = 24;

/**
 * Creates an object, which is changed in place and answered.
 * @throws StatusError 404 no such namespace, 403 admission, 409 AlreadyExists, 422 invalid.
 */
export async function create<T extends KubeObject = KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  object: T,
  options: WriteOptions = {},
): Promise<Stored<T>> {
  const { strategy } = definition;
  const { name, generateName } = adopt(definition, namespace, object);
  const generated = !name && Boolean(generateName);
  dropDuplicateOwners(object.metadata!, ctx.warnings, false);
  const strategyContext = contextOf(ctx, definition.namespaced ? namespace : '');
  strategy.default?.(object, strategyContext);
  // Another try must not see what the one before made up: a name, an address, what admission set.
  const pristine = JSON.stringify(object);
  const since = ctx.cache.moment();
  let names = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const draft: T = attempt > 0 ? (parseExact(pristine) as T) : object;
    const settled: (() => void)[] = [];
    let result: Stored<T> | 'taken' | 'again';
    try {
      // What was assumed of the definition may be why it has to be done again.
      const age = attempt > 0 ? 0 : KIND_AGE;
      result = await tryCreate(
        ctx,
        definition,
        namespace,
        draft,
        strategyContext,
        options,
        since,
        settled,
        age,
      );
    } finally {
      for (const call of settled) call();
    }
    if (typeof result !== 'string') return result;
    if (result === 'again') continue;
    if (!generated) throw await refusal(ctx, definition, namespace, draft.metadata!.name!);
    if (++names >= NAME_ATTEMPTS) {
      const { details } = alreadyExists(definition, draft.metadata!.name!).status;
      throw new StatusError(
        409,
        'AlreadyExists',
        'object already exists: the server was not able to generate a unique name for the object',
        { ...details, retryAfterSeconds: 1 },
      );
    }
  }
  throw gaveUp('creation');
}

/** The refusal of a name that is taken, which tells whether that will change. */
async function refusal(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
): Promise<StatusError> {
  const error = alreadyExists(definition, name);
  const row = await ctx.storage.get(keyOf(definition, namespace, name));
  if (!row || !fromRow(definition, row).metadata.deletionTimestamp) return error;
  return new StatusError(
    error.code,
    error.reason,
    `object is being deleted: ${error.message}`,
    error.status.details,
  );
}

/** `taken`: the name exists; `again`: something it was based on has changed. */
async function tryCreate<T extends KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  object: T,
  strategyContext: StrategyContext,
  options: WriteOptions,
  since: number,
  settled: (() => void)[],
  definitionAge: number,
): Promise<Stored<T> | 'taken' | 'again'> {
  const { strategy } = definition;
  const schema = schemaOf(definition);
  const { resourceVersion } = object.metadata!;
  fillForCreate(object, ctx);
  const meta = object.metadata!;
  const reads = new ReadSet(ctx.storage, ctx.cache, since);
  if (definition.custom) await assumeDefined(ctx, definition, meta.name ?? '', reads, definitionAge);
  const writes: Write[] = [];
  const attributes: AdmissionAttributes = {
    operation: 'CREATE',
    definition,
    namespace: strategyContext.namespace,
    name: meta.name ?? '',
    object,
    user: ctx.user,
    dryRun: options.dryRun ?? false,
    ...(options.given && { options: options.given }),
    now: strategyContext.now,
    random: ctx.random,
    reads,
    findKind: kindsOf(ctx),
    warnings: ctx.warnings,
    writes,
    settled,
  };
  // Before admission, the strategy and the allocators fill in what nobody asked for.
  if (!options.managed) {
    showZeros(object, schema);
    recordUpdate(definition, object, undefined, options.fieldManager, '', strategyContext.now);
  }
  if (!(await admit(attributes))) return 'again';
  dropDuplicateOwners(meta, ctx.warnings, true);
  fillName(object, ctx);
  const { dryRun = false } = options;
  await allocateFor({ ctx, definition, object, old: undefined, writes, dryRun });
  strategy.prepareForCreate?.(object, strategyContext);
  ctx.warnings.push(...(strategy.warningsOnPrepare?.(object, strategyContext) ?? []));
  showZeros(object, schema);
  if (startsGeneration(definition)) meta.generation = 1;
  const errors = await validateInCluster(
    ctx,
    definition,
    object,
    undefined,
    strategyContext,
    reads,
    'create',
  );
  if (errors === 'again') return 'again';
  errors.push(...metadataErrors(definition, object));
  // There may be more than a call takes arguments.
  for (const error of strategy.validate?.(object, strategyContext) ?? []) errors.push(error);
  if (errors.length > 0) throw invalid(definition, meta.name ?? '', errors);
  // By now it has a name.
  const named = attributes.name ? attributes : { ...attributes, name: meta.name! };
  if (!(await validateAdmission(named))) return 'again';
  strategy.canonicalize?.(object);
  dropEmpty(object, schema);
  for (const text of strategy.warningsOnCreate?.(object, strategyContext) ?? []) ctx.warnings.push(text);
  const value = toFittingValue(definition, object, options.managed);
  const key = keyOf(definition, namespace, meta.name!);
  if (options.dryRun) {
    if (await ctx.storage.get(key)) return 'taken';
    // It is the storage that minds; what is not stored keeps what it came with.
    if (resourceVersion) meta.resourceVersion = resourceVersion;
    return written(definition, object, value);
  }
  if (isVersion(resourceVersion)) {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const done = await commit(ctx, { key, expect: 0, deleted: false, value }, writes, reads);
  if (!done.ok) return done.retry === 'conflict' ? 'taken' : 'again';
  meta.resourceVersion = String(done.revision);
  return written(definition, object, value);
}

/** Whether a text is the version of something that is stored: `0` and what is no number of 64 bits are not. */
const isVersion = (text: string | undefined): boolean =>
  text !== undefined && /^\d{1,20}$/.test(text) && BigInt(text) > 0n && BigInt(text) < 2n ** 64n;

export const contextOf = (ctx: RequestContext, namespace: string, subresource?: string): StrategyContext => ({
  now: ctx.clock.now(),
  random: ctx.random,
  user: ctx.user,
  namespace,
  ...(subresource ? { subresource } : {}),
  warn: (text) => ctx.warnings.push(text),
});
