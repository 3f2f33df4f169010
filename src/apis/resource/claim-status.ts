/** What a claim's status means. Source: kubernetes pkg/printers/internalversion/printers.go, resourceclaim/strategy.go. */
import { internalForm } from '../core/internal-form.ts';
import type { ResourceClaim } from '../../apimachinery/types/resource.v1.gen.ts';

/** The state of a claim in a table, e.g. `allocated,reserved`. */
export function claimState(claim: ResourceClaim): string {
  const deleted = claim.metadata?.deletionTimestamp != null;
  const states = deleted ? ['deleted'] : [];
  if (!claim.status?.allocation) {
    if (!deleted) states.push('pending');
  } else {
    states.push('allocated');
    if (claim.status.reservedFor?.length) states.push('reserved');
  }
  return states.join(',');
}

/** Statuses of devices that are not allocated any more go away with the allocation that held them. */
export function dropDeallocatedDevices(claim: ResourceClaim, old: ResourceClaim): void {
  if (!claim.status?.devices?.length) return;
  const allocated = (of: ResourceClaim): Set<string> =>
    new Set((of.status?.allocation?.devices?.results ?? []).map(deviceId));
  const gone = allocated(old);
  for (const id of allocated(claim)) gone.delete(id);
  if (gone.size === 0) return;
  const kept = claim.status.devices.filter((device) => !gone.has(deviceId(device)));
  if (kept.length) claim.status.devices = kept;
  else delete claim.status.devices;
}

/** The same as refusals show it. */
export const shownDeviceId = (device: {
  driver: string;
  pool: string;
  device: string;
  shareID?: string;
}): object => internalForm('SharedDeviceID', device) as object;

/** What tells one allocated device from another. */
export const deviceId = (device: {
  driver: string;
  pool: string;
  device: string;
  shareID?: string;
}): string =>
  [device.driver, device.pool, device.device, ...(device.shareID ? [device.shareID] : [])].join('/');
