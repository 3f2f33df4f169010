/**
 * What a DaemonSet has to do: pods to make and to delete, node by node, and the steps of a rolling update. Pure.
 * Source: kubernetes pkg/controller/daemon/daemon_controller.go (podsShouldBeOnNode), update.go (rollingUpdate).
 */
import { scaledValue } from '../../apimachinery/intstr.ts';
import type { DaemonSet, DaemonSetStatus } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodAvailable, isPodReady, isPodTerminal } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { isUpdated, placementOn, type Placement, targetNode } from './placement.ts';

export interface Situation {
  readonly daemonSet: Stored<DaemonSet>;
  /** The hash of the newest revision. */
  readonly hash: string;
  readonly nodes: readonly Stored<Node>[];
  /** What is wanted of each node, by name. */
  readonly placements: ReadonlyMap<string, Placement>;
  /** The DaemonSet's pods by the node they are meant for, the oldest first. */
  readonly pods: ReadonlyMap<string, readonly Stored<Pod>[]>;
  /** ms. */
  readonly now: number;
}

export interface Plan {
  /** Nodes that need a pod. */
  readonly create: string[];
  readonly remove: Stored<Pod>[];
}

/** Pods that ended by themselves: they are deleted so that others can take their place. */
export interface Ended {
  readonly pod: Stored<Pod>;
  readonly node: string;
}

export function situationOf(
  daemonSet: Stored<DaemonSet>,
  hash: string,
  nodes: readonly Stored<Node>[],
  claimed: readonly Stored<Pod>[],
  now: number,
): Situation {
  const pods = new Map<string, Stored<Pod>[]>();
  for (const pod of claimed) {
    const node = targetNode(pod);
    // One that has ended and is being deleted needs nothing any more.
    if (node === undefined || (isPodTerminal(pod) && pod.metadata.deletionTimestamp)) continue;
    const list = pods.get(node);
    if (list) list.push(pod);
    else pods.set(node, [pod]);
  }
  for (const list of pods.values()) list.sort(byAge);
  const placements = new Map(nodes.map((node) => [node.metadata.name!, placementOn(daemonSet, node)]));
  return { daemonSet, hash, nodes, placements, pods, now };
}

/** Pods on nodes first, then the oldest. */
const byAge = (a: Stored<Pod>, b: Stored<Pod>): number =>
  Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) ||
  compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
  compare(a.metadata.name, b.metadata.name);
const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

const isGoing = ({ metadata }: Stored<Pod>): boolean => metadata.deletionTimestamp !== undefined;

const surgeOf = ({ daemonSet }: Situation, desired: number): number => {
  const { type, rollingUpdate } = daemonSet.spec?.updateStrategy ?? {};
  return type === 'RollingUpdate' ? scaledValue(rollingUpdate?.maxSurge ?? 0, desired, true) : 0;
};

const available = ({ daemonSet, now }: Situation, pod: Pod): boolean =>
  isPodAvailable(pod, daemonSet.spec?.minReadySeconds ?? 0, now);

/** Brings the right number of pods to each node, whatever their revision. */
export function planNodes(situation: Situation): Plan & { failed: Ended[]; succeeded: Ended[] } {
  const { placements, pods } = situation;
  const plan = {
    create: [] as string[],
    remove: [] as Stored<Pod>[],
    failed: [] as Ended[],
    succeeded: [] as Ended[],
  };
  const surges = surgeOf(situation, 1) > 0;
  for (const [node, { shouldRun, shouldContinue }] of placements) {
    const present = pods.get(node);
    if (!present) {
      if (shouldRun) plan.create.push(node);
      continue;
    }
    const staying = present.filter((pod) => !isGoing(pod));
    if (!shouldContinue) {
      plan.remove.push(...staying);
      continue;
    }
    for (const pod of staying) {
      if (pod.status?.phase === 'Failed') plan.failed.push({ pod, node });
      else if (pod.status?.phase === 'Succeeded') plan.succeeded.push({ pod, node });
    }
    const running = staying.filter((pod) => !isPodTerminal(pod));
    if (!surges) plan.remove.push(...running.slice(1));
    else if (running.length > 1) plan.remove.push(...excessOfSurge(situation, running));
    else if (running.length === 0 && shouldRun) plan.create.push(node);
  }
  // A pod that waits for a node that is gone will never run, and nobody else looks after it.
  for (const [node, list] of pods) {
    if (!placements.has(node))
      plan.remove.push(...list.filter((pod) => !pod.spec?.nodeName && !isGoing(pod)));
  }
  return plan;
}

/** Beside a new pod the old one stays as long as it is ready and the new one not yet available. */
function excessOfSurge(situation: Situation, running: readonly Stored<Pod>[]): Stored<Pod>[] {
  const { daemonSet, hash } = situation;
  // Here the hash alone tells revisions apart, as upstream.
  const isNew = (pod: Stored<Pod>): boolean => pod.metadata.labels?.['controller-revision-hash'] === hash;
  const fresh = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const excess = running.filter((pod) => pod !== fresh && pod !== old);
  const replaced =
    fresh &&
    old &&
    (!isPodReady(old) || isPodAvailable(fresh, daemonSet.spec?.minReadySeconds ?? 0, situation.now));
  return replaced ? [...excess, old] : excess;
}

