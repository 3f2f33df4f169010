/**
 * CronJob.
 * Source: kubernetes pkg/apis/batch/v1/defaults.go, pkg/apis/batch/validation/validation.go,
 * pkg/registry/batch/cronjob/strategy.go, pkg/printers/internalversion/printers.go.
 */
import {
  child,
  type FieldError,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type {
  CronJob,
  CronJobSpec,
  JobSpec,
  JobTemplateSpec,
} from '../../apimachinery/types/batch.v1.gen.ts';
import { CONTAINERS_COLUMN, containerCells, IMAGES_COLUMN, SELECTOR_COLUMN } from '../apps/printing.ts';
import { formatLabelSelector } from '../apps/selector.ts';
import { nonNegativeFields } from '../apps/validation.ts';
import { nameWarnings } from '../apps/warnings.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { type PodValidationOptions, templateUpdateOptions } from '../core/pod-validation.ts';
import { labelSelectorForm } from '../meta-forms.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, timeSince } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import { parseSchedule } from './cron.ts';
import { defaultFailurePolicy, jobSpecWarnings } from './job.ts';
import { validateJobSpecTemplate } from './job-spec-validation.ts';
import { timeZone as findTimeZone } from './time-zone.ts';

function defaultCronJob(cronJob: CronJob): void {
  cronJob.spec ??= {} as CronJobSpec;
  const { spec } = cronJob;
  spec.jobTemplate ??= {};
  spec.jobTemplate.metadata ??= {};
  spec.jobTemplate.spec ??= {} as JobSpec;
  // Jobs get their own defaults when they are made.
  spec.jobTemplate.spec.template ??= {};
  defaultPodTemplateSpec(spec.jobTemplate.spec.template);
  defaultFailurePolicy(spec.jobTemplate.spec);
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
}

/** The controller appends a time to the name, and names of Jobs have at most 63 characters. */
const MAX_NAME_LENGTH = 52;

function validateCreate(cronJob: CronJob): FieldError[] {
  const errors = validateSpec(cronJob.spec, undefined, 'spec');
  const name = nameOf(cronJob);
  if (name.length > MAX_NAME_LENGTH) {
    errors.push(invalid('metadata.name', name, `must be no more than ${MAX_NAME_LENGTH} characters`));
  }
  return errors;
}

function validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined, path: string): FieldError[] {
  const errors = validateSchedule(spec, old, child(path, 'schedule'));
  errors.push(...nonNegativeFields(path, spec, ['startingDeadlineSeconds']));
  if (!old || old.timeZone !== spec.timeZone) {
    errors.push(...validateTimeZone(spec.timeZone, child(path, 'timeZone')));
  }
  errors.push(...validateConcurrencyPolicy(spec.concurrencyPolicy ?? '', child(path, 'concurrencyPolicy')));
  const options = templateUpdateOptions(old?.jobTemplate.spec?.template);
  errors.push(...validateJobTemplate(spec.jobTemplate, child(path, 'jobTemplate'), options));
  errors.push(...nonNegativeFields(path, spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']));
  return errors;
}

function validateSchedule(
  { schedule, timeZone }: CronJobSpec,
  old: CronJobSpec | undefined,
  path: string,
): FieldError[] {
  if (!schedule) return [required(path)];
  const errors: FieldError[] = [];
  try {
    parseSchedule(schedule);
  } catch (error) {
    errors.push(invalid(path, schedule, (error as Error).message));
  }
  if (!schedule.includes('TZ')) return errors;
  // Schedules that named a zone before there was a field for it may keep it.
  if (!old?.schedule.includes('TZ')) {
    const detail = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalid(path, schedule, detail));
  } else if (timeZone !== undefined) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
  return errors;
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

function validateTimeZone(zone: string | undefined, path: string): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const unknown = invalid(path, zone, `unknown time zone ${zone}`);
  const legal = (part: string): boolean =>
    part !== '.' && part !== '..' && !part.startsWith('-') && ZONE_PART.test(part);
  if (!zone.split('/').every(legal)) return [unknown];
  const errors: FieldError[] = [];
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalid(path, zone, detail));
  }
  if (zone !== 'Local' && !findTimeZone(zone)) errors.push(unknown);
  return errors;
}

