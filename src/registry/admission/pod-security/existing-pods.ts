/**
 * What pods of a namespace a new level would refuse; they stay.
 * Source: pod-security-admission admission/admission.go (EvaluatePodsInNamespace).
 */
import type { Pod } from '../../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../../apis/object.ts';
import type { PodLike } from './check.ts';
import { reasonsOf, violationsOf } from './evaluate.ts';
import { type LevelVersion, nameOf } from './policy.ts';

/** Pods that are looked at; of each controller one before others of the same. */
const MAX_PODS = 3000;

/** The warnings, in their order. */
export async function warningsOfPods(
  pods: AsyncIterable<Stored<Pod>>,
  namespace: string,
  enforce: LevelVersion,
): Promise<string[]> {
  const first: Stored<Pod>[] = [];
  const alike: Stored<Pod>[] = [];
  const controllers = new Set<string>();
  let total = 0;
  for await (const pod of pods) {
    total++;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    const group = owner !== undefined && controllers.has(owner) ? alike : first;
    if (owner !== undefined) controllers.add(owner);
    if (group.length < MAX_PODS) group.push(pod);
  }
  const checked = [...first, ...alike].slice(0, MAX_PODS);
  const found = new Map<string, string[]>();
  for (const pod of checked) {
    const violations = violationsOf(enforce, pod as PodLike);
    if (violations.length === 0) continue;
    const reasons = reasonsOf(violations);
    const names = found.get(reasons) ?? [];
    names.push(pod.metadata.name!);
    found.set(reasons, names);
  }
  const warnings: string[] = [];
  if (checked.length < total) {
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked.length} of ${total} existing pods`,
    );
  }
  if (found.size > 0) {
    warnings.push(
      `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${nameOf(enforce)}"`,
    );
  }
  const lines = Array.from(found, ([reasons, names]) => {
    return `${names.sort()[0]}${others(names.length - 1)}: ${reasons}`;
  });
  return [...warnings, ...lines.sort()];
}

const others = (count: number): string =>
  count === 0 ? '' : count === 1 ? ' (and 1 other pod)' : ` (and ${count} other pods)`;
