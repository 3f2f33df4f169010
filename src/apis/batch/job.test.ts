import { describe, expect, it } from 'vitest';
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';
import { context, messages } from '../apps/testing.ts';
import { jobs } from './job.ts';

const { strategy, printer, selectableFields } = jobs;

/** A Job as a client sends it, with its defaults. */
function sent(change: (object: any) => void = () => {}): Job {
  const object: Job = {
    metadata: { name: 'pi', uid: 'u-1', creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl' }] } } },
  };
  change(object);
  strategy.default!(object, context());
  return object;
}

/** A Job as it is created, changed afterwards. */
function created(change: (object: any) => void = () => {}, before?: (object: any) => void): Job {
  const object = sent(before);
  strategy.prepareForCreate!(object, context());
  change(object);
  return object;
}

const GENERATED = {
  'batch.kubernetes.io/controller-uid': 'u-1',
  'batch.kubernetes.io/job-name': 'pi',
  'controller-uid': 'u-1',
  'job-name': 'pi',
};

describe('defaults', () => {
  it.each<[string, object, object]>([
    ['nothing', {}, { completions: 1, parallelism: 1, backoffLimit: 6 }],
    ['parallelism', { parallelism: 3 }, { completions: undefined, parallelism: 3 }],
    ['completions', { completions: 3 }, { completions: 3, parallelism: 1 }],
    ['limit per index', { backoffLimitPerIndex: 1 }, { backoffLimit: 2 ** 31 - 1 }],
    ['modes', {}, { completionMode: 'NonIndexed', suspend: false, manualSelector: false }],
    ['replacement', {}, { podReplacementPolicy: 'TerminatingOrFailed' }],
    ['failure policy', { podFailurePolicy: { rules: [] } }, { podReplacementPolicy: 'Failed' }],
  ])('of %s', (_, spec, expected) => {
    const object = sent((job) => Object.assign(job.spec, spec));
    expect({ completions: undefined, ...object.spec }).toMatchObject(expected);
  });
  it('takes a condition for True', () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    const object = sent((job) => (job.spec.podFailurePolicy = { rules }));
    expect(object.spec!.podFailurePolicy!.rules![0]!.onPodConditions).toEqual([
      { type: 'DisruptionTarget', status: 'True' },
    ]);
  });
  it('is idempotent', () => {
    const twice = sent();
    strategy.default!(twice, context());
    expect(twice).toEqual(sent());
  });
});

