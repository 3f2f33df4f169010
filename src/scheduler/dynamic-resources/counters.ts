/** Counters that devices of a pool share: partitions of one and the same card. Source: dynamic-resource-allocation structured/internal/incubating (checkAvailableCounters). */
import { add, cmp, parseQuantity, type Quantity, sub } from '../../apimachinery/quantity.ts';
import type { Device } from '../../apimachinery/types/resource.v1.gen.ts';
import type { Pool } from './pools.ts';

/** By `set/counter`. */
type Counts = Map<string, Quantity>;

function* countsOf({ consumesCounters = [] }: Device): Generator<[string, Quantity]> {
  for (const { counterSet, counters } of consumesCounters) {
    for (const [name, counter] of Object.entries(counters)) {
      yield [`${counterSet}/${name}`, parseQuantity(counter.value)];
    }
  }
}

/** What is left of the counters of the pools of one node. */
export class Counters {
  readonly #left = new Map<Pool, Counts>();
  readonly #isAllocated: (device: string) => boolean;

  constructor(isAllocated: (device: string) => boolean) {
    this.#isAllocated = isAllocated;
  }

  #leftOf(pool: Pool): Counts {
    const known = this.#left.get(pool);
    if (known) return known;
    const left: Counts = new Map();
    for (const [set, { counters }] of pool.counters) {
      for (const [name, { value }] of Object.entries(counters))
        left.set(`${set}/${name}`, parseQuantity(value));
    }
    for (const { id, device } of [...pool.candidates, ...pool.elsewhere]) {
      if (this.#isAllocated(id)) subtract(left, device);
    }
    this.#left.set(pool, left);
    return left;
  }

  /** False: not as much is left, and nothing is taken. */
  take(pool: Pool, device: Device): boolean {
    if (!device.consumesCounters?.length) return true;
    const left = this.#leftOf(pool);
    for (const [key, count] of countsOf(device)) {
      const rest = left.get(key);
      if (!rest || cmp(rest, count) < 0) return false;
    }
    subtract(left, device);
    return true;
  }

  giveBack(pool: Pool, device: Device): void {
    if (!device.consumesCounters?.length) return;
    const left = this.#leftOf(pool);
    for (const [key, count] of countsOf(device)) left.set(key, add(left.get(key)!, count));
  }
}

function subtract(left: Counts, device: Device): void {
  for (const [key, count] of countsOf(device)) {
    const rest = left.get(key);
    if (rest) left.set(key, sub(rest, count));
  }
}
