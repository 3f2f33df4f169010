/** Questions about a Job's conditions. Source: kubernetes pkg/apis/batch/validation/validation.go. */
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

/** Whether the Job has the condition with status True. */
export const isConditionTrue = (job: Job, type: JobConditionType): boolean =>
  job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ??
  false;

/** Whether the Job has the condition with status False. */
export const isConditionFalse = (job: Job, type: JobConditionType): boolean =>
  job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'False') ??
  false;

export const isJobComplete = (job: Job): boolean => isConditionTrue(job, 'Complete');
export const isJobFailed = (job: Job): boolean => isConditionTrue(job, 'Failed');

/** Whether the Job has come to its end, good or bad. */
export const isJobFinished = (job: Job): boolean => isJobComplete(job) || isJobFailed(job);
