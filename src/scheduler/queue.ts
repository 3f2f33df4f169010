/**
 * The pods that wait for a node:
 *
 * - active: to be tried now, by priority, then by age;
 * - back-off: were tried, something has changed since, wait out their back-off (1 s, doubling to 10 s);
 * - unschedulable: were rejected, and nothing has happened since that would help; after 5 minutes they are tried
 *   anyway;
 * - gated: not to be tried at all until preEnqueue lets them.
 *
 * An idle scheduler takes pods out of back-off early (as upstream since 1.33), save those that failed with an error:
 * these spare the API server. Time is passed in, in ms.
 *
 * Follows kubernetes pkg/scheduler/backend/queue/scheduling_queue.go and backoff_queue.go.
 */
import { getOrCreate } from './collections.ts';
import { type ClusterEvent, type EventObjects, type EventRegistration, matches, WILDCARD } from './events.ts';
import type { Status } from './framework.ts';
import { Heap } from './heap.ts';
import type { PodInfo } from './pod-info.ts';

export interface QueuedPod {
  info: PodInfo;
  /** When it came to the queue, or came back after its last attempt. */
  timestamp: number;
  /** Breaks ties of time: the order of arrival. */
  readonly sequence: number;
  attempts: number;
  /** Attempts that ended with a rejection; they lengthen the back-off. */
  unschedulableCount: number;
  /** Errors in a row; a rejection resets them. */
  errorCount: number;
  backoffUntil: number;
  /** Plug-ins that rejected it at its last attempt. Empty after an error. */
  unschedulablePlugins: ReadonlySet<string>;
  /** Plug-ins that wait for something; what they wait for ends the back-off too. */
  pendingPlugins: ReadonlySet<string>;
  /** What preEnqueue said, while the pod is gated. */
  gate: Status | undefined;
}

export interface QueueOptions {
  /** Whether a pod may become active; the reason why not. */
  preEnqueue(pod: PodInfo): Status | undefined;
  /** What each plug-in waits for. A plug-in that is missing here waits for everything. */
  registrations: ReadonlyMap<string, readonly EventRegistration[]>;
  initialBackoff?: number;
  maxBackoff?: number;
  maxInUnschedulable?: number;
  /** Take pods out of back-off when nothing else is to be done. Default true. */
  popFromBackoff?: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export class SchedulingQueue {
  readonly #options: Required<QueueOptions>;
  readonly #active: Heap<QueuedPod>;
  readonly #backoff: Heap<QueuedPod>;
  readonly #errorBackoff: Heap<QueuedPod>;
  /** In the order in which they came in, which is the order of their timestamps. */
  readonly #unschedulable = new Map<string, QueuedPod>();
  readonly #rejectedBy = new Map<string, Map<string, QueuedPod>>();
  readonly #gated = new Map<string, QueuedPod>();
  /** Plug-ins that gate pods, or did. */
  readonly #gates = new Set<string>();
  #sequence = 0;

  constructor(options: QueueOptions) {
    this.#options = {
      initialBackoff: 1000,
      maxBackoff: 10_000,
      maxInUnschedulable: 5 * 60_000,
      popFromBackoff: true,
      ...options,
    };
    const keyOf = (queued: QueuedPod): string => queued.info.key;
    this.#active = new Heap(isBefore, keyOf);
    const expiresBefore = (a: QueuedPod, b: QueuedPod): boolean =>
      a.backoffUntil !== b.backoffUntil ? a.backoffUntil < b.backoffUntil : isBefore(a, b);
    this.#backoff = new Heap(expiresBefore, keyOf);
    this.#errorBackoff = new Heap(expiresBefore, keyOf);
  }