describe('creation', () => {
  it('generates the selector and the labels that go with it', () => {
    const job = created();
    expect(job.spec!.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
    expect(job.spec!.template.metadata!.labels).toEqual(GENERATED);
    expect(job.metadata!.labels).toEqual(GENERATED);
    expect(messages(strategy.validate!(job, context()))).toEqual([]);
  });
  it('gives the Job the labels of its template only when it has none', () => {
    const template = { labels: { app: 'pi' } };
    const none = created(undefined, ({ spec }) => (spec.template.metadata = structuredClone(template)));
    expect(none.metadata!.labels).toEqual({ app: 'pi', ...GENERATED });
    expect(none.metadata!.labels).not.toBe(none.spec!.template.metadata!.labels);
    const own = created(undefined, ({ spec, metadata }) => {
      metadata.labels = { app: 'pi' };
      spec.template.metadata = structuredClone(template);
    });
    expect(own.metadata!.labels).toEqual({ app: 'pi' });
  });
  it('leaves a manual selector alone', () => {
    const selector = { matchLabels: { app: 'pi' } };
    const job = created(undefined, ({ spec }) =>
      Object.assign(spec, {
        manualSelector: true,
        selector,
        template: { ...spec.template, metadata: { labels: { app: 'pi' } } },
      }),
    );
    expect(job.spec!.selector).toEqual(selector);
    expect(messages(strategy.validate!(job, context()))).toEqual([]);
  });
  it('refuses labels that say something else', () => {
    const job = created(
      undefined,
      ({ spec }) => (spec.template.metadata = { labels: { 'job-name': 'other' } }),
    );
    const [error, ...others] = messages(strategy.validate!(job, context()));
    expect(error).toMatch(/^spec\.template\.metadata\.labels\[job-name\]: Invalid value: .*: must be 'pi'$/);
    expect(others).toEqual([]);
  });
});

it.each<[string, (spec: any) => void, string[]]>([
  [
    'counts',
    (spec) => Object.assign(spec, { parallelism: -1, completions: -1, ttlSecondsAfterFinished: -1 }),
    [
      'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
      'spec.completions: Invalid value: -1: must be greater than or equal to 0',
      'spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'restart policy',
    (spec) => (spec.template.spec.restartPolicy = 'Always'),
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    'mode',
    (spec) => (spec.completionMode = 'Some'),
    ['spec.completionMode: Unsupported value: "Some": supported values: "NonIndexed", "Indexed"'],
  ],
  [
    'indexed without completions',
    (spec) => {
      spec.completionMode = 'Indexed';
      delete spec.completions;
    },
    ['spec.completions: Required value: when completion mode is Indexed'],
  ],
  [
    'limits per index of a plain job',
    (spec) => Object.assign(spec, { maxFailedIndexes: 1 }),
    [
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
      'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
    ],
  ],
  [
    'very many indexes',
    (spec) =>
      Object.assign(spec, {
        completionMode: 'Indexed',
        completions: 100_001,
        parallelism: 100_001,
        backoffLimitPerIndex: 1,
      }),
    [
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  ],
  [
    'managedBy',
    (spec) => (spec.managedBy = 'me'),
    ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'long managedBy',
    (spec) => (spec.managedBy = `acme.io/${'x'.repeat(60)}`),
    ['spec.managedBy: Too long: may not be more than 63 bytes'],
  ],
  [
    'replacement policy',
    (spec) => (spec.podReplacementPolicy = 'Never'),
    [
      'spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"',
    ],
  ],
  [
    'failure policy of pods that restart',
    (spec) => {
      spec.template.spec.restartPolicy = 'OnFailure';
      spec.podReplacementPolicy = 'Failed';
      spec.podFailurePolicy = {
        rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }],
      };
    },
    [
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    ],
  ],
  [
    'failure policy',
    (spec) => {
      spec.podReplacementPolicy = 'Failed';
      spec.podFailurePolicy = {
        rules: [
          { action: '', onExitCodes: { operator: 'Is', containerName: 'x', values: [] } },
          { action: 'FailIndex', onExitCodes: { operator: 'In', values: [2, 0, 2] } },
          { action: 'Count', onPodConditions: [{ type: '', status: 'Maybe' }] },
          { action: 'Retry' },
        ],
      };
    },
    [
      'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
      'spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required',
      'spec.podFailurePolicy.rules[1].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
      'spec.podFailurePolicy.rules[1].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator',
      'spec.podFailurePolicy.rules[1].onExitCodes.values[2]: Duplicate value: 2',
      'spec.podFailurePolicy.rules[1].onExitCodes.values: Invalid value: [2,0,2]: must be ordered',
      'spec.podFailurePolicy.rules[2].onPodConditions[0].type: Invalid value: "": name part must be non-empty',
      "spec.podFailurePolicy.rules[2].onPodConditions[0].type: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'spec.podFailurePolicy.rules[2].onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'spec.podFailurePolicy.rules[3].action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
      'spec.podFailurePolicy.rules[3]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
    ],
  ],
  [
    'success policy of a plain job',
    (spec) => (spec.successPolicy = { rules: [{ succeededCount: 1 }] }),
    [
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
    ],
  ],
  [
    'success policy',
    (spec) => {
      Object.assign(spec, { completionMode: 'Indexed', completions: 5 });
      spec.successPolicy = {
        rules: [
          {},
          { succeededIndexes: '0,2-3', succeededCount: 4 },
          { succeededIndexes: '3-1' },
          { succeededCount: 6 },
        ],
      };
    },
    [
      'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
      'spec.successPolicy.rules[1].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "3-1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1',
      'spec.successPolicy.rules[3].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)',
    ],
  ],
])('validates: %s', (_, change, expected) => {
  expect(
    messages(
      strategy.validate!(
        created(({ spec }) => change(spec)),
        context(),
      ),
    ),
  ).toEqual(expected);
});

it('sees to it that pods of an Indexed Job can have host names', () => {
  const name = 'x'.repeat(62);
  const job = created(undefined, ({ metadata, spec }) => {
    metadata.name = name;
    Object.assign(spec, { completionMode: 'Indexed', completions: 11 });
  });
  expect(messages(strategy.validate!(job, context()))).toContain(
    `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-10`,
  );
});

describe('update', () => {
  const update = (change: (object: any) => void, of: (object: any) => void = () => {}): string[] => {
    const old = created(of);
    const job = created(of);
    change(job);
    return messages(strategy.validateUpdate!(job, old, context())).map((text) =>
      text.replace(/\{.*\}/s, '…'),
    );
  };
  const suspended = (object: any): void => {
    object.spec.suspend = true;
    object.status = { conditions: [{ type: 'Suspended', status: 'True' }] };
  };

  it('may change how many pods run', () => {
    expect(
      update(({ spec }) => Object.assign(spec, { parallelism: 5, suspend: true, backoffLimit: 1 })),
    ).toEqual([]);
  });
  it.each<[string, (object: any) => void, string]>([
    [
      'completions',
      ({ spec }) => (spec.completions = 2),
      'spec.completions: Invalid value: 2: field is immutable',
    ],
    [
      'selector',
      ({ spec }) => (spec.selector.matchLabels['job-name'] = 'pi'),
      'spec.selector: Invalid value: …: field is immutable',
    ],
    [
      'template',
      ({ spec }) => (spec.template.spec.containers[0].image = 'x'),
      'spec.template: Invalid value: …: field is immutable',
    ],
    [
      'node selector',
      ({ spec }) => (spec.template.spec.nodeSelector = { a: 'b' }),
      'spec.template: Invalid value: …: field is immutable',
    ],
    [
      'managedBy',
      ({ spec }) => (spec.managedBy = 'acme.io/x'),
      'spec.managedBy: Invalid value: "acme.io/x": field is immutable',
    ],
  ])('may not change %s', (_, change, expected) => {
    expect(update(change)).toEqual([expected]);
  });
  it.each<[string, (template: any) => void]>([
    ['nodeSelector', ({ spec }) => (spec.nodeSelector = { a: 'b' })],
    ['tolerations', ({ spec }) => (spec.tolerations = [{ operator: 'Exists' }])],
    ['schedulingGates', ({ spec }) => (spec.schedulingGates = [{ name: 'acme.io/x' }])],
    ['annotations', ({ metadata }) => (metadata.annotations = { a: 'b' })],
    ['labels', ({ metadata }) => (metadata.labels.a = 'b')],
    ['resources', ({ spec }) => (spec.containers[0].resources = { requests: { cpu: '1' } })],
    [
      'nodeAffinity',
      ({ spec }) =>
        (spec.affinity = {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
            },
          },
        }),
    ],
  ])('of a suspended Job may change %s', (_, change) => {
    expect(update(({ spec }) => change(spec.template), suspended)).toEqual([]);
  });
  it('of a suspended Job may not change more, nor anything while pods run', () => {
    const image = ({ spec }: any): void => {
      spec.template.spec.containers[0].image = 'x';
    };
    const selector = ({ spec }: any): void => {
      spec.template.spec.nodeSelector = { a: 'b' };
    };
    const running = (object: any): void => {
      suspended(object);
      object.status = { startTime: '2024-01-01T00:00:00Z', active: 1 };
    };
    expect(update(image, suspended)).toHaveLength(1);
    expect(update(selector, running)).toHaveLength(1);
  });
  it('lets the template change only when the condition says that the Job is suspended', () => {
    const soon = ({ spec }: any): void => {
      spec.suspend = true;
    };
    expect(
      update(({ spec }) => (spec.template.spec.containers[0].resources = { requests: { cpu: '1' } }), soon),
    ).toEqual(['spec.template: Invalid value: …: field is immutable']);
  });
  it('lets an Indexed Job grow and shrink as a whole', () => {
    const indexed = ({ spec }: any): void => {
      Object.assign(spec, { completionMode: 'Indexed', completions: 2, parallelism: 2 });
    };
    expect(update(({ spec }) => Object.assign(spec, { completions: 4, parallelism: 4 }), indexed)).toEqual(
      [],
    );
    expect(update(({ spec }) => (spec.completions = 4), indexed)).toEqual([
      'spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism',
    ]);
  });
});

