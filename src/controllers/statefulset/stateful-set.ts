/**
 * StatefulSets: pods with a name, a place in the order, and storage of their own.
 * Source: kubernetes pkg/controller/statefulset/stateful_set.go, stateful_set_control.go, stateful_pod_control.go.
 */
import { getControllerOf } from '../../apimachinery/controller-ref.ts';
import { fromLabelSelector, matches } from '../../apimachinery/labels.ts';
import type {
  ControllerRevision,
  StatefulSet,
  StatefulSetStatus,
} from '../../apimachinery/types/apps.v1.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import { ignoring, isNotFound } from '../errors.ts';
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
import { CONTROLLER_REVISIONS, type History, syncHistory, truncateHistory } from '../history.ts';
import { messageOf, PODS } from '../pod-control.ts';
import { claimObjects } from '../ref-manager.ts';
import { nextAvailability } from '../replicaset/status.ts';
import { slowStart } from '../slow-start.ts';
import { CLAIMS, ensureClaims, hasStaleClaim, retainClaims } from './claims.ts';
import {
  identityLabels,
  identityMatches,
  newPod,
  ordinalOf,
  revisionOf,
  STATEFUL_SET,
  STATEFUL_SETS,
  storageMatches,
} from './identity.ts';
import { calculateStatus, type Plan, planSteps, type Situation } from './plan.ts';

/** The label of a revision that has its hash. */
const HASH = 'controller.kubernetes.io/hash';
const HISTORY = 10;

interface Memory {
  /** Writes that the copies must show before the next step. */
  readonly wrotePods: Expectations;
  readonly wroteSet: Expectations;
}

export function newStatefulSetController(): Controller {
  const memory: Memory = { wrotePods: new Expectations(), wroteSet: new Expectations() };
  return {
    name: 'statefulset-controller',
    watches: [
      { resource: STATEFUL_SETS, keys: itself },
      { resource: PODS, keys: keysOfPod },
      { resource: CLAIMS, keys: keysOfClaim },
    ],
    reads: [CONTROLLER_REVISIONS],
    reconcile: (key, ctx) => reconcile(memory, key, ctx),
  };
}

/** Those that control the pod or did, or could adopt it. */
function* keysOfPod({ object, old }: Change<Pod>, ctx: ControllerContext): Iterable<string> {
  for (const pod of [object, old]) {
    const reference = pod && getControllerOf(pod);
    if (reference?.kind === STATEFUL_SET.kind) yield `${pod!.metadata.namespace}/${reference.name}`;
  }
  if (!object || getControllerOf(object) || object.metadata.deletionTimestamp) return;
  for (const set of ctx.lister<StatefulSet>(STATEFUL_SETS).list(object.metadata.namespace)) {
    if (matches(fromLabelSelector(set.spec?.selector), object.metadata.labels)) yield keyOfObject(set);
  }
}

/** A claim that went with a pod is gone: the set of the pod's name may be waiting for that. */
function* keysOfClaim({ object, old }: Change<PersistentVolumeClaim>): Iterable<string> {
  if (object) return;
  for (const { kind, name } of old?.metadata.ownerReferences ?? []) {
    if (kind === 'Pod') yield `${old!.metadata.namespace}/${name.replace(/-\d+$/, '')}`;
  }
}

async function reconcile(memory: Memory, key: string, ctx: ControllerContext): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const set = ctx.lister<StatefulSet>(STATEFUL_SETS).get(namespace, name);
  if (!set) {
    memory.wrotePods.forget(key);
    memory.wroteSet.forget(key);
    return undefined;
  }
  // What is not seen yet comes as a change of its own.
  if (
    !memory.wrotePods.satisfied(key, ctx.lister(PODS)) ||
    !memory.wroteSet.satisfied(key, ctx.lister(STATEFUL_SETS))
  ) {
    return undefined;
  }
  const claim = {
    owner: set,
    ownerResource: STATEFUL_SETS,
    ownerKind: STATEFUL_SET,
    selector: fromLabelSelector(set.spec?.selector),
  };
  const pods = await claimObjects<Pod>(ctx, {
    ...claim,
    resource: PODS,
    filter: (pod) => ordinalOf(set, pod) !== undefined,
  });
  const history = await syncHistory(ctx, {
    ...claim,
    template: set.spec!.template,
    collisionCount: set.status?.collisionCount,
    hashLabel: HASH,
  });
  const current =
    history.old.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? history.current;
  const situation: Situation = { set, pods, current, update: history.current, now: ctx.clock.now() };
  const error = await step(memory, key, ctx, situation);
  await saveStatus(memory, key, ctx, set, calculateStatus(situation, history.collisionCount ?? 0));
  if (error !== undefined) throw error;
  await truncate(ctx, situation, history);
  const wait = nextAvailability(pods, set.spec?.minReadySeconds ?? 0, situation.now);
  return wait === undefined ? undefined : { requeueAfter: wait };
}

