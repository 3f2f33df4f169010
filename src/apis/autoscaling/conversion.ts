/**
 * Autoscalers between v1 and v2. What v1 has no field for, it carries in annotations, so that nothing is lost when a
 * client reads and writes v1. Source: kubernetes pkg/apis/autoscaling/v1/conversion.go.
 */
import { struct } from '../../apimachinery/schema/table.ts';
import { normalize } from '../../apimachinery/serializer/unknown-fields.ts';
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
  const metrics = decodeList<v2.MetricSpec>(annotations[METRICS], METRIC_SPEC, metricSpecFromV1) ?? [];
  const utilization = spec?.targetCPUUtilizationPercentage;
  if (utilization !== undefined) {
    const metric = defaultMetric();
    metric.resource!.target.averageUtilization = utilization;
    metrics.push(metric);
  }
  if (metrics.length === 0) metrics.push(defaultMetric());
  const behavior = decode(annotations[BEHAVIOR], behaviorFromAnnotation);
  const result = {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata },
    spec: defined({
      scaleTargetRef: spec?.scaleTargetRef ?? { kind: '', name: '' },
      minReplicas: spec?.minReplicas,
      maxReplicas: spec?.maxReplicas ?? 0,
      metrics,
      behavior,
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
    currentMetrics: decodeList(annotations[CURRENT_METRICS], METRIC_STATUS, metricStatusFromV1) ?? cpu,
    conditions: decodeList(annotations[CONDITIONS], CONDITION, (condition) => condition),
  });
}

/** Longest annotation that is read, in characters: as long as all annotations of an object may be. */
const MAX_LENGTH = 256 * 1024;

const METRIC_SPEC = 'autoscaling.v2.MetricSpec';
const METRIC_STATUS = 'autoscaling.v2.MetricStatus';
const CONDITION = 'autoscaling.v2.HorizontalPodAutoscalerCondition';
const BEHAVIOR_STRUCT = 'autoscaling.v2.HorizontalPodAutoscalerBehavior';

type Json = Record<string, any>;

/** The JSON of an annotation, put through `read`; undefined when there is none or something is wrong with it. */
function decode<T>(text: string | undefined, read: (value: unknown) => T): T | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A list of structs of v2, each made from an item of the annotation. */
const decodeList = <T>(
  text: string | undefined,
  type: string,
  from: (item: Json) => object,
): T[] | undefined =>
  decode(text, (value) => (value as unknown[]).map((item) => conforming<T>(from(object(item)), type)));

/** The value, if it is an object. Throws when it is not. */
function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
  return value;
}

/** The value, if it is what the schema says of the struct. Throws when it is not. */
function conforming<T>(value: object, type: string): T {
  normalize(value as Json, struct(type));
  return value as T;
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
const withoutCapitals = (object: Json): Json =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
  );

function behaviorFromAnnotation(annotation: unknown): v2.HorizontalPodAutoscalerBehavior {
  const behavior = withoutCapitals(object(annotation));
  for (const [, name] of RULES) {
    if (!behavior[name]) continue;
    const rules = withoutCapitals(behavior[name]);
    if (rules.policies) rules.policies = rules.policies.map(withoutCapitals);
    behavior[name] = rules;
  }
  return conforming(behavior, BEHAVIOR_STRUCT);
}
