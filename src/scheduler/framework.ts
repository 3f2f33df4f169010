/**
 * The scheduling framework: what a plug-in is, and what it is given.
 *
 * One cycle schedules one pod, in these steps:
 *
 *   preEnqueue -> (queue) -> preFilter -> filter -> [postFilter when nothing fits]
 *     -> preScore -> score -> normalizeScore -> reserve -> permit -> preBind -> bind
 *
 * Departures from upstream's framework, and why:
 *
 * - Everything is synchronous and free of I/O. One thread runs the queue, the cache and the cycle, so that nothing
 *   changes under a cycle: the snapshot is a view of the live cache, never a copy, and no "in-flight events" are
 *   kept. What upstream does over the network (bind, evict, patch status) leaves the engine as data: decisions.
 * - Success is `undefined`, as upstream's nil Status. An unexpected failure is thrown; the cycle turns it into a
 *   SchedulerError. Codes that are left are those a plug-in chooses on purpose.
 * - `preBind` returns the writes that have to precede the binding (volume binding: claims and volumes) instead of
 *   making them, and `preBound` is asked whenever something changes whether they have taken effect. `permit` allows or
 *   rejects; there is no waiting pod.
 * - A plug-in says in `events` what could make a pod schedulable that it rejected (EnqueueExtensions and queueing
 *   hints). A plug-in without `events` is woken by every event, as upstream.
 *
 * Follows kubernetes staging/src/k8s.io/kube-scheduler/framework/interface.go and pkg/scheduler/framework.
 */
import type { Stored } from '../apis/object.ts';
import type { EventRegistration } from './events.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** The highest score a plug-in gives a node, after normalisation. */
export const MAX_NODE_SCORE = 100;

/**
 * `Unschedulable`: evicting pods could help. `UnschedulableAndUnresolvable`: it could not. `Skip` (preFilter,
 * preScore): the plug-in has nothing to say of this pod. `Pending`: as Unschedulable, but retried without back-off
 * once the awaited event has come. `Error`: an unexpected failure.
 */
export type Code = 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Skip' | 'Pending' | 'Error';

/** Why a plug-in did not say yes. `undefined` stands for success. */
export interface Status {
  readonly code: Code;
  readonly reasons: readonly string[];
  /** Name of the plug-in, '' when the scheduler itself speaks. */
  readonly plugin: string;
}

/** Makes a status. Plug-ins make theirs once and return the same object for every node. */
export function status(code: Code, plugin: string, ...reasons: string[]): Status {
  return { code, plugin, reasons };
}

/** True for what counts as a rejection of the pod (in contrast to an error or success). */
export function isRejected(s: Status): boolean {
  return s.code === 'Unschedulable' || s.code === 'UnschedulableAndUnresolvable' || s.code === 'Pending';
}

/** What a plug-in remembers between the steps of one cycle. It has `clone` when addPod and removePod change it. */
export type StateData = object;
export interface ClonableState {
  clone(): StateData;
}

/** The memory of one cycle, keyed by plug-in. */
export class CycleState {
  readonly #data = new Map<string, StateData>();
  /** Plug-ins whose preFilter or preScore answered Skip. */
  readonly skipFilter = new Set<string>();
  readonly skipScore = new Set<string>();

  read<T extends StateData>(key: string): T | undefined {
    return this.#data.get(key) as T | undefined;
  }

  write(key: string, value: StateData): void {
    this.#data.set(key, value);
  }

  /** A copy on which addPod and removePod may be tried out. */
  clone(): CycleState {
    const copy = new CycleState();
    for (const [key, value] of this.#data) {
      copy.#data.set(key, 'clone' in value ? (value as ClonableState).clone() : value);
    }
    for (const name of this.skipFilter) copy.skipFilter.add(name);
    for (const name of this.skipScore) copy.skipScore.add(name);
    return copy;
  }
}

