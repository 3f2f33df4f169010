/**
 * matchLabelKeys and mismatchLabelKeys: at creation they become requirements of the label selector beside them.
 * Source: kubernetes pkg/registry/core/pod/strategy.go (mutatePodAffinity, mutateTopologySpreadConstraints).
 */
import type { Pod, PodAffinityTerm } from '../../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';

type Labels = Readonly<Record<string, string>>;

/** Adds the requirements to the pod's affinities and topology spread constraints, in place. */
export function mergeMatchLabelKeys(pod: Pod): void {
  const labels = pod.metadata?.labels ?? {};
  const { affinity, topologySpreadConstraints } = pod.spec ?? {};
  for (const side of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
    for (const one of side?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      mergeTerm(one.podAffinityTerm, labels);
    }
    for (const term of side?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeTerm(term, labels);
  }
  for (const constraint of topologySpreadConstraints ?? []) {
    mergeKeys(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels);
  }
}

function mergeTerm(term: PodAffinityTerm | undefined, labels: Labels): void {
  mergeKeys(term?.labelSelector, term?.matchLabelKeys, 'In', labels);
  mergeKeys(term?.labelSelector, term?.mismatchLabelKeys, 'NotIn', labels);
}

/** Without a selector nothing is matched, so there is nothing to narrow. */
function mergeKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: string,
  labels: Labels,
): void {
  if (!selector) return;
  for (const key of keys ?? []) {
    if (!Object.hasOwn(labels, key)) continue;
    selector.matchExpressions ??= [];
    selector.matchExpressions.push({ key, operator, values: [labels[key]!] });
  }
}
