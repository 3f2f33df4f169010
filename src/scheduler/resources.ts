/**
 * Resource amounts as plain numbers, for the arithmetic of filters and scores: CPU in thousandths of a core,
 * everything else in units (bytes, pods, devices). Amounts are exact up to 2^53.
 * Follows kubernetes pkg/scheduler/framework/types.go (Resource) and component-helpers resource/helpers.go.
 */
import type { Container, ContainerStatus, Node, Pod } from '../apimachinery/types/core.v1.gen.ts';

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

const SCALE: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;

/** Amounts repeat endlessly in a cluster; the cache is dropped whole when strange ones fill it. */
const CACHE_LIMIT = 4096;
const milliCache = new Map<string, number>();
const unitCache = new Map<string, number>();

/** Rounds up, forgiving the error of binary fractions (0.1 * 1000). */
function ceil(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-6 * Math.max(1, Math.abs(value) * 1e-6) ? rounded : Math.ceil(value);
}

function parse(text: string, factor: number, cache: Map<string, number>): number {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const match = QUANTITY.exec(text);
  let value = 0;
  if (match) {
    const scale = match[3] === undefined ? SCALE[match[2] ?? '']! : 10 ** Number(match[3]);
    value = ceil(Number(match[1]) * scale * factor);
  }
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(text, value);
  return value;
}

/** A quantity in thousandths, rounded up. What is no quantity counts as 0 (validation refuses it). */
export function milliValue(quantity: string): number {
  return parse(quantity, 1000, milliCache);
}

/** A quantity in units, rounded up. What is no quantity counts as 0. */
export function unitValue(quantity: string): number {
  return parse(quantity, 1, unitCache);
}

type ResourceList = Readonly<Record<string, string>> | undefined;

export function emptyResources(): Resources {
  return { milliCPU: 0, memory: 0, ephemeralStorage: 0 };
}

export function cloneResources(of: ReadonlyResources): Resources {
  const copy: Resources = { milliCPU: of.milliCPU, memory: of.memory, ephemeralStorage: of.ephemeralStorage };
  if (of.scalar) copy.scalar = { ...of.scalar };
  return copy;
}

/** The amounts of a resource list. `pods` is left out: it is not an amount that a pod asks for. */
function fromList(list: ResourceList): Resources {
  const result = emptyResources();
  for (const name in list) {
    const text = list[name]!;
    if (name === 'cpu') result.milliCPU = milliValue(text);
    else if (name === 'memory') result.memory = unitValue(text);
    else if (name === 'ephemeral-storage') result.ephemeralStorage = unitValue(text);
    else if (name !== 'pods' && name !== 'storage') {
      result.scalar ??= {};
      result.scalar[name] = unitValue(text);
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

/** Raises each amount to at least that of `other`, in place. */
function maxResources(to: Resources, other: ReadonlyResources): void {
  to.milliCPU = Math.max(to.milliCPU, other.milliCPU);
  to.memory = Math.max(to.memory, other.memory);
  to.ephemeralStorage = Math.max(to.ephemeralStorage, other.ephemeralStorage);
  for (const name in other.scalar) {
    to.scalar ??= {};
    to.scalar[name] = Math.max(to.scalar[name] ?? 0, other.scalar[name]!);
  }
}

/**
 * What one container asks for. While it is being resized in place, the largest of what is wanted, what is
 * allocated and what is in force. `nonZero` fills in the defaults for scores.
 */
function containerRequests(
  container: Container,
  status: ContainerStatus | undefined,
  nonZero: boolean,
): Resources {
  const list = container.resources?.requests;
  const result = fromList(list);
  if (status?.allocatedResources) maxResources(result, fromList(status.allocatedResources));
  if (status?.resources?.requests) maxResources(result, fromList(status.resources.requests));
  if (nonZero) {
    if (list?.cpu === undefined) result.milliCPU = DEFAULT_MILLI_CPU_REQUEST;
    if (list?.memory === undefined) result.memory = DEFAULT_MEMORY_REQUEST;
  }
  return result;
}

function statusOf(
  statuses: readonly ContainerStatus[] | undefined,
  name: string,
): ContainerStatus | undefined {
  return statuses?.find((status) => status.name === name);
}

function podTotal(pod: Pod, nonZero: boolean): Resources {
  const spec = pod.spec;
  const total = emptyResources();
  for (const container of spec?.containers ?? []) {
    addResources(
      total,
      containerRequests(container, statusOf(pod.status?.containerStatuses, container.name), nonZero),
    );
  }
  if (spec?.initContainers) {
    const sidecars = emptyResources();
    const peak = emptyResources();
    for (const container of spec.initContainers) {
      const own = containerRequests(
        container,
        statusOf(pod.status?.initContainerStatuses, container.name),
        nonZero,
      );
      if (container.restartPolicy === 'Always') {
        addResources(total, own);
        addResources(sidecars, own);
        maxResources(peak, sidecars);
      } else {
        addResources(own, sidecars);
        maxResources(peak, own);
      }
    }
    maxResources(total, peak);
  }
  if (spec?.resources?.requests) {
    const podLevel = spec.resources.requests;
    const amounts = fromList(podLevel);
    if (podLevel.cpu !== undefined) total.milliCPU = amounts.milliCPU;
    if (podLevel.memory !== undefined) total.memory = amounts.memory;
    for (const name in amounts.scalar) {
      if (!name.startsWith('hugepages-')) continue;
      total.scalar ??= {};
      total.scalar[name] = amounts.scalar[name]!;
    }
  }
  if (spec?.overhead) addResources(total, fromList(spec.overhead));
  return total;
}

/** What a pod asks of its node: for filters, and (CPU and memory never nothing) for scores. */
export interface PodRequests {
  readonly requests: ReadonlyResources;
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
}

export function requestsOf(pod: Pod): PodRequests {
  const nonZero = podTotal(pod, true);
  return {
    requests: podTotal(pod, false),
    nonZeroMilliCPU: nonZero.milliCPU,
    nonZeroMemory: nonZero.memory,
  };
}

/** What a node has to give, and how many pods it takes. */
export interface Allocatable {
  readonly resources: ReadonlyResources;
  readonly pods: number;
}

export function allocatableOf(node: Node): Allocatable {
  const list = node.status?.allocatable;
  return { resources: fromList(list), pods: list?.pods === undefined ? 0 : unitValue(list.pods) };
}