/** The nodes, as a cycle sees them. A view of the cache: valid until the next event is fed. */
export interface Snapshot {
  /** Every node, interleaved over the zones. */
  readonly nodes: readonly NodeInfo[];
  /** Nodes that have a pod with any inter-pod affinity or anti-affinity. */
  readonly nodesWithAffinity: ReadonlySet<NodeInfo>;
  /** Nodes that have a pod with required anti-affinity. */
  readonly nodesWithRequiredAntiAffinity: ReadonlySet<NodeInfo>;
  get(name: string): NodeInfo | undefined;
}

/** What preFilter may answer. `nodeNames` narrows the search to these nodes. */
export interface PreFilterResult {
  readonly status?: Status;
  readonly nodeNames?: ReadonlySet<string>;
}

/** What postFilter answers. */
export interface PostFilterResult {
  /** undefined: success, the pod is expected to fit on `nominatedNodeName` soon. */
  readonly status?: Status;
  /** undefined: leave the nomination as it is; '': clear it. */
  readonly nominatedNodeName?: string;
  /** Pods to be evicted from that node. */
  readonly victims?: readonly PodInfo[];
  /** Pods of lower priority that lose their nomination to that node. */
  readonly clearNominations?: readonly PodInfo[];
  /** What is to be written so that the pod may fit some time. */
  readonly writes?: readonly PreBindWrite[];
}

/** What each node said of the pod. Nodes that are not listed have `absent`. */
export interface NodeToStatus {
  readonly byNode: Map<string, Status>;
  absent: Status | undefined;
}

/** A write that the shell makes before it binds the pod: a merge patch, or what a function makes of the newest object. */
export interface PreBindWrite {
  readonly apiVersion: string;
  readonly resource: string;
  /** Absent: the main resource. */
  readonly subresource?: 'status';
  readonly namespace?: string;
  readonly name: string;
  readonly patch?: unknown;
  /** Changes the object in place, `now` in ms. Throws when it is not to be written, and the pod not to be bound. */
  change?(object: Stored, now: number): void;
}

/** A plug-in. Every extension point is optional. */
export interface Plugin {
  readonly name: string;
  /** Which cluster events may help a pod that this plug-in rejected. */
  readonly events?: readonly EventRegistration[];
  /** Keeps a pod out of the queue. Runs whenever the pod is about to become active. */
  preEnqueue?(pod: PodInfo): Status | undefined;
  preFilter?(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterResult | undefined;
  /** Keep the preFilter state right when `other` comes to (leaves) `node` in a trial. */
  addPod?(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void;
  removePod?(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void;
  filter?(state: CycleState, pod: PodInfo, node: NodeInfo): Status | undefined;
  postFilter?(state: CycleState, pod: PodInfo, statuses: NodeToStatus): PostFilterResult;
  preScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Status | undefined;
  /** Any number when there is normalizeScore, else 0..MAX_NODE_SCORE. Integers only, as upstream. */
  score?(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Brings the scores into 0..MAX_NODE_SCORE, in place. */
  normalizeScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], scores: number[]): void;
  reserve?(state: CycleState, pod: PodInfo, nodeName: string): Status | undefined;
  /** Must be idempotent; also called when reserve was not reached. */
  unreserve?(state: CycleState, pod: PodInfo, nodeName: string): void;
  permit?(state: CycleState, pod: PodInfo, nodeName: string): Status | undefined;
  preBind?(state: CycleState, pod: PodInfo, nodeName: string): readonly PreBindWrite[];
  /** Whether what preBind wrote has taken effect. `Pending`: not yet, `Error`: it will not. */
  preBound?(state: CycleState, pod: PodInfo, nodeName: string): Status | undefined;
}

/** A plug-in and the weight of its scores. */
export interface WeightedPlugin {
  readonly plugin: Plugin;
  readonly weight: number;
}

/** Scales scores to 0..MAX_NODE_SCORE by the highest. `reverse`: the lowest becomes the best. In place. */
export function defaultNormalizeScore(reverse: boolean, scores: number[]): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  if (max === 0) {
    if (reverse) scores.fill(MAX_NODE_SCORE);
    return;
  }
  for (let i = 0; i < scores.length; i++) {
    const score = Math.floor((MAX_NODE_SCORE * scores[i]!) / max);
    scores[i] = reverse ? MAX_NODE_SCORE - score : score;
  }
}
