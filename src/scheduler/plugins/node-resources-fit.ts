/**
 * A pod fits where what it requests is still free; among those, the emptier node is better (LeastAllocated).
 * Upstream: plugins/noderesources/fit.go, least_allocated.go.
 */
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { MAX_NODE_SCORE, type Plugin, type Status } from '../framework.ts';
import { describePod, type PodInfo } from '../pod-info.ts';
import { type Allocatable, allocatableOf } from '../resources.ts';

const NAME = 'NodeResourcesFit';

/** Statuses repeat for each node: one object for each combination of reasons. */
const interned = new Map<string, Status>();
const INTERNED_LIMIT = 1024;

function rejection(reasons: readonly string[], unresolvable: boolean): Status {
  const key = `${unresolvable}\n${reasons.join('\n')}`;
  let known = interned.get(key);
  if (!known) {
    known = { code: unresolvable ? 'UnschedulableAndUnresolvable' : 'Unschedulable', plugin: NAME, reasons };
    if (interned.size >= INTERNED_LIMIT) interned.clear();
    interned.set(key, known);
  }
  return known;
}

interface Shortage {
  readonly reason: string;
  /** The node could not take the pod even if it were empty: evicting others would not help. */
  readonly unresolvable: boolean;
}

interface Usage {
  readonly allocatable: Allocatable;
  readonly requested: {
    milliCPU: number;
    memory: number;
    ephemeralStorage: number;
    scalar?: Record<string, number>;
  };
  readonly podCount: number;
}

const AMOUNTS = [
  ['milliCPU', 'Insufficient cpu'],
  ['memory', 'Insufficient memory'],
  ['ephemeralStorage', 'Insufficient ephemeral-storage'],
] as const;

/** What is short for the pod; undefined: it fits. */
function shortages(pod: PodInfo, { allocatable, requested, podCount }: Usage): Shortage[] | undefined {
  const capacity = allocatable.resources;
  const found: Shortage[] = [];
  if (podCount + 1 > allocatable.pods) found.push({ reason: 'Too many pods', unresolvable: false });
  for (const [amount, reason] of AMOUNTS) {
    const wanted = pod.requests[amount];
    if (wanted > 0 && wanted > capacity[amount] - requested[amount]) {
      found.push({ reason, unresolvable: wanted > capacity[amount] });
    }
  }
  for (const name in pod.requests.scalar) {
    const wanted = pod.requests.scalar[name]!;
    const limit = capacity.scalar?.[name] ?? 0;
    if (wanted > 0 && wanted > limit - (requested.scalar?.[name] ?? 0)) {
      found.push({ reason: `Insufficient ${name}`, unresolvable: wanted > limit });
    }
  }
  return found.length === 0 ? undefined : found;
}

/** Whether the pod would fit on this node if it were empty. */
function fitsEmpty(pod: PodInfo, node: Node): boolean {
  const requested = { milliCPU: 0, memory: 0, ephemeralStorage: 0 };
  return !shortages(pod, { allocatable: allocatableOf(node), requested, podCount: 0 });
}

function leastRequested(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}

export const nodeResourcesFit: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'AssignedPod',
      actions: Action.Delete,
      // Every pod that leaves frees a place, if not resources.
      hint: (_pod, { old }) => Boolean((old as Pod).spec?.nodeName),
    },
    {
      resource: 'AssignedPod',
      actions: Action.UpdatePodScaleDown,
      hint(pod, { old, next }) {
        const before = describePod(old as Pod).requests;
        const after = describePod(next as Pod).requests;
        return (
          (pod.requests.milliCPU > 0 && after.milliCPU < before.milliCPU) ||
          (pod.requests.memory > 0 && after.memory < before.memory)
        );
      },
    },
    { resource: 'TargetPod', actions: Action.UpdatePodScaleDown },
    {
      resource: 'Node',
      actions: Action.Add | Action.UpdateNodeAllocatable,
      hint: (pod, { next }) => fitsEmpty(pod, next as Node),
    },
  ],
  filter(_state, pod, node) {
    const found = shortages(pod, {
      allocatable: node.allocatable,
      requested: node.requested,
      podCount: node.pods.size,
    });
    if (!found) return undefined;
    return rejection(
      found.map((shortage) => shortage.reason),
      found.some((shortage) => shortage.unresolvable),
    );
  },
  score(_state, pod, node) {
    const { milliCPU, memory } = node.allocatable.resources;
    let sum = 0;
    let weight = 0;
    if (milliCPU > 0) {
      sum += leastRequested(node.nonZeroMilliCPU + pod.nonZeroMilliCPU, milliCPU);
      weight++;
    }
    if (memory > 0) {
      sum += leastRequested(node.nonZeroMemory + pod.nonZeroMemory, memory);
      weight++;
    }
    return weight === 0 ? 0 : Math.floor(sum / weight);
  },
};
