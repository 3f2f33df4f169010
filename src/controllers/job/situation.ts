/**
 * What there is of a Job: its pods, what they come to, and whether it is at its end. Pure.
 * Source: kubernetes pkg/controller/job/job_controller.go (syncJob), indexed_job_utils.go.
 */
import { formatTime, parseTime } from '../../apimachinery/time.ts';
import type { Job, JobCondition, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { allIndexFailures, indexFailures } from './backoff.ts';
import { countIndexes, hasIndex, indexOf, type Interval, readIndexes, withIndexes } from './indexes.ts';
import { judgeFailure, metSuccessPolicy } from './policies.ts';
import {
  finishTime,
  hasLimitPerIndex,
  hasRestartedTooOften,
  isFailed,
  isIndexed,
  isSucceeded,
  isSuspended,
  isTracked,
} from './pods.ts';

/** The indexes of an Indexed Job. */
export interface Indexes {
  /** Those of the status. */
  readonly before: readonly Interval[];
  readonly succeeded: readonly Interval[];
  /** Those that failed for good; undefined when failures are not counted for each index. */
  readonly failed: readonly Interval[] | undefined;
  /** Failed pods whose number of failures their successors have yet to take over. */
  readonly toReplace: ReadonlyMap<number, Stored<Pod>>;
}

export interface Situation {
  readonly job: Stored<Job>;
  readonly pods: readonly Stored<Pod>[];
  readonly active: readonly Stored<Pod>[];
  readonly ready: number;
  readonly terminating: number;
  /** Pods that have ended since the status was written. */
  readonly newlySucceeded: readonly Stored<Pod>[];
  readonly newlyFailed: readonly Stored<Pod>[];
  readonly succeeded: number;
  readonly failed: number;
  readonly indexes: Indexes | undefined;
}

/** Finds out what there is. The pods must be as new as the Job's status. */
export function situationOf(job: Stored<Job>, pods: readonly Stored<Pod>[]): Situation {
  const { status = {} } = job;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const active = pods.filter(isPodActive);
  const isNew = (pod: Stored<Pod>, counted: readonly string[] = []): boolean =>
    isTracked(pod) &&
    !counted.includes(pod.metadata.uid!) &&
    (!isIndexed(job) || indexOf(pod, job.spec!.completions!) !== undefined);
  const newlySucceeded = pods.filter((pod) => isSucceeded(pod) && isNew(pod, uncounted.succeeded));
  const newlyFailed = pods.filter((pod) => isFailed(pod, job) && isNew(pod, uncounted.failed));
  const counting = newlyFailed.filter((pod) => judgeFailure(job, pod).counts);
  const indexes = isIndexed(job) ? indexesOf(job, pods, active) : undefined;
  return {
    job,
    pods,
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    newlySucceeded,
    newlyFailed,
    succeeded: indexes
      ? countIndexes(indexes.succeeded)
      : (status.succeeded ?? 0) + newlySucceeded.length + (uncounted.succeeded?.length ?? 0),
    failed: (status.failed ?? 0) + counting.length + (uncounted.failed?.length ?? 0),
    indexes,
  };
}

function indexesOf(job: Stored<Job>, pods: readonly Stored<Pod>[], active: readonly Stored<Pod>[]): Indexes {
  const completions = job.spec!.completions!;
  const before = readIndexes(job.status?.completedIndexes, completions);
  const found = (wanted: (pod: Stored<Pod>) => boolean): number[] =>
    pods.flatMap((pod) => {
      const index = isTracked(pod) && wanted(pod) ? indexOf(pod, completions) : undefined;
      return index ?? [];
    });
  const succeeded = withIndexes(before, found(isSucceeded));
  if (!hasLimitPerIndex(job)) return { before, succeeded, failed: undefined, toReplace: new Map() };
  const failed = withIndexes(
    readIndexes(job.status?.failedIndexes, completions),
    found((pod) => hasFailedIndex(job, pod)),
  );
  const running = new Set(active.map((pod) => indexOf(pod, completions)));
  const toReplace = new Map<number, Stored<Pod>>();
  for (const pod of pods) {
    const index = indexOf(pod, completions);
    if (index === undefined || !isTracked(pod) || !isFailed(pod, job) || running.has(index)) continue;
    if (hasIndex(succeeded, index) || hasIndex(failed, index)) continue;
    const other = toReplace.get(index);
    if (!other || isLater(pod, other)) toReplace.set(index, pod);
  }
  return { before, succeeded, failed, toReplace };
}

const isLater = (pod: Pod, other: Pod): boolean =>
  allIndexFailures(pod) >= allIndexFailures(other) && finishTime(pod) >= finishTime(other);

/** Whether the index of a failed pod is not tried again. */
function hasFailedIndex(job: Job, pod: Pod): boolean {
  if (!isFailed(pod, job)) return false;
  const { action, counts } = judgeFailure(job, pod);
  return action === 'FailIndex' || (counts && indexFailures(pod) >= job.spec!.backoffLimitPerIndex!);
}

/** A condition that has just come about. `now` in ms. */
export const newCondition = (
  type: string,
  status: string,
  reason: string,
  message: string,
  now: number,
): JobCondition => ({
  type,
  status,
  lastProbeTime: formatTime(now),
  lastTransitionTime: formatTime(now),
  ...(reason ? { reason } : {}),
  ...(message ? { message } : {}),
});

export const conditionOf = ({ conditions }: JobStatus, type: string): JobCondition | undefined =>
  conditions?.find((one) => one.type === type && one.status === 'True');

/**
 * Why the Job comes to its end before it is complete: the condition `FailureTarget`, `SuccessCriteriaMet` or, when the
 * former has been written, `Failed`. Undefined while it goes on.
 */
export function endOf(situation: Situation, now: number): JobCondition | undefined {
  const { job, pods, failed, indexes } = situation;
  const { spec, status = {} } = job;
  const met = conditionOf(status, 'SuccessCriteriaMet');
  if (met) return met;
  const target = conditionOf(status, 'FailureTarget');
  if (target) return newCondition('Failed', 'True', target.reason ?? '', target.message ?? '', now);
  const fail = (reason: string, message: string): JobCondition =>
    newCondition('FailureTarget', 'True', reason, message, now);
  for (const pod of pods) {
    const { message } = isFailed(pod, job) ? judgeFailure(job, pod) : {};
    if (message) return fail('PodFailurePolicy', message);
  }
  if (failed > (spec?.backoffLimit ?? 6) || hasRestartedTooOften(job, pods)) {
    return fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (deadlineWait(job, job.status?.startTime, now) === 0) {
    return fail('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  if (!indexes) return undefined;
  const bad = indexes.failed ? countIndexes(indexes.failed) : 0;
  if (spec?.maxFailedIndexes !== undefined && bad > spec.maxFailedIndexes) {
    return fail(
      'MaxFailedIndexesExceeded',
      'Job has exceeded the specified maximal number of failed indexes',
    );
  }
  if (bad > 0 && bad + countIndexes(indexes.succeeded) >= spec!.completions!) {
    return fail('FailedIndexes', 'Job has failed indexes');
  }
  const message = metSuccessPolicy(job, indexes.succeeded);
  return message === undefined
    ? undefined
    : newCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', message, now);
}

/** Milliseconds until the Job's deadline, 0 when it is past; undefined when there is none or the Job rests. */
export function deadlineWait(job: Job, startTime: string | undefined, now: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  if (seconds === undefined || !startTime || isSuspended(job)) return undefined;
  return Math.max(0, parseTime(startTime) + Number(seconds) * 1000 - now);
}

/** Whether all is done that was to be done. `active` pods are left. */
export function isComplete({ job, succeeded }: Situation, active: number): boolean {
  if (active > 0) return false;
  const { completions } = job.spec!;
  return completions === undefined ? succeeded > 0 : succeeded >= completions;
}