const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];

function validateConcurrencyPolicy(policy: string, path: string): FieldError[] {
  if (policy === '') return [required(path)];
  return CONCURRENCY_POLICIES.includes(policy) ? [] : [notSupported(path, policy, CONCURRENCY_POLICIES)];
}

/** A Job's spec whose selector is yet to be generated. */
function validateJobTemplate(
  { spec }: JobTemplateSpec,
  path: string,
  options: PodValidationOptions,
): FieldError[] {
  const specPath = child(path, 'spec');
  const errors = validateJobSpecTemplate(spec!, specPath, options);
  if (spec?.selector) {
    errors.push(
      invalid(
        child(specPath, 'selector'),
        labelSelectorForm(spec.selector),
        '`selector` will be auto-generated',
      ),
    );
  }
  if (spec?.manualSelector) {
    errors.push(unsupported(child(specPath, 'manualSelector'), true, ['nil', 'false']));
  }
  return errors;
}

const JOB_SPEC = 'spec.jobTemplate.spec';

export const cronJobs = define<CronJob>({
  group: 'batch',
  version: 'v1',
  resource: 'cronjobs',
  singular: 'cronjob',
  kind: 'CronJob',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['cj'],
  categories: ['all'],
  typeName: 'batch.v1.CronJob',
  strategy: {
    default: defaultCronJob,
    prepareForCreate(cronJob) {
      cronJob.status = {};
      dropDisabledTemplateFields(cronJob.spec.jobTemplate.spec?.template);
    },
    prepareForUpdate(cronJob, old) {
      keepStatus(cronJob, old);
      const before = old.spec.jobTemplate.spec?.template;
      dropDisabledTemplateFields(cronJob.spec.jobTemplate.spec?.template, before);
    },
    validate: validateCreate,
    validateUpdate: ({ spec }, old) => validateSpec(spec, old.spec, 'spec'),
    warningsOnCreate: (cronJob) => [
      ...nameWarnings(nameOf(cronJob)),
      ...jobSpecWarnings(cronJob.spec.jobTemplate.spec!, JOB_SPEC),
    ],
    warningsOnUpdate: (cronJob, old) =>
      cronJob.metadata?.generation === old.metadata?.generation
        ? []
        : jobSpecWarnings(cronJob.spec.jobTemplate.spec!, JOB_SPEC),
    status: { prepareForUpdate: keepSpec },
  },
  printer: {
    columns: [
      NAME,
      column('Schedule', 'When jobs are started, in cron format'),
      column('Timezone', 'Time zone of the schedule'),
      column('Suspend', 'Whether no further jobs are started', 'boolean'),
      column('Active', 'Number of jobs that are running', 'integer'),
      column('Last Schedule', 'Time since a job was started last'),
      AGE,
      CONTAINERS_COLUMN,
      IMAGES_COLUMN,
      SELECTOR_COLUMN,
    ],
    cells(cronJob, now) {
      const { spec, status } = cronJob;
      const template = spec?.jobTemplate?.spec;
      const suspend = spec?.suspend;
      return [
        nameOf(cronJob),
        spec?.schedule ?? '',
        spec?.timeZone ?? '<none>',
        suspend === undefined ? '<unset>' : suspend ? 'True' : 'False',
        status?.active?.length ?? 0,
        status?.lastScheduleTime ? timeSince(status.lastScheduleTime, now) : '<none>',
        age(cronJob, now),
        ...containerCells(template?.template?.spec),
        formatLabelSelector(template?.selector),
      ];
    },
  },
  subresources: [statusOf('CronJob')],
});
