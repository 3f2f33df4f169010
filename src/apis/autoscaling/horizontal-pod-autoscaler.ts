/**
 * HorizontalPodAutoscaler v2, the version that is stored.
 * Source: kubernetes pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
 */
import type { HorizontalPodAutoscaler } from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { ALL_VERBS, define, type Strategy, statusOf } from '../definition.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import { defaultAutoscaler } from './defaults.ts';
import { autoscalerPrinter } from './printing.ts';
import {
  validateAutoscaler,
  validateAutoscalerStatusUpdate,
  validateAutoscalerUpdate,
} from './validation.ts';

export const autoscalerStrategy = {
  generation: 'none',
  default: defaultAutoscaler,
  prepareForCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0 };
  },
  prepareForUpdate: keepStatus,
  validate: validateAutoscaler,
  validateUpdate: validateAutoscalerUpdate,
  status: { prepareForUpdate: keepSpec, validateUpdate: validateAutoscalerStatusUpdate },
} satisfies Strategy<HorizontalPodAutoscaler>;

/** What both versions have in common. */
export const AUTOSCALER = {
  group: 'autoscaling',
  resource: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: [statusOf('HorizontalPodAutoscaler')],
} as const;

export const horizontalPodAutoscalers = define<HorizontalPodAutoscaler>({
  ...AUTOSCALER,
  version: 'v2',
  typeName: 'autoscaling.v2.HorizontalPodAutoscaler',
  strategy: autoscalerStrategy,
  printer: autoscalerPrinter,
});
