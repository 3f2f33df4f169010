/**
 * Deletes pods from nodes with taints of effect NoExecute that they do not, or no longer, tolerate.
 * Source: kubernetes pkg/controller/tainteviction/taint_eviction.go.
 *
 * Upstream counts the time from when it saw the taint first, which it remembers. Here the taint says it itself: one
 * without timeAdded (set by hand) is given the time at which it was first seen.
 */
import { formatTime } from '../../apimachinery/time.ts';
import type { Node, Pod, Taint } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { disruptPod } from '../pod-disruption.ts';
import { evictionTime, noExecuteTaints } from './deadline.ts';

const NODES: ResourceName = ['', 'nodes'];
const PODS: ResourceName = ['', 'pods'];
const NODE = 'node:';

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;

const isUndated = ({ effect, timeAdded }: Taint): boolean => effect === 'NoExecute' && !timeAdded;

class TaintEviction {
  /** Pods whose deletion has been set, for the message when it is called off. */
  readonly #scheduled = new Set<string>();

  *nodeKeys({ object, old }: Change<NodeObject>, ctx: ControllerContext): Iterable<string> {
    const after = noExecuteTaints(object?.spec?.taints);
    if (object && equalJSON(after, noExecuteTaints(old?.spec?.taints))) return;
    const name = (object ?? old)!.metadata.name!;
    if (after.some(isUndated)) yield NODE + name;
    for (const pod of ctx.lister<PodObject>(PODS).list()) {
      if (pod.spec?.nodeName === name) yield keyOfObject(pod);
    }
  }

  *podKeys({ object, old }: Change<PodObject>, ctx: ControllerContext): Iterable<string> {
    if (!object) {
      this.#scheduled.delete(keyOfObject(old!));
      return;
    }
    const { nodeName, tolerations } = object.spec ?? {};
    if (!nodeName || (old?.spec?.nodeName === nodeName && equalJSON(old.spec.tolerations, tolerations)))
      return;
    const node = ctx.lister<NodeObject>(NODES).get('', nodeName);
    if (noExecuteTaints(node?.spec?.taints).length > 0) yield keyOfObject(object);
  }

  async reconcile(key: string, ctx: ControllerContext): Promise<Result | undefined> {
    if (key.startsWith(NODE)) {
      await dateTaints(key.slice(NODE.length), ctx);
      return;
    }
    const { namespace, name } = splitKey(key);
    const pod = ctx.lister<PodObject>(PODS).get(namespace, name);
    if (!pod?.spec?.nodeName || pod.metadata.deletionTimestamp) {
      this.#scheduled.delete(key);
      return;
    }
    const taints = noExecuteTaints(ctx.lister<NodeObject>(NODES).get('', pod.spec.nodeName)?.spec?.taints);
    const at = evictionTime(pod, taints);
    if (at === Number.POSITIVE_INFINITY) {
      this.#cancel(key, pod, ctx);
      return;
    }
    const left = at - ctx.clock.now();
    if (left > 0) {
      this.#scheduled.add(key);
      // A taint without a time will have one shortly, and the pod comes again then.
      return taints.some(isUndated) ? undefined : { requeueAfter: left };
    }
    this.#scheduled.delete(key);
    ctx.recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    const condition = {
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    };
    await ignoring(disruptPod(pod, { condition }, ctx), isNotFound);
  }

  #cancel(key: string, pod: Stored<PodObject>, { recorder }: ControllerContext): void {
    if (!this.#scheduled.delete(key)) return;
    recorder.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
  }
}

async function dateTaints(name: string, { client, clock, lister }: ControllerContext): Promise<void> {
  const now = formatTime(clock.now());
  const node = lister<NodeObject>(NODES).get('', name);
  if (!node?.spec?.taints?.some(isUndated)) return;
  const dated = (taint: Taint): Taint => (isUndated(taint) ? { ...taint, timeAdded: now } : taint);
  await ignoring(
    client.update<NodeObject>(
      NODES,
      '',
      name,
      (object) => ({ ...object, spec: { ...object.spec, taints: (object.spec?.taints ?? []).map(dated) } }),
      node,
    ),
    isNotFound,
  );
}

/** A taint eviction controller for one cluster. */
export function newTaintEvictionController(): Controller {
  const eviction = new TaintEviction();
  return {
    name: 'taint-eviction-controller',
    watches: [
      { resource: NODES, keys: (change, ctx) => eviction.nodeKeys(change, ctx) },
      { resource: PODS, keys: (change, ctx) => eviction.podKeys(change, ctx) },
    ],
    reconcile: (key, ctx) => eviction.reconcile(key, ctx),
  };
}
