/**
 * The ReplicaSets of a Deployment: which is new, which are old, how many replicas they have and may have.
 * Source: kubernetes pkg/controller/deployment/util/deployment_util.go, pkg/controller/controller_utils.go.
 */
import { scaledValue } from '../../apimachinery/intstr.ts';
import { struct } from '../../apimachinery/schema/table.ts';
import type { Deployment, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

export const desiredOf = ({ spec }: Deployment): number => spec?.replicas ?? 1;
export const replicasOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 1;

/** The sum of what the ReplicaSets want. */
export const wantedReplicas = (replicaSets: readonly ReplicaSet[]): number =>
  replicaSets.reduce((sum, one) => sum + replicasOf(one), 0);

type Count = 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas';

/** The sum of a count of their statuses. */
export const countReplicas = (replicaSets: readonly ReplicaSet[], count: Count): number =>
  replicaSets.reduce((sum, { status }) => sum + (status?.[count] ?? 0), 0);

/** Those that want pods. */
export const activeOnes = <T extends ReplicaSet>(replicaSets: readonly T[]): T[] =>
  replicaSets.filter((one) => replicasOf(one) > 0);

const compareText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** The oldest first. */
export const byCreation = (a: Stored<ReplicaSet>, b: Stored<ReplicaSet>): number =>
  compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
  compareText(a.metadata.name, b.metadata.name);

/** The largest first, of equal ones the newer. */
export const bySizeNewer = (a: Stored<ReplicaSet>, b: Stored<ReplicaSet>): number =>
  replicasOf(b) - replicasOf(a) || byCreation(b, a);

/** The largest first, of equal ones the older. */
export const bySizeOlder = (a: Stored<ReplicaSet>, b: Stored<ReplicaSet>): number =>
  replicasOf(b) - replicasOf(a) || byCreation(a, b);

/** Whether two templates want the same pods: the label that tells ReplicaSets apart does not count. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b), struct('core.v1.PodTemplateSpec'));
}

function withoutHash(template: PodTemplateSpec = {}): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: hash, ...labels } = template.metadata?.labels ?? {};
  return hash === undefined ? template : { ...template, metadata: { ...template.metadata, labels } };
}

/** The ReplicaSet with the Deployment's template; of several the oldest, so that all reconciles mean the same. */
export const findNewReplicaSet = (
  deployment: Deployment,
  replicaSets: readonly Stored<ReplicaSet>[],
): Stored<ReplicaSet> | undefined =>
  [...replicaSets]
    .sort(byCreation)
    .find((one) => sameTemplate(one.spec?.template, deployment.spec?.template));

export const isRollingUpdate = ({ spec }: Deployment): boolean => spec?.strategy?.type === 'RollingUpdate';

/** maxSurge and maxUnavailable in pods; never are both 0, or nothing could ever move. */
export function resolveFenceposts(
  maxSurge: number | string | undefined,
  maxUnavailable: number | string | undefined,
  desired: number,
): { surge: number; unavailable: number } {
  const surge = scaledValue(maxSurge ?? 0, desired, true);
  const unavailable = scaledValue(maxUnavailable ?? 0, desired, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

const fenceposts = (deployment: Deployment): { surge: number; unavailable: number } => {
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  return resolveFenceposts(maxSurge, maxUnavailable, desiredOf(deployment));
};

/** Pods there may be above what is wanted. */
export const maxSurgeOf = (deployment: Deployment): number =>
  isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;

/** Pods that may be missing. */
export function maxUnavailableOf(deployment: Deployment): number {
  const desired = desiredOf(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, desired);
}

/** How many replicas the new ReplicaSet should have beside all (itself among them). */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const desired = desiredOf(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const room = desired + maxSurgeOf(deployment) - wantedReplicas(all);
  return room <= 0 ? current : current + Math.min(room, desired - current);
}
