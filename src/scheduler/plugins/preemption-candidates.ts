/**
 * Which pods to evict from a node, and from which node. Upstream: framework/preemption, plugins/defaultpreemption.
 */
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import type { PodInfo } from '../pod-info.ts';
import { compileLabelSelector, isEmptySelector } from '../selector.ts';

/** A node, and who would have to go: the most important first. */
export interface Candidate {
  readonly nodeName: string;
  readonly victims: readonly PodInfo[];
  /** How many evictions break a disruption budget. */
  readonly violations: number;
}

/** When a pod started, in ms; one that has not is the youngest. */
function startTime(pod: Pod): number {
  const time = pod.status?.startTime === undefined ? Number.NaN : Date.parse(pod.status.startTime);
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}

/** Orders pods by importance: the higher priority first, then the longer running. */
export function byImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startTime(a.pod) - startTime(b.pod);
}

/** Splits pods, in their order, into those whose eviction breaks a budget and the others. */
export function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: Iterable<PodDisruptionBudget>,
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = [...budgets].map((budget) => {
    const selector = budget.spec?.selector;
    // A budget without labels to select by is about no pod.
    return {
      namespace: budget.metadata?.namespace,
      matches: !selector || isEmptySelector(selector) ? () => false : compileLabelSelector(selector),
      disrupted: budget.status?.disruptedPods ?? {},
      allowed: budget.status?.disruptionsAllowed ?? 0,
    };
  });
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let violates = false;
    for (const budget of left) {
      if (budget.namespace !== pod.namespace || Object.keys(pod.labels).length === 0) continue;
      // A pod that is being disrupted was taken off the budget already.
      if (!budget.matches(pod.labels) || pod.name in budget.disrupted) continue;
      budget.allowed--;
      if (budget.allowed < 0) violates = true;
    }
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

/** The higher the better; a later one decides only among those that are equal in all before. */
const CRITERIA: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => -violations,
  ({ victims }) => -victims[0]!.priority,
  // Shifted to be positive, so that more victims never look better.
  ({ victims }) => -victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
  ({ victims }) => -victims.length,
  ({ victims }) =>
    Math.min(
      ...victims.filter(({ priority }) => priority === victims[0]!.priority).map(({ pod }) => startTime(pod)),
    ),
];

/** The node on which eviction harms least. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates;
  for (const criterion of CRITERIA) {
    if (best.length <= 1) break;
    const scores = best.map(criterion);
    const highest = Math.max(...scores);
    best = best.filter((_, i) => scores[i] === highest);
  }
  return best[0];
}
