/** The resources of autoscaling, of the preferred version first. */
import type { ResourceDefinition } from '../definition.ts';
import { horizontalPodAutoscalers } from './horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalersV1 } from './horizontal-pod-autoscaler-v1.ts';

export const autoscalingResources: readonly ResourceDefinition[] = [
  horizontalPodAutoscalers,
  horizontalPodAutoscalersV1,
];
