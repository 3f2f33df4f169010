/** What is allocated already. Source: kubernetes pkg/scheduler/framework/plugins/dynamicresources/allocateddevices.go. */
import type { AllocationResult } from '../../apimachinery/types/resource.v1.gen.ts';
import { type Amounts, parseAmounts, sum } from './capacity.ts';
import { deviceIdOf } from './pools.ts';

export interface Allocated {
  /** Devices that nobody else gets. */
  readonly devices: ReadonlySet<string>;
  /** What is taken of devices that many share. */
  readonly shares: ReadonlyMap<string, Amounts>;
}

/** Admin access takes nothing away from anybody. */
export function gatherAllocated(allocations: Iterable<AllocationResult>): Allocated {
  const devices = new Set<string>();
  const shares = new Map<string, Amounts>();
  for (const allocation of allocations) {
    for (const { driver, pool, device, adminAccess, shareID, consumedCapacity } of allocation.devices
      ?.results ?? []) {
      if (adminAccess) continue;
      const id = deviceIdOf(driver, pool, device);
      if (shareID === undefined) devices.add(id);
      else shares.set(id, sum(shares.get(id), parseAmounts(consumedCapacity ?? {})));
    }
  }
  return { devices, shares };
}
