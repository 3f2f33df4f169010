/** The labels by which a Job knows its pods. Source: kubernetes pkg/registry/batch/job/strategy.go (generateSelector). */
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';

export const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
export const JOB_NAME = 'batch.kubernetes.io/job-name';
export const LEGACY_CONTROLLER_UID = 'controller-uid';
export const LEGACY_JOB_NAME = 'job-name';

/**
 * Gives the template the labels and the Job the selector that make its pods its own. Labels that are there already
 * stay: validation refuses them when they are wrong.
 */
export function generateSelector(job: Job): void {
  const spec = job.spec!;
  const uid = job.metadata?.uid ?? '';
  const name = job.metadata?.name ?? '';
  spec.template.metadata ??= {};
  spec.template.metadata.labels = {
    [LEGACY_JOB_NAME]: name,
    [JOB_NAME]: name,
    [LEGACY_CONTROLLER_UID]: uid,
    [CONTROLLER_UID]: uid,
    ...spec.template.metadata.labels,
  };
  spec.selector ??= {};
  spec.selector.matchLabels = { [CONTROLLER_UID]: uid, ...spec.selector.matchLabels };
}
