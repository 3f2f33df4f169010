/**
 * Keeps the status of disruption budgets, and takes back condition DisruptionTarget from pods that were not deleted
 * after all. Source: kubernetes pkg/controller/disruption/disruption.go.
 */
import { goSelector } from '../../apimachinery/go-selector.ts';
import { setCondition } from '../../apimachinery/conditions.ts';
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector, OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import { getPodCondition, isPodReady, isPodTerminal, setPodCondition } from '../../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { DISRUPTION_ALLOWED, SYNC_FAILED } from '../../apis/policy/disruption-allowed.ts';
import { findKind } from '../../apis/resources.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  itself,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import {
  budgetStatus,
  type ControllerScale,
  disruptedPods,
  type ExpectedPods,
  expectedPods,
} from './budget.ts';

const BUDGETS: ResourceName = ['policy', 'poddisruptionbudgets'];
const PODS: ResourceName = ['', 'pods'];
/** What pods may belong to, besides budgets. */
const WORKLOADS: readonly ResourceName[] = [
  ['apps', 'deployments'],
  ['apps', 'replicasets'],
  ['apps', 'statefulsets'],
  ['', 'replicationcontrollers'],
];
/** Changes of pods within so many ms are looked at together. */
const BATCH_MS = 50;
/** After so many ms a pod that is not deleted is no longer said to be a target. */
const STALE_DISRUPTION_MS = 120_000;
const POD = 'pod:';

type BudgetObject = PodDisruptionBudget & KubeObject;
type PodObject = Pod & KubeObject;

const selects = (selector: LabelSelector | undefined, pod: Stored<PodObject> | undefined): boolean =>
  pod !== undefined && matches(fromLabelSelector(selector), pod.metadata.labels);

/** What of a pod a budget depends on. */
const concerns = (pod: Stored<PodObject>): unknown[] => [
  isPodReady(pod),
  pod.metadata.deletionTimestamp !== undefined,
  pod.metadata.labels,
  pod.metadata.ownerReferences,
];

/** When the pod's condition DisruptionTarget is out of date, in ms; undefined when it is none or rightly there. */
function staleAt(pod: Stored<PodObject>): number | undefined {
  const condition = getPodCondition(pod, 'DisruptionTarget');
  if (condition?.status !== 'True' || pod.metadata.deletionTimestamp || isPodTerminal(pod)) return undefined;
  // A node may take any time to end a pod.
  if (condition.reason === 'TerminationByKubelet') return undefined;
  return Date.parse(condition.lastTransitionTime ?? '') + STALE_DISRUPTION_MS;
}

function podKeys({ object, old }: Change<PodObject>, ctx: ControllerContext): string[] {
  if (object) {
    const at = staleAt(object);
    if (at !== undefined) ctx.enqueue(POD + keyOfObject(object), Math.max(0, at - ctx.clock.now()));
  }
  if (object && old && equalJSON(concerns(object), concerns(old))) return [];
  for (const budget of ctx.lister<BudgetObject>(BUDGETS).list((object ?? old)!.metadata.namespace!)) {
    if (selects(budget.spec?.selector, object) || selects(budget.spec?.selector, old)) {
      ctx.enqueue(keyOfObject(budget), BATCH_MS);
    }
  }
  return [];
}

/** Who decides on the number of pods behind an owner reference: of a replica set, its deployment. */
function findScale(
  ctx: ControllerContext,
  reference: OwnerReference,
  namespace: string,
): ControllerScale | undefined {
  const definition = findKind(reference.apiVersion, reference.kind);
  if (!definition) return undefined;
  const { group, resource, scale } = definition;
  if (!scale || !WORKLOADS.some(([g, r]) => g === group && r === resource)) {
    throw new Error(`${group ? `${resource}.${group}` : resource} does not implement the scale subresource`);
  }
  const owner = ctx.lister([group, resource]).get(namespace, reference.name);
  if (owner?.metadata.uid !== reference.uid) return undefined;
  const parent = resource === 'replicasets' ? getControllerOf(owner) : undefined;
  if (parent?.kind === 'Deployment') return findScale(ctx, parent, namespace);
  return { uid: reference.uid, scale: scale.getReplicas(owner) };
}

