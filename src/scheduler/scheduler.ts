/**
 * The scheduler's engine: is fed what happens in the cluster, and says what is to be done. It does no I/O and reads
 * no clock.
 *
 *   const scheduler = new Scheduler({ random });
 *   scheduler.onNode('ADDED', node, now); scheduler.onPod('ADDED', pod, now);
 *   for (const decision of scheduler.run(now, { maxPods: 500 })) ...carry it out...
 *   scheduler.bindingDone(uid, now) or scheduler.bindingFailed(uid, message, now)
 *   setAlarm(scheduler.nextWakeup(now))
 *
 * After a restart it is made anew and fed every object as ADDED. Feeding the same version again does no harm.
 *
 * Follows kubernetes pkg/scheduler/scheduler.go, eventhandlers.go and schedule_one.go.
 */
import type { Random } from '../apimachinery/random.ts';
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { Cache } from './cache.ts';
import { type CycleContext, type Scheduled, schedulePod, type Unfit } from './cycle.ts';
import {
  bindDecision,
  clearNominationDecision,
  type Decision,
  failureDecision,
  gatedDecision,
  preemptDecision,
  skippedDecision,
} from './decisions.ts';
import { Action, ANY_UPDATE, type EventObjects, nodeChanges, podChanges } from './events.ts';
import { NO_NODES_AVAILABLE } from './fit-error.ts';
import type { CycleState, WeightedPlugin } from './framework.ts';
import { Nominator } from './nominator.ts';
import { newPodInfo, podKey, type PodInfo } from './pod-info.ts';
import { defaultProfile, type Handle } from './profile.ts';
import { type QueuedPod, SchedulingQueue } from './queue.ts';
import { Runtime } from './runtime.ts';
import { ObjectStore } from './store.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface SchedulerOptions {
  /** Breaks ties between nodes; seeded, the same events give the same decisions. */
  readonly random: Random;
  readonly schedulerName?: string;
  /** 0 (default): adapt to the number of nodes. */
  readonly percentageOfNodesToScore?: number;
  /** Take pods out of back-off while nothing else is to be done. Default true, as upstream. */
  readonly popFromBackoff?: boolean;
  /** Default: the default profile. */
  readonly profile?: (handle: Handle) => WeightedPlugin[];
}

/** How much one run may do. */
export interface Budget {
  readonly maxPods?: number;
  /** Asked before each pod. */
  readonly stop?: () => boolean;
}

interface Binding {
  readonly queued: QueuedPod;
  readonly nodeName: string;
  readonly state: CycleState;
  /** Until when what was written before it may take effect, in ms; undefined: it does not wait. */
  deadline?: number;
}

/** How long a pod waits for its volumes and devices, in ms. */
const BIND_TIMEOUT = 600_000;
/** What a plug-in says it was about when waiting for it fails. */
const WAITS_FOR: Readonly<Record<string, string>> = { VolumeBinding: 'binding volumes: ' };
const SCHEDULING_GATES = 'SchedulingGates';

/** Stands for a plug-in as the reason of rejection while there are no nodes at all. */
const NO_NODES = 'NoNodes';

export class Scheduler {
  readonly #schedulerName: string;
  readonly #cache = new Cache();
  readonly #store = new ObjectStore();
  readonly #nominator = new Nominator();
  readonly #runtime: Runtime;
  readonly #queue: SchedulingQueue;
  readonly #cycle: CycleContext;
  /** Every pod that is not finished, as last seen. */
  readonly #pods = new Map<string, Pod>();
  /** Decided, and not reported back yet. By uid. */
  readonly #bindings = new Map<string, Binding>();
  /** Those of them that wait for what was written before them. */
  readonly #waiting = new Set<string>();
  /** Pods to be evicted, and for whom (keys). By uid. */
  readonly #evicting = new Map<string, string>();
  /** Decisions that came up between runs. */
  #pending: Decision[] = [];

