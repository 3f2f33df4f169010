/**
 * Autoscalers between v1 and v2. What v1 has no field for, it carries in annotations, so that nothing is lost when a
 * client reads and writes v1. Source: kubernetes pkg/apis/autoscaling/v1/conversion.go.
 */
import type * as v1 from '../../apimachinery/types/autoscaling.v1.gen.ts';
import type * as v2 from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { BEHAVIOR, CONDITIONS, CURRENT_METRICS, dropRoundTripAnnotations, METRICS } from './annotations.ts';
import { defaultMetric } from './defaults.ts';
import {
  metricSpecFromV1,
  metricSpecToV1,
  metricStatusFromV1,
  metricStatusToV1,
} from './metric-conversion.ts';

const isCPU = (metric: { type: string; resource?: { name: string } }): boolean =>
  metric.type === 'Resource' && metric.resource?.name === 'cpu';

const hasUtilization = (metric: v2.MetricSpec): boolean =>
  isCPU(metric) && metric.resource?.target?.averageUtilization !== undefined;

const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

/** The v1 form of a v2 object, which is not changed. */
export function toV1(autoscaler: v2.HorizontalPodAutoscaler): v1.HorizontalPodAutoscaler {
  const { spec, status, metadata, ...rest } = autoscaler;
  const result = {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: { ...metadata },
    spec: specToV1(spec),
    ...(status ? { status: statusToV1(status) } : {}),
  } as v1.HorizontalPodAutoscaler;
  dropRoundTripAnnotations(result);
  const annotations = defined({
    [METRICS]: encode(spec?.metrics?.filter((metric) => !hasUtilization(metric)).map(metricSpecToV1)),
    // The utilization of CPU has a field, too; its raw value has not.
    [CURRENT_METRICS]: encode(status?.currentMetrics?.map(metricStatusToV1)),
    [CONDITIONS]: encode(status?.conditions),
    [BEHAVIOR]: spec?.behavior && JSON.stringify(behaviorToAnnotation(spec.behavior)),
  }) as Record<string, string>;
  if (Object.keys(annotations).length > 0) {
    result.metadata!.annotations = { ...result.metadata!.annotations, ...annotations };
  }
  return result;
}

/** A list as an annotation holds it; an empty one needs none. */
const encode = (list: readonly unknown[] | undefined): string | undefined =>
  list?.length ? JSON.stringify(list) : undefined;

function specToV1(spec: v2.HorizontalPodAutoscalerSpec | undefined): v1.HorizontalPodAutoscalerSpec {
  return defined({
    scaleTargetRef: spec?.scaleTargetRef ?? { kind: '', name: '' },
    minReplicas: spec?.minReplicas,
    maxReplicas: spec?.maxReplicas ?? 0,
    targetCPUUtilizationPercentage: spec?.metrics?.find(isCPU)?.resource?.target?.averageUtilization,
  });
}

function statusToV1(status: v2.HorizontalPodAutoscalerStatus): v1.HorizontalPodAutoscalerStatus {
  const cpu = status.currentMetrics?.findLast(
    (metric) => isCPU(metric) && metric.resource?.current?.averageUtilization !== undefined,
  );
  return defined({
    observedGeneration: status.observedGeneration,
    lastScaleTime: status.lastScaleTime,
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas ?? 0,
    currentCPUUtilizationPercentage: cpu?.resource?.current?.averageUtilization,
  });
}

/** The v2 form of a v1 object, which is not changed. Annotations that cannot be read count as none. */
export function toV2(autoscaler: v1.HorizontalPodAutoscaler): v2.HorizontalPodAutoscaler {
  const { spec, status, metadata, ...rest } = autoscaler;
  const annotations = metadata?.annotations ?? {};
  const metrics = decodeList(annotations[METRICS])?.map(metricSpecFromV1) ?? [];
  const utilization = spec?.targetCPUUtilizationPercentage;
  if (utilization !== undefined) {
    const metric = defaultMetric();
    metric.resource!.target.averageUtilization = utilization;
    metrics.push(metric);
  }
  if (metrics.length === 0) metrics.push(defaultMetric());
  const behavior = decode(annotations[BEHAVIOR]);
  const result = {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata },
    spec: defined({
      scaleTargetRef: spec?.scaleTargetRef ?? { kind: '', name: '' },
      minReplicas: spec?.minReplicas,
      maxReplicas: spec?.maxReplicas ?? 0,
      metrics,
      behavior: behavior && behaviorFromAnnotation(behavior),
    }),
    ...(status ? { status: statusToV2(status, annotations) } : {}),
  } as v2.HorizontalPodAutoscaler;
  dropRoundTripAnnotations(result);
  return result;
}

function statusToV2(
  status: v1.HorizontalPodAutoscalerStatus,
  annotations: Record<string, string>,
): v2.HorizontalPodAutoscalerStatus {
  const utilization = status.currentCPUUtilizationPercentage;
  const cpu: v2.MetricStatus[] | undefined =
    utilization === undefined
      ? undefined
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: utilization } } }];
  return defined({
    observedGeneration: status.observedGeneration,
    lastScaleTime: status.lastScaleTime,
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas ?? 0,
    // The annotation says more than the field.
    currentMetrics: decodeList(annotations[CURRENT_METRICS])?.map(metricStatusFromV1) ?? cpu,
    conditions: decodeList(annotations[CONDITIONS]) as v2.HorizontalPodAutoscalerCondition[] | undefined,
  });
}

/** Longest annotation that is read, in characters: as long as all annotations of an object may be. */
const MAX_LENGTH = 256 * 1024;

function decode(text: string | undefined): Record<string, any> | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodeList(text: string | undefined): Record<string, any>[] | undefined {
  const value = decode(text);
  if (!Array.isArray(value)) return undefined;
  return value.filter((item) => typeof item === 'object' && item !== null);
}

const RULES = [
  ['ScaleUp', 'scaleUp'],
  ['ScaleDown', 'scaleDown'],
] as const;

/** Upstream writes its internal type into this annotation: the names have capitals, and all fields are there. */
function behaviorToAnnotation(behavior: v2.HorizontalPodAutoscalerBehavior): object {
  return Object.fromEntries(
    RULES.map(([capital, name]) => {
      const rules = behavior[name];
      if (!rules) return [capital, null];
      const policies = rules.policies?.map(({ type, value, periodSeconds }) => ({
        Type: type,
        Value: value,
        PeriodSeconds: periodSeconds,
      }));
      const shown = {
        StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
        SelectPolicy: rules.selectPolicy ?? null,
        Policies: policies ?? null,
        Tolerance: rules.tolerance ?? null,
      };
      return [capital, shown];
    }),
  );
}

/** Go reads names whatever their case. */
const withoutCapitals = (object: Record<string, any>): Record<string, any> =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
  );

function behaviorFromAnnotation(annotation: Record<string, any>): v2.HorizontalPodAutoscalerBehavior {
  const behavior = withoutCapitals(annotation);
  return Object.fromEntries(
    RULES.filter(([, name]) => typeof behavior[name] === 'object').map(([, name]) => {
      const rules = withoutCapitals(behavior[name]);
      if (Array.isArray(rules.policies)) {
        rules.policies = rules.policies
          .filter((policy) => policy && typeof policy === 'object')
          .map(withoutCapitals);
      }
      return [name, rules];
    }),
  );
}
