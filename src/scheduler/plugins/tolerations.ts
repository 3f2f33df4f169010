/** Taints and tolerations. Source: kubernetes component-helpers scheduling/corev1/helpers.go, api toleration.go. */
import type { Taint, Toleration } from '../../apimachinery/types/core.v1.gen.ts';

/** A toleration without effect is for all effects, without a key (and with Exists) for all taints. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '');
}

export function toleratesAny(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  if (tolerations) for (const toleration of tolerations) if (tolerates(toleration, taint)) return true;
  return false;
}

/** True for taints that keep new pods away. */
export function repels({ effect }: Taint): boolean {
  return effect === 'NoSchedule' || effect === 'NoExecute';
}

/** True when the pod may be scheduled in spite of all these taints. */
export function toleratesTaints(
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[],
): boolean {
  for (const taint of taints) if (repels(taint) && !toleratesAny(tolerations, taint)) return false;
  return true;
}
