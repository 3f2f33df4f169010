/**
 * Job.
 * Source: kubernetes pkg/apis/batch/v1/defaults.go, pkg/registry/batch/job/strategy.go, pkg/api/job/warnings.go,
 * pkg/printers/internalversion/printers.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import type { Job, JobSpec } from '../../apimachinery/types/batch.v1.gen.ts';
import { CONTAINERS_COLUMN, containerCells, IMAGES_COLUMN, SELECTOR_COLUMN } from '../apps/printing.ts';
import { formatLabelSelector } from '../apps/selector.ts';
import { nameWarnings } from '../apps/warnings.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { podTemplateWarnings } from '../core/pod-warnings.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, humanDuration, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import { isConditionTrue, isJobComplete, isJobFailed, type JobConditionType } from './job-conditions.ts';
import { generateSelector } from './job-selector.ts';
import { validateJobStatusUpdate } from './job-status-validation.ts';
import { validateJob, validateJobUpdate } from './job-validation.ts';

const BACKOFF_LIMIT = 6;
const MAX_INT32 = 2 ** 31 - 1;

function defaultJob(job: Job): void {
  job.spec ??= {} as JobSpec;
  const { spec } = job;
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  if (spec.parallelism === undefined && spec.completions === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  // With a limit for each index the whole Job has none.
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : MAX_INT32;
  job.metadata ??= {};
  const labels = spec.template.metadata?.labels;
  if (labels && isEmpty(job.metadata.labels)) job.metadata.labels = labels;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  defaultFailurePolicy(spec);
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
}

/** Defaults of the rules of podFailurePolicy, in place. */
export function defaultFailurePolicy(spec: JobSpec): void {
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    dropZeros(rule, []);
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
}

const isEmpty = (labels: object | undefined): boolean => Object.keys(labels ?? {}).length === 0;

/**
 * Generates the selector. A Job that was given no labels has those of its template, the generated ones included:
 * upstream, too, knows them for one and the same map.
 */
function prepareForCreate(job: Job): void {
  job.status = {};
  dropDisabledTemplateFields(job.spec?.template);
  const { metadata } = job;
  const spec = job.spec!;
  const defaulted = isEmpty(metadata?.labels) || metadata?.labels === spec.template.metadata?.labels;
  if (!spec.manualSelector) generateSelector(job);
  const labels = spec.template.metadata?.labels;
  if (defaulted && labels) metadata!.labels = { ...labels };
}

const INDEXED_TOO_LARGE =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

/** Warnings for a Job's spec, or for that of a CronJob's template. */
export function jobSpecWarnings(spec: JobSpec, path: string): string[] {
  const large = (spec.completions ?? 0) > 100_000 && (spec.parallelism ?? 0) > 10_000;
  return [
    ...(large && spec.completionMode === 'Indexed' ? [`${path}: ${INDEXED_TOO_LARGE}`] : []),
    ...podTemplateWarnings(spec.template, `${path}.template`),
  ];
}

/** Column Status: the first of these that holds. */
const STATES: readonly JobConditionType[] = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

function stateOf(job: Job): string {
  if (isJobComplete(job)) return 'Complete';
  if (isJobFailed(job)) return 'Failed';
  if (job.metadata?.deletionTimestamp) return 'Terminating';
  return STATES.find((type) => isConditionTrue(job, type)) ?? 'Running';
}

function completionsOf({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const jobs = define<Job>({
  group: 'batch',
  version: 'v1',
  resource: 'jobs',
  singular: 'job',
  kind: 'Job',
  namespaced: true,
  verbs: ALL_VERBS,
  categories: ['all'],
  typeName: 'batch.v1.Job',
  strategy: {
    default: defaultJob,
    prepareForCreate,
    prepareForUpdate(job, old) {
      keepStatus(job, old);
      dropDisabledTemplateFields(job.spec?.template, old.spec?.template);
    },
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    warningsOnCreate: (job) => [...nameWarnings(job.metadata?.name), ...jobSpecWarnings(job.spec!, 'spec')],
    warningsOnUpdate: (job, old) =>
      job.metadata?.generation === old.metadata?.generation ? [] : jobSpecWarnings(job.spec!, 'spec'),
    status: { prepareForUpdate: keepSpec, validateUpdate: validateJobStatusUpdate },
    // For clients that are older than garbage collection.
    defaultDeletionPolicy: 'orphan',
    warningOnDelete:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  printer: {
    columns: [
      NAME,
      column('Status', 'What has become of the job'),
      column('Completions', 'Successful pods of the wanted ones'),
      column('Duration', 'How long the job ran, or has been running'),
      AGE,
      CONTAINERS_COLUMN,
      IMAGES_COLUMN,
      SELECTOR_COLUMN,
    ],
    cells: (job, now) => [
      nameOf(job),
      stateOf(job),
      completionsOf(job),
      durationOf(job, now),
      age(job, now),
      ...containerCells(job.spec?.template?.spec),
      formatLabelSelector(job.spec?.selector),
    ],
  },
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  refuseField: (label) => `field label ${goQuote(label)} not supported for Job`,
  subresources: [statusOf('Job')],
});
