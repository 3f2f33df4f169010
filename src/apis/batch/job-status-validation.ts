/**
 * Validation of updates of a Job's status. Since Jobs may be managed by controllers other than the cluster's own,
 * transitions that clients rely on are enforced. A rule is looked at when the update changes something it speaks of,
 * so that an old fault does not block unrelated updates.
 * Source: kubernetes pkg/apis/batch/validation/validation.go, pkg/registry/batch/job/strategy.go.
 */
import { at, child, duplicate, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { Job, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import { nonNegativeFields } from '../apps/validation.ts';
import { internalForm } from '../core/internal-form.ts';
import { semanticEqual } from '../strategy.ts';
import { overlap, parseIndexes } from './indexes.ts';
import {
  isConditionFalse,
  isConditionTrue,
  isJobComplete,
  isJobFinished,
  type JobConditionType,
} from './job-conditions.ts';
import { invalidWithoutValue } from './omitted-value.ts';

const CONDITIONS = 'status.conditions';

export function validateJobStatusUpdate(job: Job, old: Job): FieldError[] {
  return [
    ...nonNegativeFields('status', job.status, ['active', 'succeeded', 'failed', 'ready', 'terminating']),
    ...validateUncounted(job.status ?? {}),
    ...validateCompletion(job, old),
    ...validateFinished(job, old),
    ...validateIndexes(job, old),
    ...validateCounts(job, old),
    ...validateSuccess(job),
    ...validateTransitions(job, old),
  ];
}

const changedField = (job: Job, old: Job, name: keyof JobStatus): boolean =>
  !semanticEqual(job.status?.[name], old.status?.[name]);
const changedCount = (job: Job, old: Job, name: 'active'): boolean =>
  (job.status?.[name] ?? 0) !== (old.status?.[name] ?? 0);
const changedCondition = (job: Job, old: Job, type: JobConditionType): boolean =>
  isConditionTrue(job, type) !== isConditionTrue(old, type);

/** UIDs of pods that are yet to be counted: none empty, none twice. */
function validateUncounted({ uncountedTerminatedPods: pods }: JobStatus): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [index, uid] of (pods?.[list] ?? []).entries()) {
      const field = at(`status.uncountedTerminatedPods.${list}`, index);
      if (uid === '') errors.push(invalid(field, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(field, uid));
      else seen.add(uid);
    }
  }
  return errors;
}

/** What goes with the conditions Complete and Failed: other conditions, and the time of completion. */
function validateCompletion(job: Job, old: Job): FieldError[] {
  const { startTime, completionTime } = job.status ?? {};
  const has = (type: JobConditionType): boolean => isConditionTrue(job, type);
  const changed = (type: JobConditionType): boolean => changedCondition(job, old, type);
  const timeChanged = changedField(job, old, 'completionTime');
  const errors: FieldError[] = [];
  const refuse = (broken: boolean, detail: string): void => {
    if (broken) errors.push(invalidWithoutValue(CONDITIONS, detail));
  };
  const complete = has('Complete');
  const completeChanged = changed('Complete');
  refuse(
    (completeChanged || changed('Failed')) && complete && has('Failed'),
    'cannot set Complete=True and Failed=true conditions',
  );
  refuse(
    (completeChanged || changed('FailureTarget')) && complete && has('FailureTarget'),
    'cannot set Complete=True and FailureTarget=true conditions',
  );
  const field = 'status.completionTime';
  if (completeChanged || timeChanged) {
    if (completionTime && !complete) {
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      errors.push(invalid(field, completionTime, detail));
    }
    if (!completionTime && complete) {
      errors.push(required(field, 'completionTime is required for Complete jobs'));
    }
  }
  if ((changedField(job, old, 'startTime') || timeChanged) && startTime && completionTime) {
    if (Date.parse(completionTime) < Date.parse(startTime)) {
      errors.push(invalid(field, completionTime, 'must be equal to or after `startTime`'));
    }
  }
  refuse(
    (changed('Failed') || changedField(job, old, 'failedIndexes')) && has('Failed') && !has('FailureTarget'),
    'cannot set Failed=True condition without the FailureTarget=true condition',
  );
  refuse(
    (completeChanged || changed('SuccessCriteriaMet')) && complete && !has('SuccessCriteriaMet'),
    'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
  );
  return errors;
}

/** What a Job that meets its criteria cannot have, and one with a policy must have. */
function validateSuccess(job: Job): FieldError[] {
  const has = (type: JobConditionType): boolean => isConditionTrue(job, type);
  const isMet = has('SuccessCriteriaMet');
  const rules: [boolean, string][] = [
    [isMet && has('Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    [isMet && has('FailureTarget'), 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'],
    [
      job.spec?.successPolicy !== undefined && !isMet && has('Complete'),
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, detail]) => invalidWithoutValue(CONDITIONS, detail));
}

