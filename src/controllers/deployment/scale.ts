/**
 * How a Deployment divides its replicas between its ReplicaSets. Pure: each function answers the sizes that should change.
 * Source: kubernetes pkg/controller/deployment/sync.go (scale), rolling.go, recreate.go.
 */
import type { Deployment, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { desiredReplicasOf, maxReplicasOf } from './annotations.ts';
import {
  activeOnes,
  byCreation,
  bySizeNewer,
  bySizeOlder,
  countReplicas,
  desiredOf,
  isRollingUpdate,
  maxSurgeOf,
  maxUnavailableOf,
  newReplicaSetSize,
  replicasOf,
  wantedReplicas,
} from './replica-sets.ts';

/** A new size for a ReplicaSet. */
export interface Resize {
  readonly replicaSet: Stored<ReplicaSet>;
  readonly replicas: number;
}

type Sets = readonly Stored<ReplicaSet>[];

const to =
  (replicas: number) =>
  (replicaSet: Stored<ReplicaSet>): Resize => ({ replicaSet, replicas });

/** Whether the new ReplicaSet has all the replicas, and all are available. */
function isSaturated(deployment: Deployment, newSet: Stored<ReplicaSet>): boolean {
  const desired = desiredOf(deployment);
  return (
    replicasOf(newSet) === desired &&
    desiredReplicasOf(newSet) === desired &&
    newSet.status?.availableReplicas === desired
  );
}

/**
 * A scaled Deployment, outside or in the midst of a rollout: one active ReplicaSet gets everything, several are resized in
 * proportion, which keeps the risk of a rollout what it was. Sizes may be the present ones.
 */
export function scaleSets(
  deployment: Deployment,
  newSet: Stored<ReplicaSet> | undefined,
  old: Sets,
): Resize[] {
  const desired = desiredOf(deployment);
  const active = activeOnes(newSet ? [...old, newSet] : old);
  const latest = newSet ?? [...old].sort(byCreation).at(-1);
  if (active.length <= 1) {
    const only = active[0] ?? latest;
    return only && replicasOf(only) !== desired ? [to(desired)(only)] : [];
  }
  if (newSet && isSaturated(deployment, newSet)) return activeOnes(old).map(to(0));
  return isRollingUpdate(deployment) ? inProportion(deployment, active) : [];
}

function inProportion(deployment: Deployment, active: Sets): Resize[] {
  const desired = desiredOf(deployment);
  const allowed = desired > 0 ? desired + maxSurgeOf(deployment) : 0;
  const add = allowed - wantedReplicas(active);
  const sorted = [...active].sort(add >= 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const resizes = sorted.map((replicaSet) => {
    const share = proportionOf(deployment, replicaSet, add, added);
    added += share;
    return { replicaSet, replicas: replicasOf(replicaSet) + share };
  });
  // What rounding has left over goes to the largest.
  const largest = resizes[0]!;
  largest.replicas = Math.max(0, largest.replicas + add - added);
  return resizes;
}

/** What a ReplicaSet gets of the replicas to add (or, when negative, to take away). */
function proportionOf(
  deployment: Deployment,
  replicaSet: Stored<ReplicaSet>,
  add: number,
  added: number,
): number {
  const current = replicasOf(replicaSet);
  if (current === 0 || add === 0 || add === added) return 0;
  const fraction = fractionOf(deployment, replicaSet, current);
  return add > 0 ? Math.min(fraction, add - added) : Math.max(fraction, add - added);
}

function fractionOf(deployment: Deployment, replicaSet: Stored<ReplicaSet>, current: number): number {
  const desired = desiredOf(deployment);
  if (desired === 0) return -current;
  // The size before: what the ReplicaSet was scaled for.
  const before = maxReplicasOf(replicaSet) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  const size = (current * (desired + maxSurgeOf(deployment))) / before;
  return Math.sign(size) * Math.round(Math.abs(size)) - current;
}

/** One step of a rolling update; nothing when there is nothing to move right now. */
export function rollingStep(deployment: Deployment, newSet: Stored<ReplicaSet>, old: Sets): Resize[] {
  const size = nextSize(deployment, newSet, old);
  if (size !== replicasOf(newSet)) return [to(size)(newSet)];
  return shrinkOld(deployment, newSet, activeOnes(old));
}

function nextSize(deployment: Deployment, newSet: Stored<ReplicaSet>, old: Sets): number {
  const current = replicasOf(newSet);
  const desired = desiredOf(deployment);
  return current >= desired ? desired : newReplicaSetSize(deployment, [...old, newSet], current);
}

function shrinkOld(deployment: Deployment, newSet: Stored<ReplicaSet>, old: Sets): Resize[] {
  if (old.length === 0) return [];
  const minAvailable = desiredOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const most = wantedReplicas([...old, newSet]) - minAvailable - newUnavailable;
  if (most <= 0) return [];
  const oldest = [...old].sort(byCreation);
  const sizes = new Map(oldest.map((one) => [one, replicasOf(one)]));
  const take = (from: Stored<ReplicaSet>, count: number, budget: number): number => {
    const taken = Math.max(0, Math.min(count, budget, sizes.get(from)!));
    sizes.set(from, sizes.get(from)! - taken);
    return budget - taken;
  };
  // Unhealthy pods first: without them nothing gets worse, and they would hold the rollout up.
  let budget = most;
  for (const one of oldest)
    budget = take(one, sizes.get(one)! - (one.status?.availableReplicas ?? 0), budget);
  budget = countReplicas([...old, newSet], 'availableReplicas') - minAvailable;
  for (const one of oldest) budget = take(one, sizes.get(one)!, budget);
  return oldest.filter((one) => sizes.get(one) !== replicasOf(one)).map((one) => to(sizes.get(one)!)(one));
}

/** Recreate: the old ones go altogether. */
export const dropOld = (old: Sets): Resize[] => activeOnes(old).map(to(0));