async function reconcile(key: string, ctx: ControllerContext): Promise<Result | undefined> {
  if (key.startsWith(POD)) return clearStale(key.slice(POD.length), ctx);
  const { client, clock, recorder } = ctx;
  const { namespace, name } = splitKey(key);
  const budget = ctx.lister<BudgetObject>(BUDGETS).get(namespace, name);
  if (!budget) return;
  const selector = fromLabelSelector(budget.spec?.selector);
  const pods = ctx
    .lister<PodObject>(PODS)
    .list(namespace)
    .filter((pod) => matches(selector, pod.metadata.labels));
  if (pods.length === 0) recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  let expected: ExpectedPods;
  try {
    expected = expectedPods(budget.spec ?? {}, pods, (reference, at) => findScale(ctx, reference, at));
  } catch (error) {
    const message = (error as Error).message;
    recorder.event(
      budget,
      'Warning',
      'CalculateExpectedPodCountFailed',
      `Failed to calculate the number of expected pods: ${message}`,
    );
    await ignoring(failSafe(budget, message, ctx), isNotFound);
    return;
  }
  if (expected.unmanaged.length > 0) {
    recorder.event(
      budget,
      'Warning',
      'UnmanagedPods',
      `Pods selected by this PodDisruptionBudget (selector: ${goSelector(budget.spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
    );
  }
  const now = clock.now();
  const { notDeleted, recheck } = disruptedPods(budget.status?.disruptedPods, pods, now);
  for (const pod of notDeleted) {
    recorder.event(
      pod as Stored<PodObject>,
      'Warning',
      'NotDeleted',
      `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`,
    );
  }
  if (budgetStatus(budget, expected, pods, now)) {
    await ignoring(
      client.updateStatus<BudgetObject>(
        BUDGETS,
        namespace,
        name,
        (object) => {
          // An eviction may have been allowed meanwhile: it is in the newest object.
          if (object.metadata.generation !== budget.metadata.generation) return object;
          const status = budgetStatus(object, expected, pods, now);
          return status ? { ...object, status } : object;
        },
        budget,
      ),
      isNotFound,
    );
  }
  if (recheck !== undefined) return { requeueAfter: recheck - now + 1 };
}

/** When it is not known how many pods there should be, no disruption is allowed. */
async function failSafe(
  { metadata: { namespace = '', name = '' } }: Stored<BudgetObject>,
  message: string,
  { client, clock }: ControllerContext,
): Promise<void> {
  const now = formatTime(clock.now());
  await client.updateStatus<BudgetObject>(BUDGETS, namespace, name, (object) => {
    const status = { ...object.status!, disruptionsAllowed: 0 };
    status.conditions = setCondition(
      status.conditions,
      {
        type: DISRUPTION_ALLOWED,
        status: 'False',
        reason: SYNC_FAILED,
        message,
        lastTransitionTime: now,
        ...(status.observedGeneration === undefined ? {} : { observedGeneration: status.observedGeneration }),
      },
      now,
    );
    return { ...object, status };
  });
}

async function clearStale(key: string, ctx: ControllerContext): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const pod = ctx.lister<PodObject>(PODS).get(namespace, name);
  const at = pod && staleAt(pod);
  if (at === undefined) return;
  const now = ctx.clock.now();
  if (at > now) return { requeueAfter: at - now };
  await ignoring(
    ctx.client.updateStatus<PodObject>(
      PODS,
      namespace,
      name,
      (object) => {
        if (staleAt(object) !== undefined) {
          setPodCondition(object, { type: 'DisruptionTarget', status: 'False' }, formatTime(now));
        }
        return object;
      },
      pod,
    ),
    isNotFound,
  );
}

/** Keys are those of budgets, and `pod:<key>` of pods that may no longer be targets. */
export const disruptionController: Controller = {
  name: 'disruption-controller',
  eventSource: 'controllermanager',
  watches: [
    { resource: BUDGETS, keys: itself },
    { resource: PODS, keys: podKeys },
  ],
  reads: WORKLOADS,
  reconcile,
};
