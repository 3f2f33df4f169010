/**
 * ReplicaSets and ReplicationControllers: as many pods as are wanted.
 * Source: kubernetes pkg/controller/replicaset/replica_set.go, pkg/controller/replication/conversion.go.
 */
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, fromSet, matches, type Selector } from '../../apimachinery/labels.ts';
import type { ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodActive, isPodTerminating } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNamespaceTerminating, isNotFound } from '../errors.ts';
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
import { createPod, deletePod, podFromTemplate, PODS } from '../pod-control.ts';
import { claimObjects, type Kind } from '../ref-manager.ts';
import { slowStart } from '../slow-start.ts';
import { rankForDeletion } from './pod-ranking.ts';
import { calculateStatus, nextAvailability } from './status.ts';

/** Pods made or deleted in one reconcile. */
const BURST = 500;

interface Flavor {
  readonly name: string;
  readonly eventSource: string;
  readonly resource: ResourceName;
  readonly kind: Kind;
  /** Whether the status has terminatingReplicas. */
  readonly countsTerminating: boolean;
  selectorOf(object: Stored<ReplicaSet>): Selector;
}

const REPLICA_SET: Flavor = {
  name: 'replicaset-controller',
  eventSource: 'replicaset-controller',
  resource: ['apps', 'replicasets'],
  kind: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  countsTerminating: true,
  selectorOf: ({ spec }) => fromLabelSelector(spec?.selector),
};

const REPLICATION_CONTROLLER: Flavor = {
  name: 'replication-controller',
  eventSource: 'replication-controller',
  resource: ['', 'replicationcontrollers'],
  kind: { apiVersion: 'v1', kind: 'ReplicationController' },
  countsTerminating: false,
  selectorOf: ({ spec }) => fromSet(spec?.selector as Record<string, string> | undefined),
};

/** The controller of apps/v1 ReplicaSets. */
export const newReplicaSetController = (): Controller => newController(REPLICA_SET);

/** The controller of v1 ReplicationControllers, which differ in their selector alone. */
export const newReplicationController = (): Controller => newController(REPLICATION_CONTROLLER);

function newController(flavor: Flavor): Controller {
  const expectations = new Expectations();
  return {
    name: flavor.name,
    eventSource: flavor.eventSource,
    watches: [
      { resource: flavor.resource, keys: itself },
      { resource: PODS, keys: (change, ctx) => keysOfPod(flavor, change, ctx) },
    ],
    reconcile: (key, ctx) => reconcile(flavor, expectations, key, ctx),
  };
}

/** Those that control the pod or did, or could adopt it. */
function* keysOfPod(flavor: Flavor, { object, old }: Change<Pod>, ctx: ControllerContext): Iterable<string> {
  let controlled = false;
  for (const pod of [object, old]) {
    const reference = pod && getControllerOf(pod);
    if (!reference) continue;
    if (pod === object) controlled = true;
    if (reference.kind === flavor.kind.kind) yield `${pod.metadata.namespace}/${reference.name}`;
  }
  if (!object || controlled || object.metadata.deletionTimestamp) return;
  for (const replicaSet of ctx.lister<ReplicaSet>(flavor.resource).list(object.metadata.namespace)) {
    if (matches(flavor.selectorOf(replicaSet), object.metadata.labels)) yield keyOfObject(replicaSet);
  }
}

async function reconcile(
  flavor: Flavor,
  expectations: Expectations,
  key: string,
  ctx: ControllerContext,
): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const replicaSet = ctx.lister<ReplicaSet>(flavor.resource).get(namespace, name);
  if (!replicaSet) {
    expectations.forget(key);
    return undefined;
  }
  const current = expectations.satisfied(key, ctx.lister(PODS));
  const owned = ctx.lister<Pod>(PODS).controlledBy(replicaSet.metadata.uid!);
  const terminating = flavor.countsTerminating ? owned.filter(isPodTerminating).length : undefined;
  const active = await claimObjects<Pod>(ctx, {
    owner: replicaSet,
    ownerResource: flavor.resource,
    ownerKind: flavor.kind,
    selector: flavor.selectorOf(replicaSet),
    resource: PODS,
    filter: isPodActive,
  });
  let error: unknown;
  if (current && !replicaSet.metadata.deletionTimestamp) {
    error = await manageReplicas(flavor, expectations, key, ctx, replicaSet, active);
  }
  const now = ctx.clock.now();
  await saveStatus(flavor, ctx, replicaSet, calculateStatus(replicaSet, { active, terminating, error }, now));
  if (error !== undefined) throw error;
  const wait = nextAvailability(active, replicaSet.spec?.minReadySeconds ?? 0, now);
  return wait === undefined ? undefined : { requeueAfter: wait };
}

/** Makes or deletes pods; answers the first error. */
async function manageReplicas(
  flavor: Flavor,
  expectations: Expectations,
  key: string,
  ctx: ControllerContext,
  replicaSet: Stored<ReplicaSet>,
  active: readonly Stored<Pod>[],
): Promise<unknown> {
  const missing = (replicaSet.spec?.replicas ?? 1) - active.length;
  if (missing > 0) {
    const template = replicaSet.spec?.template ?? {};
    const { error } = await slowStart(Math.min(missing, BURST), async () => {
      const pod = podFromTemplate(template, replicaSet, flavor.kind);
      // Where a namespace ends there is nothing to be made, and nothing to be said.
      expectations.wrote(key, await ignoring(createPod(ctx, replicaSet, pod), isNamespaceTerminating));
    });
    return error;
  }
  if (missing === 0) return undefined;
  const ranked =
    active.length === -missing
      ? active
      : rankForDeletion(active, relatedPods(flavor, ctx, replicaSet), ctx.clock.now());
  const results = await Promise.allSettled(
    ranked.slice(0, Math.min(-missing, BURST)).map(async (pod) => {
      expectations.wrote(key, (await deletePod(ctx, replicaSet, pod))?.object);
    }),
  );
  return results.find((result) => result.status === 'rejected')?.reason;
}

/** The pods of all ReplicaSets of the same owner: those a rolling update replaces each other with. */
function relatedPods(flavor: Flavor, ctx: ControllerContext, replicaSet: Stored<ReplicaSet>): Stored<Pod>[] {
  const owner = getControllerOf(replicaSet);
  const pods = ctx.lister<Pod>(PODS);
  const family = owner ? ctx.lister<ReplicaSet>(flavor.resource).controlledBy(owner.uid) : [replicaSet];
  return family.flatMap(({ metadata }) => pods.controlledBy(metadata.uid!));
}

async function saveStatus(
  flavor: Flavor,
  ctx: ControllerContext,
  replicaSet: Stored<ReplicaSet>,
  status: NonNullable<ReplicaSet['status']>,
): Promise<void> {
  if (equalJSON(status, replicaSet.status)) return;
  const { namespace = '', name = '', uid } = replicaSet.metadata;
  await ignoring(
    ctx.client.updateStatus<ReplicaSet>(
      flavor.resource,
      namespace,
      name,
      (newest) => (newest.metadata.uid === uid ? { ...newest, status } : newest),
      replicaSet,
    ),
    isNotFound,
  );
}
