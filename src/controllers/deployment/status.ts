/**
 * The status of a Deployment: counts, conditions, and whether it still moves.
 * Source: kubernetes pkg/controller/deployment/sync.go (calculateStatus), progress.go, util/deployment_util.go.
 */
import { findCondition } from '../../apimachinery/conditions.ts';
import { formatTime, parseTime } from '../../apimachinery/time.ts';
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  ReplicaSet,
} from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { countReplicas, desiredOf, maxUnavailableOf, wantedReplicas } from './replica-sets.ts';

export const PROGRESSING = 'Progressing';
const AVAILABLE = 'Available';
const REPLICA_FAILURE = 'ReplicaFailure';

/** Reasons of the condition Progressing. */
export const NEW_SET_CREATED = 'NewReplicaSetCreated';
export const FOUND_NEW_SET = 'FoundNewReplicaSet';
export const SET_CREATE_ERROR = 'ReplicaSetCreateError';
export const PAUSED = 'DeploymentPaused';
export const RESUMED = 'DeploymentResumed';
const NEW_SET_AVAILABLE = 'NewReplicaSetAvailable';
const SET_UPDATED = 'ReplicaSetUpdated';
const TIMED_OUT = 'ProgressDeadlineExceeded';

/** A deadline so far away is none. */
const NEVER = 2 ** 31 - 1;

/** The progress deadline in ms, if there is one. */
export function progressDeadline({ spec }: Deployment): number | undefined {
  const seconds = spec?.progressDeadlineSeconds;
  return seconds === undefined || seconds === NEVER ? undefined : seconds * 1000;
}

type Conditions = readonly DeploymentCondition[];

const without = (conditions: Conditions, type: string): DeploymentCondition[] =>
  conditions.filter((one) => one.type !== type);

/**
 * The conditions with this one at the end. One of the same status and reason stays as it was; the time of transition
 * stays while the status does.
 */
export function withCondition(
  conditions: Conditions,
  condition: Omit<DeploymentCondition, 'lastTransitionTime' | 'lastUpdateTime'> & {
    lastTransitionTime?: string | null;
  },
  now: string,
): DeploymentCondition[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return [...conditions];
  const since =
    current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime;
  return [
    ...without(conditions, condition.type),
    { ...condition, lastTransitionTime: since ?? now, lastUpdateTime: now },
  ];
}

