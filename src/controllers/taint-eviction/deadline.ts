/** How long a pod may stay on a tainted node. Source: kubernetes pkg/controller/tainteviction/taint_eviction.go. */
import type { Pod, Taint } from '../../apimachinery/types/core.v1.gen.ts';
import { getPodCondition } from '../../apis/core/pod-util.ts';
import { tolerates } from '../../apis/core/tolerations.ts';

export const noExecuteTaints = (taints: readonly Taint[] | undefined): Taint[] =>
  (taints ?? []).filter(({ effect }) => effect === 'NoExecute');

const timeOf = (text: string | null | undefined): number => (text ? Date.parse(text) : 0);

/** When the pod came to its node, as far as it says, in ms. */
const boundAt = (pod: Pod): number =>
  timeOf(getPodCondition(pod, 'PodScheduled')?.lastTransitionTime) ||
  timeOf(pod.status?.startTime) ||
  timeOf(pod.metadata?.creationTimestamp);

/** Times are written in whole seconds: what they tell of was up to a second later, and no pod goes before its time. */
const TRUNCATED_MS = 1000;

/**
 * When the pod has to go, in ms: 0 for at once, Infinity for never. A toleration's time begins with the taint, or with
 * the pod on the node when that is later, so that it is the same whoever computes it again.
 */
export function evictionTime(pod: Pod, taints: readonly Taint[]): number {
  let first = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const toleration = pod.spec?.tolerations?.find((one) => tolerates(one, taint));
    if (!toleration) return 0;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds === undefined) continue;
    if (tolerationSeconds <= 0) return 0;
    first = Math.min(
      first,
      Math.max(timeOf(taint.timeAdded), boundAt(pod)) + TRUNCATED_MS + Number(tolerationSeconds) * 1000,
    );
  }
  return first;
}
