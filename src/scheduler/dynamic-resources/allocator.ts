/**
 * Finds devices for the claims of a pod on one node: each request takes the first devices that it may have, and when that
 * leaves nothing for those behind it, the next. The first solution counts.
 * Source: dynamic-resource-allocation structured/internal/incubating/allocator_incubating.go.
 */
import { type Random, uuid } from '../../apimachinery/random.ts';
import type { DeviceClass } from '../../apimachinery/types/resource.v1.gen.ts';
import { tolerates } from '../../apis/resource/device-taints.ts';
import type { Stored } from '../../apis/object.ts';
import type { SelectableNode } from '../selector.ts';
import type { Allocated } from './allocated.ts';
import { type Amounts, shareOf, sum } from './capacity.ts';
import { type Constraint, newConstraint } from './constraints.ts';
import { Counters } from './counters.ts';
import { type Candidate, type Pool, reaches, type Slices } from './pools.ts';
import { alternativesOf, type Claim, keyOf, requestsOf, type Wanted } from './requests.ts';
import { type SelectorCache, selectorsMatch } from './selectors.ts';

/** Most devices a claim can have. */
const RESULTS_MAX = 32;
/** Steps of a search on one node, after which it is given up. Upstream stops by the clock. */
const STEPS_MAX = 50_000;

/** Nothing can be had on this node; others may have it. */
export class NodeError extends Error {}
/** The search took too long; another time it may not. */
export class TimeoutError extends Error {}

/** A device that was chosen. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly wanted: Wanted;
  readonly shareID: string | undefined;
  readonly share: Amounts | undefined;
}

/** What was chosen for a claim. */
export interface ClaimSolution {
  readonly claim: Claim;
  readonly devices: readonly Chosen[];
  /** The alternative of each request. */
  readonly selected: readonly Wanted[];
  readonly classes: ReadonlyMap<string, Stored<DeviceClass>>;
}

export interface AllocatorOptions {
  readonly slices: Slices;
  readonly allocated: Allocated;
  readonly cache: SelectorCache;
  readonly random: Random;
  classNamed(name: string): Stored<DeviceClass> | undefined;
}

const isRepelled = ({ taints }: Candidate, { tolerations }: Wanted): boolean =>
  taints.some(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  );

/** A claim as the search sees it. */
interface Search {
  readonly claim: Claim;
  /** By request. */
  readonly alternatives: readonly (readonly Planned[])[];
  readonly constraints: readonly Constraint[];
  readonly chosen: Chosen[];
  readonly selected: Wanted[];
}

/** One alternative, and what can be said of it before anything is chosen. */
interface Planned {
  readonly wanted: Wanted;
  readonly deviceClass: Stored<DeviceClass>;
  readonly count: number;
  /** All devices there are, when all are wanted. */
  readonly all: readonly Candidate[] | undefined;
}

/** Chooses devices on one node. */
export class Allocator {
  readonly #options: AllocatorOptions;
  readonly #node: SelectableNode;
  readonly #pools: readonly Pool[];
  readonly #candidates: readonly Candidate[];
  readonly #counters: Counters;
  readonly #selectable = new Map<Wanted, Map<Candidate, boolean>>();
  /** Which claims have which devices now. */
  readonly #taken = new Map<string, Set<Search>>();
  readonly #takenShares = new Map<string, Amounts>();
  readonly #classes = new Map<string, Stored<DeviceClass>>();
  #steps = 0;

  constructor(options: AllocatorOptions, node: SelectableNode) {
    this.#options = options;
    this.#node = node;
    this.#pools = options.slices.poolsFor(node);
    this.#candidates = this.#pools.flatMap(({ candidates }) => candidates);
    this.#counters = new Counters((device) => options.allocated.devices.has(device));
  }