  /** How many pods are where. */
  get counts(): { active: number; backoff: number; unschedulable: number; gated: number } {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size + this.#errorBackoff.size,
      unschedulable: this.#unschedulable.size,
      gated: this.#gated.size,
    };
  }

  get(key: string): QueuedPod | undefined {
    return (
      this.#active.get(key) ??
      this.#backoff.get(key) ??
      this.#errorBackoff.get(key) ??
      this.#unschedulable.get(key) ??
      this.#gated.get(key)
    );
  }

  /** A new pod. Returns it as queued; its `gate` says whether it was kept out. */
  add(info: PodInfo, now: number): QueuedPod {
    this.delete(info.key);
    const queued: QueuedPod = {
      info,
      timestamp: now,
      sequence: this.#sequence++,
      attempts: 0,
      unschedulableCount: 0,
      errorCount: 0,
      backoffUntil: 0,
      unschedulablePlugins: NONE,
      pendingPlugins: NONE,
      gate: undefined,
    };
    this.#activate(queued);
    return queued;
  }

  /**
   * A waiting pod has changed. `event` is what changed in it, as a TargetPod event; only a change that helps makes
   * a rejected pod wait no longer. Returns undefined when the pod is not in the queue.
   */
  update(info: PodInfo, event: ClusterEvent, objects: EventObjects, now: number): QueuedPod | undefined {
    const queued = this.get(info.key);
    if (!queued) return undefined;
    const gated = this.#gated.has(info.key);
    const waiting = this.#unschedulable.has(info.key);
    const heap = [this.#active, this.#backoff, this.#errorBackoff].find((candidate) =>
      candidate.has(info.key),
    );
    queued.info = info;
    if (heap) heap.push(queued);
    else if (gated) {
      this.#gated.delete(info.key);
      this.#activate(queued);
    } else if (waiting && event.actions !== 0) {
      const verdict = this.#worth(queued, event, objects);
      if (verdict !== 'no') this.#requeue(queued, verdict, now);
    }
    return queued;
  }

  delete(key: string): void {
    this.#active.delete(key);
    this.#backoff.delete(key);
    this.#errorBackoff.delete(key);
    this.#gated.delete(key);
    this.#leavePool(key);
  }

  /** The next pod to try, or undefined when none is ready. */
  pop(now: number): QueuedPod | undefined {
    this.flush(now);
    let queued = this.#active.pop();
    while (!queued && this.#options.popFromBackoff && this.#backoff.size > 0) {
      this.#activate(this.#backoff.pop()!);
      queued = this.#active.pop();
    }
    if (!queued) return undefined;
    queued.attempts++;
    queued.unschedulablePlugins = NONE;
    queued.pendingPlugins = NONE;
    return queued;
  }

  /** Takes back a pod whose attempt failed. Its plug-in sets say who rejected it; none: it was an error. */
  addUnschedulable(queued: QueuedPod, now: number): void {
    queued.timestamp = now;
    const rejected = queued.unschedulablePlugins.size + queued.pendingPlugins.size > 0;
    if (rejected) {
      queued.unschedulableCount++;
      queued.errorCount = 0;
      queued.backoffUntil = now + this.#duration(queued.unschedulableCount);
      this.#unschedulable.set(queued.info.key, queued);
      for (const plugin of rejectors(queued)) {
        getOrCreate(this.#rejectedBy, plugin, () => new Map<string, QueuedPod>()).set(
          queued.info.key,
          queued,
        );
      }
    } else {
      queued.errorCount++;
      queued.backoffUntil = now + this.#duration(queued.errorCount);
      this.#errorBackoff.push(queued);
    }
  }

  /** Something happened: the pods that it may help come back. `only` limits which pods are asked. */
  move(event: ClusterEvent, objects: EventObjects, now: number, only?: (pod: PodInfo) => boolean): void {
    if (this.#gated.size > 0) this.#ungate(event, objects, only);
    if (this.#unschedulable.size === 0) return;
    if (event.resource === WILDCARD.resource) {
      for (const queued of [...this.#unschedulable.values()]) {
        if (!only || only(queued.info)) this.#requeue(queued, 'after back-off', now);
      }
      return;
    }
    for (const [plugin, pods] of this.#rejectedBy) {
      const registrations = this.#options.registrations.get(plugin);
      if (registrations && !registrations.some((registration) => matches(registration, event))) continue;
      for (const queued of [...pods.values()]) {
        if (only && !only(queued.info)) continue;
        const verdict = this.#worth(queued, event, objects);
        if (verdict !== 'no') this.#requeue(queued, verdict, now);
      }
    }
  }

  /** Asks gated pods again that what happened may help. A gate whose plug-in waits for nothing looks at its pod alone. */
  #ungate(event: ClusterEvent, objects: EventObjects, only?: (pod: PodInfo) => boolean): void {
    const waitsFor = (plugin: string): readonly EventRegistration[] =>
      (this.#options.registrations.get(plugin) ?? []).filter((one) => matches(one, event));
    const waiting = new Map<string, readonly EventRegistration[]>();
    for (const plugin of this.#gates) waiting.set(plugin, waitsFor(plugin));
    if ([...waiting.values()].every(({ length }) => length === 0)) return;
    for (const queued of [...this.#gated.values()]) {
      if (only && !only(queued.info)) continue;
      const registrations = waiting.get(queued.gate!.plugin) ?? [];
      if (!registrations.some(({ hint }) => !hint || hint(queued.info, objects, event))) continue;
      this.#gated.delete(queued.info.key);
      this.#activate(queued);
    }
    if (this.#gated.size === 0) this.#gates.clear();
  }

  /** Makes a waiting pod active at once, whatever it waits for. */
  activate(key: string): void {
    const queued =
      this.#backoff.delete(key) ?? this.#errorBackoff.delete(key) ?? this.#unschedulable.get(key);
    if (!queued) return;
    this.#leavePool(key);
    this.#activate(queued);
  }

  /** Moves what has waited long enough. */
  flush(now: number): void {
    for (const heap of [this.#backoff, this.#errorBackoff]) {
      for (let next = heap.peek(); next && next.backoffUntil <= now; next = heap.peek()) {
        heap.pop();
        this.#activate(next);
      }
    }
    for (const queued of this.#unschedulable.values()) {
      if (queued.timestamp + this.#options.maxInUnschedulable > now) break;
      this.#requeue(queued, 'after back-off', now);
    }
  }

  /** When there will be something to do without any event, in ms; undefined: never. `now` when there is already. */
  nextWakeup(now: number): number | undefined {
    if (this.#active.size > 0) return now;
    if (this.#options.popFromBackoff && this.#backoff.size > 0) return now;
    const times: number[] = [];
    for (const heap of [this.#backoff, this.#errorBackoff]) {
      const next = heap.peek();
      if (next) times.push(next.backoffUntil);
    }
    const oldest = this.#unschedulable.values().next().value;
    if (oldest) times.push(oldest.timestamp + this.#options.maxInUnschedulable);
    return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
  }

  #duration(count: number): number {
    const { initialBackoff, maxBackoff } = this.#options;
    return Math.min(initialBackoff * 2 ** Math.min(count - 1, 30), maxBackoff);
  }

  /** Whether the event helps a rejected pod, by the plug-ins that rejected it. */
  #worth(queued: QueuedPod, event: ClusterEvent, objects: EventObjects): 'no' | 'after back-off' | 'at once' {
    let verdict: 'no' | 'after back-off' = 'no';
    for (const plugin of rejectors(queued)) {
      const pending = queued.pendingPlugins.has(plugin);
      if (verdict !== 'no' && !pending) continue;
      const registrations = this.#options.registrations.get(plugin);
      const helps =
        !registrations ||
        registrations.some((r) => matches(r, event) && (!r.hint || r.hint(queued.info, objects, event)));
      if (!helps) continue;
      if (pending) return 'at once';
      verdict = 'after back-off';
    }
    return verdict;
  }

  #requeue(queued: QueuedPod, when: 'after back-off' | 'at once', now: number): void {
    this.#leavePool(queued.info.key);
    if (when === 'after back-off' && queued.backoffUntil > now) this.#backoff.push(queued);
    else this.#activate(queued);
  }

  #activate(queued: QueuedPod): void {
    queued.gate = this.#options.preEnqueue(queued.info);
    if (!queued.gate) this.#active.push(queued);
    else {
      this.#gated.set(queued.info.key, queued);
      this.#gates.add(queued.gate.plugin);
    }
  }

  #leavePool(key: string): void {
    const queued = this.#unschedulable.get(key);
    if (!queued) return;
    this.#unschedulable.delete(key);
    for (const plugin of rejectors(queued)) {
      const pods = this.#rejectedBy.get(plugin);
      pods?.delete(key);
      if (pods?.size === 0) this.#rejectedBy.delete(plugin);
    }
  }
}

/** PrioritySort: the higher priority first, then the earlier time. */
export function isBefore(a: QueuedPod, b: QueuedPod): boolean {
  if (a.info.priority !== b.info.priority) return a.info.priority > b.info.priority;
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
  return a.sequence < b.sequence;
}

function rejectors(queued: QueuedPod): Iterable<string> {
  if (queued.pendingPlugins.size === 0) return queued.unschedulablePlugins;
  return new Set([...queued.unschedulablePlugins, ...queued.pendingPlugins]);
}