/** Whether all replicas are of the newest template and available, and no others are left. */
export function isComplete(deployment: Stored<Deployment>, status: DeploymentStatus): boolean {
  const desired = desiredOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Whether something has got better since the last status. */
function hasProgressed(old: DeploymentStatus, status: DeploymentStatus): boolean {
  const counts = ({
    replicas = 0,
    updatedReplicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
  }: DeploymentStatus) => ({
    updatedReplicas,
    readyReplicas,
    availableReplicas,
    others: replicas - updatedReplicas,
  });
  const before = counts(old);
  const after = counts(status);
  return (
    after.updatedReplicas > before.updatedReplicas ||
    after.others < before.others ||
    after.readyReplicas > before.readyReplicas ||
    after.availableReplicas > before.availableReplicas
  );
}

function hasTimedOut(
  deployment: Deployment,
  condition: DeploymentCondition | undefined,
  now: number,
): boolean {
  const deadline = progressDeadline(deployment);
  if (deadline === undefined || !condition || condition.reason === NEW_SET_AVAILABLE) return false;
  if (condition.reason === TIMED_OUT) return true;
  return parseTime(condition.lastUpdateTime ?? condition.lastTransitionTime ?? '') + deadline < now;
}

/**
 * The counts of the ReplicaSets and whether enough pods are available. Conditions go on from those that the Deployment
 * has. `now` in ms.
 */
export function calculateStatus(
  deployment: Stored<Deployment>,
  newSet: Stored<ReplicaSet> | undefined,
  old: readonly Stored<ReplicaSet>[],
  now: number,
): DeploymentStatus {
  const all = newSet ? [...old, newSet] : old;
  const available = countReplicas(all, 'availableReplicas');
  const unavailable = Math.max(0, wantedReplicas(all) - available);
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  const enough = available >= desiredOf(deployment) - maxUnavailableOf(deployment);
  return {
    ...counted('observedGeneration', deployment.metadata.generation ?? 0),
    ...counted('replicas', countReplicas(all, 'replicas')),
    ...counted('updatedReplicas', newSet?.status?.replicas ?? 0),
    ...counted('readyReplicas', countReplicas(all, 'readyReplicas')),
    ...counted('availableReplicas', available),
    ...counted('unavailableReplicas', unavailable),
    terminatingReplicas: countReplicas(all, 'terminatingReplicas'),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(
      conditions,
      enough
        ? {
            type: AVAILABLE,
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: AVAILABLE,
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      formatTime(now),
    ),
  };
}

/** As Go's omitempty: a count of nothing is left out. */
const counted = (field: string, count: number): object => (count === 0 ? {} : { [field]: count });

/** The status of a rollout: also whether it progresses, is complete or has timed out, and what failed. */
export function rolloutStatus(
  deployment: Stored<Deployment>,
  newSet: Stored<ReplicaSet> | undefined,
  old: readonly Stored<ReplicaSet>[],
  now: number,
): DeploymentStatus {
  const status = calculateStatus(deployment, newSet, old, now);
  let conditions = progressConditions(deployment, status, newSet, now);
  const failure = [newSet, ...old]
    .map((one) => findCondition(one?.status?.conditions, REPLICA_FAILURE))
    .find((condition) => condition !== undefined);
  conditions = failure
    ? withCondition(conditions, failure, formatTime(now))
    : without(conditions, REPLICA_FAILURE);
  return { ...status, conditions };
}

function progressConditions(
  deployment: Stored<Deployment>,
  status: DeploymentStatus,
  newSet: Stored<ReplicaSet> | undefined,
  now: number,
): DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  if (progressDeadline(deployment) === undefined) return without(conditions, PROGRESSING);
  const current = findCondition(deployment.status?.conditions, PROGRESSING);
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === NEW_SET_AVAILABLE;
  if (settled) return conditions;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const time = formatTime(now);
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(
      conditions,
      { type: PROGRESSING, status: 'True', reason: NEW_SET_AVAILABLE, message },
      time,
    );
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const condition = {
      type: PROGRESSING,
      status: 'True',
      reason: SET_UPDATED,
      message: `${subject} is progressing.`,
    };
    // Each step counts, so that the deadline begins anew: the time of update changes even when nothing else does.
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    return withCondition(
      without(conditions, PROGRESSING),
      { ...condition, ...(since ? { lastTransitionTime: since } : {}) },
      time,
    );
  }
  if (hasTimedOut(deployment, findCondition(conditions, PROGRESSING), now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(
      conditions,
      { type: PROGRESSING, status: 'False', reason: TIMED_OUT, message },
      time,
    );
  }
  return conditions;
}

/** After how many ms a rollout must be looked at again to see that it is stuck; undefined when it need not. */
export function progressCheckAfter(
  deployment: Stored<Deployment>,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const deadline = progressDeadline(deployment);
  const condition = findCondition(status.conditions, PROGRESSING);
  if (deadline === undefined || !condition) return undefined;
  if (
    isComplete(deployment, status) ||
    condition.reason === TIMED_OUT ||
    condition.reason === NEW_SET_AVAILABLE
  ) {
    return undefined;
  }
  const left = parseTime(condition.lastUpdateTime ?? condition.lastTransitionTime ?? '') + deadline - now;
  // A second more, since times of conditions are whole seconds.
  return Math.max(0, left) + 1000;
}

/** What pausing and resuming do to the condition, so that a pause does not count as lack of progress. */
export function pauseConditions(deployment: Deployment, now: number): DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  if (progressDeadline(deployment) === undefined) return conditions;
  const current = findCondition(conditions, PROGRESSING);
  if (current?.reason === TIMED_OUT) return conditions;
  const paused = current?.reason === PAUSED;
  if (deployment.spec?.paused && !paused) {
    const condition = {
      type: PROGRESSING,
      status: 'Unknown',
      reason: PAUSED,
      message: 'Deployment is paused',
    };
    return withCondition(conditions, condition, formatTime(now));
  }
  if (!deployment.spec?.paused && paused) {
    const condition = {
      type: PROGRESSING,
      status: 'Unknown',
      reason: RESUMED,
      message: 'Deployment is resumed',
    };
    return withCondition(conditions, condition, formatTime(now));
  }
  return conditions;
}
