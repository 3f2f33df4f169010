/**
 * Metrics of autoscalers as the annotations of autoscaling/v1 hold them, and as v2 does.
 * Source: kubernetes pkg/apis/autoscaling/v1/conversion.go.
 *
 * The forms of v1 are no part of its published schema; they are JSON that clients may read and write.
 */
import type { MetricSpec, MetricStatus, MetricTarget } from '../../apimachinery/types/autoscaling.v2.gen.ts';

/** An object of an annotation: anything may be missing. */
type Json = Record<string, any>;

/** Leaves out what is undefined, so that texts and comparisons do not see it. */
const compact = (object: Json): any =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));

const reference = ({ kind = '', name = '', apiVersion }: Json = {}): any =>
  compact({ kind, name, apiVersion });

type Converters = Readonly<Record<string, (source: Json) => Json>>;

/** Applies the converter of each source that a metric has. */
function convert(metric: Json, converters: Converters): Json {
  const result: Json = { type: metric.type ?? '' };
  for (const [name, converter] of Object.entries(converters)) {
    if (metric[name]) result[name] = compact(converter(metric[name]));
  }
  return result;
}

const ZERO = '0';

const resourceSpecToV1 = ({ name, container, target }: Json): Json => ({
  name,
  targetAverageUtilization: target?.averageUtilization,
  targetAverageValue: target?.averageValue,
  container,
});
const SPEC_TO_V1: Converters = {
  object: ({ describedObject, metric, target }) => ({
    target: reference(describedObject),
    metricName: metric?.name,
    targetValue: target?.value ?? ZERO,
    selector: metric?.selector,
    averageValue: target?.averageValue,
  }),
  pods: ({ metric, target }) => ({
    metricName: metric?.name,
    targetAverageValue: target?.averageValue ?? ZERO,
    selector: metric?.selector,
  }),
  resource: resourceSpecToV1,
  containerResource: resourceSpecToV1,
  external: ({ metric, target }) => ({
    metricName: metric?.name,
    metricSelector: metric?.selector,
    targetValue: target?.value,
    targetAverageValue: target?.averageValue,
  }),
};

/** A metric in the form of v1. */
export const metricSpecToV1 = (metric: MetricSpec): object => convert(metric, SPEC_TO_V1);

const target = (type: string, values: Omit<MetricTarget, 'type'>): Json => compact({ type, ...values });

const resourceSpecFromV1 = (source: Json): Json => ({
  name: source.name ?? '',
  target: target(source.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization', {
    averageValue: source.targetAverageValue,
    averageUtilization: source.targetAverageUtilization,
  }),
  container: source.container,
});
const SPEC_FROM_V1: Converters = {
  object: (source) => ({
    describedObject: reference(source.target),
    metric: compact({ name: source.metricName ?? '', selector: source.selector }),
    target: target(source.averageValue === undefined ? 'Value' : 'AverageValue', {
      value: source.targetValue ?? ZERO,
      averageValue: source.averageValue,
    }),
  }),
  pods: (source) => ({
    metric: compact({ name: source.metricName ?? '', selector: source.selector }),
    target: target('AverageValue', { averageValue: source.targetAverageValue ?? ZERO }),
  }),
  resource: resourceSpecFromV1,
  containerResource: resourceSpecFromV1,
  external: (source) => ({
    metric: compact({ name: source.metricName ?? '', selector: source.metricSelector }),
    target: target(source.targetValue === undefined ? 'AverageValue' : 'Value', {
      value: source.targetValue,
      averageValue: source.targetAverageValue,
    }),
  }),
};

/** A metric from the form of v1. */
export const metricSpecFromV1 = (metric: Json): MetricSpec => convert(metric, SPEC_FROM_V1) as MetricSpec;

const resourceStatusToV1 = ({ name, container, current }: Json): Json => ({
  name,
  currentAverageUtilization: current?.averageUtilization,
  currentAverageValue: current?.averageValue ?? ZERO,
  container,
});
const STATUS_TO_V1: Converters = {
  object: ({ describedObject, metric, current }) => ({
    target: reference(describedObject),
    metricName: metric?.name,
    currentValue: current?.value ?? ZERO,
    selector: metric?.selector,
    averageValue: current?.averageValue,
  }),
  pods: ({ metric, current }) => ({
    metricName: metric?.name,
    currentAverageValue: current?.averageValue ?? ZERO,
    selector: metric?.selector,
  }),
  resource: resourceStatusToV1,
  containerResource: resourceStatusToV1,
  external: ({ metric, current }) => ({
    metricName: metric?.name,
    metricSelector: metric?.selector,
    currentValue: current?.value ?? ZERO,
    currentAverageValue: current?.averageValue,
  }),
};

/** The current value of a metric in the form of v1. */
export const metricStatusToV1 = (status: MetricStatus): object => convert(status, STATUS_TO_V1);

const resourceStatusFromV1 = (source: Json): Json => ({
  name: source.name ?? '',
  current: compact({
    averageValue: source.currentAverageValue ?? ZERO,
    averageUtilization: source.currentAverageUtilization,
  }),
  container: source.container,
});
const STATUS_FROM_V1: Converters = {
  object: (source) => ({
    describedObject: reference(source.target),
    metric: compact({ name: source.metricName ?? '', selector: source.selector }),
    current: compact({ value: source.currentValue ?? ZERO, averageValue: source.averageValue }),
  }),
  pods: (source) => ({
    metric: compact({ name: source.metricName ?? '', selector: source.selector }),
    current: { averageValue: source.currentAverageValue ?? ZERO },
  }),
  resource: resourceStatusFromV1,
  containerResource: resourceStatusFromV1,
  external: (source) => ({
    metric: compact({ name: source.metricName ?? '', selector: source.metricSelector }),
    current: compact({ value: source.currentValue ?? ZERO, averageValue: source.currentAverageValue }),
  }),
};

/** The current value of a metric from the form of v1. */
export const metricStatusFromV1 = (status: Json): MetricStatus =>
  convert(status, STATUS_FROM_V1) as MetricStatus;
