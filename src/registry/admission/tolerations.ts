/** Merging tolerations. Source: kubernetes pkg/util/tolerations/tolerations.go. */
import type { Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { semanticEqual } from '../../apis/strategy.ts';

/** Both lists in order, without those that another one covers; of equal ones the first stays. */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  for (const [index, one] of all.entries()) {
    if (merged.some((other) => covers(other, one))) continue;
    if (all.slice(index + 1).some((other) => !semanticEqual(one, other) && covers(other, one))) continue;
    merged.push(one);
  }
  return merged;
}

/** Whether all that `one` tolerates is tolerated by `wide`. */
function covers(wide: Toleration, one: Toleration): boolean {
  if (semanticEqual(wide, one)) return true;
  if ((one.key ?? '') !== (wide.key ?? '') && (wide.key || wide.operator !== 'Exists')) return false;
  if ((one.effect ?? '') !== (wide.effect ?? '') && wide.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    if (one.tolerationSeconds === undefined || one.tolerationSeconds > wide.tolerationSeconds) return false;
  }
  if (wide.operator === 'Exists') return true;
  if (wide.operator && wide.operator !== 'Equal') return false;
  return one.operator === 'Equal' && (one.value ?? '') === (wide.value ?? '');
}
