/**
 * DaemonSets: a pod on each node that is meant to have one.
 * Source: kubernetes pkg/controller/daemon/daemon_controller.go, update.go.
 */
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON, semanticEqual } from '../../apis/strategy.ts';
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
import { CONTROLLER_REVISIONS, REVISION_HASH, syncHistory, truncateHistory } from '../history.ts';
import { createPod, deletePod, podFromTemplate, PODS } from '../pod-control.ts';
import { claimObjects, type Kind } from '../ref-manager.ts';
import { slowStart } from '../slow-start.ts';
import { Backoff } from './backoff.ts';
import { templateFor } from './placement.ts';
import {
  calculateStatus,
  type Ended,
  type Plan,
  planNodes,
  planUpdate,
  type Situation,
  situationOf,
} from './plan.ts';

export const DAEMON_SETS: ResourceName = ['apps', 'daemonsets'];
const NODES: ResourceName = ['', 'nodes'];
const DAEMON_SET: Kind = { apiVersion: 'apps/v1', kind: 'DaemonSet' };

/** Pods made, and pods deleted, in one step. */
const BURST = 250;
const HISTORY = 10;

interface Memory {
  readonly expectations: Expectations;
  readonly failures: Backoff;
}

export function newDaemonSetController(): Controller {
  const memory: Memory = { expectations: new Expectations(), failures: new Backoff() };
  return {
    name: 'daemon-set-controller',
    eventSource: 'daemonset-controller',
    watches: [
      { resource: DAEMON_SETS, keys: itself },
      { resource: PODS, keys: keysOfOwned },
      { resource: CONTROLLER_REVISIONS, keys: keysOfOwned },
      { resource: NODES, keys: keysOfNode },
    ],
    reconcile: (key, ctx) => reconcile(memory, key, ctx),
  };
}

/** Those that control the object or did, or could adopt it. */
function* keysOfOwned(
  { object, old }: Change<Pod | ControllerRevision>,
  ctx: ControllerContext,
): Iterable<string> {
  for (const owned of [object, old]) {
    const reference = owned && getControllerOf(owned);
    if (reference?.kind === DAEMON_SET.kind) yield `${owned!.metadata.namespace}/${reference.name}`;
  }
  if (!object || getControllerOf(object) || object.metadata.deletionTimestamp) return;
  for (const daemonSet of ctx.lister<DaemonSet>(DAEMON_SETS).list(object.metadata.namespace)) {
    if (matches(fromLabelSelector(daemonSet.spec?.selector), object.metadata.labels))
      yield keyOfObject(daemonSet);
  }
}

/** All of them, when a node comes, goes, or changes what decides about its daemons; a heartbeat is nothing. */
function keysOfNode({ object, old }: Change<Node>, ctx: ControllerContext): Iterable<string> {
  const unchanged =
    object &&
    old &&
    semanticEqual(object.metadata.labels, old.metadata.labels) &&
    semanticEqual(object.spec?.taints, old.spec?.taints);
  return unchanged ? [] : ctx.lister<DaemonSet>(DAEMON_SETS).list().map(keyOfObject);
}

async function reconcile(memory: Memory, key: string, ctx: ControllerContext): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const daemonSet = ctx.lister<DaemonSet>(DAEMON_SETS).get(namespace, name);
  if (!daemonSet) {
    memory.expectations.forget(key);
    return undefined;
  }
  // What is not seen yet comes as a change of its own.
  if (daemonSet.metadata.deletionTimestamp || !memory.expectations.satisfied(key, ctx.lister(PODS)))
    return undefined;
  const selector = fromLabelSelector(daemonSet.spec?.selector);
  const claim = { owner: daemonSet, ownerResource: DAEMON_SETS, ownerKind: DAEMON_SET, selector };
  const history = await syncHistory(ctx, {
    ...claim,
    template: daemonSet.spec!.template,
    collisionCount: daemonSet.status?.collisionCount,
    hashLabel: REVISION_HASH,
  });
  const hash = history.current.metadata.labels?.[REVISION_HASH] ?? '';
  const pods = await claimObjects<Pod>(ctx, { ...claim, resource: PODS });
  const nodes = ctx.lister<Node>(NODES).list();
  const situation = situationOf(daemonSet, hash, nodes, pods, ctx.clock.now());
  const { error, retryAfter } = await manage(memory, key, ctx, situation);
  if (error === undefined) {
    const used = new Set(pods.map((pod) => pod.metadata.labels?.[REVISION_HASH]));
    const unused = history.old.filter((one) => !used.has(one.metadata.labels?.[REVISION_HASH]));
    await truncateHistory(
      ctx,
      unused,
      history.old.length - (daemonSet.spec?.revisionHistoryLimit ?? HISTORY),
    );
  }
  const status = calculateStatus(situation, history.collisionCount);
  await saveStatus(ctx, daemonSet, status);
  if (error !== undefined) throw error;
  return nextLook(daemonSet, status, retryAfter);
}

