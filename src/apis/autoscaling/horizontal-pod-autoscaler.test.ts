import { describe, expect, it } from 'vitest';
import type { HorizontalPodAutoscaler, MetricSpec } from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { context, messages } from '../apps/testing.ts';
import { horizontalPodAutoscalers } from './horizontal-pod-autoscaler.ts';

const { strategy, printer } = horizontalPodAutoscalers;
const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

function autoscaler(change: (object: any) => void = () => {}): HorizontalPodAutoscaler {
  const object: HorizontalPodAutoscaler = {
    metadata: { name: 'web' },
    spec: { scaleTargetRef: { ...TARGET }, maxReplicas: 5 },
  };
  strategy.default!(object, context());
  change(object);
  return object;
}

describe('defaults', () => {
  it('are one pod and 80 % of CPU', () => {
    expect(autoscaler().spec).toEqual({
      scaleTargetRef: TARGET,
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    });
  });
  it('complete a behavior that is given', () => {
    const object = autoscaler(
      ({ spec }) => (spec.behavior = { scaleDown: { stabilizationWindowSeconds: 60 } }),
    );
    strategy.default!(object, context());
    expect(object.spec.behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
      },
    });
  });
  it('leave no annotations that only v1 has', () => {
    const object = autoscaler(({ metadata }) => {
      metadata.annotations = { 'autoscaling.alpha.kubernetes.io/metrics': '[]', note: 'x' };
    });
    strategy.default!(object, context());
    expect(object.metadata!.annotations).toEqual({ note: 'x' });
  });
});

const metrics =
  (...list: MetricSpec[]) =>
  ({ spec }: any) => {
    spec.metrics = list;
  };
const value = (target: object): any => ({ metric: { name: 'load' }, target });

it.each<[string, (object: any) => void, string[]]>([
  ['valid', () => {}, []],
  [
    'nothing',
    (object) => {
      object.spec = {};
      strategy.default!(object, context());
    },
    [
      'spec.maxReplicas: Required value: must be set and greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
      'spec.scaleTargetRef.kind: Required value',
      'spec.scaleTargetRef.name: Required value',
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ],
  ],
  [
    'replicas',
    ({ spec }) => Object.assign(spec, { minReplicas: 7 }),
    ['spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`'],
  ],
  [
    'zero replicas',
    ({ spec }) => (spec.minReplicas = 0),
    [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
  ],
  [
    'target',
    ({ spec }) => (spec.scaleTargetRef = { kind: 'a/b', name: '..', apiVersion: 'a/b/c' }),
    [
      'spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain \'/\'',
      'spec.scaleTargetRef.name: Invalid value: "..": may not be \'..\'',
      'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
    ],
  ],
  [
    'target of the core group',
    ({ spec }) => (spec.scaleTargetRef = { kind: 'ReplicationController', name: 'web', apiVersion: 'v1' }),
    [],
  ],
  [
    'no metric source',
    metrics({ type: '' }, { type: 'Pods' }),
    [
      'spec.metrics[0].type: Required value: must specify a metric source type',
      'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      'spec.metrics[1].pods: Required value: must populate information for the given metric source',
    ],
  ],
  [
    'two sources',
    metrics({
      type: 'Pods',
      pods: value({ type: 'AverageValue', averageValue: '1' }),
      external: value({ type: 'Value', value: '1' }),
    }),
    ['spec.metrics[0].external: Forbidden: must populate the given metric source only'],
  ],
  [
    'resource',
    metrics({
      type: 'Resource',
      resource: { name: '', target: { type: 'Utilization', averageUtilization: 0 } },
    }),
    [
      'spec.metrics[0].resource.name: Required value: must specify a resource name',
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ],
  ],
  [
    'resource without and with both targets',
    metrics(
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } },
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5, averageValue: '1' } },
      },
    ),
    [
      'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      'spec.metrics[1].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
    ],
  ],
  [
    'container',
    metrics({
      type: 'ContainerResource',
      containerResource: {
        name: 'cpu',
        container: '',
        target: { type: 'Utilization', averageUtilization: 5 },
      },
    }),
    ['spec.metrics[0].containerResource.container: Required value: must specify a container'],
  ],
  [
    'external and object',
    metrics(
      { type: 'External', external: value({ type: 'Value', value: '-1', averageValue: '1' }) },
      {
        type: 'Object',
        object: { ...value({ type: 'Some' }), describedObject: { kind: 'Service', name: 'web' } },
      },
    ),
    [
      'spec.metrics[0].external.target.value: Invalid value: "-1": must be positive',
      'spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      'spec.metrics[1].object.target.type: Invalid value: "Some": must be either Utilization, Value, or AverageValue',
      'spec.metrics[1].object.target.averageValue: Required value: must set either a target value or averageValue',
    ],
  ],
  [
    'behavior',
    ({ spec }) =>
      (spec.behavior = {
        scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Best', policies: [] },
        scaleDown: {
          stabilizationWindowSeconds: -1,
          tolerance: '-0.1',
          policies: [{ type: 'Half', value: 0, periodSeconds: 1801 }],
        },
      }),
    [
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
      'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
      'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
      'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Half": supported values: "Percent", "Pods"',
      'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      'spec.behavior.scaleDown.tolerance: Invalid value: "-0.1": must be greater than or equal to 0',
    ],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(autoscaler(change), context()))).toEqual(expected);
});

it('does not hold younger rules against an old object', () => {
  const old = autoscaler(({ spec }) => {
    spec.scaleTargetRef.apiVersion = 'v1';
    spec.minReplicas = 0;
    spec.metrics = [{ type: 'External', external: value({ type: 'Value', value: '1' }) }];
  });
  expect(messages(strategy.validateUpdate!(structuredClone(old), old, context()))).toEqual([]);
  const moved = structuredClone(old);
  moved.spec.scaleTargetRef.kind = 'StatefulSet';
  expect(messages(strategy.validateUpdate!(moved, old, context()))).toEqual([
    'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
  ]);
});

it('prints the first two metrics, also of an empty object', () => {
  const object = autoscaler(
    metrics(
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
      { type: 'External', external: value({ type: 'AverageValue', averageValue: '10' }) },
      { type: 'Pods', pods: value({ type: 'AverageValue', averageValue: '1' }) },
    ),
  );
  object.status = {
    desiredReplicas: 2,
    currentReplicas: 2,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30 } } }],
  };
  expect(printer!.cells(object, 0)).toEqual([
    'web',
    'Deployment/web',
    'cpu: 30%/80%, <unknown>/10 (avg) + 1 more...',
    '1',
    5,
    2,
    '<unknown>',
  ]);
  expect(printer!.cells({}, 0)).toEqual(['', '/', '<none>', '<unset>', 0, 0, '<unknown>']);
  expect(printer!.cells({ spec: { metrics: [{ type: 'Pods' }, { type: 'Object' }] } }, 0)[2]).toBe(
    '<unknown>/<nil>, <unknown>/<nil>',
  );
});
