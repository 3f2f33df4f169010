/**
 * What a Deployment writes on its ReplicaSets: revisions, and for which size they were scaled.
 * Source: kubernetes pkg/controller/deployment/util/deployment_util.go.
 */
import type { Deployment, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { desiredOf, maxSurgeOf } from './replica-sets.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const ROLLBACK_TO = 'deprecated.deployment.rollback.rollback-to';

/** Characters of revision-history. */
const MAX_HISTORY = 2000;

/** Annotations of a Deployment that are its own. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

/** A whole number that an annotation holds, else undefined. */
function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A revision that an annotation holds, else undefined. It has the 64 bits of Go's, which is more than a number holds. */
function revisionIn(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const revision = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, revision) === revision ? revision : undefined;
}

/** The revision of a ReplicaSet or Deployment; 0 when it has none. */
export const revisionOf = ({ metadata }: Stored): bigint =>
  revisionIn(metadata.annotations?.[REVISION]) ?? 0n;

/** The revision after the highest of the ReplicaSets. */
export function nextRevision(replicaSets: readonly Stored<ReplicaSet>[]): bigint {
  let highest = 0n;
  for (const replicaSet of replicaSets) {
    const revision = revisionOf(replicaSet);
    if (revision > highest) highest = revision;
  }
  return highest + 1n;
}

/** The size of the Deployment for which the ReplicaSet was scaled. */
export const desiredReplicasOf = ({ metadata }: Stored<ReplicaSet>): number | undefined =>
  numberIn(metadata.annotations?.[DESIRED_REPLICAS]);
export const maxReplicasOf = ({ metadata }: Stored<ReplicaSet>): number | undefined =>
  numberIn(metadata.annotations?.[MAX_REPLICAS]);

/** The annotations that say for which size of the Deployment a ReplicaSet is scaled. */
export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [DESIRED_REPLICAS]: String(desiredOf(deployment)),
  [MAX_REPLICAS]: String(desiredOf(deployment) + maxSurgeOf(deployment)),
});

/** Whether the ReplicaSet lacks some of the annotations. */
export const lacks = ({ metadata }: Stored<ReplicaSet>, annotations: Record<string, string>): boolean =>
  Object.entries(annotations).some(([key, value]) => metadata.annotations?.[key] !== value);

/**
 * The annotations of the new ReplicaSet: those of the Deployment, and its revision. One that gets a higher revision is
 * one that was rolled back to; what it was goes into its history.
 */
export function newReplicaSetAnnotations(
  deployment: Stored<Deployment>,
  present: Readonly<Record<string, string>> | undefined,
  newRevision: bigint,
): Record<string, string> {
  const annotations = { ...present };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) annotations[key] = value;
  }
  const oldText = annotations[REVISION];
  const old = oldText ? revisionIn(oldText) : 0n;
  // An unreadable revision is somebody else's: it stays.
  if (old === undefined || old >= newRevision) return annotations;
  annotations[REVISION] = String(newRevision);
  if (oldText !== undefined)
    annotations[REVISION_HISTORY] = withRevision(annotations[REVISION_HISTORY], oldText);
  return annotations;
}

/** The history with one more revision; the oldest go when it becomes too long. */
function withRevision(history: string | undefined, revision: string): string {
  if (!history) return revision;
  const revisions = [...history.split(','), revision];
  let length = history.length + 1 + revision.length;
  while (length > MAX_HISTORY && revisions.length > 1) length -= revisions.shift()!.length + 1;
  return revisions.join(',');
}