/** Makes and deletes pods: those that each node should have, then, when these are there, those of the update. */
async function manage(
  memory: Memory,
  key: string,
  ctx: ControllerContext,
  situation: Situation,
): Promise<{ error?: unknown; retryAfter?: number }> {
  const { create, remove, failed, succeeded } = planNodes(situation);
  const { ready, retryAfter } = clearEnded(memory, ctx, situation, failed, succeeded);
  const plan = { create, remove: [...remove, ...ready] };
  const later = retryAfter === undefined ? {} : { retryAfter };
  const error = await carryOut(memory, key, ctx, situation, plan);
  const quiet = plan.create.length + plan.remove.length === 0;
  if (error !== undefined || !quiet || situation.daemonSet.spec?.updateStrategy?.type !== 'RollingUpdate') {
    return { error, ...later };
  }
  return { error: await carryOut(memory, key, ctx, situation, planUpdate(situation)), ...later };
}

/** Which ended pods go now, and when the others do. */
function clearEnded(
  { failures }: Memory,
  ctx: ControllerContext,
  { daemonSet, now }: Situation,
  failed: readonly Ended[],
  succeeded: readonly Ended[],
): { ready: Stored<Pod>[]; retryAfter?: number } {
  const ready: Stored<Pod>[] = [];
  let retryAfter: number | undefined;
  for (const { pod, node } of failed) {
    const key = `${daemonSet.metadata.uid}/${daemonSet.status?.observedGeneration ?? 0}/${node}`;
    const wait = failures.wait(key, now);
    if (wait > 0) {
      retryAfter = Math.min(wait, retryAfter ?? wait);
      continue;
    }
    failures.next(key, now);
    const { namespace, name } = pod.metadata;
    const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
    ctx.recorder.event(daemonSet, 'Warning', 'FailedDaemonPod', message);
    ready.push(pod);
  }
  for (const { pod, node } of succeeded) {
    const { namespace, name } = pod.metadata;
    const message = `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`;
    ctx.recorder.event(daemonSet, 'Normal', 'SucceededDaemonPod', message);
    ready.push(pod);
  }
  return { ready, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** Answers the first error. */
async function carryOut(
  { expectations }: Memory,
  key: string,
  ctx: ControllerContext,
  { daemonSet, hash }: Situation,
  plan: Plan,
): Promise<unknown> {
  const create = plan.create.slice(0, BURST);
  const started = await slowStart(create.length, async (index) => {
    const pod = podFromTemplate(templateFor(daemonSet, hash, create[index]!), daemonSet, DAEMON_SET);
    expectations.wrote(key, await ignoring(createPod(ctx, daemonSet, pod), isNamespaceTerminating));
  });
  const removed = await Promise.allSettled(
    plan.remove.slice(0, BURST).map(async (pod) => {
      expectations.wrote(key, (await deletePod(ctx, daemonSet, pod))?.object);
    }),
  );
  return started.error ?? removed.find((result) => result.status === 'rejected')?.reason;
}

async function saveStatus(
  ctx: ControllerContext,
  daemonSet: Stored<DaemonSet>,
  status: DaemonSetStatus,
): Promise<void> {
  if (equalJSON(status, daemonSet.status)) return;
  const { namespace = '', name = '', uid } = daemonSet.metadata;
  await ignoring(
    ctx.client.updateStatus<DaemonSet>(
      DAEMON_SETS,
      namespace,
      name,
      (newest) => (newest.metadata.uid === uid ? { ...newest, status } : newest),
      daemonSet,
    ),
    isNotFound,
  );
}

/** When failed pods may be replaced, or ready pods become available. */
function nextLook(
  { spec }: Stored<DaemonSet>,
  { numberReady, numberAvailable = 0 }: DaemonSetStatus,
  retryAfter: number | undefined,
): Result | undefined {
  const availability =
    spec?.minReadySeconds && numberReady !== numberAvailable ? spec.minReadySeconds * 1000 : undefined;
  if (retryAfter === undefined && availability === undefined) return undefined;
  return {
    requeueAfter: Math.min(retryAfter ?? Number.POSITIVE_INFINITY, availability ?? Number.POSITIVE_INFINITY),
  };
}
