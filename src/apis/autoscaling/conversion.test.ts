import { describe, expect, it } from 'vitest';
import type * as v1 from '../../apimachinery/types/autoscaling.v1.gen.ts';
import type * as v2 from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { context, messages } from '../apps/testing.ts';
import { toV1, toV2 } from './conversion.ts';
import { horizontalPodAutoscalersV1 } from './horizontal-pod-autoscaler-v1.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io';
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const selector = { matchLabels: { a: 'b' } };

const FULL: v2.HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', annotations: { note: 'x' } },
  spec: {
    scaleTargetRef,
    minReplicas: 2,
    maxReplicas: 9,
    metrics: [
      {
        type: 'Object',
        object: {
          describedObject: { kind: 'Service', name: 'web' },
          metric: { name: 'rps', selector },
          target: { type: 'Value', value: '100' },
        },
      },
      {
        type: 'Pods',
        pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '500m' } },
      },
      {
        type: 'Resource',
        resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
      },
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'cpu',
          container: 'web',
          target: { type: 'Utilization', averageUtilization: 60 },
        },
      },
      {
        type: 'External',
        external: { metric: { name: 'jobs', selector }, target: { type: 'AverageValue', averageValue: '3' } },
      },
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }],
      },
      scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] },
    },
  },
  status: {
    currentReplicas: 3,
    desiredReplicas: 4,
    lastScaleTime: '2024-01-01T00:00:00Z',
    currentMetrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 55, averageValue: '55m' } },
      },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z' }],
  },
};

describe('v2 as v1', () => {
  it('has the utilization of CPU in fields and the rest in annotations', () => {
    const form = toV1(FULL);
    expect(form).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9, targetCPUUtilizationPercentage: 70 },
      status: { currentReplicas: 3, desiredReplicas: 4, currentCPUUtilizationPercentage: 55 },
    });
    const { annotations } = form.metadata!;
    expect(Object.keys(annotations!).sort()).toEqual(
      ['behavior', 'conditions', 'current-metrics', 'metrics']
        .map((name) => `${PREFIX}/${name}`)
        .concat('note'),
    );
    expect(JSON.parse(annotations![`${PREFIX}/metrics`]!)).toEqual([
      {
        type: 'Object',
        object: { target: { kind: 'Service', name: 'web' }, metricName: 'rps', targetValue: '100', selector },
      },
      { type: 'Pods', pods: { metricName: 'queue', targetAverageValue: '500m' } },
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', targetAverageUtilization: 60, container: 'web' },
      },
      {
        type: 'External',
        external: { metricName: 'jobs', metricSelector: selector, targetAverageValue: '3' },
      },
    ]);
    expect(annotations![`${PREFIX}/current-metrics`]).toBe(
      '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":55,"currentAverageValue":"55m"}}]',
    );
    expect(annotations![`${PREFIX}/behavior`]).toBe(
      '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null},' +
        '"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Min","Policies":[{"Type":"Percent","Value":10,"PeriodSeconds":60}],"Tolerance":null}}',
    );
  });
  it('comes back as it was', () => {
    expect(toV2(toV1(FULL))).toEqual(FULL);
  });
  it('is not changed by that', () => {
    const before = structuredClone(FULL);
    toV2(toV1(FULL));
    expect(FULL).toEqual(before);
  });
});

describe('v1 as v2', () => {
  const simple = (change: Partial<v1.HorizontalPodAutoscalerSpec> = {}): v1.HorizontalPodAutoscaler => ({
    metadata: { name: 'web' },
    spec: { scaleTargetRef, maxReplicas: 3, ...change },
  });
  const cpu = (averageUtilization: number) => [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
  ];
  it('has a metric for the utilization, 80 % unless something else is asked for', () => {
    expect(toV2(simple({ targetCPUUtilizationPercentage: 50 })).spec.metrics).toEqual(cpu(50));
    expect(toV2(simple()).spec.metrics).toEqual(cpu(80));
  });
  it.each([
    'no JSON',
    '{}',
    '[1]',
    '[{"type":"Pods","pods":{"metricName":"m","targetAverageValue":"many"}}]',
    '[{"type":"Resource","resource":{"name":"cpu","targetAverageUtilization":"x"}}]',
  ])('takes an annotation that cannot be read for none: %s', (text) => {
    const object = simple();
    object.metadata!.annotations = { [`${PREFIX}/metrics`]: text, [`${PREFIX}/behavior`]: text };
    const form = toV2(object);
    expect(form.spec.metrics).toEqual(cpu(80));
    expect(form.metadata).toEqual({ name: 'web' });
  });
});

describe('the strategy of v1', () => {
  const { strategy, printer } = horizontalPodAutoscalersV1;
  const sent = (): v1.HorizontalPodAutoscaler => ({
    metadata: { name: 'web' },
    spec: { scaleTargetRef, maxReplicas: 3 },
  });
  it('defaults as v2 does', () => {
    const object = sent();
    strategy.default!(object, context());
    expect(object.spec).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 80,
    });
  });
  it('validates by the v2 form', () => {
    const object = sent();
    object.spec.targetCPUUtilizationPercentage = 0;
    expect(messages(strategy.validate!(object, context()))).toEqual([
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ]);
  });
  it('keeps status apart, also what annotations say of it', () => {
    const stored = toV1(FULL);
    const created = structuredClone(stored);
    strategy.prepareForCreate!(created, context());
    expect(created.status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
    expect(created.metadata!.annotations).not.toHaveProperty(`${PREFIX}/conditions`);

    const updated = structuredClone(stored);
    updated.spec.maxReplicas = 20;
    delete updated.status;
    delete updated.metadata!.annotations![`${PREFIX}/conditions`];
    strategy.prepareForUpdate!(updated, stored, context());
    expect(updated.spec.maxReplicas).toBe(20);
    expect(toV2(updated).status).toEqual(FULL.status);

    const status = structuredClone(stored);
    status.spec.maxReplicas = 20;
    status.status!.desiredReplicas = 6;
    strategy.status!.prepareForUpdate!(status, stored, context());
    expect(toV2(status).spec).toEqual(FULL.spec);
    expect(status.status!.desiredReplicas).toBe(6);
  });
  it('prints the same table', () => {
    expect(printer!.cells(toV1(FULL), 0)).toEqual([
      'web',
      'Deployment/web',
      '<unknown>/100, <unknown>/500m + 4 more...',
      '2',
      9,
      3,
      '<unknown>',
    ]);
    expect(printer!.cells({}, 0)).toEqual(['', '/', 'cpu: <unknown>/80%', '<unset>', 0, 0, '<unknown>']);
  });
});
