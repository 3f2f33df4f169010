/** One reconcile of a Deployment: what it works with, and its writes. */
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import type { Expectations } from '../expectations.ts';
import type { ControllerContext } from '../framework.ts';
import type { Kind } from '../ref-manager.ts';
import { lacks, REVISION, revisionOf, sizeAnnotations } from './annotations.ts';
import { isComplete } from './status.ts';
import { replicasOf } from './replica-sets.ts';
import type { Resize } from './scale.ts';

export const DEPLOYMENTS: ResourceName = ['apps', 'deployments'];
export const REPLICA_SETS: ResourceName = ['apps', 'replicasets'];
export const DEPLOYMENT: Kind = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** A limit so high is none. */
const UNLIMITED = 2 ** 31 - 1;

export interface Rollout {
  readonly ctx: ControllerContext;
  readonly key: string;
  /** As the informers have it. */
  readonly stored: Stored<Deployment>;
  /** The Deployment as it will be: status and revision are changed here and written at the end. */
  readonly deployment: Stored<Deployment>;
  /** The ReplicaSets it controls. */
  readonly replicaSets: readonly Stored<ReplicaSet>[];
  /** Writes of ReplicaSets and of Deployments that the copies must show before they are acted upon again. */
  readonly wroteSets: Expectations;
  readonly wroteDeployment: Expectations;
}

export const nowOf = ({ ctx }: Rollout): number => ctx.clock.now();

/** Resizes ReplicaSets and says so in events. Answers whether a size changed. */
export async function applySizes(rollout: Rollout, resizes: readonly Resize[]): Promise<boolean> {
  const annotations = sizeAnnotations(rollout.deployment);
  const changes = resizes.filter(
    ({ replicaSet, replicas }) => replicas !== replicasOf(replicaSet) || lacks(replicaSet, annotations),
  );
  const changed = await Promise.all(changes.map((resize) => applySize(rollout, resize, annotations)));
  return changed.includes(true);
}

async function applySize(
  rollout: Rollout,
  { replicaSet, replicas }: Resize,
  annotations: Record<string, string>,
): Promise<boolean> {
  const { ctx, key, deployment, wroteSets } = rollout;
  const { namespace = '', name = '' } = replicaSet.metadata;
  const before = replicasOf(replicaSet);
  const updated = await ctx.client.update<ReplicaSet>(
    REPLICA_SETS,
    namespace,
    name,
    (newest) => {
      // What was decided upon is no longer so: decide again.
      if (newest.metadata.uid !== replicaSet.metadata.uid || replicasOf(newest) !== before) {
        throw new Error(`replica set ${namespace}/${name} has been changed meanwhile`);
      }
      newest.metadata.annotations = { ...newest.metadata.annotations, ...annotations };
      newest.spec!.replicas = replicas;
      return newest;
    },
    replicaSet,
  );
  wroteSets.wrote(key, updated);
  if (replicas === before) return false;
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
  ctx.recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  return true;
}

/** Deletes old ReplicaSets without pods that are more than the history keeps, the lowest revisions first. */
export async function cleanUp(rollout: Rollout, old: readonly Stored<ReplicaSet>[]): Promise<void> {
  const { ctx, key, deployment, wroteSets } = rollout;
  const limit = deployment.spec?.revisionHistoryLimit ?? UNLIMITED;
  if (limit === UNLIMITED) return;
  const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const excess = alive.length - limit;
  if (excess <= 0) return;
  const candidates = [...alive].sort((a, b) => Number(revisionOf(a) - revisionOf(b))).slice(0, excess);
  await Promise.all(
    candidates.map(async (one) => {
      const { namespace = '', name = '', uid = '', generation = 0 } = one.metadata;
      const { replicas = 0, observedGeneration = 0 } = one.status ?? {};
      if (replicas !== 0 || replicasOf(one) !== 0 || generation > observedGeneration) return;
      const deletion = await ctx.client.delete(
        REPLICA_SETS,
        namespace,
        name,
        { preconditions: { uid } },
        one,
      );
      wroteSets.wrote(key, deletion?.object);
    }),
  );
}

/** As cleanUp, but not while a rollout is under way: its ReplicaSets may be needed for the way back. */
export const cleanUpWhenComplete = async (
  rollout: Rollout,
  old: readonly Stored<ReplicaSet>[],
): Promise<void> => {
  if (isComplete(rollout.deployment, rollout.deployment.status ?? {})) await cleanUp(rollout, old);
};

/** Writes the status and the revision if they have changed. */
export async function save(rollout: Rollout, status: DeploymentStatus): Promise<void> {
  const { ctx, key, stored, deployment, wroteDeployment } = rollout;
  const revision = deployment.metadata.annotations?.[REVISION];
  if (equalJSON(status, stored.status) && revision === stored.metadata.annotations?.[REVISION]) return;
  const { namespace = '', name = '', uid } = stored.metadata;
  const updated = await ignoring(
    ctx.client.updateStatus<Deployment>(
      DEPLOYMENTS,
      namespace,
      name,
      (newest) => {
        if (newest.metadata.uid !== uid) return newest;
        if (revision !== undefined) {
          newest.metadata.annotations = { ...newest.metadata.annotations, [REVISION]: revision };
        }
        newest.status = status;
        return newest;
      },
      stored,
    ),
    isNotFound,
  );
  wroteDeployment.wrote(key, updated);
}
