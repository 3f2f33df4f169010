/**
 * Which pods go first when there are too many.
 * Source: kubernetes pkg/controller/controller_utils.go (ActivePodsWithRanks).
 */
import { parseTime } from '../../apimachinery/time.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodActive, isPodReady, podReadyTime } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';

export const POD_DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Pods that run go last. */
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** What decides about a pod; looked up once, since sorting looks often. */
interface Ranked {
  readonly pod: Stored<Pod>;
  readonly assigned: boolean;
  readonly phase: number;
  readonly ready: boolean;
  readonly cost: number;
  /** Pods of the same workload on its node. */
  readonly colocated: number;
  readonly readySince: number | undefined;
  readonly restarts: number;
  readonly created: number;
}

/**
 * The pods in the order in which they should be deleted. `related` are the pods of all ReplicaSets of the same owner: a
 * node with many of them gives up one first. `now` in ms.
 */
export function rankForDeletion(
  pods: readonly Stored<Pod>[],
  related: readonly Stored<Pod>[],
  now: number,
): Stored<Pod>[] {
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName;
    if (node && isPodActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  return pods
    .map((pod) => ranked(pod, onNode))
    .sort((a, b) => compare(a, b, now))
    .map(({ pod }) => pod);
}

function ranked(pod: Stored<Pod>, onNode: ReadonlyMap<string, number>): Ranked {
  const node = pod.spec?.nodeName ?? '';
  return {
    pod,
    assigned: node !== '',
    phase: PHASES[pod.status?.phase ?? ''] ?? 0,
    ready: isPodReady(pod),
    cost: deletionCost(pod),
    colocated: onNode.get(node) ?? 0,
    readySince: podReadyTime(pod),
    restarts: restarts(pod),
    created: pod.metadata.creationTimestamp ? parseTime(pod.metadata.creationTimestamp) : 0,
  };
}

/** What it costs to lose the pod, compared with others; 0 when it does not say so validly. */
function deletionCost({ metadata }: Stored<Pod>): number {
  const text = metadata.annotations?.[POD_DELETION_COST] ?? '';
  if (!/^(?:0|-?[1-9]\d{0,9})$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

const restarts = ({ status }: Pod): number =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].reduce(
    (most, { restartCount = 0 }) => Math.max(most, restartCount),
    0,
  );

/** Negative: `a` goes before `b`. */
function compare(a: Ranked, b: Ranked, now: number): number {
  return (
    Number(a.assigned) - Number(b.assigned) ||
    a.phase - b.phase ||
    Number(a.ready) - Number(b.ready) ||
    a.cost - b.cost ||
    b.colocated - a.colocated ||
    (a.ready && b.ready ? youngerFirst(a.readySince, b.readySince, a, b, now) : 0) ||
    b.restarts - a.restarts ||
    youngerFirst(a.created, b.created, a, b, now)
  );
}

/**
 * The younger goes first, but ages of one power of two count as equal and chance (the uid) decides, so that the
 * pods that went in a rolling update are not all of one age.
 */
function youngerFirst(
  one: number | undefined,
  other: number | undefined,
  a: Ranked,
  b: Ranked,
  now: number,
): number {
  if (one === other) return 0;
  // A time that is not known comes last.
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  return (
    magnitude(now - one) - magnitude(now - other) ||
    ((a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1)
  );
}

/** The power of two of an age in seconds. */
const magnitude = (age: number): number => (age < 1000 ? 0 : Math.floor(Math.log2(age / 1000)) + 1);
