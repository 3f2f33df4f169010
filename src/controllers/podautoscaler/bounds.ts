/** How far replicas may go at once. Source: kubernetes pkg/controller/podautoscaler/horizontal.go (convertDesiredReplicasWithRules). */

export interface Bounded {
  readonly replicas: number;
  /** Reason and message of the condition ScalingLimited. */
  readonly reason: string;
  readonly message: string;
}

const SCALE_UP_FACTOR = 2;
const SCALE_UP_MIN = 4;

/** What is wanted, within the autoscaler's bounds and at most doubled; up to four there always may be. */
export function withinBounds(current: number, wanted: number, min: number, max: number): Bounded {
  const limit = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MIN);
  if (wanted < min) {
    const message = 'the desired replica count is less than the minimum replica count';
    return { replicas: min, reason: 'TooFewReplicas', message };
  }
  if (wanted > max && max <= limit) {
    const message = 'the desired replica count is more than the maximum replica count';
    return { replicas: max, reason: 'TooManyReplicas', message };
  }
  if (wanted > limit) {
    const message = 'the desired replica count is increasing faster than the maximum scale rate';
    return { replicas: limit, reason: 'ScaleUpLimit', message };
  }
  const message = 'the desired count is within the acceptable range';
  return { replicas: wanted, reason: 'DesiredWithinRange', message };
}
