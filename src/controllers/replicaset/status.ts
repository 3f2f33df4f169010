/**
 * The status of a ReplicaSet or ReplicationController.
 * Source: kubernetes pkg/controller/replicaset/replica_set_utils.go.
 */
import { findCondition } from '../../apimachinery/conditions.ts';
import { matchesSet } from '../../apimachinery/labels.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodAvailable, isPodReady, podReadyTime } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { messageOf } from '../pod-control.ts';

const REPLICA_FAILURE = 'ReplicaFailure';

export interface Found {
  readonly active: readonly Stored<Pod>[];
  /** How many pods are ending; undefined where the status does not say. */
  readonly terminating: number | undefined;
  /** What went wrong when pods were made or deleted. */
  readonly error: unknown;
}

/** The status that says what was found. `now` in ms. */
export function calculateStatus(replicaSet: Stored<ReplicaSet>, found: Found, now: number): ReplicaSetStatus {
  const { spec, status: old, metadata } = replicaSet;
  const { active, terminating, error } = found;
  const templateLabels = spec?.template?.metadata?.labels ?? {};
  const minReadySeconds = spec?.minReadySeconds ?? 0;
  let fullyLabeled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of active) {
    if (matchesSet(templateLabels, pod.metadata.labels)) fullyLabeled++;
    if (!isPodReady(pod)) continue;
    ready++;
    if (isPodAvailable(pod, minReadySeconds, now)) available++;
  }
  let conditions = old?.conditions ?? [];
  const failure = findCondition(conditions, REPLICA_FAILURE);
  if (error !== undefined && !failure) {
    const diff = active.length - (spec?.replicas ?? 1);
    conditions = [
      ...conditions,
      {
        type: REPLICA_FAILURE,
        status: 'True',
        lastTransitionTime: formatTime(now),
        ...(diff === 0 ? {} : { reason: diff < 0 ? 'FailedCreate' : 'FailedDelete' }),
        message: messageOf(error),
      },
    ];
  } else if (error === undefined && failure) {
    conditions = conditions.filter((one) => one !== failure);
  }
  return {
    replicas: active.length,
    ...counted('fullyLabeledReplicas', fullyLabeled),
    ...counted('readyReplicas', ready),
    ...counted('availableReplicas', available),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...counted('observedGeneration', metadata.generation ?? 0),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** As Go's omitempty: a count of nothing is left out. */
const counted = (field: string, count: number): object => (count === 0 ? {} : { [field]: count });

/** How long until the next ready pod becomes available, in ms; undefined when none is on its way. */
export function nextAvailability(
  active: readonly Pod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of active) {
    const since = podReadyTime(pod);
    if (since === undefined || isPodAvailable(pod, minReadySeconds, now)) continue;
    // Availability is strictly after minReadySeconds.
    const wait = since + minReadySeconds * 1000 - now + 1;
    if (next === undefined || wait < next) next = wait;
  }
  return next;
}
