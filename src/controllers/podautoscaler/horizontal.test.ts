import { describe, expect, it } from 'vitest';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  MetricSpec,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import type { Deployment } from '../../apimachinery/types/apps.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { withinBounds } from './bounds.ts';
import { newHorizontalPodAutoscaler } from './horizontal.ts';
import type { MetricsSource } from './metrics.ts';

const AUTOSCALERS: ResourceName = ['autoscaling', 'horizontalpodautoscalers'];
const DEPLOYMENTS: ResourceName = ['apps', 'deployments'];

async function clusterWith(source?: MetricsSource): Promise<TestCluster> {
  return startCluster({ controllers: [newHorizontalPodAutoscaler(source)] });
}

async function deploy(cluster: TestCluster, name: string, replicas: number): Promise<void> {
  const labels = { app: name };
  await cluster.client.create(DEPLOYMENTS, 'default', {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'x' }] } },
    },
  });
}

async function autoscale(
  cluster: TestCluster,
  name: string,
  spec: Partial<HorizontalPodAutoscalerSpec> = {},
): Promise<void> {
  await cluster.client.create<HorizontalPodAutoscaler & KubeObject>(AUTOSCALERS, 'default', {
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 3,
      ...spec,
    },
  });
  await cluster.settle();
}

const statusOf = async (cluster: TestCluster, name: string) =>
  (await cluster.get<HorizontalPodAutoscaler & KubeObject>(AUTOSCALERS, name)).status;
const conditionsOf = async (cluster: TestCluster, name: string) =>
  ((await statusOf(cluster, name))?.conditions ?? []).map(
    ({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`,
  );
const replicasOf = async (cluster: TestCluster, name: string) =>
  (await cluster.get<Deployment & KubeObject>(DEPLOYMENTS, name)).spec?.replicas;

const ABLE =
  "AbleToScale True SucceededGetScale: the HPA controller was able to get the target's current scale";
const NO_RESOURCE =
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

describe('without metrics', () => {
  it('an autoscaler says so', async () => {
    const cluster = await clusterWith();
    await deploy(cluster, 'web', 2);
    await autoscale(cluster, 'web');
    const cause = `failed to get cpu utilization: unable to get metrics for resource cpu: ${NO_RESOURCE}`;
    expect(await conditionsOf(cluster, 'web')).toEqual([
      ABLE,
      `ScalingActive False FailedGetResourceMetric: the HPA was unable to compute the replica count: ${cause}`,
    ]);
    expect(await statusOf(cluster, 'web')).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 0,
      currentMetrics: [{ type: '' }],
    });
    expect(await cluster.eventsOf('HorizontalPodAutoscaler')).toEqual([
      `FailedGetResourceMetric: ${cause}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${cause}`,
    ]);
  });

  const metric = { name: 'queue' };
  const value = { type: 'Value', value: '5' };
  it.each<[string, MetricSpec, string]>([
    [
      'ContainerResource',
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'memory',
          container: 'c',
          target: { type: 'AverageValue', averageValue: '5' },
        },
      },
      `failed to get memory usage: unable to get metrics for resource memory: ${NO_RESOURCE}`,
    ],
    [
      'Pods',
      { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '5' } } },
      'unable to get metric queue: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ],
    [
      'Object',
      {
        type: 'Object',
        object: {
          metric,
          describedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'main' },
          target: value,
        },
      },
      'unable to get metric queue: Ingress on default main/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ],
    [
      'External',
      {
        type: 'External',
        external: { metric: { name: 'queue', selector: { matchLabels: { a: 'b' } } }, target: value },
      },
      'unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)',
    ],
  ])('of kind %s, too', async (kind, spec, cause) => {
    const cluster = await clusterWith();
    await deploy(cluster, 'web', 2);
    await autoscale(cluster, 'web', { metrics: [spec] });
    expect((await conditionsOf(cluster, 'web'))[1]).toBe(
      `ScalingActive False FailedGet${kind}Metric: the HPA was unable to compute the replica count: ${cause}`,
    );
  });

  it.each([
    ['many', 5, 3, 'above Spec.MaxReplicas'],
    ['few', 1, 2, 'below Spec.MinReplicas'],
  ])('%s replicas are brought within the bounds', async (name, before, after, what) => {
    const cluster = await clusterWith();
    await deploy(cluster, name, before);
    await autoscale(cluster, name);
    expect(await replicasOf(cluster, name)).toBe(after);
    expect(await cluster.eventsOf('HorizontalPodAutoscaler')).toContain(
      `SuccessfulRescale: New size: ${after}; reason: Current number of replicas ${what}`,
    );
    expect(await statusOf(cluster, name)).toMatchObject({
      currentReplicas: after,
      desiredReplicas: after,
      lastScaleTime: '2026-01-01T00:00:00Z',
    });
    // And again, as soon as somebody changes them.
    await cluster.client.scale(DEPLOYMENTS, 'default', name, 9);
    await cluster.settle();
    expect(await replicasOf(cluster, name)).toBe(3);
    expect(cluster.errors).toEqual([]);
  });

  it('what is scaled to zero stays there', async () => {
    const cluster = await clusterWith();
    await deploy(cluster, 'web', 0);
    await autoscale(cluster, 'web');
    expect(await replicasOf(cluster, 'web')).toBe(0);
    expect((await conditionsOf(cluster, 'web'))[1]).toBe(
      'ScalingActive False ScalingDisabled: scaling is disabled since the replica count of the target is zero',
    );
  });
});

it.each([
  ['apps/v1', 'Deployment', 'deployments.apps "x" not found'],
  ['apps/v1', 'Foo', 'no matches for kind "Foo" in group "apps"'],
  ['batch/v1', 'Job', 'the server could not find the requested resource'],
])('has no target in %s %s', async (apiVersion, kind, message) => {
  const cluster = await clusterWith();
  await autoscale(cluster, 'web', { scaleTargetRef: { apiVersion, kind, name: 'x' } });
  expect(await conditionsOf(cluster, 'web')).toEqual([
    `AbleToScale False FailedGetScale: the HPA controller was unable to get the target's current scale: ${message}`,
  ]);
  expect(await cluster.eventsOf('HorizontalPodAutoscaler')).toEqual([`FailedGetScale: ${message}`]);
});

