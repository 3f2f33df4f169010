/**
 * How long nobody has heard of a node whose kubelet is not simulated, and what is said of it then.
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth).
 */
import { formatTime, parseTime } from '../../apimachinery/time.ts';
import type { Lease } from '../../apimachinery/types/coordination.v1.gen.ts';
import type { Node, NodeCondition } from '../../apimachinery/types/core.v1.gen.ts';

/** A kubelet has so long for its first report, ms, and so long from one to the next. */
const STARTUP_GRACE = 60_000;
const MONITOR_GRACE = 50_000;

/** What a kubelet reports; whether the network is there is said by others. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** What was last seen of a node. */
export interface Health {
  /** When its kubelet was last known to be alive, ms. */
  readonly seenAt: number;
  /** Of the condition Ready; undefined: there is none. */
  readonly heartbeat: string | undefined;
  /** Of the lease, when it was looked at. */
  readonly renewed?: string | undefined;
}

const readyOf = ({ status }: Node): NodeCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');

/** Clocks may differ: only that a time has changed is a sign of life, not how old it is. */
export function observed(node: Node, known: Health | undefined, now: number): Health {
  const ready = readyOf(node);
  const heartbeat = ready && (ready.lastHeartbeatTime ?? '');
  if (known?.heartbeat === heartbeat && known) return known;
  const isNew = !known && !ready;
  return { ...known, heartbeat, seenAt: isNew ? parseTime(node.metadata!.creationTimestamp!) : now };
}

/** With what its lease says. */
export function withLease(health: Health, lease: Lease | undefined, now: number): Health {
  const renewed = lease?.spec?.renewTime;
  if (!renewed || renewed === health.renewed) return health;
  const at = parseTime(renewed);
  const isCredible = at <= now && now - at <= MONITOR_GRACE;
  return { ...health, renewed, seenAt: isCredible ? Math.max(at, health.seenAt) : now };
}

/** Milliseconds that are left to the kubelet; less than 0: it is given up. */
export const graceLeft = (health: Health, now: number): number =>
  health.seenAt + (health.heartbeat === undefined ? STARTUP_GRACE : MONITOR_GRACE) - now;

/** The conditions of a node that was given up. */
export function unknownConditions(node: Node, now: number): NodeCondition[] {
  const conditions = node.status?.conditions ?? [];
  const lastTransitionTime = formatTime(now);
  const missing = REPORTED.filter((type) => !conditions.some((one) => one.type === type));
  return [
    ...conditions.map((one) =>
      REPORTED.includes(one.type) && one.status !== 'Unknown'
        ? {
            ...one,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime,
          }
        : one,
    ),
    ...missing.map((type) => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata?.creationTimestamp ?? lastTransitionTime,
      lastTransitionTime,
    })),
  ];
}
