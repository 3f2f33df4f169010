/**
 * Counting pods that have ended, each exactly once: first their uids are written into the status, then they lose the
 * finalizer that holds them, then they are counted. Whatever fails in between, the next reconcile goes on from there.
 * Source: kubernetes pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers).
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import type { Job, JobCondition, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { FailureRecord } from './backoff.ts';
import { countIndexes, formatIndexes, hasIndex, indexOf, withIndexes } from './indexes.ts';
import { JOBS, removeFinalizer, setCount, type Sync } from './sync.ts';
import { isFailed, isSucceeded, isTracked } from './pods.ts';
import { judgeFailure } from './policies.ts';
import { conditionOf, newCondition } from './situation.ts';

/** Pods counted at a time: their uids stand in the status. */
const MAX_UNCOUNTED = 500;

/** Brings status and finalizers up to date. `end`: the interim condition with which the Job ends. */
export async function track(sync: Sync, end: JobCondition | undefined, record: FailureRecord): Promise<void> {
  const { ctx, memory, key, situation, status } = sync;
  const held = new Set(situation.pods.filter(isTracked).map(({ metadata }) => metadata.uid!));
  count(status, held);
  const { release, full } = collect(sync, end);
  const final = end && finalOf(status, end, ctx.clock.now());
  await save(sync);
  if (record.failures > 0) memory.failures.set(key, record);
  else memory.failures.delete(key);

  const results = await Promise.allSettled(
    release.map(async (pod) => {
      memory.wrotePods.wrote(key, await removeFinalizer(ctx, pod));
      held.delete(pod.metadata.uid!);
    }),
  );
  count(status, held);
  const failure = results.find((result) => result.status === 'rejected');
  const finished = final !== undefined && !failure && !full && isSettled(status);
  if (finished) {
    status.conditions = [...(status.conditions ?? []), final];
    if (final.type === 'Complete') status.completionTime = final.lastTransitionTime!;
  }
  await save(sync);
  if (failure) throw failure.reason;
  if (finished) tell(sync, final);
}

/** Counts the pods of the status that nothing holds any more. */
function count(status: JobStatus, held: ReadonlySet<string>): void {
  const uncounted = status.uncountedTerminatedPods ?? {};
  for (const field of ['succeeded', 'failed'] as const) {
    const uids = uncounted[field] ?? [];
    const left = uids.filter((uid) => held.has(uid));
    setCount(status, field, (status[field] ?? 0) + uids.length - left.length);
    if (left.length > 0) uncounted[field] = left;
    else delete uncounted[field];
  }
  status.uncountedTerminatedPods = uncounted;
}

/** Writes the pods that have ended into the status; answers those that need not be held any longer. */
function collect(sync: Sync, end: JobCondition | undefined): { release: Stored<Pod>[]; full: boolean } {
  const { situation, status } = sync;
  const { job, indexes, pods } = situation;
  const completions = job.spec?.completions ?? 0;
  const uncounted = status.uncountedTerminatedPods!;
  const succeeded = new Set(uncounted.succeeded);
  const failed = new Set(uncounted.failed);
  const newIndexes = new Set<number>();
  const release: Stored<Pod>[] = [];
  let full = false;
  for (const pod of pods) {
    if (!isTracked(pod) || !mayGo(sync, pod, end)) continue;
    release.push(pod);
    const uid = pod.metadata.uid!;
    const index = indexes && indexOf(pod, completions);
    if (isSucceeded(pod) && !failed.has(uid)) {
      if (!indexes) succeeded.add(uid);
      else if (index !== undefined && !hasIndex(indexes.before, index)) newIndexes.add(index);
    } else if (isFailed(pod, job) || (end && end.type !== 'SuccessCriteriaMet')) {
      // A Job that fails takes the pods that still run along.
      if ((!indexes || index !== undefined) && judgeFailure(job, pod).counts) failed.add(uid);
    }
    if (newIndexes.size + succeeded.size + failed.size >= MAX_UNCOUNTED) {
      full = true;
      break;
    }
  }
  if (succeeded.size > 0) uncounted.succeeded = [...succeeded];
  if (failed.size > 0) uncounted.failed = [...failed];
  if (indexes) {
    const completed = withIndexes(indexes.before, newIndexes);
    setCount(status, 'succeeded', countIndexes(completed));
    if (completed.length > 0) status.completedIndexes = formatIndexes(completed);
    else delete status.completedIndexes;
    if (indexes.failed) status.failedIndexes = formatIndexes(indexes.failed);
  }
  return { release, full };
}

/** Whether the pod has told all it had to tell. */
function mayGo(
  { situation: { job, indexes } }: Sync,
  pod: Stored<Pod>,
  end: JobCondition | undefined,
): boolean {
  if (job.metadata.deletionTimestamp || end || isSucceeded(pod)) return true;
  if (!isFailed(pod, job)) return false;
  const index = indexOf(pod, job.spec?.completions ?? 0);
  return index === undefined || indexes?.toReplace.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** Puts the interim condition into the status; answers the one that comes when all pods are counted and gone. */
function finalOf(status: JobStatus, end: JobCondition, now: number): JobCondition {
  const { type, reason = '', message = '' } = end;
  if (type === 'Failed') return end;
  if (!conditionOf(status, type)) status.conditions = [...(status.conditions ?? []), end];
  return newCondition(type === 'FailureTarget' ? 'Failed' : 'Complete', 'True', reason, message, now);
}

/** Whether no pod is left to be counted or to end. */
function isSettled({ uncountedTerminatedPods, terminating = 0 }: JobStatus): boolean {
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  return succeeded.length + failed.length === 0 && terminating === 0;
}

async function save(sync: Sync): Promise<void> {
  const { ctx, memory, key, job, status } = sync;
  if (equalJSON(status, job.status)) return;
  const { namespace = '', name = '', uid } = job.metadata;
  const written = deepCopy(status);
  sync.job = await ctx.client.updateStatus<Job>(
    JOBS,
    namespace,
    name,
    (newest) => (newest.metadata.uid === uid ? { ...newest, status: written } : newest),
    job,
  );
  memory.wroteJob.wrote(key, sync.job);
}

function tell({ ctx, job }: Sync, { type, reason = '', message = '' }: JobCondition): void {
  if (type === 'Failed') {
    ctx.recorder.event(job, 'Warning', reason, message);
    return;
  }
  const { completions } = job.spec!;
  if (completions !== undefined && (job.status?.succeeded ?? 0) > completions) {
    const tooMany = 'Too many succeeded pods running after completion count reached';
    ctx.recorder.event(job, 'Warning', 'TooManySucceededPods', tooMany);
  }
  ctx.recorder.event(job, 'Normal', 'Completed', 'Job completed');
}
