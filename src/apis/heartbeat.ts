/**
 * Heartbeats that are computed when they are read. A simulated node answers as soon as it is asked, so it is alive as long
 * as its Node object says Ready; writing a lease every ten seconds would cost more than everything else it does. Such nodes
 * and their leases carry an annotation; what a client reads of them shows the times a kubelet would have written.
 */
import { formatMicroTime, formatTime } from '../apimachinery/time.ts';
import type { Lease } from '../apimachinery/types/coordination.v1.gen.ts';
import type { Node } from '../apimachinery/types/core.v1.gen.ts';

export const HEARTBEAT_ANNOTATION = 'kedge.dev/heartbeat';
export const COMPUTED = 'computed';

/** A kubelet renews its lease every ten seconds, ms. */
const RENEW_EVERY = 10_000;
/** And reports its unchanged status every five minutes, ms. */
const REPORT_EVERY = 300_000;

/** When a living node's lease was last renewed, as it is shown at `now` (ms). */
export const leaseRenewTime = (now: number): string => formatMicroTime(now - (now % RENEW_EVERY));
/** When a living node last reported its conditions, as it is shown at `now` (ms). */
export const lastHeartbeatTime = (now: number): string => formatTime(now - (now % REPORT_EVERY));

/** Whether a node's or lease's heartbeat is computed: it is alive, whatever times are stored. */
export const isComputed = (annotations: Record<string, string> | undefined): boolean =>
  annotations?.[HEARTBEAT_ANNOTATION] === COMPUTED;

/** Shows a lease as renewed, in place. */
export function presentLease(lease: Lease, now: number): void {
  if (isComputed(lease.metadata?.annotations) && lease.spec) lease.spec.renewTime = leaseRenewTime(now);
}

/** Shows the conditions of a ready node as reported, in place. */
export function presentNode(node: Node, now: number): void {
  if (!isComputed(node.metadata?.annotations)) return;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return;
  const shown = lastHeartbeatTime(now);
  for (const condition of node.status!.conditions!) {
    // A report is never older than the one that was written.
    if ((condition.lastHeartbeatTime ?? '') < shown) condition.lastHeartbeatTime = shown;
  }
}
