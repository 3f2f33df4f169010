/**
 * The taints that follow from a node's conditions and from whether it may be scheduled on.
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/util/taints/taints.go.
 */
import type { Node, Taint } from '../../apimachinery/types/core.v1.gen.ts';

export const TAINT_NOT_READY = 'node.kubernetes.io/not-ready';
export const TAINT_UNREACHABLE = 'node.kubernetes.io/unreachable';
const TAINT_UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Condition -> its status -> the key of the taint. */
const CONDITION_TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: TAINT_NOT_READY, Unknown: TAINT_UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const NO_SCHEDULE_KEYS = new Set([
  ...Object.values(CONDITION_TAINTS).flatMap((keys) => Object.values(keys)),
  TAINT_UNSCHEDULABLE,
]);
const NO_EXECUTE_KEYS = new Set([TAINT_NOT_READY, TAINT_UNREACHABLE]);

/** Whether this controller decides on the taint. */
const isOurs = ({ key, effect }: Taint): boolean =>
  (effect === 'NoSchedule' && NO_SCHEDULE_KEYS.has(key)) ||
  (effect === 'NoExecute' && NO_EXECUTE_KEYS.has(key));

export const readyStatus = ({ status }: Node): string | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status;

/** Such a node does not count when it is asked whether all are down. */
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';

/** Whether no node is ready: then it is hardly the nodes that have failed, and no pod is to be evicted. */
export const areAllDown = (nodes: readonly Node[]): boolean =>
  !nodes.some((node) => readyStatus(node) === 'True' && !(EXCLUDED in (node.metadata?.labels ?? {})));

/** Key and effect of the taints that this controller wants. */
function wantedTaints(node: Node, evicts: boolean): Pick<Taint, 'key' | 'effect'>[] {
  const wanted: Pick<Taint, 'key' | 'effect'>[] = [];
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = CONDITION_TAINTS[type]?.[status];
    if (key) wanted.push({ key, effect: 'NoSchedule' });
  }
  if (node.spec?.unschedulable) wanted.push({ key: TAINT_UNSCHEDULABLE, effect: 'NoSchedule' });
  const key = CONDITION_TAINTS.Ready![readyStatus(node) ?? ''];
  if (key && evicts) wanted.push({ key, effect: 'NoExecute' });
  return wanted;
}

/**
 * The taints the node should have; undefined when it has them. Those of others stay as they are. A new one says
 * since when (`now`, RFC 3339).
 * @param evicts whether a node that is down loses its pods.
 */
export function nodeTaints(node: Node, now: string, evicts: boolean): Taint[] | undefined {
  const taints = node.spec?.taints ?? [];
  const wanted = wantedTaints(node, evicts);
  const is = (a: Pick<Taint, 'key' | 'effect'>, b: Pick<Taint, 'key' | 'effect'>): boolean =>
    a.key === b.key && a.effect === b.effect;
  const missing = wanted.filter((one) => !taints.some((taint) => is(taint, one)));
  const kept = taints.filter((taint) => !isOurs(taint) || wanted.some((one) => is(one, taint)));
  if (missing.length === 0 && kept.length === taints.length) return undefined;
  return [...kept, ...missing.map((taint) => ({ ...taint, timeAdded: now }))];
}
