import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../apimachinery/types/apps.v1.gen.ts';
import { statefulSets } from './stateful-set.ts';
import { context, messages, podTemplate } from './testing.ts';

const { strategy, printer, scale } = statefulSets;

function statefulSet(change: (object: any) => void = () => {}): StatefulSet {
  const object: StatefulSet = {
    metadata: { name: 'db', creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { app: 'web' } },
      template: podTemplate(),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  };
  object.spec!.template.spec!.containers![0]!.volumeMounts = [{ name: 'data', mountPath: '/data' }];
  strategy.default!(object, context());
  change(object);
  return object;
}

describe('defaults', () => {
  it('fills in policies, strategy and claims', () => {
    expect(statefulSet().spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          spec: { volumeMode: 'Filesystem' },
          status: { phase: 'Pending' },
        },
      ],
    });
  });
  it('leaves a named strategy without parameters alone', () => {
    const object = { spec: { updateStrategy: { type: 'RollingUpdate' } } } as StatefulSet;
    strategy.default!(object, context());
    expect(object.spec!.updateStrategy).toEqual({ type: 'RollingUpdate' });
  });
  it('is idempotent', () => {
    const twice = statefulSet();
    strategy.default!(twice, context());
    expect(twice).toEqual(statefulSet());
  });
});

it.each<[string, (object: any) => void, string[]]>([
  ['valid, with a mount of a claim', () => {}, []],
  [
    'mount of nothing',
    ({ spec }) => (spec.volumeClaimTemplates = []),
    ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'],
  ],
  [
    'service name',
    ({ spec }) => (spec.serviceName = 'a.b'),
    ['spec.serviceName: Invalid value: "a.b": must not contain dots'],
  ],
  [
    'claim without a size',
    ({ spec }) => delete spec.volumeClaimTemplates[0].spec.resources,
    ['spec.volumeClaimTemplates[0].spec.resources[storage]: Required value'],
  ],
  [
    'policies',
    ({ spec }) => {
      spec.podManagementPolicy = 'Random';
      spec.persistentVolumeClaimRetentionPolicy.whenScaled = 'Burn';
    },
    [
      "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
      'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Burn": supported values: "Retain", "Delete"',
    ],
  ],
  [
    'counts',
    ({ spec }) => Object.assign(spec, { replicas: -1, minReadySeconds: -1, ordinals: { start: -1 } }),
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'OnDelete with parameters',
    ({ spec }) => (spec.updateStrategy = { type: 'OnDelete', rollingUpdate: { partition: 1 } }),
    [
      'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
    ],
  ],
  [
    'rolling update',
    ({ spec }) => (spec.updateStrategy.rollingUpdate = { partition: -1, maxUnavailable: 0 }),
    [
      'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
    ],
  ],
  [
    'selector',
    ({ spec }) => (spec.selector = {}),
    ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset'],
  ],
  [
    'restart policy',
    ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(statefulSet(change), context()))).toEqual(expected);
});

describe('update', () => {
  const update = (change: (object: any) => void): string[] =>
    messages(strategy.validateUpdate!(statefulSet(change), statefulSet(), context()));

  it('may change what pods are like and how they are replaced', () => {
    const errors = update(({ spec }) => {
      spec.replicas = 5;
      spec.minReadySeconds = 3;
      spec.revisionHistoryLimit = 2;
      spec.ordinals = { start: 1 };
      spec.template.spec.containers[0].image = 'nginx:2';
      spec.updateStrategy = { type: 'OnDelete' };
      spec.persistentVolumeClaimRetentionPolicy.whenDeleted = 'Delete';
    });
    expect(errors).toEqual([]);
  });
  it.each<[string, (object: any) => void]>([
    ['serviceName', ({ spec }) => (spec.serviceName = 'other')],
    ['podManagementPolicy', ({ spec }) => (spec.podManagementPolicy = 'Parallel')],
    ['volumeClaimTemplates', ({ spec }) => (spec.volumeClaimTemplates[0].spec.storageClassName = 'fast')],
  ])('may not change %s', (_, change) => {
    expect(update(change)).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });
  it('of status is checked', () => {
    const changed = statefulSet((object) => {
      object.status = { replicas: 1, readyReplicas: 1, availableReplicas: 2, currentReplicas: 2 };
    });
    expect(messages(strategy.status!.validateUpdate!(changed, statefulSet(), context()))).toEqual([
      'status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
    ]);
  });
});

it('has names that can be names of pods', () => {
  expect(strategy.validateName!('db', false)).toEqual([]);
  expect(strategy.validateName!('db.main', false)).toEqual(['must not contain dots']);
});

it('warns of an endless history', () => {
  const object = statefulSet(({ spec }) => (spec.revisionHistoryLimit = -1));
  expect(strategy.warningsOnCreate!(object, context())).toEqual([
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ]);
});

it('warns of what its claims ask for, by other paths when it changes', () => {
  const object = statefulSet(({ spec }) => {
    spec.volumeClaimTemplates[0].spec.resources.requests.storage = '1500m';
  });
  const text = 'fractional byte value "1500m" is invalid, must be an integer';
  expect(strategy.warningsOnCreate!(object, context())).toEqual([
    `spec.volumeClaimTemplates[0].resources.requests[storage]: ${text}`,
  ]);
  expect(strategy.warningsOnUpdate!(object, object, context())).toEqual([
    `spec.volumeClaimTemplates[0].Spec.resources.requests[storage]: ${text}`,
  ]);
});

it('replaces one pod at a time: maxUnavailable is off in 1.36, unless it is stored', () => {
  const limited = (): StatefulSet =>
    statefulSet(({ spec }) => (spec.updateStrategy.rollingUpdate.maxUnavailable = 2));
  const object = limited();
  strategy.prepareForCreate!(object, context());
  expect(object.spec!.updateStrategy!.rollingUpdate).toEqual({ partition: 0 });
  const stored = limited();
  strategy.prepareForUpdate!(stored, limited(), context());
  expect(stored.spec!.updateStrategy!.rollingUpdate).toEqual({ partition: 0, maxUnavailable: 2 });
});

it('prints a row, also of an empty object, and scales', () => {
  const now = Date.parse('2024-01-01T03:00:00Z');
  const object = statefulSet((it) => (it.status = { replicas: 1, readyReplicas: 1 }));
  expect(printer!.cells(object, now)).toEqual(['db', '1/1', '3h', 'web', 'nginx']);
  expect(printer!.cells({}, now)).toEqual(['', '0/0', '<unknown>', '', '']);
  scale!.setReplicas(object, 2);
  expect([scale!.getReplicas(object), scale!.statusReplicas(object), scale!.selector(object)]).toEqual([
    2,
    1,
    'app=web',
  ]);
});
