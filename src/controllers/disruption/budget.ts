/**
 * How many pods of a disruption budget may be disrupted.
 * Source: kubernetes pkg/controller/disruption/disruption.go.
 */
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { scaledValue } from '../../apimachinery/intstr.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type {
  PodDisruptionBudget,
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from '../../apimachinery/types/policy.v1.gen.ts';
import { isPodReady } from '../../apis/core/pod-util.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import {
  isDisruptionAllowedUpToDate,
  updateDisruptionAllowed,
} from '../../apis/policy/disruption-allowed.ts';

/** After so many ms an eviction that did not end in a deletion is forgotten. */
export const DELETION_TIMEOUT_MS = 120_000;

/** A workload as pods' owner, and how many pods it wants. */
export interface ControllerScale {
  readonly uid: string;
  readonly scale: number;
}

/** Finds who decides on the number of pods behind an owner reference. @throws Error when it cannot be scaled. */
export type FindScale = (reference: OwnerReference, namespace: string) => ControllerScale | undefined;

export interface ExpectedPods {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  /** Names of pods nobody controls. */
  readonly unmanaged: readonly string[];
}

/** @throws Error with upstream's text when the owners of the pods do not tell how many there should be. */
export function expectedPods(
  { maxUnavailable, minAvailable }: PodDisruptionBudgetSpec,
  pods: readonly Pod[],
  find: FindScale,
): ExpectedPods {
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = expectedScale(pods, find);
    const desired = expected - scaledValue(maxUnavailable, expected, true);
    return { expectedPods: expected, desiredHealthy: Math.max(0, desired), unmanaged };
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
  if (typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  const { expected, unmanaged } = expectedScale(pods, find);
  return { expectedPods: expected, desiredHealthy: scaledValue(minAvailable, expected, true), unmanaged };
}

/** The sum of what all workloads of the pods want. */
function expectedScale(
  pods: readonly Pod[],
  find: FindScale,
): { expected: number; unmanaged: readonly string[] } {
  const scales = new Map<string, number>();
  /** Owners that have been looked up. */
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const reference = getControllerOf(pod);
    const name = pod.metadata?.name ?? '';
    if (!reference) {
      unmanaged.push(name);
      continue;
    }
    if (seen.has(reference.uid)) continue;
    const found = find(reference, pod.metadata?.namespace ?? '');
    if (!found) throw new Error(`found no controllers for pod "${name}"`);
    seen.add(reference.uid);
    scales.set(found.uid, found.scale);
  }
  return { expected: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged };
}

export interface Disrupted {
  /** Pods whose eviction has been allowed but not seen yet. */
  readonly pods: Record<string, string>;
  /** Pods that should have been deleted and were not. */
  readonly notDeleted: readonly Pod[];
  /** When the next of them is forgotten, in ms. */
  readonly recheck: number | undefined;
}

/** What remains of the evictions that are waited for. */
export function disruptedPods(
  old: Readonly<Record<string, string>> | undefined,
  pods: readonly Pod[],
  now: number,
): Disrupted {
  const kept: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  let recheck: number | undefined;
  if (old) {
    for (const pod of pods) {
      const time = old[pod.metadata?.name ?? ''];
      if (!time || pod.metadata?.deletionTimestamp) continue;
      const expected = Date.parse(time) + DELETION_TIMEOUT_MS;
      if (expected < now) {
        notDeleted.push(pod);
        continue;
      }
      recheck = Math.min(recheck ?? expected, expected);
      kept[pod.metadata!.name!] = time;
    }
  }
  return { pods: kept, notDeleted, recheck };
}

/** Ready pods that are not about to go. */
export const countHealthy = (pods: readonly Pod[], disrupted: Readonly<Record<string, string>>): number =>
  pods.filter(
    (pod) =>
      !pod.metadata?.deletionTimestamp &&
      !Object.hasOwn(disrupted, pod.metadata?.name ?? '') &&
      isPodReady(pod),
  ).length;

/** The status of a budget; undefined when it is so already. `now` in ms. */
export function budgetStatus(
  { metadata, status }: PodDisruptionBudget,
  expected: ExpectedPods,
  pods: readonly Pod[],
  now: number,
): PodDisruptionBudgetStatus | undefined {
  const disrupted = disruptedPods(status?.disruptedPods, pods, now).pods;
  const currentHealthy = countHealthy(pods, disrupted);
  const { desiredHealthy } = expected;
  // Without pods nothing is allowed: the first ones may come before the next look.
  const allowed = expected.expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const observedGeneration = metadata?.generation ?? 0;
  if (
    status &&
    (status.currentHealthy ?? 0) === currentHealthy &&
    (status.desiredHealthy ?? 0) === desiredHealthy &&
    (status.expectedPods ?? 0) === expected.expectedPods &&
    (status.disruptionsAllowed ?? 0) === allowed &&
    semanticEqual(status.disruptedPods, disrupted) &&
    status.observedGeneration === observedGeneration &&
    isDisruptionAllowedUpToDate(status)
  ) {
    return undefined;
  }
  const next: PodDisruptionBudgetStatus = {
    currentHealthy,
    desiredHealthy,
    expectedPods: expected.expectedPods,
    disruptionsAllowed: allowed,
    observedGeneration,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    ...(status?.conditions ? { conditions: status.conditions } : {}),
  };
  updateDisruptionAllowed(next, formatTime(now));
  return next;
}
