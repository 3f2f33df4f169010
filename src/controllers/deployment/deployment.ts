/**
 * Deployments: a ReplicaSet for each template, and the way from one to the next.
 * Source: kubernetes pkg/controller/deployment (deployment_controller.go, sync.go, rolling.go, recreate.go).
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import type { Deployment, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodTerminal } from '../../apis/core/pod-util.ts';
import { Expectations } from '../expectations.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  itself,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { PODS } from '../pod-control.ts';
import { claimObjects } from '../ref-manager.ts';
import { desiredReplicasOf } from './annotations.ts';
import { findOrCreateSets, findSets, type Sets } from './new-replica-set.ts';
import { activeOnes, countReplicas, desiredOf, replicasOf } from './replica-sets.ts';
import {
  applySizes,
  cleanUp,
  cleanUpWhenComplete,
  DEPLOYMENT,
  DEPLOYMENTS,
  nowOf,
  REPLICA_SETS,
  type Rollout,
  save,
} from './rollout.ts';
import { dropOld, rollingStep, scaleSets } from './scale.ts';
import { calculateStatus, pauseConditions, progressCheckAfter, rolloutStatus } from './status.ts';

export function newDeploymentController(): Controller {
  const wroteSets = new Expectations();
  const wroteDeployment = new Expectations();
  return {
    name: 'deployment-controller',
    watches: [
      { resource: DEPLOYMENTS, keys: itself },
      { resource: REPLICA_SETS, keys: keysOfReplicaSet },
      { resource: PODS, keys: keysOfPod },
    ],
    async reconcile(key, ctx) {
      const { namespace, name } = splitKey(key);
      const stored = ctx.lister<Deployment>(DEPLOYMENTS).get(namespace, name);
      if (!stored) {
        wroteSets.forget(key);
        wroteDeployment.forget(key);
        return undefined;
      }
      // What is not seen yet comes as a change of its own.
      if (!wroteSets.satisfied(key, ctx.lister(REPLICA_SETS))) return undefined;
      if (!wroteDeployment.satisfied(key, ctx.lister(DEPLOYMENTS))) return undefined;
      const replicaSets = await claimObjects<ReplicaSet>(ctx, {
        owner: stored,
        ownerResource: DEPLOYMENTS,
        ownerKind: DEPLOYMENT,
        selector: fromLabelSelector(stored.spec?.selector),
        resource: REPLICA_SETS,
      });
      const deployment = deepCopy(stored);
      return sync({ ctx, key, stored, deployment, replicaSets, wroteSets, wroteDeployment });
    },
  };
}

/** The Deployments that control a ReplicaSet or did, or could adopt it. */
function* keysOfReplicaSet({ object, old }: Change<ReplicaSet>, ctx: ControllerContext): Iterable<string> {
  for (const replicaSet of [object, old]) {
    const reference = replicaSet && getControllerOf(replicaSet);
    if (reference?.kind === DEPLOYMENT.kind) yield `${replicaSet!.metadata.namespace}/${reference.name}`;
  }
  if (!object || getControllerOf(object)) return;
  for (const deployment of ctx.lister<Deployment>(DEPLOYMENTS).list(object.metadata.namespace)) {
    if (matches(fromLabelSelector(deployment.spec?.selector), object.metadata.labels))
      yield keyOfObject(deployment);
  }
}

/** A Deployment that recreates waits for its old pods to go. */
function* keysOfPod({ object, old }: Change<Pod>, ctx: ControllerContext): Iterable<string> {
  if (object || !old) return;
  const { namespace = '' } = old.metadata;
  const set = getControllerOf(old);
  if (set?.kind !== 'ReplicaSet') return;
  const replicaSet = ctx.lister<ReplicaSet>(REPLICA_SETS).get(namespace, set.name);
  const owner = replicaSet && getControllerOf(replicaSet);
  if (owner?.kind !== DEPLOYMENT.kind) return;
  const deployment = ctx.lister<Deployment>(DEPLOYMENTS).get(namespace, owner.name);
  if (deployment?.spec?.strategy?.type === 'Recreate') yield keyOfObject(deployment);
}

async function sync(rollout: Rollout): Promise<Result | undefined> {
  const { deployment } = rollout;
  if (deployment.metadata.deletionTimestamp) {
    const { newSet, old } = await findSets(rollout);
    await save(rollout, calculateStatus(deployment, newSet, old, nowOf(rollout)));
    return undefined;
  }
  const conditions = pauseConditions(deployment, nowOf(rollout));
  if (conditions.length > 0) deployment.status = { ...deployment.status, conditions };
  if (deployment.spec?.paused || isScaled(rollout)) return resize(rollout);
  return deployment.spec?.strategy?.type === 'Recreate' ? recreate(rollout) : roll(rollout);
}

/** Whether its size is not the one for which its ReplicaSets were scaled. */
function isScaled({ deployment, replicaSets }: Rollout): boolean {
  const desired = desiredOf(deployment);
  return activeOnes(replicaSets).some((one) => (desiredReplicasOf(one) ?? desired) !== desired);
}

/** Outside of a rollout, or while it is held: sizes follow, templates do not. */
async function resize(rollout: Rollout): Promise<Result | undefined> {
  const { newSet, old } = await findSets(rollout);
  await applySizes(rollout, scaleSets(rollout.deployment, newSet, old));
  await cleanUp(rollout, old);
  await save(rollout, calculateStatus(rollout.deployment, newSet, old, nowOf(rollout)));
  return undefined;
}

async function roll(rollout: Rollout): Promise<Result | undefined> {
  const sets = await findOrCreateSets(rollout);
  const moved = await applySizes(rollout, rollingStep(rollout.deployment, sets.newSet, sets.old));
  if (!moved) await cleanUpWhenComplete(rollout, sets.old);
  return follow(rollout, sets);
}

async function recreate(rollout: Rollout): Promise<Result | undefined> {
  let sets = await findSets(rollout);
  const dropped = await applySizes(rollout, dropOld(sets.old));
  if (!dropped && !oldPodsRun(rollout, sets)) {
    const { newSet, old } = sets.newSet ? { ...sets, newSet: sets.newSet } : await findOrCreateSets(rollout);
    sets = { newSet, old };
    const desired = desiredOf(rollout.deployment);
    if (replicasOf(newSet) !== desired)
      await applySizes(rollout, [{ replicaSet: newSet, replicas: desired }]);
    await cleanUpWhenComplete(rollout, old);
  }
  return follow(rollout, sets);
}

/** Whether pods of old ReplicaSets have not ended, those that are going included. */
function oldPodsRun({ ctx }: Rollout, { old }: Sets): boolean {
  if (countReplicas(old, 'replicas') > 0) return true;
  const pods = ctx.lister<Pod>(PODS);
  return old.some(({ metadata }) => pods.controlledBy(metadata.uid!).some((pod) => !isPodTerminal(pod)));
}

/** Writes the status of a rollout, and comes back to see whether it is stuck. */
async function follow(rollout: Rollout, { newSet, old }: Sets): Promise<Result | undefined> {
  const { deployment } = rollout;
  const now = nowOf(rollout);
  const status = rolloutStatus(deployment, newSet, old, now);
  await save(rollout, status);
  const after = progressCheckAfter(deployment, status, now);
  return after === undefined ? undefined : { requeueAfter: after };
}
