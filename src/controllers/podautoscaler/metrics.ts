/**
 * Where an autoscaler's metrics come from. No metrics API is served: `noMetrics` says of every metric what upstream says
 * without metrics servers. Source: kubernetes pkg/controller/podautoscaler/horizontal.go, replica_calculator.go,
 * metrics/client.go; metrics pkg/client.
 */
import { goSelector } from '../../apimachinery/go-selector.ts';
import type { MetricSpec, MetricStatus } from '../../apimachinery/types/autoscaling.v2.gen.ts';

/** What is scaled, as its Scale shows it. */
export interface ScaleTarget {
  readonly namespace: string;
  /** How many there are meant to be, and how many there are. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** Of its pods. */
  readonly selector: string;
}

/** What one metric proposes. */
export interface Proposal {
  readonly replicas: number;
  /** Names the metric in conditions and events: `cpu resource utilization (percentage of request)`. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** A metric that cannot be had. */
export class MetricError extends Error {
  /** The reason of the event and of the condition ScalingActive. */
  readonly reason: string;
  /** The message as it stands in a list of what failed. */
  readonly whole: string;

  constructor(reason: string, message: string, whole: string) {
    super(message);
    this.reason = reason;
    this.whole = whole;
  }
}

export interface MetricsSource {
  /** How often metrics are looked at, in milliseconds; absent: there is nothing to look at. */
  readonly interval?: number;
  /** @throws MetricError */
  propose(metric: MetricSpec, target: ScaleTarget): Promise<Proposal>;
}

const NO_CUSTOM_METRICS =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
const notServed = (api: string, resource: string): string =>
  `unable to fetch metrics from ${api} metrics API: the server could not find the requested resource (get ${resource})`;

function resourceFailure(name: string, type: string): string {
  const what = type === 'Utilization' ? 'utilization' : 'usage';
  return `failed to get ${name} ${what}: unable to get metrics for resource ${name}: ${notServed('resource', 'pods.metrics.k8s.io')}`;
}

function failureOf(metric: MetricSpec, { namespace }: ScaleTarget): MetricError {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) {
    const { name, target } = resource;
    const message = resourceFailure(name, target.type);
    return new MetricError(
      'FailedGetResourceMetric',
      message,
      `failed to get ${name} resource metric value: ${message}`,
    );
  }
  if (containerResource) {
    const { name, container, target } = containerResource;
    const message = resourceFailure(name, target.type);
    const whole = `failed to get ${container} container metric value: ${message}`;
    return new MetricError('FailedGetContainerResourceMetric', message, whole);
  }
  if (pods) {
    const message = `unable to get metric ${pods.metric.name}: ${NO_CUSTOM_METRICS}`;
    return new MetricError('FailedGetPodsMetric', message, `failed to get pods metric value: ${message}`);
  }
  if (object) {
    const { kind, name } = object.describedObject;
    const message = `unable to get metric ${object.metric.name}: ${kind} on ${namespace} ${name}/${NO_CUSTOM_METRICS}`;
    return new MetricError('FailedGetObjectMetric', message, `failed to get object metric value: ${message}`);
  }
  if (external) {
    const { name, selector } = external.metric;
    const query = `${namespace}/${name}/${goSelector(selector)}`;
    const api = notServed('external', `${name}.external.metrics.k8s.io`);
    const message = `unable to get external metric ${query}: ${api}`;
    const what = external.target.averageValue ? `${name} external metric` : `external metric ${name}`;
    const whole = `failed to get ${name} external metric value: failed to get ${what}: ${message}`;
    return new MetricError('FailedGetExternalMetric', message, whole);
  }
  const message = `unknown metric source type "${metric.type}"`;
  return new MetricError('InvalidMetricSourceType', message, message);
}

export const noMetrics: MetricsSource = {
  propose: (metric, target) => Promise.reject(failureOf(metric, target)),
};
