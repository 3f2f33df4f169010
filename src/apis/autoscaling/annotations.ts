/**
 * Annotations by which autoscaling/v1 carries what only v2 has fields for.
 * Source: kubernetes pkg/apis/autoscaling/annotations.go, helpers.go.
 */
import type { KubeObject } from '../object.ts';

export const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
export const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
export const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
export const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

const ALL = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR];

/** Removes the annotations. The map is replaced, not changed. */
export function dropRoundTripAnnotations({ metadata }: KubeObject): void {
  const annotations = metadata?.annotations;
  if (!metadata || !annotations || !ALL.some((key) => Object.hasOwn(annotations, key))) return;
  const kept = Object.entries(annotations).filter(([key]) => !ALL.includes(key));
  if (kept.length > 0) metadata.annotations = Object.fromEntries(kept);
  else delete metadata.annotations;
}
