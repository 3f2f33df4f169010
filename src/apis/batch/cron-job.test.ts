import { expect, it } from 'vitest';
import type { CronJob } from '../../apimachinery/types/batch.v1.gen.ts';
import { context, messages } from '../apps/testing.ts';
import { cronJobs } from './cron-job.ts';

const { strategy, printer } = cronJobs;

function cronJob(change: (object: any) => void = () => {}): CronJob {
  const object = {
    metadata: { name: 'report', creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox' }] } },
        },
      },
    },
  } as CronJob;
  strategy.default!(object, context());
  change(object);
  return object;
}

it('defaults its own fields and the pod template, not the job', () => {
  const { spec } = cronJob();
  expect(spec).toMatchObject({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: { metadata: {}, spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } },
  });
  expect(spec.jobTemplate.spec).not.toHaveProperty('backoffLimit');
  const twice = cronJob();
  strategy.default!(twice, context());
  expect(twice).toEqual(cronJob());
});

const UNKNOWN = (zone: string): string =>
  `spec.timeZone: Invalid value: "${zone}": unknown time zone ${zone}`;

it.each<[string, (object: any) => void, string[]]>([
  ['valid', () => {}, []],
  [
    'a descriptor in a zone',
    ({ spec }) => Object.assign(spec, { schedule: '@daily', timeZone: 'Asia/Tokyo' }),
    [],
  ],
  ['no schedule', ({ spec }) => (spec.schedule = ''), ['spec.schedule: Required value']],
  [
    'bad schedule',
    ({ spec }) => (spec.schedule = 'often'),
    ['spec.schedule: Invalid value: "often": expected exactly 5 fields, found 1: [often]'],
  ],
  [
    'zone in the schedule',
    ({ spec }) => (spec.schedule = 'TZ=UTC 0 0 * * *'),
    [
      'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  ],
  [
    'empty zone',
    ({ spec }) => (spec.timeZone = ''),
    ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
  ],
  ['unknown zone', ({ spec }) => (spec.timeZone = 'Amerika/New_York'), [UNKNOWN('Amerika/New_York')]],
  ['zone of a file', ({ spec }) => (spec.timeZone = '../etc/passwd'), [UNKNOWN('../etc/passwd')]],
  [
    'local zone',
    ({ spec }) => (spec.timeZone = 'Local'),
    [
      'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    ],
  ],
  [
    'policy and counts',
    ({ spec }) =>
      Object.assign(spec, {
        concurrencyPolicy: 'Queue',
        startingDeadlineSeconds: -1,
        failedJobsHistoryLimit: -1,
      }),
    [
      'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"',
      'spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'job template',
    ({ spec }) => {
      const job = spec.jobTemplate.spec;
      Object.assign(job, { selector: {}, manualSelector: true, parallelism: -1 });
      job.template.spec.restartPolicy = 'Always';
    },
    [
      'spec.jobTemplate.spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      'spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated',
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ],
  ],
  [
    'long name',
    ({ metadata }) => (metadata.name = 'x'.repeat(53)),
    [`metadata.name: Invalid value: "${'x'.repeat(53)}": must be no more than 52 characters`],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(cronJob(change), context()))).toEqual(expected);
});

it('tolerates in an update what was there before', () => {
  const old = cronJob(({ metadata, spec }) => {
    metadata.name = 'x'.repeat(53);
    spec.schedule = 'TZ=UTC 0 0 * * *';
  });
  const update = (change: (object: any) => void): string[] => {
    const object = structuredClone(old);
    change(object);
    return messages(strategy.validateUpdate!(object, old, context()));
  };
  expect(update(({ spec }) => (spec.suspend = true))).toEqual([]);
  expect(update(({ spec }) => (spec.timeZone = 'UTC'))).toEqual([
    'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
  ]);
});

it('keeps status apart', () => {
  const object = cronJob((it) => (it.status = { active: [] }));
  strategy.prepareForCreate!(object, context());
  expect(object.status).toEqual({});
  const old = cronJob((it) => (it.status = { lastScheduleTime: 'then' }));
  strategy.prepareForUpdate!(object, old, context());
  expect(object.status).toEqual({ lastScheduleTime: 'then' });
});

it('prints a row, also of an empty object', () => {
  const now = Date.parse('2024-01-01T01:00:00Z');
  const object = cronJob((it) => (it.status = { active: [{}], lastScheduleTime: '2024-01-01T00:59:00Z' }));
  expect(printer!.cells(object, now)).toEqual([
    'report',
    '*/5 * * * *',
    '<none>',
    'False',
    1,
    '60s',
    '60m',
    'c',
    'busybox',
    '<none>',
  ]);
  expect(printer!.cells({}, now)).toEqual([
    '',
    '',
    '<none>',
    '<unset>',
    0,
    '<none>',
    '<unknown>',
    '',
    '',
    '<none>',
  ]);
});
