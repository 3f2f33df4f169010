/**
 * How long a Job waits before it replaces failed pods: 10 s, then twice as long with each failure since the last success,
 * up to 10 minutes. Source: kubernetes pkg/controller/job/backoff_utils.go, indexed_job_utils.go.
 */
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { finishTime } from './pods.ts';
import { judgeFailure } from './policies.ts';

const FIRST = 10_000;
const LONGEST = 600_000;

export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Failures since the last success, and when the last of them was (ms). */
export interface FailureRecord {
  readonly failures: number;
  readonly last: number;
}

const NONE: FailureRecord = { failures: 0, last: 0 };

/** The record after more pods have come to their ends. */
export function recordFinished(
  record: FailureRecord = NONE,
  succeeded: readonly Pod[],
  failed: readonly Pod[],
): FailureRecord {
  const times = failed.map(finishTime);
  if (succeeded.length === 0) {
    if (times.length === 0) return record;
    return { failures: record.failures + times.length, last: Math.max(...times) };
  }
  const success = Math.max(...succeeded.map(finishTime));
  const later = times.filter((time) => time > success);
  return later.length === 0 ? NONE : { failures: later.length, last: Math.max(...later) };
}

/** Milliseconds to wait; 0 when pods may be made. */
export function remainingWait({ failures, last }: FailureRecord, now: number): number {
  if (failures === 0) return 0;
  const wait = Math.min(FIRST * 2 ** (failures - 1), LONGEST);
  return Math.max(0, last + wait - now);
}

const countIn = ({ metadata }: Pod, annotation: string): number => {
  const text = metadata?.annotations?.[annotation] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** Failures of an index before this pod of it. */
export const indexFailures = (pod: Pod): number => countIn(pod, INDEX_FAILURES);
/** Failures that did not count included. */
export const allIndexFailures = (pod: Pod): number =>
  indexFailures(pod) + countIn(pod, INDEX_IGNORED_FAILURES);

/** Milliseconds until the pod's index may be tried again. */
export const remainingWaitOfIndex = (failed: Pod | undefined, now: number): number =>
  failed ? remainingWait({ failures: allIndexFailures(failed) + 1, last: finishTime(failed) }, now) : 0;

/** The annotations of the pod that takes the place of a failed one of its index. */
export function failureAnnotations(job: Job, replaced: Pod | undefined): Record<string, string> {
  const counted = replaced && judgeFailure(job, replaced).counts;
  const failures = replaced ? indexFailures(replaced) + (counted ? 1 : 0) : 0;
  const ignored = replaced ? countIn(replaced, INDEX_IGNORED_FAILURES) + (counted ? 0 : 1) : 0;
  return {
    [INDEX_FAILURES]: String(failures),
    ...(ignored > 0 ? { [INDEX_IGNORED_FAILURES]: String(ignored) } : {}),
  };
}