it('looks again when its target comes', async () => {
  const cluster = await clusterWith();
  await autoscale(cluster, 'web');
  await deploy(cluster, 'web', 1);
  await cluster.settle();
  expect(await replicasOf(cluster, 'web')).toBe(2);
});

it('shares its pods with no other', async () => {
  const cluster = await clusterWith();
  await deploy(cluster, 'web', 2);
  await cluster.client.create(PODS, 'default', {
    metadata: { name: 'p', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  });
  await autoscale(cluster, 'web');
  await autoscale(cluster, 'b', {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  });
  expect((await conditionsOf(cluster, 'b'))[1]).toBe(
    'ScalingActive False AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/b default/web]',
  );
});

describe('with a source of metrics', () => {
  const source = (replicas: number): MetricsSource => ({
    interval: 15_000,
    propose: async ({ type }) => ({ replicas, name: 'load', status: { type } }),
  });

  it.each([
    [3, 3, 'False DesiredWithinRange: the desired count is within the acceptable range'],
    [9, 5, 'True TooManyReplicas: the desired replica count is more than the maximum replica count'],
    [1, 2, 'True TooFewReplicas: the desired replica count is less than the minimum replica count'],
  ])('%d wanted are %d', async (wanted, replicas, limited) => {
    const cluster = await clusterWith(source(wanted));
    await deploy(cluster, 'web', 3);
    await autoscale(cluster, 'web', { maxReplicas: 5 });
    expect(await replicasOf(cluster, 'web')).toBe(replicas);
    const conditions = await conditionsOf(cluster, 'web');
    expect(conditions).toContain(`ScalingLimited ${limited}`);
    expect(conditions).toContain(
      'ScalingActive True ValidMetricFound: the HPA was able to successfully calculate a replica count from load',
    );
    expect(cluster.manager.plan.nextDue).toBe(cluster.clock.now() + 15_000);
  });

  it('nothing more than doubles at once', () => {
    expect(withinBounds(3, 9, 1, 20)).toMatchObject({ replicas: 6, reason: 'ScaleUpLimit' });
    expect(withinBounds(1, 9, 1, 20)).toMatchObject({ replicas: 4, reason: 'ScaleUpLimit' });
  });
});