/** A finished Job has started, and no pods of it are active or yet to be counted. */
function validateFinished(job: Job, old: Job): FieldError[] {
  if (!isJobFinished(job)) return [];
  const { active = 0, startTime, uncountedTerminatedPods: uncounted } = job.status ?? {};
  const errors: FieldError[] = [];
  const finishedChanged = isJobFinished(job) !== isJobFinished(old);
  const looksAt = (name: keyof JobStatus): boolean => finishedChanged || changedField(job, old, name);
  if ((finishedChanged || changedCount(job, old, 'active')) && active > 0) {
    errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'));
  }
  const neverStarts = job.spec?.suspend === true && job.spec.completions === 0;
  if (looksAt('startTime') && !startTime && !neverStarts) {
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  }
  if (looksAt('uncountedTerminatedPods') && (uncounted?.failed?.length || uncounted?.succeeded?.length)) {
    const shown = internalForm('UncountedTerminatedPods', uncounted);
    errors.push(invalid('status.uncountedTerminatedPods', shown, 'must be empty for finished job'));
  }
  return errors;
}

/** Pods that are terminating, or ready. */
function validateCounts(job: Job, old: Job): FieldError[] {
  const { active = 0, ready, terminating } = job.status ?? {};
  const errors: FieldError[] = [];
  const finished = isJobFinished(job);
  const looks = finished !== isJobFinished(old) || changedField(job, old, 'terminating');
  if (finished && looks && terminating !== undefined && terminating > 0) {
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  const counted = changedCount(job, old, 'active') || changedField(job, old, 'ready');
  if (counted && ready !== undefined && ready > active) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
  return errors;
}

/** Completed and failed indexes of Indexed Jobs. */
function validateIndexes(job: Job, old: Job): FieldError[] {
  const { completions, completionMode, backoffLimitPerIndex } = job.spec ?? {};
  const { completedIndexes = '', failedIndexes } = job.status ?? {};
  const completedChanged = completedIndexes !== (old.status?.completedIndexes ?? '');
  const failedChanged = changedField(job, old, 'failedIndexes');
  const errors: FieldError[] = [];
  if (completedChanged && completions !== undefined) {
    errors.push(...indexesError('completedIndexes', completedIndexes, completions));
  }
  const checked = failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined;
  if (checked && failedIndexes !== undefined) {
    errors.push(...indexesError('failedIndexes', failedIndexes, completions));
  }
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid('status.completedIndexes', completedIndexes, detail));
  }
  if (failedChanged && backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid('status.failedIndexes', failedIndexes, detail));
  }
  if ((failedChanged || completedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const both = overlap(completedIndexes, failedIndexes, completions);
    if (both !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${both}`;
      errors.push(invalid('status.failedIndexes', failedIndexes, detail));
    }
  }
  return errors;
}

function indexesError(name: string, text: string, completions: number): FieldError[] {
  try {
    parseIndexes(text, completions);
    return [];
  } catch (error) {
    return [invalid(child('status', name), text, `error parsing ${name}: ${(error as Error).message}`)];
  }
}

/** What never goes back. */
function validateTransitions(job: Job, old: Job): FieldError[] {
  const [status, before] = [job.status ?? {}, old.status ?? {}];
  const errors: FieldError[] = [];
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const) {
    if (isConditionTrue(old, type) && !isConditionTrue(job, type)) {
      errors.push(invalidWithoutValue(CONDITIONS, `cannot disable the terminal ${type}=True condition`));
    }
  }
  const decreased = (name: 'failed' | 'succeeded'): boolean => (status[name] ?? 0) < (before[name] ?? 0);
  if (decreased('failed')) {
    errors.push(invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'));
  }
  // An Indexed Job that is scaled down may have fewer successes than it had.
  const { completionMode, completions, parallelism } = job.spec ?? {};
  const scalable = completionMode === 'Indexed' && completions === parallelism;
  if (decreased('succeeded') && !scalable) {
    errors.push(invalid('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter'));
  }
  const { completionTime, startTime } = status;
  if (completionTime && before.completionTime && completionTime !== before.completionTime) {
    errors.push(invalid('status.completionTime', completionTime, 'field is immutable'));
  }
  // A Job that is resumed starts anew.
  const resumed = isConditionTrue(old, 'Suspended') && isConditionFalse(job, 'Suspended');
  if (before.startTime && startTime !== before.startTime && !job.spec?.suspend && !resumed) {
    const detail = 'field is immutable for unsuspended job once set';
    errors.push(invalid('status.startTime', startTime, detail));
  }
  const wasMet = isConditionTrue(old, 'SuccessCriteriaMet');
  const isMet = isConditionTrue(job, 'SuccessCriteriaMet');
  if (wasMet && !isMet) {
    errors.push(invalidWithoutValue(CONDITIONS, 'cannot disable the SuccessCriteriaMet=True condition'));
  }
  if (isJobComplete(old) && !wasMet && isMet) {
    const detail = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    errors.push(invalidWithoutValue(CONDITIONS, detail));
  }
  return errors;
}
