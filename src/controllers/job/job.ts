/**
 * Jobs: pods until enough of them have succeeded, or too many failed.
 * Source: kubernetes pkg/controller/job/job_controller.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Job, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isJobFinished } from '../../apis/batch/job-conditions.ts';
import { isPodReady } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { ignoring, isNamespaceTerminating } from '../errors.ts';
import { Expectations } from '../expectations.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  itself,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { createPod, deletePod, podFromTemplate, PODS } from '../pod-control.ts';
import { claimObjects, type Kind } from '../ref-manager.ts';
import { slowStart } from '../slow-start.ts';
import { recordFinished } from './backoff.ts';
import { type Plan, planPods, prefixOfIndex, templateOf, templateOfIndex } from './manage.ts';
import { isSuspended, isTracked, TRACKING_FINALIZER } from './pods.ts';
import { conditionOf, deadlineWait, endOf, isComplete, newCondition, situationOf } from './situation.ts';
import { JOBS, type Memory, removeFinalizer, setCount, type Sync } from './sync.ts';
import { track } from './tracking.ts';

const JOB: Kind = { apiVersion: 'batch/v1', kind: 'Job' };
/** What spec.managedBy says of a Job of ours. */
const MANAGER = 'kubernetes.io/job-controller';
/** Keys of pods whose Job is gone. */
const ORPHAN = 'orphan/';

export function newJobController(): Controller {
  const memory: Memory = { wrotePods: new Expectations(), wroteJob: new Expectations(), failures: new Map() };
  return {
    name: 'job-controller',
    watches: [
      { resource: JOBS, keys: keysOfJob },
      { resource: PODS, keys: keysOfPod },
    ],
    reconcile: (key, ctx) =>
      key.startsWith(ORPHAN) ? releaseOrphan(key.slice(ORPHAN.length), ctx) : reconcile(memory, key, ctx),
  };
}

/** The Job; of one that has gone also the pods it has left behind. */
function* keysOfJob(change: Change<Job>, ctx: ControllerContext): Iterable<string> {
  yield* itself(change);
  if (change.object || !change.old) return;
  for (const pod of ctx.lister<Pod>(PODS).controlledBy(change.old.metadata.uid!)) {
    if (isTracked(pod)) yield ORPHAN + keyOfObject(pod);
  }
}

/** Jobs that control the pod or did, or could adopt it; the pod itself when nobody is left to count it. */
function* keysOfPod({ object, old }: Change<Pod>, ctx: ControllerContext): Iterable<string> {
  const jobs = ctx.lister<Job>(JOBS);
  for (const pod of [object, old]) {
    const reference = pod && getControllerOf(pod);
    if (reference?.kind === JOB.kind) yield `${pod!.metadata.namespace}/${reference.name}`;
  }
  if (!object) return;
  const { namespace = '', deletionTimestamp, labels } = object.metadata;
  const reference = getControllerOf(object);
  if (
    isTracked(object) &&
    (!reference || (reference.kind === JOB.kind && !jobs.get(namespace, reference.name)))
  ) {
    yield ORPHAN + keyOfObject(object);
  }
  if (reference || deletionTimestamp) return;
  for (const job of jobs.list(namespace)) {
    if (matches(fromLabelSelector(job.spec?.selector), labels)) yield keyOfObject(job);
  }
}

/** A pod whose Job is gone is not held any longer. */
async function releaseOrphan(key: string, ctx: ControllerContext): Promise<undefined> {
  const { namespace, name } = splitKey(key);
  const pod = ctx.lister<Pod>(PODS).get(namespace, name);
  if (!pod || !isTracked(pod)) return;
  const reference = getControllerOf(pod);
  if (reference && reference.kind !== JOB.kind) return;
  const job = reference && ctx.lister<Job>(JOBS).get(namespace, reference.name);
  if (job?.metadata.uid === reference?.uid && job) return;
  await removeFinalizer(ctx, pod);
}

async function reconcile(memory: Memory, key: string, ctx: ControllerContext): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const job = ctx.lister<Job>(JOBS).get(namespace, name);
  if (!job) {
    memory.wrotePods.forget(key);
    memory.wroteJob.forget(key);
    memory.failures.delete(key);
    return undefined;
  }
  if (job.spec?.managedBy && job.spec.managedBy !== MANAGER) return undefined;
  if (isJobFinished(job)) {
    memory.failures.delete(key);
    return undefined;
  }
  // What is not seen yet comes as a change of its own.
  if (
    !memory.wrotePods.satisfied(key, ctx.lister(PODS)) ||
    !memory.wroteJob.satisfied(key, ctx.lister(JOBS))
  ) {
    return undefined;
  }
  const pods = await claimObjects<Pod>(ctx, {
    owner: job,
    ownerResource: JOBS,
    ownerKind: JOB,
    selector: fromLabelSelector(job.spec?.selector),
    resource: PODS,
    onAdopt: ({ metadata }) => {
      metadata.finalizers = [
        ...(metadata.finalizers ?? []).filter((one) => one !== TRACKING_FINALIZER),
        TRACKING_FINALIZER,
      ];
    },
  });
  const status: JobStatus = deepCopy(job.status ?? {});
  status.uncountedTerminatedPods ??= {};
  return sync({ ctx, memory, key, job, situation: situationOf(job, pods), status });
}

