/**
 * Eviction: a deletion of a pod that its disruption budget must allow.
 * Source: kubernetes pkg/registry/core/pod/storage/eviction.go.
 */
import { findCondition } from '../../apimachinery/conditions.ts';
import { fromLabelSelector, matches, type Selector } from '../../apimachinery/labels.ts';
import { badRequest, conflict, forbidden, StatusError, tooManyRequests } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import { isPodReady, isPodTerminal, setPodCondition } from '../../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import {
  DISRUPTION_ALLOWED,
  SYNC_FAILED,
  updateDisruptionAllowed,
} from '../../apis/policy/disruption-allowed.ts';
import { resourceNamed } from '../../apis/resources.ts';
import type { DeleteOptions, RequestContext } from '../context.ts';
import { remove } from '../delete.ts';
import { get } from '../get.ts';
import { listObjects } from '../list.ts';
import { guaranteedUpdate } from '../update.ts';
import { STATUS } from './strategy.ts';

/** Evictions that a budget's controller has not seen yet, at most. */
const MAX_DISRUPTED_PODS = 2000;
const ATTEMPTS = 20;
const BUDGET_CAUSE = 'DisruptionBudget';
const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";
const BUDGET = { group: 'policy', resource: 'poddisruptionbudget' };

type PodObject = Pod & KubeObject;
type BudgetObject = PodDisruptionBudget & KubeObject;

/** What an eviction asks for besides the pod: metadata.name of the Eviction and its deleteOptions. */
export interface EvictionRequest {
  readonly name?: string;
  readonly options?: DeleteOptions;
}

const isConflict = (error: unknown): boolean => error instanceof StatusError && error.code === 409;

/** Pods whose deletion disrupts nobody: they have finished, have not begun, or are going already. */
const canIgnoreBudgets = (pod: Stored<PodObject>): boolean =>
  isPodTerminal(pod) || pod.status?.phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined;

/** Whether a pod that disrupts nobody may do so at the next moment. */
const mayBecomeReady = (pod: Stored<PodObject>): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/**
 * Evicts a pod.
 * @throws StatusError 404, 429 when the budget does not allow it, 500 when there are several, 400, 409.
 */
