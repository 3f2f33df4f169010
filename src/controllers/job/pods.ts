/** Questions about the pods of a Job. Source: kubernetes pkg/controller/job/job_controller.go, backoff_utils.go. */
import { parseTime } from '../../apimachinery/time.ts';
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { getPodCondition } from '../../apis/core/pod-util.ts';

/** Holds a pod until the Job has counted it. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

export const isTracked = ({ metadata }: Pod): boolean =>
  metadata?.finalizers?.includes(TRACKING_FINALIZER) ?? false;

export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;
export const hasLimitPerIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec?.backoffLimitPerIndex !== undefined;

/** Whether pods that are ending are replaced only when they have ended. */
export const replacesFailedOnly = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;

export const isSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';

/** Whether the pod counts as a failure: also one that was deleted before it ended, as it may never come to an end. */
export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return !replacesFailedOnly(job) && pod.metadata?.deletionTimestamp !== undefined && !isSucceeded(pod);
}

/** When the pod came to its end, as well as that can be told; ms. */
export function finishTime({ status, metadata }: Pod): number {
  let latest: number | undefined;
  for (const { state } of status?.containerStatuses ?? []) {
    const finishedAt = state?.terminated?.finishedAt;
    if (!finishedAt) {
      latest = undefined;
      break;
    }
    latest = Math.max(latest ?? 0, parseTime(finishedAt));
  }
  if (latest !== undefined) return latest;
  const notReady = getPodCondition({ status } as Pod, 'Ready')?.lastTransitionTime;
  const time = notReady ?? metadata?.deletionTimestamp ?? metadata?.creationTimestamp;
  return time ? parseTime(time) : 0;
}

/** Whether containers that are restarted in place have failed too often. */
export function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const one of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      restarts += one.restartCount;
    }
  }
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