async function sync(sync: Sync): Promise<Result | undefined> {
  const { ctx, memory, key, situation, status } = sync;
  const { job } = situation;
  const now = ctx.clock.now();
  if (!isSuspended(job)) status.startTime ??= formatTime(now);
  const record = recordFinished(memory.failures.get(key), situation.newlySucceeded, situation.newlyFailed);
  let end = endOf(situation, now);
  const plan: Plan = end
    ? { remove: situation.active, create: 0 }
    : job.metadata.deletionTimestamp
      ? { remove: [], create: 0 }
      : planPods(situation, record, now);
  // The pods of a Job that ends are counted before they go: their finalizers stay for now.
  const done = await carryOut(sync, plan, end === undefined);
  const active = situation.active.length + done.created - done.removed;
  if (end && done.removed < situation.active.length) end = undefined;
  if (!end) {
    if (isComplete(situation, active)) {
      const message = 'Reached expected number of succeeded pods';
      end = newCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', message, now);
    } else if (!job.metadata.deletionTimestamp) {
      noteSuspension(sync, now);
    }
  }
  setCount(status, 'active', active);
  status.ready = situation.ready - done.removedReady;
  status.terminating = situation.terminating + done.removed;
  await track(sync, end, record);
  if (done.error !== undefined) throw done.error;
  return nextLook(plan, deadlineWait(job, status.startTime, now));
}

function nextLook({ wait }: Plan, deadline: number | undefined): Result | undefined {
  const waits = [wait, deadline].filter((one) => one !== undefined);
  return waits.length === 0 ? undefined : { requeueAfter: Math.min(...waits) };
}

interface Done {
  readonly created: number;
  readonly removed: number;
  readonly removedReady: number;
  readonly error: unknown;
}

/** Makes and deletes pods. `release`: the pods need not be counted, their finalizers go first. */
async function carryOut(sync: Sync, plan: Plan, release: boolean): Promise<Done> {
  const { ctx, memory, key, situation } = sync;
  const { job, indexes } = situation;
  let ignored = 0;
  const started = await slowStart(plan.create, async (at) => {
    const created = await ignoring(
      createPod(ctx, job, podFor(job, plan.indexes?.[at], indexes?.toReplace)),
      isNamespaceTerminating,
    );
    if (!created) ignored++;
    memory.wrotePods.wrote(key, created);
  });
  const removed = await Promise.allSettled(
    plan.remove.map(async (pod) => {
      const newest = release && isTracked(pod) ? await removeFinalizer(ctx, pod) : pod;
      memory.wrotePods.wrote(key, newest);
      if (newest) memory.wrotePods.wrote(key, (await deletePod(ctx, job, newest))?.object);
    }),
  );
  const gone = plan.remove.filter((_, at) => removed[at]!.status === 'fulfilled');
  return {
    created: started.successes - ignored,
    removed: gone.length,
    removedReady: gone.filter(isPodReady).length,
    error: started.error ?? removed.find((result) => result.status === 'rejected')?.reason,
  };
}

function podFor(
  job: Stored<Job>,
  index: number | undefined,
  toReplace: ReadonlyMap<number, Stored<Pod>> | undefined,
): Stored<Pod> {
  if (index === undefined) return podFromTemplate(templateOf(job), job, JOB);
  const pod = podFromTemplate(templateOfIndex(job, index, toReplace?.get(index)), job, JOB);
  pod.metadata.generateName = prefixOfIndex(job.metadata.name!, index);
  return pod;
}

/** The condition Suspended, and a start anew for a Job that goes on. */
function noteSuspension({ ctx, job, status }: Sync, now: number): void {
  const suspended = isSuspended(job);
  if (suspended === (conditionOf(status, 'Suspended') !== undefined)) return;
  const condition = suspended
    ? newCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', now)
    : newCondition('Suspended', 'False', 'JobResumed', 'Job resumed', now);
  const { conditions = [] } = status;
  const at = conditions.findIndex(({ type }) => type === 'Suspended');
  status.conditions = at < 0 ? [...conditions, condition] : conditions.with(at, condition);
  if (!suspended) status.startTime = formatTime(now);
  ctx.recorder.event(job, 'Normal', suspended ? 'Suspended' : 'Resumed', condition.message!);
}