  constructor({
    random,
    schedulerName = 'default-scheduler',
    percentageOfNodesToScore = 0,
    popFromBackoff = true,
    profile = defaultProfile,
  }: SchedulerOptions) {
    this.#schedulerName = schedulerName;
    const evicting = this.#evicting;
    const handle: Handle = {
      snapshot: this.#cache,
      store: this.#store,
      nominator: this.#nominator,
      random,
      evicting: { has: (uid) => evicting.has(uid) },
      runtime: () => this.#runtime,
    };
    this.#runtime = new Runtime(profile(handle), this.#nominator);
    const registrations = this.#runtime.registrations();
    registrations.set(NO_NODES, [{ resource: 'Node', actions: Action.Add }]);
    this.#queue = new SchedulingQueue({
      preEnqueue: (pod) => this.#runtime.preEnqueue(pod),
      registrations,
      popFromBackoff,
    });
    this.#cycle = {
      runtime: this.#runtime,
      snapshot: this.#cache,
      random,
      percentageOfNodesToScore,
      nextStart: 0,
    };
  }

  /** How many pods wait, and for what. */
  get counts(): { active: number; backoff: number; unschedulable: number; gated: number; binding: number } {
    return { ...this.#queue.counts, binding: this.#bindings.size };
  }

  /** A pod came, changed or went. Finished pods count as gone: they hold no resources. */
  onPod(type: EventType, pod: Pod, now: number): void {
    const key = podKey(pod);
    let old = this.#pods.get(key);
    if (old && old.metadata?.uid !== pod.metadata?.uid) {
      this.#podGone(key, old, now);
      old = undefined;
    }
    const phase = pod.status?.phase;
    if (type === 'DELETED' || phase === 'Succeeded' || phase === 'Failed') {
      if (old) this.#podGone(key, old, now);
      return;
    }
    this.#pods.set(key, pod);
    if (pod.metadata?.deletionTimestamp) this.#evicting.delete(pod.metadata.uid ?? '');
    if (pod.spec?.nodeName) this.#assignedPod(key, old, pod, now);
    else if (pod.spec?.schedulerName === this.#schedulerName) this.#waitingPod(old, pod, now);
  }

  #assignedPod(key: string, old: Pod | undefined, pod: Pod, now: number): void {
    const info = this.#cache.setPod(pod);
    if (!old?.spec?.nodeName) {
      this.#queue.delete(key);
      this.#nominator.delete(info.uid);
      this.#bindings.delete(info.uid);
      this.#move('AssignedPod', Action.Add, { next: pod }, now);
      return;
    }
    const actions = podChanges(old, pod);
    if (actions !== 0) this.#move('AssignedPod', actions, { old, next: pod }, now);
  }

  #waitingPod(old: Pod | undefined, pod: Pod, now: number): void {
    const uid = pod.metadata?.uid ?? '';
    if (this.#cache.isAssumed(uid)) return;
    const known = this.#queue.get(podKey(pod));
    const info = newPodInfo(pod, known?.info);
    const nominated = pod.status?.nominatedNodeName ?? '';
    // A nomination that was decided and is not written yet is kept until the pod says otherwise.
    if (nominated !== '' || (old?.status?.nominatedNodeName ?? '') !== '')
      this.#nominator.set(info, nominated);
    else if (this.#nominator.nodeOf(uid)) this.#nominator.set(info, this.#nominator.nodeOf(uid)!);
    if (!known || !old) {
      this.#enqueued(this.#queue.add(info, now), now);
      return;
    }
    const actions = podChanges(old, pod);
    const event = { resource: 'TargetPod', actions };
    const queued = this.#queue.update(info, event, { old, next: pod }, now);
    if (queued && actions !== 0) this.#enqueued(queued, now);
  }

  #enqueued(queued: QueuedPod, now: number): void {
    // Only of its gates a pod is told; what else it waits for will come by itself.
    const decision = queued.gate?.plugin === SCHEDULING_GATES && gatedDecision(queued.info.pod, now);
    if (decision) this.#pending.push(decision);
  }

  #podGone(key: string, old: Pod, now: number): void {
    const uid = old.metadata?.uid ?? '';
    this.#pods.delete(key);
    this.#queue.delete(key);
    this.#evicting.delete(uid);
    const nominatedNode = this.#nominator.nodeOf(uid);
    const nominated = nominatedNode !== undefined;
    this.#nominator.delete(uid);
    const binding = this.#bindings.get(uid);
    if (binding) {
      this.#bindings.delete(uid);
      this.#runtime.unreserve(binding.state, binding.queued.info, binding.nodeName);
    }
    const nodeName = old.spec?.nodeName || binding?.nodeName || nominatedNode;
    const held = this.#cache.removePod(uid) !== undefined;
    if (!held && !nominated) return;
    // A waiting pod only kept its nominated place from pods that are no more important.
    const priority = old.spec?.priority ?? 0;
    const only = held ? undefined : (other: PodInfo): boolean => other.priority <= priority;
    this.#move('AssignedPod', Action.Delete, { old: withNode(old, nodeName ?? '') }, now, only);
    this.#move('AssignedPod', Action.Delete, { old: withNode(old, nodeName ?? '') }, now);
  }

  /** A node came, changed or went. */
  onNode(type: EventType, node: Node, now: number): void {
    const name = node.metadata?.name ?? '';
    const old = this.#cache.get(name)?.node;
    if (type === 'DELETED') {
      this.#cache.removeNode(name);
      if (old) this.#move('Node', Action.Delete, { old }, now);
      return;
    }
    this.#cache.setNode(node);
    if (!old) {
      this.#move('Node', Action.Add, { next: node }, now);
      return;
    }
    const actions = nodeChanges(old, node);
    if (actions !== 0) this.#move('Node', actions, { old, next: node }, now);
  }

  /**
   * Any other object came, changed or went: Namespace, Service, ReplicationController, ReplicaSet, StatefulSet,
   * PodDisruptionBudget, PersistentVolumeClaim, PersistentVolume, StorageClass, ResourceClaim, ResourceSlice, ...
   */
  onObject(kind: string, type: EventType, object: KubeObject, now: number): void {
    if (type === 'DELETED') {
      const old = this.#store.delete(kind, object) ?? object;
      this.#move(kind, Action.Delete, { old }, now);
      return;
    }
    const old = this.#store.set(kind, object);
    if (old) this.#move(kind, ANY_UPDATE, { old, next: object }, now);
    else this.#move(kind, Action.Add, { next: object }, now);
    for (const uid of this.#waiting) this.#checkWaiting(uid, now);
  }

  /** Schedules waiting pods until none is ready or the budget is spent. */
  run(now: number, { maxPods = Number.POSITIVE_INFINITY, stop }: Budget = {}): Decision[] {
    for (const uid of this.#waiting) {
      if ((this.#bindings.get(uid)?.deadline ?? 0) <= now) this.#checkWaiting(uid, now);
    }
    const decisions = this.#pending;
    this.#pending = [];
    this.#expire(now);
    for (let done = 0; done < maxPods && !stop?.(); done++) {
      const queued = this.#queue.pop(now);
      if (!queued) break;
      this.#scheduleOne(queued, now, decisions);
    }
    return decisions;
  }

  #scheduleOne(queued: QueuedPod, now: number, decisions: Decision[]): void {
    const { info } = queued;
    if (info.terminating) {
      decisions.push(skippedDecision(info.pod));
      return;
    }
    try {
      const result = schedulePod(this.#cycle, info);
      if (result.kind === 'scheduled') this.#scheduled(queued, result, now, decisions);
      else this.#unfit(queued, result, now, decisions);
    } catch (error) {
      this.#failed(queued, error instanceof Error ? error.message : String(error), now, decisions);
    }
  }

  #scheduled(queued: QueuedPod, { nodeName, state }: Scheduled, now: number, decisions: Decision[]): void {
    const { info } = queued;
    this.#cache.assume(info, nodeName);
    const rejection = this.#runtime.reserve(state, info, nodeName);
    if (rejection) {
      this.#cache.forget(info.uid);
      if (rejection.code === 'Error') throw new Error(rejection.reasons.join(', '));
      queued.unschedulablePlugins = new Set([rejection.plugin]);
      this.#queue.addUnschedulable(queued, now);
      const message = `0/1 nodes are available: ${rejection.reasons.map((reason) => `1 ${reason}`).join(', ')}.`;
      decisions.push(failureDecision(info.pod, 'Unschedulable', message, '', now));
      return;
    }
    this.#nominator.delete(info.uid);
    this.#bindings.set(info.uid, { queued, nodeName, state });
    const waits = this.#runtime.preBound(state, info, nodeName) !== undefined;
    decisions.push(bindDecision(info.pod, nodeName, this.#runtime.preBind(state, info, nodeName), waits));
  }

  #unfit(
    queued: QueuedPod,
    { message, diagnosis, postFilter }: Unfit,
    now: number,
    decisions: Decision[],
  ): void {
    const { info } = queued;
    const nominated = postFilter?.nominatedNodeName;
    queued.unschedulablePlugins =
      message === NO_NODES_AVAILABLE ? new Set([NO_NODES]) : diagnosis.unschedulablePlugins;
    queued.pendingPlugins = diagnosis.pendingPlugins;
    this.#queue.addUnschedulable(queued, now);
    if (nominated !== undefined) this.#nominator.set(info, nominated);
    decisions.push(failureDecision(info.pod, 'Unschedulable', message, nominated, now));
    for (const other of postFilter?.clearNominations ?? []) {
      this.#nominator.delete(other.uid);
      this.#queue.activate(other.key);
      decisions.push(clearNominationDecision(other.pod));
    }
    for (const write of postFilter?.writes ?? []) decisions.push({ type: 'write', write });
    for (const victim of postFilter?.victims ?? []) {
      if (victim.terminating || this.#evicting.has(victim.uid)) continue;
      this.#evicting.set(victim.uid, info.key);
      decisions.push(preemptDecision(victim.pod, info.pod, nominated ?? '', now));
    }
  }

  /** An unexpected error: the pod is tried again after its back-off. */
  #failed(queued: QueuedPod, message: string, now: number, decisions: Decision[]): void {
    this.#cache.forget(queued.info.uid);
    queued.unschedulablePlugins = new Set();
    queued.pendingPlugins = new Set();
    this.#nominator.delete(queued.info.uid);
    this.#queue.addUnschedulable(queued, now);
    decisions.push(failureDecision(queued.info.pod, 'SchedulerError', message, '', now));
  }

  /** The binding was written. The pod's own event confirms it. */
  bindingDone(uid: string, now: number): void {
    this.#bindings.delete(uid);
    this.#cache.finishBinding(uid, now);
  }

  /** What has to precede the binding was written, and is waited for. */
  bindingWaits(uid: string, now: number): void {
    const binding = this.#bindings.get(uid);
    if (!binding) return;
    binding.deadline = now + BIND_TIMEOUT;
    this.#waiting.add(uid);
    this.#checkWaiting(uid, now);
  }

  /** Binds a pod that has waited long enough, one way or the other. */
  #checkWaiting(uid: string, now: number): void {
    const binding = this.#bindings.get(uid);
    if (!binding?.deadline) {
      this.#waiting.delete(uid);
      return;
    }
    const { queued, nodeName, state, deadline } = binding;
    const answer = this.#runtime.preBound(state, queued.info, nodeName);
    if (!answer) {
      this.#waiting.delete(uid);
      delete binding.deadline;
      this.#pending.push(bindDecision(queued.info.pod, nodeName, [], false));
    } else if (answer.code !== 'Pending' || now >= deadline) {
      this.#waiting.delete(uid);
      const reason = answer.code === 'Pending' ? 'context deadline exceeded' : answer.reasons.join(', ');
      const { plugin } = answer;
      const what = WAITS_FOR[plugin] ?? '';
      this.#bindingFailed(uid, `running PreBind plugin "${plugin}": ${what}${reason}`, now);
    }
  }

  /**
   * The binding (or a write before it) failed: the node's resources are free again and the pod is tried again. Does
   * nothing when the pod is gone or bound meanwhile. The failure is among the decisions of the next run.
   */
  bindingFailed(uid: string, message: string, now: number): void {
    this.#bindingFailed(uid, `running Bind plugin "DefaultBinder": ${message}`, now);
  }

  #bindingFailed(uid: string, text: string, now: number): void {
    const binding = this.#bindings.get(uid);
    if (!binding) return;
    this.#bindings.delete(uid);
    const { queued, nodeName, state } = binding;
    this.#runtime.unreserve(state, queued.info, nodeName);
    this.#giveBack(queued, nodeName, now);
    if (this.#refresh(queued)) this.#failed(queued, text, now, this.#pending);
  }

  /** A victim could not be evicted: its preemptor is tried again. */
  preemptionFailed(victimUid: string): void {
    const preemptor = this.#evicting.get(victimUid);
    if (preemptor === undefined) return;
    this.#evicting.delete(victimUid);
    this.#queue.activate(preemptor);
  }

  /** When `run` has something to do without any event, in ms; undefined: never. */
  nextWakeup(now: number): number | undefined {
    if (this.#pending.length > 0) return now;
    const deadlines = [...this.#waiting].map((uid) => this.#bindings.get(uid)?.deadline);
    const times = [this.#queue.nextWakeup(now), this.#cache.nextExpiry(), ...deadlines].filter(
      (time) => time !== undefined,
    );
    return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
  }

  /** Bound pods that were never seen with their node: their binding is lost, so they are tried again. */
  #expire(now: number): void {
    for (const info of this.#cache.expire(now)) {
      const pod = this.#pods.get(info.key);
      this.#move('AssignedPod', Action.Delete, { old: info.pod }, now);
      if (pod && pod.metadata?.uid === info.uid && !pod.spec?.nodeName) this.#waitingPod(undefined, pod, now);
    }
  }

  #giveBack(queued: QueuedPod, nodeName: string, now: number): void {
    if (!this.#cache.forget(queued.info.uid)) return;
    this.#move('AssignedPod', Action.Delete, { old: withNode(queued.info.pod, nodeName) }, now);
  }

  /** Brings a pod that comes back to the queue up to date. False when it is not to come back. */
  #refresh(queued: QueuedPod): boolean {
    const pod = this.#pods.get(queued.info.key);
    if (!pod || pod.spec?.nodeName || newPodInfo(pod, queued.info).uid !== queued.info.uid) return false;
    queued.info = newPodInfo(pod, queued.info);
    return true;
  }

  #move(
    resource: string,
    actions: number,
    objects: EventObjects,
    now: number,
    only?: (pod: PodInfo) => boolean,
  ): void {
    this.#queue.move({ resource, actions }, objects, now, only);
  }
}

/** The pod as if it were on that node. */
function withNode(pod: Pod, nodeName: string): Pod {
  return pod.spec?.nodeName === nodeName || !pod.spec ? pod : { ...pod, spec: { ...pod.spec, nodeName } };
}