export async function evict(
  ctx: RequestContext,
  namespace: string,
  name: string,
  { name: given, options = {} }: EvictionRequest = {},
): Promise<void> {
  if (given !== undefined && given !== name)
    throw badRequest('name in URL does not match name in Eviction object');
  const pod = await evictUnguarded(ctx, namespace, name, options);
  if (!pod) return;
  const budgets = await budgetsOf(ctx, pod);
  if (budgets.length > 1) {
    throw new StatusError(
      500,
      '',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (!budget) return deleteEvicted(ctx, namespace, name, options);
  if (isPodReady(pod) || !mayEvictUnhealthy(budget)) {
    await checkAndDecrement(ctx, budget, name, options.dryRun ?? false);
    return deleteEvicted(ctx, namespace, name, options);
  }
  // An unhealthy pod takes nothing from the budget, as long as it does not become healthy meanwhile.
  try {
    await deleteEvicted(ctx, namespace, name, withVersion(options, pod));
  } catch (error) {
    if (isConflict(error) && !options.preconditions?.resourceVersion)
      throw stillProcessed(budget.metadata.name!);
    throw error;
  }
}

/** Deletes a pod that no budget guards; answers any other. */
async function evictUnguarded(
  ctx: RequestContext,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Promise<Stored<PodObject> | undefined> {
  const fixed = options.preconditions?.resourceVersion !== undefined;
  for (let attempt = 1; ; attempt++) {
    const pod = await get<PodObject>(ctx, resourceNamed('', 'pods'), namespace, name);
    if (!canIgnoreBudgets(pod)) return pod;
    try {
      await deleteEvicted(
        ctx,
        namespace,
        name,
        mayBecomeReady(pod) && !fixed ? withVersion(options, pod) : options,
      );
      return undefined;
    } catch (error) {
      if (fixed || !isConflict(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

const withVersion = (options: DeleteOptions, { metadata }: Stored): DeleteOptions => ({
  ...options,
  preconditions: { resourceVersion: metadata.resourceVersion!, ...options.preconditions },
});

/** The budgets whose selector selects the pod: without a selector none, with an empty one all. */
async function budgetsOf(ctx: RequestContext, pod: Stored<PodObject>): Promise<Stored<BudgetObject>[]> {
  const budgets = await listObjects<BudgetObject>(
    ctx,
    resourceNamed('policy', 'poddisruptionbudgets'),
    pod.metadata.namespace!,
  );
  return budgets.filter(({ spec }) => {
    let selector: Selector;
    try {
      selector = fromLabelSelector(spec?.selector);
    } catch {
      return false;
    }
    return matches(selector, pod.metadata.labels);
  });
}

function mayEvictUnhealthy({ spec, status }: BudgetObject): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

const refusal = (message: string, retryAfterSeconds: number): StatusError =>
  tooManyRequests(REFUSAL, retryAfterSeconds, [{ reason: BUDGET_CAUSE, message }]);
const stillProcessed = (budget: string): StatusError =>
  refusal(`The disruption budget ${budget} is still being processed by the server.`, 10);

/** @throws StatusError 429, 403 when the budget does not allow one more disruption. */
export function checkBudget({ metadata, status = {} as never }: Stored<BudgetObject>): void {
  const name = metadata.name!;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {}, conditions } = status;
  if (observedGeneration < (metadata.generation ?? 0)) throw stillProcessed(name);
  if (disruptionsAllowed < 0) throw forbidden(BUDGET, name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS) {
    throw forbidden(
      BUDGET,
      name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    );
  }
  if (disruptionsAllowed > 0) return;
  const condition = findCondition(conditions, DISRUPTION_ALLOWED);
  throw refusal(
    condition?.reason === SYNC_FAILED
      ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`
      : `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`,
    0,
  );
}

/** Takes one disruption from the budget, which remembers the pod until its controller has seen it go. */
async function checkAndDecrement(
  ctx: RequestContext,
  budget: Stored<BudgetObject>,
  pod: string,
  dryRun: boolean,
): Promise<void> {
  checkBudget(budget);
  if (dryRun) return;
  const { namespace = '', name = '' } = budget.metadata;
  const now = formatTime(ctx.clock.now());
  try {
    await guaranteedUpdate<BudgetObject>(
      ctx,
      resourceNamed('policy', 'poddisruptionbudgets'),
      namespace,
      name,
      (object) => {
        checkBudget(object);
        const status = { ...object.status! };
        status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
        if (status.disruptionsAllowed === 0) updateDisruptionAllowed(status, now);
        status.disruptedPods = { ...status.disruptedPods, [pod]: now };
        return { ...object, status };
      },
      { strategy: STATUS, attempts: ATTEMPTS, hint: budget, fieldManager: 'kube-apiserver' },
    );
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new StatusError(
      504,
      'Timeout',
      `Timeout: couldn't update PodDisruptionBudget "${name}" due to conflicts`,
      { retryAfterSeconds: 10 },
    );
  }
}

/** @throws StatusError 409 for preconditions that do not hold. */
function checkPreconditions({ metadata }: Stored<PodObject>, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const refuse = (message: string): StatusError =>
    conflict({ group: '', resource: 'Pod' }, metadata.name!, message);
  if (uid && uid !== metadata.uid) {
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Tells the pod why and deletes it. */
async function deleteEvicted(
  ctx: RequestContext,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Promise<void> {
  const definition = resourceNamed('', 'pods');
  const wanted = options.preconditions?.resourceVersion;
  let preconditions = options.preconditions;
  if (!options.dryRun) {
    const { object } = await guaranteedUpdate<PodObject>(
      ctx,
      definition,
      namespace,
      name,
      (pod) => {
        checkPreconditions(pod, options);
        setPodCondition(
          pod,
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'EvictionByEvictionAPI',
            message: 'Eviction API: evicting',
          },
          formatTime(ctx.clock.now()),
        );
        return pod;
      },
      { strategy: STATUS, fieldManager: 'kube-apiserver' },
    );
    if (wanted) preconditions = { ...preconditions, resourceVersion: object.metadata.resourceVersion! };
  }
  await remove(ctx, definition, namespace, name, { ...options, ...(preconditions ? { preconditions } : {}) });
}
