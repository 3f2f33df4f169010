import { expect, it } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../../apimachinery/types/batch.v1.gen.ts';
import { messages } from '../apps/testing.ts';
import { validateJobStatusUpdate } from './job-status-validation.ts';

const job = (status: JobStatus, spec: Partial<JobSpec> = {}): Job => ({
  metadata: { name: 'pi' },
  spec: { completions: 5, parallelism: 1, template: {}, ...spec },
  status,
});
const conditions = (...types: string[]): JobStatus['conditions'] =>
  types.map((type) => ({ type, status: 'True' }));
const START = '2024-01-01T00:00:00Z';
const END = '2024-01-01T00:01:00Z';

type Case = [name: string, old: JobStatus, status: JobStatus, expected: string[], spec?: Partial<JobSpec>];
const COMPLETE = {
  conditions: conditions('SuccessCriteriaMet', 'Complete'),
  startTime: START,
  completionTime: END,
};

it.each<Case>([
  ['progress', { startTime: START }, { startTime: START, active: 1, ready: 1, succeeded: 2 }, []],
  ['completion', { startTime: START, active: 1 }, { ...COMPLETE, succeeded: 5 }, []],
  [
    'failure',
    { startTime: START },
    { startTime: START, conditions: conditions('FailureTarget', 'Failed') },
    [],
  ],
  [
    'negative counts',
    {},
    { active: -1, failed: -1 },
    [
      'status.active: Invalid value: -1: must be greater than or equal to 0',
      'status.failed: Invalid value: -1: must be greater than or equal to 0',
      'status.failed: Invalid value: -1: cannot decrease the failed counter',
    ],
  ],
  [
    'more ready than there are',
    { active: 1 },
    { active: 1, ready: 2 },
    ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
  ],
  [
    'pods counted twice',
    {},
    { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
    [
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
    ],
  ],
  [
    'complete without anything',
    {},
    { conditions: conditions('Complete'), active: 1 },
    [
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.startTime: Required value: startTime is required for finished job',
    ],
  ],
  [
    'failed without its cause, with pods left',
    { startTime: START },
    { startTime: START, conditions: conditions('Failed'), terminating: 1, completionTime: END },
    [
      'status.completionTime: Invalid value: "2024-01-01T00:01:00Z": cannot set completionTime when there is no Complete=True condition',
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
      'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
    ],
  ],
  [
    'both ends',
    { startTime: START },
    { ...COMPLETE, conditions: conditions('SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed') },
    [
      'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
      'status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions',
      'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions',
      'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ],
  ],
  [
    'an end undone',
    COMPLETE,
    { startTime: START },
    [
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ],
  ],
  [
    'times',
    { startTime: START },
    { ...COMPLETE, startTime: '2024-01-01T00:02:00Z' },
    [
      'status.completionTime: Invalid value: "2024-01-01T00:01:00Z": must be equal to or after `startTime`',
      'status.startTime: Invalid value: "2024-01-01T00:02:00Z": field is immutable for unsuspended job once set',
    ],
  ],
  ['a suspended job starts anew', { startTime: START }, {}, [], { suspend: true }],
  [
    'fewer successes',
    { succeeded: 2 },
    { succeeded: 1 },
    ['status.succeeded: Invalid value: 1: cannot decrease the succeeded counter'],
  ],
  [
    'fewer successes of a job that shrank',
    { succeeded: 2 },
    { succeeded: 1 },
    [],
    { completionMode: 'Indexed', completions: 1, parallelism: 1 },
  ],
  [
    'indexes of a plain job',
    {},
    { completedIndexes: '0', failedIndexes: '1' },
    [
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ],
  ],
  [
    'indexes',
    {},
    { completedIndexes: '0-2,5', failedIndexes: '2,x' },
    [
      'status.completedIndexes: Invalid value: "0-2,5": error parsing completedIndexes: too large index: "5"',
      'status.failedIndexes: Invalid value: "2,x": error parsing failedIndexes: cannot convert string to integer for index: "x"',
      'status.failedIndexes: Invalid value: "2,x": failedIndexes and completedIndexes overlap at index: 2',
    ],
    { completionMode: 'Indexed', backoffLimitPerIndex: 1 },
  ],
  ['an old fault', { completedIndexes: '9' }, { completedIndexes: '9', active: 1 }, []],
])('%s', (_, old, status, expected, spec) => {
  expect(messages(validateJobStatusUpdate(job(status, spec), job(old, spec)))).toEqual(expected);
});
