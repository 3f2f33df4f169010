/**
 * Resource amounts as plain numbers, for the arithmetic of filters and scores: CPU in thousandths of a core,
 * everything else in units (bytes, pods, devices). Amounts are exact up to 2^53.
 * Follows kubernetes pkg/scheduler/framework/types.go (Resource).
 */
import { milliQuantity, milliValue, type Quantity, quantity, value } from '../apimachinery/quantity.ts';
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { type PodResourcesOptions, podRequests } from '../apis/core/pod-resources.ts';
import { parseResources } from '../apis/core/resource-list.ts';

export interface Resources {
  milliCPU: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources and huge pages by name; undefined when there are none. */
  scalar?: Record<string, number>;
}

export type ReadonlyResources = Readonly<Resources>;

/** What a container counts for in scores when it asks for nothing, so that such pods spread too. */
export const DEFAULT_MILLI_CPU_REQUEST = 100;
export const DEFAULT_MEMORY_REQUEST = 200 * 1024 * 1024;

const MISSING_REQUESTS = {
  cpu: milliQuantity(DEFAULT_MILLI_CPU_REQUEST),
  memory: quantity(DEFAULT_MEMORY_REQUEST, 'BinarySI'),
};

export function emptyResources(): Resources {
  return { milliCPU: 0, memory: 0, ephemeralStorage: 0 };
}

export function cloneResources(of: ReadonlyResources): Resources {
  const copy: Resources = { milliCPU: of.milliCPU, memory: of.memory, ephemeralStorage: of.ephemeralStorage };
  if (of.scalar) copy.scalar = { ...of.scalar };
  return copy;
}

/** The amounts of a list. `pods` and volume sizes are left out: no pod asks for them. */
function fromQuantities(list: Readonly<Record<string, Quantity>>): Resources {
  const result = emptyResources();
  for (const name in list) {
    const amount = list[name]!;
    if (name === 'cpu') result.milliCPU = milliValue(amount);
    else if (name === 'memory') result.memory = value(amount);
    else if (name === 'ephemeral-storage') result.ephemeralStorage = value(amount);
    else if (name !== 'pods' && name !== 'storage') {
      result.scalar ??= {};
      result.scalar[name] = value(amount);
    }
  }
  return result;
}

/** Adds in place (`sign` -1: subtracts). */
export function addResources(to: Resources, add: ReadonlyResources, sign: 1 | -1 = 1): void {
  to.milliCPU += sign * add.milliCPU;
  to.memory += sign * add.memory;
  to.ephemeralStorage += sign * add.ephemeralStorage;
  for (const name in add.scalar) {
    to.scalar ??= {};
    to.scalar[name] = (to.scalar[name] ?? 0) + sign * add.scalar[name]!;
  }
}

/** What a pod asks of its node: for filters, and (CPU and memory of each container never nothing) for scores. */
export interface PodRequests {
  readonly requests: ReadonlyResources;
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
}

export function requestsOf(pod: Pod): PodRequests {
  // Without container statuses there is nothing in the status that could count.
  const options: PodResourcesOptions = { useStatusResources: pod.status?.containerStatuses !== undefined };
  const nonZero = podRequests(pod, { ...options, nonMissingContainerRequests: MISSING_REQUESTS });
  return {
    requests: fromQuantities(podRequests(pod, options)),
    nonZeroMilliCPU: milliValue(nonZero.cpu ?? MISSING_REQUESTS.cpu),
    nonZeroMemory: value(nonZero.memory ?? MISSING_REQUESTS.memory),
  };
}

/** What a node has to give, and how many pods it takes. */
export interface Allocatable {
  readonly resources: ReadonlyResources;
  readonly pods: number;
}

export function allocatableOf(node: Node): Allocatable {
  const list = parseResources(node.status?.allocatable);
  return { resources: fromQuantities(list), pods: list.pods ? value(list.pods) : 0 };
}
