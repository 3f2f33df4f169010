/**
 * The devices a node can reach, by pool. Source: dynamic-resource-allocation structured/internal/incubating/pools_incubating.go,
 * resourceslice/tracker.
 */
import type {
  CounterSet,
  Device,
  DeviceTaint,
  DeviceTaintRule,
  ResourceSlice,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { NodeSelector } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { taintsDevice } from '../../apis/resource/device-taints.ts';
import { getOrCreate } from '../collections.ts';
import { compileNodeSelector, type SelectableNode } from '../selector.ts';

export type Slice = Stored<ResourceSlice>;

/** A device at its place. */
export interface Candidate {
  /** `driver/pool/device`. */
  readonly id: string;
  readonly device: Device;
  readonly slice: Slice;
  readonly pool: Pool;
  readonly taints: readonly DeviceTaint[];
}

export interface Pool {
  /** `driver/pool`. */
  readonly id: string;
  /** `incomplete`: its driver is just changing it. */
  readonly problem: 'incomplete' | 'invalid' | undefined;
  /** Those of slices that are for the node. */
  readonly candidates: readonly Candidate[];
  /** Those of other nodes, which use the same counters. */
  readonly elsewhere: readonly { readonly id: string; readonly device: Device }[];
  readonly counters: ReadonlyMap<string, CounterSet>;
}

export const deviceIdOf = (driver: string, pool: string, device: string): string =>
  `${driver}/${pool}/${device}`;

/** Whether a slice or a device is for a node. */
export function reaches(
  place: { nodeName?: string; allNodes?: boolean; nodeSelector?: NodeSelector },
  node: SelectableNode,
): boolean {
  if (place.nodeName) return node.name === place.nodeName;
  if (place.allNodes) return true;
  return place.nodeSelector ? compileNodeSelector(place.nodeSelector)(node) : false;
}

function isRelevant({ spec }: Slice, node: SelectableNode): boolean {
  if (spec.sharedCounters?.length) return true;
  if (spec.perDeviceNodeSelection) return (spec.devices ?? []).some((device) => reaches(device, node));
  return reaches(spec, node);
}

const byName = (a: Slice, b: Slice): number => (a.metadata.name! < b.metadata.name! ? -1 : 1);
const byId = (a: Pool, b: Pool): number => (a.id < b.id ? -1 : 1);

/** The slices of all pools, as they are published. */
export class Slices {
  /** By pool. */
  readonly #pools = new Map<string, Slice[]>();
  readonly #rules: readonly DeviceTaintRule[];

  constructor(slices: Iterable<Slice>, rules: Iterable<DeviceTaintRule>) {
    for (const slice of slices) {
      const { driver, pool } = slice.spec;
      getOrCreate(this.#pools, `${driver}/${pool.name}`, (): Slice[] => []).push(slice);
    }
    this.#rules = [...rules];
  }

  /** The pools that have devices for a node, those that need conditions to be met before they are used last. */
  poolsFor(node: SelectableNode): Pool[] {
    const [pools, conditional]: [Pool[], Pool[]] = [[], []];
    for (const [id, slices] of this.#pools) {
      const pool = this.#poolFor(id, slices, node);
      if (!pool) continue;
      const isConditional = pool.candidates.some(({ device }) => device.bindingConditions?.length);
      (isConditional ? conditional : pools).push(pool);
    }
    return [...pools.sort(byId), ...conditional.sort(byId)];
  }

  #poolFor(id: string, slices: readonly Slice[], node: SelectableNode): Pool | undefined {
    const relevant = slices.filter((slice) => isRelevant(slice, node));
    if (relevant.length === 0) return undefined;
    const generation = (slice: Slice): number => Number(slice.spec.pool.generation ?? 0);
    const newest = Math.max(...slices.map(generation));
    const here = relevant.filter((slice) => generation(slice) === newest).sort(byName);
    // What is for this node is obsolete.
    if (here.length === 0) return undefined;
    const all = slices.filter((slice) => generation(slice) === newest);
    const empty = { id, candidates: [], elsewhere: [], counters: new Map<string, CounterSet>() };
    if (all.length !== Number(here[0]!.spec.pool.resourceSliceCount))
      return { ...empty, problem: 'incomplete' };
    const counters = countersOf(here);
    if (!counters || !isValid(here, all, counters)) return { ...empty, problem: 'invalid' };
    const candidates: Candidate[] = [];
    const pool: Pool = {
      id,
      problem: undefined,
      candidates,
      elsewhere: all
        .filter((slice) => !here.includes(slice))
        .flatMap(({ spec }) =>
          (spec.devices ?? []).map((device) => ({ id: `${id}/${device.name}`, device })),
        ),
      counters,
    };
    for (const slice of here) {
      for (const device of slice.spec.devices ?? []) {
        const taints = this.#taintsOf(slice, device);
        candidates.push({ id: `${id}/${device.name}`, device, slice, pool, taints });
      }
    }
    return pool;
  }

  /** Its own and those of rules. */
  #taintsOf({ spec }: Slice, device: Device): DeviceTaint[] {
    const taints = [...(device.taints ?? [])];
    for (const rule of this.#rules) {
      if (taintsDevice(rule, spec.driver, spec.pool.name, device.name)) taints.push(rule.spec.taint);
    }
    return taints;
  }
}

/** Undefined: two sets have one name. */
function countersOf(slices: readonly Slice[]): Map<string, CounterSet> | undefined {
  const sets = new Map<string, CounterSet>();
  for (const set of slices.flatMap(({ spec }) => spec.sharedCounters ?? [])) {
    if (sets.has(set.name)) return undefined;
    sets.set(set.name, set);
  }
  return sets;
}

/** Each device of the node has a name of its own, and consumes only counters that there are. */
function isValid(
  here: readonly Slice[],
  all: readonly Slice[],
  counters: ReadonlyMap<string, CounterSet>,
): boolean {
  const names = here.flatMap(({ spec }) => (spec.devices ?? []).map(({ name }) => name));
  if (new Set(names).size !== names.length) return false;
  return all
    .flatMap(({ spec }) => (spec.devices ?? []).flatMap(({ consumesCounters }) => consumesCounters ?? []))
    .every(({ counterSet, counters: consumed }) => {
      const set = counters.get(counterSet);
      return set !== undefined && Object.keys(consumed).every((name) => Object.hasOwn(set.counters, name));
    });
}
