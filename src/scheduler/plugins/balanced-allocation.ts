/**
 * Prefers nodes whose CPU and memory would be used to the same degree.
 * Upstream: plugins/noderesources/balanced_allocation.go (NodeResourcesBalancedAllocation).
 */
import { MAX_NODE_SCORE, type Plugin, status } from '../framework.ts';

const NAME = 'NodeResourcesBalancedAllocation';
const SKIP = status('Skip', NAME);

const fraction = (requested: number, capacity: number): number => Math.min(requested / capacity, 1);

export const balancedAllocation: Plugin = {
  name: NAME,
  /** A best-effort pod changes no balance. */
  preScore: (_state, { requests }) => (requests.milliCPU === 0 && requests.memory === 0 ? SKIP : undefined),
  score(_state, pod, node) {
    const { milliCPU, memory } = node.allocatable.resources;
    let deviation = 0;
    // With a single resource there is nothing to balance.
    if (milliCPU > 0 && memory > 0) {
      const cpu = fraction(node.requested.milliCPU + pod.requests.milliCPU, milliCPU);
      const ram = fraction(node.requested.memory + pod.requests.memory, memory);
      deviation = Math.abs(cpu - ram) / 2;
    }
    return Math.floor((1 - deviation) * MAX_NODE_SCORE);
  },
};
