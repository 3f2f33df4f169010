/**
 * Deletes pods that nobody else will: those of nodes that no longer exist, those that were never scheduled and are
 * being deleted, and the oldest of very many that have finished.
 * Source: kubernetes pkg/controller/podgc/gc_controller.go.
 *
 * Upstream looks every 20 s and waits 40 s before it believes that a node is gone; here a deleted node wakes the
 * controller, which waits 5 s: a node that registers anew under its name keeps its pods.
 */
import type { Pod } from '../apimachinery/types/core.v1.gen.ts';
import { isPodTerminal } from '../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { forEachParallel } from './errors.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from './framework.ts';
import { disruptPod } from './pod-disruption.ts';

const PODS: ResourceName = ['', 'pods'];
const NODES: ResourceName = ['', 'nodes'];
const PARALLEL = 64;
/** How long a node must be gone, in ms. */
export const QUARANTINE_MS = 5000;
/** Finished pods that are kept. */
export const TERMINATED_THRESHOLD = 12_500;
const NODE = 'node:';
const TERMINATED = 'terminated';

type PodObject = Pod & KubeObject;

/** The finished pods that are too many: those that were evicted first, then the oldest. */
export function excessTerminated(pods: readonly Stored<PodObject>[], threshold: number): Stored<PodObject>[] {
  const terminated = pods.filter(isPodTerminal);
  const isEvicted = ({ status }: Pod): number => (status?.reason === 'Evicted' ? 0 : 1);
  const created = ({ metadata }: Stored): string => metadata.creationTimestamp ?? '';
  return terminated
    .sort(
      (a, b) =>
        isEvicted(a) - isEvicted(b) ||
        (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : 0) ||
        (a.metadata.name! < b.metadata.name! ? -1 : 1),
    )
    .slice(0, Math.max(0, terminated.length - threshold));
}

const isUnscheduledAndGoing = ({ metadata, spec }: Stored<PodObject>): boolean =>
  metadata.deletionTimestamp !== undefined && !spec?.nodeName;

class PodGarbageCollector {
  readonly #threshold: number;
  #terminated = 0;
  /** Node -> when it was first missed, in ms. */
  readonly #missed = new Map<string, number>();

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  *podKeys({ object, old }: Change<PodObject>, ctx: ControllerContext): Iterable<string> {
    const before = old !== undefined && isPodTerminal(old);
    const after = object !== undefined && isPodTerminal(object);
    this.#terminated += Number(after) - Number(before);
    if (after && !before && this.#terminated > this.#threshold) yield TERMINATED;
    if (!object) return;
    const node = object.spec?.nodeName;
    if (node && !ctx.lister(NODES).get('', node)) yield NODE + node;
    if (isUnscheduledAndGoing(object)) yield keyOfObject(object);
  }

  async reconcile(key: string, ctx: ControllerContext): Promise<Result | undefined> {
    if (key === TERMINATED) {
      const excess = excessTerminated(ctx.lister<PodObject>(PODS).list(), this.#threshold);
      await forEachParallel(excess, PARALLEL, (pod) => disruptPod(pod, { gracePeriodSeconds: 0 }, ctx));
      return;
    }
    if (key.startsWith(NODE)) return this.#collectNode(key.slice(NODE.length), ctx);
    const { namespace, name } = splitKey(key);
    const pod = ctx.lister<PodObject>(PODS).get(namespace, name);
    if (pod && isUnscheduledAndGoing(pod)) await disruptPod(pod, { gracePeriodSeconds: 0 }, ctx);
  }

  async #collectNode(name: string, ctx: ControllerContext): Promise<Result | undefined> {
    if (ctx.lister(NODES).get('', name)) {
      this.#missed.delete(name);
      return;
    }
    const now = ctx.clock.now();
    const since = this.#missed.get(name) ?? now;
    const left = since + QUARANTINE_MS - now;
    if (left > 0) {
      this.#missed.set(name, since);
      return { requeueAfter: left };
    }
    this.#missed.delete(name);
    if (await ctx.client.get(NODES, '', name)) return;
    const pods = ctx
      .lister<PodObject>(PODS)
      .list()
      .filter(({ spec }) => spec?.nodeName === name);
    await forEachParallel(pods, PARALLEL, (pod) =>
      disruptPod(
        pod,
        {
          gracePeriodSeconds: 0,
          condition: { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
          ...(isPodTerminal(pod) ? {} : { phase: 'Failed' }),
        },
        ctx,
      ),
    );
  }
}

/** A pod garbage collector for one cluster. */
export function newPodGarbageCollector(threshold = TERMINATED_THRESHOLD): Controller {
  const collector = new PodGarbageCollector(threshold);
  return {
    name: 'pod-garbage-collector',
    watches: [
      { resource: NODES, keys: ({ object, old }) => (object ? [] : [NODE + old!.metadata.name]) },
      { resource: PODS, keys: (change, ctx) => collector.podKeys(change, ctx) },
    ],
    reconcile: (key, ctx) => collector.reconcile(key, ctx),
  };
}
