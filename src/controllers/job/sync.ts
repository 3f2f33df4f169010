/** One reconcile of a Job: what it works with, and the writes its parts share. */
import type { Job, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import type { Expectations } from '../expectations.ts';
import type { ControllerContext } from '../framework.ts';
import { PODS } from '../pod-control.ts';
import type { FailureRecord } from './backoff.ts';
import { TRACKING_FINALIZER } from './pods.ts';
import type { Situation } from './situation.ts';

export const JOBS: ResourceName = ['batch', 'jobs'];

export interface Memory {
  /** Writes that the copies must show before anything is counted again. */
  readonly wrotePods: Expectations;
  readonly wroteJob: Expectations;
  readonly failures: Map<string, FailureRecord>;
}

/** One reconcile of a Job. */
export interface Sync {
  readonly ctx: ControllerContext;
  readonly memory: Memory;
  readonly key: string;
  readonly situation: Situation;
  /** The status as it will be. */
  readonly status: JobStatus;
  /** The Job as it was last written. */
  job: Stored<Job>;
}

/** As Go's omitempty: a count of nothing is left out. */
export function setCount(status: JobStatus, field: 'active' | 'succeeded' | 'failed', count: number): void {
  if (count === 0) delete status[field];
  else status[field] = count;
}

/** Undefined when the pod is gone. */
export async function removeFinalizer(
  ctx: ControllerContext,
  pod: Stored<Pod>,
): Promise<Stored<Pod> | undefined> {
  const { namespace = '', name = '', uid } = pod.metadata;
  return ignoring(
    ctx.client.update<Pod>(
      PODS,
      namespace,
      name,
      (newest) => {
        if (newest.metadata.uid !== uid) return newest;
        const rest = (newest.metadata.finalizers ?? []).filter((one) => one !== TRACKING_FINALIZER);
        if (rest.length > 0) newest.metadata.finalizers = rest;
        else delete newest.metadata.finalizers;
        return newest;
      },
      pod,
    ),
    isNotFound,
  );
}
