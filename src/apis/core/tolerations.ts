/** Taints and tolerations. Source: kubernetes component-helpers scheduling/corev1/helpers.go, api toleration.go. */
import type { Taint, Toleration } from '../../apimachinery/types/core.v1.gen.ts';

/** Whether the toleration is for the taint: without an effect it is for all, without a key (and with Exists) for any. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '');
}
