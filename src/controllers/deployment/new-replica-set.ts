/**
 * Finding the ReplicaSet with the Deployment's template, or making it.
 * Source: kubernetes pkg/controller/deployment/sync.go (getNewReplicaSet).
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { findCondition } from '../../apimachinery/conditions.ts';
import { getControllerOf, newControllerRef } from '../../apimachinery/controller-ref.ts';
import { podTemplateHash } from '../../apimachinery/hash.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../errors.ts';
import { messageOf } from '../pod-control.ts';
import { lacks, newReplicaSetAnnotations, nextRevision, REVISION, sizeAnnotations } from './annotations.ts';
import { findNewReplicaSet, newReplicaSetSize, POD_TEMPLATE_HASH, sameTemplate } from './replica-sets.ts';
import { DEPLOYMENT, nowOf, REPLICA_SETS, type Rollout, save } from './rollout.ts';
import {
  FOUND_NEW_SET,
  NEW_SET_CREATED,
  PROGRESSING,
  progressDeadline,
  SET_CREATE_ERROR,
  withCondition,
} from './status.ts';

const MAX_NAME = 253;

export interface Sets {
  /** The one with the newest template, if there is one. */
  readonly newSet: Stored<ReplicaSet> | undefined;
  readonly old: readonly Stored<ReplicaSet>[];
}

/** The ReplicaSets, the new one with the right revision and annotations. */
export async function findSets(rollout: Rollout): Promise<Sets> {
  const { deployment, replicaSets } = rollout;
  const found = findNewReplicaSet(deployment, replicaSets);
  const old = replicaSets.filter((one) => one !== found);
  if (!found) return { newSet: undefined, old };
  const newSet = await refresh(rollout, found, nextRevision(old));
  setRevision(rollout, newSet.metadata.annotations?.[REVISION]);
  if (!findCondition(deployment.status?.conditions, PROGRESSING)) {
    setProgressing(rollout, 'True', FOUND_NEW_SET, `Found new replica set "${newSet.metadata.name}"`);
  }
  return { newSet, old };
}

/** As findSets, but the new one is made where it is missing. */
export async function findOrCreateSets(rollout: Rollout): Promise<Sets & { newSet: Stored<ReplicaSet> }> {
  const { newSet, old } = await findSets(rollout);
  return { newSet: newSet ?? (await createSet(rollout, old)), old };
}

async function refresh(
  rollout: Rollout,
  found: Stored<ReplicaSet>,
  revision: bigint,
): Promise<Stored<ReplicaSet>> {
  const { ctx, key, deployment, wroteSets } = rollout;
  const { annotations } = found.metadata;
  const wanted = newReplicaSetAnnotations(deployment, annotations, revision);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (!lacks(found, wanted) && (found.spec?.minReadySeconds ?? 0) === minReadySeconds) return found;
  const { namespace = '', name = '' } = found.metadata;
  const updated = await ctx.client.update<ReplicaSet>(
    REPLICA_SETS,
    namespace,
    name,
    (newest) => {
      newest.metadata.annotations = newReplicaSetAnnotations(
        deployment,
        newest.metadata.annotations,
        revision,
      );
      if (minReadySeconds > 0) newest.spec!.minReadySeconds = minReadySeconds;
      else delete newest.spec!.minReadySeconds;
      return newest;
    },
    found,
  );
  wroteSets.wrote(key, updated);
  return updated;
}

async function createSet(rollout: Rollout, old: readonly Stored<ReplicaSet>[]): Promise<Stored<ReplicaSet>> {
  const { ctx, key, deployment, wroteSets } = rollout;
  const revision = nextRevision(old);
  const wanted = desiredSet(rollout, old, revision);
  let created: Stored<ReplicaSet>;
  try {
    created = await ctx.client.create<ReplicaSet>(
      REPLICA_SETS,
      deployment.metadata.namespace!,
      deepCopy(wanted),
    );
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await resolveCollision(rollout, wanted, error);
      wroteSets.wrote(key, existing);
      setRevision(rollout, String(revision));
      return existing;
    }
    if (!isNamespaceTerminating(error)) await sayFailure(rollout, wanted, error);
    throw error;
  }
  wroteSets.wrote(key, created);
  const { name } = created.metadata;
  const replicas = created.spec?.replicas ?? 0;
  if (replicas > 0) {
    const message = `Scaled up replica set ${name} from 0 to ${replicas}`;
    ctx.recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  setRevision(rollout, String(revision));
  setProgressing(rollout, 'True', NEW_SET_CREATED, `Created new replica set "${name}"`);
  return created;
}

/** The ReplicaSet to be made. Its name is the hash of its template: a second attempt finds the first. */
function desiredSet(
  { deployment }: Rollout,
  old: readonly Stored<ReplicaSet>[],
  revision: bigint,
): Stored<ReplicaSet> {
  const { namespace, name = '' } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec!;
  const hash = podTemplateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const annotations = newReplicaSetAnnotations(deployment, undefined, revision);
  return {
    metadata: {
      name: `${name.slice(0, MAX_NAME - hash.length - 1)}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels,
      annotations: { ...annotations, ...sizeAnnotations(deployment) },
      ownerReferences: [newControllerRef(deployment, DEPLOYMENT)],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, old, 0),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [POD_TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/**
 * The ReplicaSet that has the name already, when it is ours and wants the same; else the hash has met another template's
 * and the next attempt uses another one.
 */
async function resolveCollision(
  rollout: Rollout,
  wanted: Stored<ReplicaSet>,
  error: unknown,
): Promise<Stored<ReplicaSet>> {
  const { ctx, deployment } = rollout;
  const { namespace = '', uid } = deployment.metadata;
  const existing = await ctx.client.get<ReplicaSet>(REPLICA_SETS, namespace, wanted.metadata.name!);
  if (!existing) throw error;
  const ours = getControllerOf(existing)?.uid === uid;
  if (ours && sameTemplate(existing.spec?.template, deployment.spec?.template)) return existing;
  await save(rollout, {
    ...deployment.status,
    collisionCount: (deployment.status?.collisionCount ?? 0) + 1,
  });
  throw error;
}

async function sayFailure(rollout: Rollout, wanted: Stored<ReplicaSet>, error: unknown): Promise<void> {
  const { ctx, deployment } = rollout;
  const message = `Failed to create new replica set "${wanted.metadata.name}": ${messageOf(error)}`;
  ctx.recorder.event(deployment, 'Warning', SET_CREATE_ERROR, message);
  setProgressing(rollout, 'False', SET_CREATE_ERROR, message);
  if (!equalJSON(deployment.status, rollout.stored.status)) await save(rollout, deployment.status ?? {});
}

function setRevision({ deployment }: Rollout, revision: string | undefined): void {
  if (revision === undefined) return;
  deployment.metadata.annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
}

function setProgressing(rollout: Rollout, status: string, reason: string, message: string): void {
  const { deployment } = rollout;
  if (progressDeadline(deployment) === undefined) return;
  const condition = { type: PROGRESSING, status, reason, message };
  const { conditions = [] } = deployment.status ?? {};
  deployment.status = {
    ...deployment.status,
    conditions: withCondition(conditions, condition, formatTime(nowOf(rollout))),
  };
}