  /**
   * A solution for all claims, or undefined.
   * @throws NodeError, TimeoutError; any other error: something is wrong with a claim or a class.
   */
  allocate(claims: readonly Claim[]): ClaimSolution[] | undefined {
    const searches = claims.map((claim) => this.#plan(claim));
    if (this.#claim(searches, 0)) {
      return searches.map(({ claim, chosen, selected }) => ({
        claim,
        devices: chosen,
        selected,
        classes: this.#classes,
      }));
    }
    if (this.#pools.some(({ problem }) => problem === 'invalid')) {
      throw new NodeError('invalid resource pools were encountered');
    }
    return undefined;
  }

  #plan(claim: Claim): Search {
    let least = 0;
    const alternatives = requestsOf(claim).map((request) => {
      const planned = alternativesOf(request).map((wanted) => this.#planned(claim, wanted));
      least += Math.min(...planned.map(({ count }) => count));
      return planned;
    });
    if (least > RESULTS_MAX) {
      const limit = `exceeds the claim limit of ${RESULTS_MAX}`;
      throw new Error(`claim ${keyOf(claim)}: number of requested devices ${least} ${limit}`);
    }
    const constraints = (claim.spec?.devices?.constraints ?? []).map((constraint, index) => {
      const made = newConstraint(constraint);
      if (made) return made;
      throw new Error(
        `claim ${keyOf(claim)}, constraint #${index}: empty constraint (unsupported constraint type?)`,
      );
    });
    return { claim, alternatives, constraints, chosen: [], selected: [] };
  }

  #planned(claim: Claim, wanted: Wanted): Planned {
    const where = `claim ${keyOf(claim)}, request ${wanted.name}`;
    const deviceClass = this.#options.classNamed(wanted.deviceClassName);
    if (!deviceClass) {
      const missing = `deviceclass.resource.k8s.io "${wanted.deviceClassName}" not found`;
      throw new Error(`${where}: could not retrieve device class ${wanted.deviceClassName}: ${missing}`);
    }
    this.#classes.set(wanted.deviceClassName, deviceClass);
    if (wanted.mode === 'ExactCount') return { wanted, deviceClass, count: wanted.count, all: undefined };
    if (wanted.mode !== 'All') throw new Error(`${where}: unsupported count mode ${wanted.mode}`);
    const bad = this.#pools.find(({ problem }) => problem);
    if (bad) {
      const state = bad.problem === 'incomplete' ? 'being updated' : 'invalid';
      throw new Error(`${where}: asks for all devices, but resource pool ${bad.id} is currently ${state}`);
    }
    const planned = { wanted, deviceClass, count: 0, all: undefined };
    const all = this.#candidates.filter(
      (candidate) =>
        this.#isSelectable(claim, planned, candidate) && this.#shareOf(candidate, wanted) !== undefined,
    );
    return { ...planned, count: all.length, all };
  }

  #step(): void {
    if (++this.#steps <= STEPS_MAX) return;
    throw new TimeoutError(`node ${this.#node.name}: timed out trying to allocate devices`);
  }

  #claim(searches: readonly Search[], index: number): boolean {
    this.#step();
    const search = searches[index];
    return !search || this.#request(search, 0, () => this.#claim(searches, index + 1));
  }

  /** `rest` goes on behind the claim. */
  #request(search: Search, index: number, rest: () => boolean): boolean {
    this.#step();
    const alternatives = search.alternatives[index];
    if (!alternatives) return rest();
    const next = (): boolean => this.#request(search, index + 1, rest);
    for (const planned of alternatives) {
      search.selected[index] = planned.wanted;
      if (planned.all?.length === 0) continue;
      if (search.chosen.length + planned.count > RESULTS_MAX) continue;
      const done = planned.all
        ? this.#allOf(search, planned, planned.all, 0, next)
        : this.#someOf(search, planned, planned.count, 0, next);
      if (done) return true;
    }
    return false;
  }

  #allOf(
    search: Search,
    planned: Planned,
    all: readonly Candidate[],
    index: number,
    next: () => boolean,
  ): boolean {
    this.#step();
    const candidate = all[index];
    if (!candidate) return next();
    const undo = this.#take(search, planned.wanted, candidate, true);
    if (!undo) return false;
    if (this.#allOf(search, planned, all, index + 1, next)) return true;
    undo();
    return false;
  }

  /** Devices of one request are taken in their order only: any other is the same choice. */
  #someOf(search: Search, planned: Planned, count: number, start: number, next: () => boolean): boolean {
    this.#step();
    if (count <= 0) return next();
    for (let index = start; index < this.#candidates.length; index++) {
      const candidate = this.#candidates[index]!;
      if (!this.#isFree(search, planned.wanted, candidate)) continue;
      if (!this.#isSelectable(search.claim, planned, candidate)) continue;
      const undo = this.#take(search, planned.wanted, candidate, false);
      if (!undo) continue;
      if (this.#someOf(search, planned, count - 1, index + 1, next)) return true;
      undo();
    }
    return false;
  }

  #isFree(search: Search, { adminAccess }: Wanted, { id }: Candidate): boolean {
    const holders = this.#taken.get(id);
    if (adminAccess) return !holders?.has(search);
    return !this.#options.allocated.devices.has(id) && !holders?.size;
  }

  #isSelectable(claim: Claim, { wanted, deviceClass }: Planned, candidate: Candidate): boolean {
    let known = this.#selectable.get(wanted);
    if (!known) {
      known = new Map();
      this.#selectable.set(wanted, known);
    }
    let selectable = known.get(candidate);
    if (selectable === undefined) {
      const { cache } = this.#options;
      const { spec, metadata } = deviceClass;
      selectable =
        selectorsMatch(cache, spec?.selectors ?? [], candidate, `class ${metadata.name}`) &&
        selectorsMatch(cache, wanted.selectors, candidate, `claim ${keyOf(claim)}`) &&
        (!candidate.slice.spec.perDeviceNodeSelection || reaches(candidate.device, this.#node));
      known.set(candidate, selectable);
    }
    return selectable;
  }

  #shareOf({ id, device }: Candidate, { capacity }: Wanted): Amounts | undefined {
    const taken = sum(this.#options.allocated.shares.get(id), this.#takenShares.get(id));
    return shareOf(device, capacity, taken);
  }

  /** Takes a device for a claim; answers how to give it back, or undefined when it cannot be had. */
  #take(search: Search, wanted: Wanted, candidate: Candidate, must: boolean): (() => void) | undefined {
    const { id, device, pool } = candidate;
    if (!this.#isFree(search, wanted, candidate) || isRepelled(candidate, wanted)) return undefined;
    const share = this.#shareOf(candidate, wanted);
    if (!share) return undefined;
    const isShared = device.allowMultipleAllocations === true;
    const before = this.#takenShares.get(id);
    const isCounted = !isShared || (!before && !this.#options.allocated.shares.has(id));
    if (isCounted && !this.#counters.take(pool, device)) return undefined;
    const giveBackCounters = (): void => {
      if (isCounted) this.#counters.giveBack(pool, device);
    };
    const met: Constraint[] = [];
    const leave = (): void => {
      for (const constraint of met) constraint.remove(wanted);
      giveBackCounters();
    };
    for (const constraint of search.constraints) {
      if (constraint.add(wanted, candidate)) {
        met.push(constraint);
        continue;
      }
      leave();
      if (!must) return undefined;
      const where = `claim ${keyOf(search.claim)}, request ${wanted.name}`;
      throw new Error(`${where}: cannot add device ${id} because a claim constraint would not be satisfied`);
    }
    const holders = this.#taken.get(id) ?? new Set<Search>();
    if (isShared) this.#takenShares.set(id, sum(before, share));
    else this.#taken.set(id, holders.add(search));
    search.chosen.push({
      candidate,
      wanted,
      shareID: isShared ? uuid(this.#options.random) : undefined,
      share: isShared && share.size > 0 ? share : undefined,
    });
    return () => {
      search.chosen.pop();
      holders.delete(search);
      if (isShared) {
        if (before) this.#takenShares.set(id, before);
        else this.#takenShares.delete(id);
      }
      leave();
    };
  }
}
