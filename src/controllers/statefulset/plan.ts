/**
 * The next steps of a StatefulSet: in order, one at a time, or all together. Pure.
 * Source: kubernetes pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet).
 */
import type {
  ControllerRevision,
  StatefulSet,
  StatefulSetStatus,
} from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodAvailable, isPodReady, isPodTerminal } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { isInRange, ordinalOf, replicasOf, revisionOf, startOf } from './identity.ts';

export interface Situation {
  readonly set: Stored<StatefulSet>;
  /** Its pods. */
  readonly pods: readonly Stored<Pod>[];
  /** The revision that is being left. */
  readonly current: Stored<ControllerRevision>;
  /** The revision of the set's template. */
  readonly update: Stored<ControllerRevision>;
  /** ms. */
  readonly now: number;
}

export interface Plan {
  /** Ordinals that need a pod. */
  readonly create: readonly { readonly ordinal: number; readonly revision: Stored<ControllerRevision> }[];
  readonly remove: readonly Stored<Pod>[];
}

const isTerminating = ({ metadata }: Pod): boolean => metadata?.deletionTimestamp !== undefined;
const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod);
const isHealthy = (pod: Pod | undefined): boolean =>
  pod !== undefined && isRunningAndReady(pod) && !isTerminating(pod);
const isAvailable = ({ set, now }: Situation, pod: Pod): boolean =>
  pod.status?.phase === 'Running' && isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);

/** An ordinal and its pod, if there is one. */
interface Slot {
  readonly ordinal: number;
  readonly pod: Stored<Pod> | undefined;
}

export function planSteps(situation: Situation): Plan {
  const { set, pods } = situation;
  if (set.metadata.deletionTimestamp) return { create: [], remove: [] };
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const slots = Array.from({ length: replicasOf(set) }, (_, index): Slot => {
    const ordinal = startOf(set) + index;
    return { ordinal, pod: byOrdinal.get(ordinal) };
  });
  const condemned = pods
    .filter((pod) => {
      const ordinal = ordinalOf(set, pod);
      return ordinal !== undefined && !isInRange(set, ordinal);
    })
    .sort((a, b) => ordinalOf(set, b)! - ordinalOf(set, a)!);
  return set.spec?.podManagementPolicy === 'Parallel'
    ? planTogether(situation, slots, condemned)
    : planInOrder(situation, slots, condemned);
}

/** One step: each pod waits for those before it to be available, and is deleted after those behind it have gone. */
function planInOrder(situation: Situation, slots: readonly Slot[], condemned: readonly Stored<Pod>[]): Plan {
  for (const slot of slots) {
    const { pod } = slot;
    if (!pod) return { create: [creationOf(situation, slot)], remove: [] };
    if (isPodTerminal(pod)) return { create: [], remove: isTerminating(pod) ? [] : [pod] };
    if (isTerminating(pod) || !isAvailable(situation, pod)) return { create: [], remove: [] };
  }
  const [last] = condemned;
  if (!last) return { create: [], remove: planUpdate(situation, slots) };
  // Here all that stay are healthy: the first one that is not is the lowest of those that go.
  const sick = condemned.findLast((pod) => !isHealthy(pod));
  const waits = isTerminating(last) || (!isAvailable(situation, last) && last !== sick);
  return { create: [], remove: waits ? [] : [last] };
}

function planTogether(situation: Situation, slots: readonly Slot[], condemned: readonly Stored<Pod>[]): Plan {
  const create = slots.filter(({ pod }) => !pod).map((slot) => creationOf(situation, slot));
  const ended = slots.flatMap(({ pod }) => (pod && isPodTerminal(pod) && !isTerminating(pod) ? [pod] : []));
  const excess = condemned.filter((pod) => !isTerminating(pod));
  const outdated = planUpdate(situation, slots).filter((pod) => !ended.includes(pod));
  return { create, remove: [...ended, ...excess, ...outdated] };
}

/** Below the partition, and as long as old pods are being replaced, a missing pod comes back as it was. */
function creationOf({ set, current, update }: Situation, { ordinal }: Slot): Plan['create'][number] {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  const old = type === 'RollingUpdate' && ordinal < startOf(set) + kept;
  return { ordinal, revision: old ? current : update };
}

/**
 * The pod that makes room for a newer one: from the last ordinal down to the partition, one when those behind it are
 * available. `maxUnavailable` is behind a gate that is off in 1.36.
 */
function planUpdate(situation: Situation, slots: readonly Slot[]): Stored<Pod>[] {
  const { set, update } = situation;
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  for (const { pod } of slots.slice(rollingUpdate?.partition ?? 0).reverse()) {
    if (!pod || isTerminating(pod)) return [];
    if (revisionOf(pod) !== update.metadata.name) return [pod];
    if (!isAvailable(situation, pod)) return [];
  }
  return [];
}

/** The counts and revisions of the status. */
export function calculateStatus(situation: Situation, collisionCount: number): StatefulSetStatus {
  const { set, pods, current, update } = situation;
  const counts = { ready: 0, available: 0, current: 0, updated: 0 };
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      counts.ready++;
      if (isAvailable(situation, pod)) counts.available++;
    }
    if (isTerminating(pod)) continue;
    if (revisionOf(pod) === current.metadata.name) counts.current++;
    if (revisionOf(pod) === update.metadata.name) counts.updated++;
  }
  const desired = replicasOf(set);
  const complete =
    set.spec?.updateStrategy?.type === 'RollingUpdate' &&
    pods.length === desired &&
    counts.updated === desired &&
    counts.ready === desired;
  const { conditions } = set.status ?? {};
  return {
    ...counted('observedGeneration', set.metadata.generation ?? 0),
    replicas: pods.length,
    ...counted('readyReplicas', counts.ready),
    ...counted('currentReplicas', complete ? counts.updated : counts.current),
    ...counted('updatedReplicas', counts.updated),
    currentRevision: (complete ? update : current).metadata.name!,
    updateRevision: update.metadata.name!,
    collisionCount,
    availableReplicas: counts.available,
    ...(conditions ? { conditions } : {}),
  };
}

/** As Go's omitempty: a count of nothing is left out. */
const counted = (field: string, count: number): object => (count === 0 ? {} : { [field]: count });
