import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import { replicaSets } from './replica-set.ts';
import { context, messages, podTemplate } from './testing.ts';

const { strategy, printer, scale, selectableFields } = replicaSets;

function replicaSet(change: (object: any) => void = () => {}): ReplicaSet {
  const object: ReplicaSet = {
    metadata: { name: 'web', creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: {
      selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
      template: podTemplate(),
    },
  };
  strategy.default!(object, context());
  change(object);
  return object;
}

it('defaults to one replica', () => {
  expect(replicaSet().spec).toMatchObject({ replicas: 1, template: { spec: { restartPolicy: 'Always' } } });
  const once = replicaSet();
  const twice = structuredClone(once);
  strategy.default!(twice, context());
  expect(twice).toEqual(once);
});

it('starts with an empty status', () => {
  const object = replicaSet((it) => (it.status = { replicas: 5 }));
  strategy.prepareForCreate!(object, context());
  expect(object.status).toEqual({ replicas: 0 });
});

it.each<[string, (object: any) => void, string[]]>([
  ['valid', () => {}, []],
  [
    'counts',
    ({ spec }) => Object.assign(spec, { replicas: -2, minReadySeconds: -1 }),
    [
      'spec.replicas: Invalid value: -2: must be greater than or equal to 0',
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'empty selector',
    ({ spec }) => (spec.selector = { matchLabels: {} }),
    ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
  ],
  [
    'mismatch',
    ({ spec }) => (spec.template.metadata.labels = { app: 'db' }),
    [
      'spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'restart policy',
    ({ spec }) => (spec.template.spec.restartPolicy = 'OnFailure'),
    ['spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"'],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(replicaSet(change), context()))).toEqual(expected);
});

describe('update', () => {
  it('does not let the selector change', () => {
    const changed = replicaSet(({ spec }) => (spec.selector = { matchLabels: { app: 'web' } }));
    expect(messages(strategy.validateUpdate!(changed, replicaSet(), context()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable',
    ]);
  });
  it('checks the counts of status', () => {
    const changed = replicaSet(
      (it) => (it.status = { replicas: 1, readyReplicas: 1, availableReplicas: 2, observedGeneration: -1 }),
    );
    expect(messages(strategy.status!.validateUpdate!(changed, replicaSet(), context()))).toEqual([
      'status.observedGeneration: Invalid value: -1: must be greater than or equal to 0',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ]);
  });
});

it('prints a row, also of an empty object', () => {
  const now = Date.parse('2024-01-01T00:00:30Z');
  const object = replicaSet((it) => (it.status = { replicas: 1, readyReplicas: 1 }));
  expect(printer!.cells(object, now)).toEqual(['web', 1, 1, 1, '30s', 'web', 'nginx', 'app in (api,web)']);
  expect(printer!.cells({}, now)).toEqual(['', 0, 0, 0, '<unknown>', '', '', '<none>']);
});

it('can be scaled, and is not selected by its replicas', () => {
  const object = replicaSet((it) => (it.status = { replicas: 2 }));
  expect(selectableFields).toBeUndefined();
  scale!.setReplicas(object, 3);
  expect([scale!.getReplicas(object), scale!.statusReplicas(object), scale!.selector(object)]).toEqual([
    3,
    2,
    'app in (api,web)',
  ]);
});