it('prints what has become of it, also of an empty object', () => {
  const now = Date.parse('2024-01-01T00:10:00Z');
  const row = (status: Job['status'], change: (object: any) => void = () => {}) =>
    printer!.cells({ ...created(change), status }, now).slice(0, 5);
  const condition = (type: string) => ({ conditions: [{ type, status: 'True' }] });
  const startTime = '2024-01-01T00:01:00Z';
  expect(row({ startTime })).toEqual(['pi', 'Running', '0/1', '9m', '10m']);
  expect(
    row({ ...condition('Complete'), startTime, completionTime: '2024-01-01T00:01:30Z', succeeded: 1 }),
  ).toEqual(['pi', 'Complete', '1/1', '30s', '10m']);
  expect(row(condition('Suspended'))[1]).toBe('Suspended');
  expect(row(condition('FailureTarget'))[1]).toBe('FailureTarget');
  expect(row({}, (job) => (job.metadata.deletionTimestamp = startTime))[1]).toBe('Terminating');
  const parallel = ({ spec }: any): void => {
    Object.assign(spec, { completions: undefined, parallelism: 3 });
  };
  expect(row({ succeeded: 1 }, parallel)[2]).toBe('1/1 of 3');
  expect(printer!.cells({}, now)).toEqual(['', 'Running', '0/1', '', '<unknown>', '', '', '<none>']);
});

it('can be selected by its successes', () => {
  expect(selectableFields!['status.successful']!({ status: { succeeded: 2 } })).toBe('2');
  expect(selectableFields!['status.successful']!({})).toBe('0');
});

it('warns of very many indexes', () => {
  const job = created(({ spec }) =>
    Object.assign(spec, { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001 }),
  );
  expect(strategy.warningsOnCreate!(job, context())).toEqual([
    'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
  ]);
});
