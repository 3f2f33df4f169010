/** Defaults of HorizontalPodAutoscalers v2. Source: kubernetes pkg/apis/autoscaling/v2/defaults.go. */
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { dropZeros } from '../core/zero-values.ts';
import { dropRoundTripAnnotations } from './annotations.ts';

const PERIOD_SECONDS = 15;
export const DEFAULT_CPU_UTILIZATION = 80;

/** The metric of an autoscaler that names none. */
export const defaultMetric = (): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION } },
});

const scaleUpRules = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
    { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
  ],
});

// The window for scaling down has its default in the controller.
const scaleDownRules = (): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }],
});

/** What is given over what is the default. Policies that are given, be it none, are taken as they are. */
const over = (given: HPAScalingRules | undefined, rules: HPAScalingRules): HPAScalingRules => {
  const set = Object.entries(given ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return { ...rules, ...Object.fromEntries(set) };
};

export function defaultAutoscaler(autoscaler: HorizontalPodAutoscaler): void {
  // Upstream's spec is no pointer: one that is missing is an empty one.
  autoscaler.spec ??= {} as HorizontalPodAutoscaler['spec'];
  const { spec } = autoscaler;
  spec.scaleTargetRef ??= { kind: '', name: '' };
  dropZeros(spec.scaleTargetRef, ['apiVersion']);
  spec.maxReplicas ??= 0;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = [defaultMetric()];
  if (spec.behavior) {
    spec.behavior.scaleUp = over(spec.behavior.scaleUp, scaleUpRules());
    spec.behavior.scaleDown = over(spec.behavior.scaleDown, scaleDownRules());
  }
  // Only v1 has the annotations that carry what it has no fields for.
  dropRoundTripAnnotations(autoscaler);
}