/** The newest and the older pod of a node; undefined when there is more than one of either. */
function pairOn(
  { daemonSet, hash }: Situation,
  pods: readonly Stored<Pod>[],
): { fresh: Stored<Pod> | undefined; old: Stored<Pod> | undefined } | undefined {
  const staying = pods.filter((pod) => !isGoing(pod));
  const fresh = staying.filter((pod) => isUpdated(daemonSet, pod, hash));
  const old = staying.filter((pod) => !isUpdated(daemonSet, pod, hash));
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] };
}

/** One step of a rolling update. */
export function planUpdate(situation: Situation): Plan {
  const { rollingUpdate } = situation.daemonSet.spec?.updateStrategy ?? {};
  const desired = desiredNodes(situation);
  const surge = surgeOf(situation, desired);
  const unavailable = scaledValue(rollingUpdate?.maxUnavailable ?? 0, desired, true);
  // Nodes that should have a pod and have none count, too.
  const nodes = new Map(situation.pods);
  for (const [node, { shouldRun }] of situation.placements)
    if (shouldRun && !nodes.has(node)) nodes.set(node, []);
  if (surge > 0) return planSurge(situation, nodes, surge, desired);
  return planReplacement(situation, nodes, unavailable || 1);
}

const desiredNodes = ({ placements }: Situation): number =>
  [...placements.values()].filter(({ shouldRun }) => shouldRun).length;

type PodsByNode = ReadonlyMap<string, readonly Stored<Pod>[]>;

/** Deletes old pods, at most so many that `limit` nodes are without an available one. */
function planReplacement(situation: Situation, nodes: PodsByNode, limit: number): Plan {
  const remove: Stored<Pod>[] = [];
  const candidates: Stored<Pod>[] = [];
  let unavailable = 0;
  for (const pods of nodes.values()) {
    const pair = pairOn(situation, pods);
    if (!pair || Boolean(pair.fresh) === Boolean(pair.old)) unavailable++;
    else if (pair.fresh) unavailable += available(situation, pair.fresh) ? 0 : 1;
    // What is not available can only become better.
    else if (!available(situation, pair.old!)) remove.push(pair.old!);
    else candidates.push(pair.old!);
  }
  return { create: [], remove: [...remove, ...candidates.slice(0, Math.max(0, limit - unavailable))] };
}

/** Makes new pods beside the old ones, at most `limit` at a time, and deletes the old ones when they are available. */
function planSurge(situation: Situation, nodes: PodsByNode, limit: number, desired: number): Plan {
  const remove: Stored<Pod>[] = [];
  const create: string[] = [];
  const candidates: string[] = [];
  const misplaced: Stored<Pod>[] = [];
  let surging = 0;
  let serving = 0;
  for (const [node, pods] of nodes) {
    const pair = pairOn(situation, pods);
    if (!pair) {
      surging++;
      continue;
    }
    const { fresh, old } = pair;
    const serves = old ?? fresh;
    if (serves && available(situation, serves)) serving++;
    if (!old) continue;
    if (fresh) {
      if (available(situation, fresh)) remove.push(old);
      else surging++;
    } else if (!available(situation, old)) {
      create.push(node);
    } else if (situation.placements.get(node)?.shouldRun) {
      candidates.push(node);
    } else {
      misplaced.push(old);
    }
  }
  return {
    create: [...create, ...candidates.slice(0, Math.max(0, limit - surging))],
    // A pod on a node that is no longer wanted goes when another one serves in its stead.
    remove: [...remove, ...misplaced.slice(0, Math.max(0, serving - desired))],
  };
}

/** The counts of the status. */
export function calculateStatus(situation: Situation, collisionCount: number | undefined): DaemonSetStatus {
  const { daemonSet, hash, placements, pods } = situation;
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const [node, { shouldRun }] of placements) {
    const [pod] = pods.get(node) ?? [];
    if (!shouldRun) {
      if (pod) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!pod) continue;
    counts.current++;
    if (isPodReady(pod)) counts.ready++;
    if (available(situation, pod)) counts.available++;
    if (isUpdated(daemonSet, pod, hash)) counts.updated++;
  }
  const { conditions } = daemonSet.status ?? {};
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    ...counted('observedGeneration', daemonSet.metadata.generation ?? 0),
    ...counted('updatedNumberScheduled', counts.updated),
    ...counted('numberAvailable', counts.available),
    ...counted('numberUnavailable', counts.desired - counts.available),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
  };
}

/** As Go's omitempty: a count of nothing is left out. */
const counted = (field: string, count: number): object => (count === 0 ? {} : { [field]: count });
