/** Tables of HorizontalPodAutoscalers. Source: kubernetes pkg/printers/internalversion/printers.go. */
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import type { Printer } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

const MAX_SHOWN = 2;
const UNKNOWN = '<unknown>';
/** What Go prints of a quantity that is not there. */
const NIL = '<nil>';

/** `current/target` of all metrics of an autoscaler, the first two of them in full. */
function formatMetrics(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, index) => formatMetric(spec, statuses[index]));
  const shown = texts.slice(0, MAX_SHOWN).join(', ');
  return texts.length > MAX_SHOWN ? `${shown} + ${texts.length - MAX_SHOWN} more...` : shown;
}

function formatMetric(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return formatValue(spec.external?.target, status?.external?.current, Boolean(status?.external));
    case 'Object':
      return formatValue(spec.object?.target, status?.object?.current, Boolean(status?.object));
    case 'Pods': {
      const current = status?.pods ? (status.pods.current?.averageValue ?? NIL) : UNKNOWN;
      return `${current}/${spec.pods?.target?.averageValue ?? NIL}`;
    }
    case 'Resource':
      return formatResource(spec.resource, status?.resource);
    case 'ContainerResource':
      return formatResource(spec.containerResource, status?.containerResource);
    default:
      return '<unknown type>';
  }
}

function formatValue(
  target: MetricTarget | undefined,
  current: MetricValueStatus | undefined,
  known: boolean,
): string {
  if (target?.averageValue !== undefined)
    return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${known ? (current?.value ?? NIL) : UNKNOWN}/${target?.value ?? NIL}`;
}

function formatResource(
  spec: { name: string; target: MetricTarget } | undefined,
  status: { current: MetricValueStatus } | undefined,
): string {
  const target = spec?.target;
  const current = status?.current;
  if (target?.averageValue !== undefined) {
    const value = status ? (current?.averageValue ?? NIL) : UNKNOWN;
    return `${spec?.name}: ${value}/${target.averageValue}`;
  }
  const percent = (value: number | undefined, none: string): string =>
    value === undefined ? none : `${value}%`;
  const utilization = percent(current?.averageUtilization, UNKNOWN);
  return `${spec?.name ?? ''}: ${utilization}/${percent(target?.averageUtilization, '<auto>')}`;
}

export const autoscalerPrinter: Printer<HorizontalPodAutoscaler> = {
  columns: [
    NAME,
    column('Reference', 'What is scaled'),
    column('Targets', 'Current and wanted values of the metrics'),
    column('MinPods', 'Least number of pods'),
    column('MaxPods', 'Greatest number of pods'),
    column('Replicas', 'Number of pods'),
    AGE,
  ],
  cells(autoscaler, now) {
    const { spec, status } = autoscaler;
    return [
      nameOf(autoscaler),
      `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
      formatMetrics(spec?.metrics ?? [], status?.currentMetrics ?? []),
      spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      age(autoscaler, now),
    ];
  },
};