/** Puts right what is not as it should be with the pods there are, and takes the next steps. Answers the first error. */
async function step(
  memory: Memory,
  key: string,
  ctx: ControllerContext,
  situation: Situation,
): Promise<unknown> {
  const { set, pods } = situation;
  try {
    if (!set.metadata.deletionTimestamp)
      await Promise.all(pods.map((pod) => mend(memory, key, ctx, set, pod)));
    await carryOut(memory, key, ctx, set, planSteps(situation));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Identity, claims and their owners of a pod. */
async function mend(
  memory: Memory,
  key: string,
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  pod: Stored<Pod>,
): Promise<void> {
  const ordinal = ordinalOf(set, pod)!;
  const { namespace = '', name = '', uid } = pod.metadata;
  if (set.spec?.volumeClaimTemplates?.length) {
    if (pod.status?.phase === 'Pending' || !storageMatches(set, pod, ordinal))
      await ensureClaims(ctx, set, ordinal);
    await retainClaims(ctx, set, pod, ordinal);
  }
  if (identityMatches(set, pod, ordinal)) return;
  const updated = await ctx.client.update<Pod>(
    PODS,
    namespace,
    name,
    (newest) => {
      if (newest.metadata.uid !== uid) return newest;
      newest.metadata.labels = { ...newest.metadata.labels, ...identityLabels(set, ordinal) };
      return newest;
    },
    pod,
  );
  memory.wrotePods.wrote(key, updated);
  tell(ctx, set, name, 'update');
}

async function carryOut(
  memory: Memory,
  key: string,
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  { create, remove }: Plan,
): Promise<void> {
  const { error } = await slowStart(create.length, async (at) => {
    const { ordinal, revision } = create[at]!;
    if (hasStaleClaim(ctx, set, ordinal)) return;
    await ensureClaims(ctx, set, ordinal);
    const pod = newPod(set, revision, ordinal);
    const created = await told(
      ctx,
      set,
      pod.metadata.name!,
      'create',
      ctx.client.create(PODS, set.metadata.namespace!, pod),
    );
    memory.wrotePods.wrote(key, created);
  });
  const removed = await Promise.allSettled(
    remove.map(async ({ metadata: { namespace = '', name = '', uid = '' } }) => {
      const deletion = ctx.client.delete(PODS, namespace, name, { preconditions: { uid } });
      memory.wrotePods.wrote(key, (await told(ctx, set, name, 'delete', deletion))?.object);
    }),
  );
  const failed = removed.find((result) => result.status === 'rejected');
  if (error !== undefined) throw error;
  if (failed) throw failed.reason;
}

type Verb = 'create' | 'update' | 'delete';

/** Says what becomes of a write. */
async function told<T>(
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  pod: string,
  verb: Verb,
  write: Promise<T>,
): Promise<T> {
  try {
    const done = await write;
    tell(ctx, set, pod, verb);
    return done;
  } catch (error) {
    tell(ctx, set, pod, verb, error);
    throw error;
  }
}

function tell(
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  pod: string,
  verb: Verb,
  error?: unknown,
): void {
  const title = verb[0]!.toUpperCase() + verb.slice(1);
  const subject = `${title} Pod ${pod} in StatefulSet ${set.metadata.name}`;
  if (error === undefined) ctx.recorder.event(set, 'Normal', `Successful${title}`, `${subject} successful`);
  else ctx.recorder.event(set, 'Warning', `Failed${title}`, `${subject} failed error: ${messageOf(error)}`);
}

async function saveStatus(
  memory: Memory,
  key: string,
  ctx: ControllerContext,
  set: Stored<StatefulSet>,
  status: StatefulSetStatus,
): Promise<void> {
  if (equalJSON(status, set.status)) return;
  const { namespace = '', name = '', uid } = set.metadata;
  const updated = await ignoring(
    ctx.client.updateStatus<StatefulSet>(
      STATEFUL_SETS,
      namespace,
      name,
      (newest) => (newest.metadata.uid === uid ? { ...newest, status } : newest),
      set,
    ),
    isNotFound,
  );
  memory.wroteSet.wrote(key, updated);
}

/** Forgets revisions that no pod and no status names, but for those that the history keeps. */
async function truncate(
  ctx: ControllerContext,
  { set, pods, current, update }: Situation,
  { old }: History,
): Promise<void> {
  const live = new Set([current.metadata.name!, update.metadata.name!, ...pods.map(revisionOf)]);
  const unused = old.filter((one: Stored<ControllerRevision>) => !live.has(one.metadata.name!));
  const limit = set.spec?.revisionHistoryLimit ?? HISTORY;
  if (limit >= 0) await truncateHistory(ctx, unused, unused.length - limit);
}
