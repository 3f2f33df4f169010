/**
 * Taints nodes by their conditions, tells the pods of nodes that are not ready that they are not, either, and gives up
 * nodes that nobody has heard of for long.
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/controller/util/node/controller_utils.go.
 *
 * A simulated node's lease is computed when it is read, so only conditions tell how it is. The leases of other nodes are
 * not followed: one is read when its node would be given up. Upstream's limits of how many nodes of a zone are tainted a
 * second are not kept: nobody loses a machine here.
 */
import { formatTime } from '../../apimachinery/time.ts';
import type { Lease } from '../../apimachinery/types/coordination.v1.gen.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodReady, setPodCondition } from '../../apis/core/pod-util.ts';
import { isComputed } from '../../apis/heartbeat.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { forEachParallel, ignoring, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext, Result } from '../framework.ts';
import { graceLeft, type Health, observed, unknownConditions, withLease } from './health.ts';
import { areAllDown, nodeTaints, readyStatus } from './taints.ts';

const NODES: ResourceName = ['', 'nodes'];
const PODS: ResourceName = ['', 'pods'];
const LEASES: ResourceName = ['coordination.k8s.io', 'leases'];
const LEASE_NAMESPACE = 'kube-node-lease';
const PARALLEL = 64;
/** A node that is older has been greeted by an earlier manager; ms. */
const NEW_MS = 60_000;

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;

const isDown = (node: Node): boolean => {
  const ready = readyStatus(node);
  return ready === 'False' || ready === 'Unknown';
};

const isReady = (node: Node | undefined): boolean => node !== undefined && readyStatus(node) === 'True';

function announce({ object, old }: Change<NodeObject>, { recorder, clock }: ControllerContext): void {
  const name = (object ?? old)!.metadata.name!;
  if (!object) {
    recorder.event(
      old!,
      'Normal',
      'RemovingNode',
      `Node ${name} event: Removing Node ${name} from Controller`,
    );
  } else if (!old && clock.now() - Date.parse(object.metadata.creationTimestamp ?? '') < NEW_MS) {
    recorder.event(
      object,
      'Normal',
      'RegisteredNode',
      `Node ${name} event: Registered Node ${name} in Controller`,
    );
  } else if (old && readyStatus(old) === 'True' && isDown(object)) {
    recorder.event(object, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  }
}

/** By names of nodes; may be lost: then their time begins anew. */
type Memory = Map<string, Health>;

async function reconcile(name: string, ctx: ControllerContext, memory: Memory): Promise<Result | void> {
  const node = ctx.lister<NodeObject>(NODES).get('', name);
  if (!node) {
    memory.delete(name);
    return;
  }
  const left = await giveUp(node, ctx, memory);
  const now = formatTime(ctx.clock.now());
  const evicts = isDown(node) && !areAllDown(ctx.lister<NodeObject>(NODES).list());
  if (nodeTaints(node, now, evicts)) {
    await ignoring(
      ctx.client.update<NodeObject>(
        NODES,
        '',
        name,
        (object) => {
          const taints = nodeTaints(object, now, evicts);
          if (!taints) return object;
          const { taints: _, ...spec } = object.spec ?? {};
          return { ...object, spec: taints.length > 0 ? { ...spec, taints } : spec };
        },
        node,
      ),
      isNotFound,
    );
  }
  if (isDown(node)) await markPodsNotReady(name, now, ctx);
  return left === undefined ? undefined : { requeueAfter: left };
}

/** Says that a node is unknown when its time is over; until then, how many milliseconds are left. */
async function giveUp(
  node: Stored<NodeObject>,
  { client, clock }: ControllerContext,
  memory: Memory,
): Promise<number | undefined> {
  const name = node.metadata.name!;
  if (isComputed(node.metadata.annotations)) return;
  const now = clock.now();
  let health = observed(node, memory.get(name), now);
  memory.set(name, health);
  if (readyStatus(node) === 'Unknown') return;
  if (graceLeft(health, now) < 0) {
    const lease = await client.get<Lease & KubeObject>(LEASES, LEASE_NAMESPACE, name);
    if (isComputed(lease?.metadata.annotations)) return;
    health = withLease(health, lease, now);
    memory.set(name, health);
  }
  const left = graceLeft(health, now);
  if (left >= 0) return left + 1;
  await ignoring(
    client.updateStatus<NodeObject>(
      NODES,
      '',
      name,
      (object) => {
        // Somebody has reported meanwhile: that will be seen.
        if (observed(object, health, now) !== health) return object;
        return { ...object, status: { ...object.status, conditions: unknownConditions(object, now) } };
      },
      node,
    ),
    isNotFound,
  );
}

async function markPodsNotReady(name: string, now: string, ctx: ControllerContext): Promise<void> {
  const pods = ctx
    .lister<PodObject>(PODS)
    .list()
    .filter((pod) => pod.spec?.nodeName === name && isPodReady(pod));
  await forEachParallel(pods, PARALLEL, (pod) => markNotReady(pod, now, ctx));
}

async function markNotReady(
  pod: Stored<PodObject>,
  now: string,
  { client, recorder }: ControllerContext,
): Promise<void> {
  const { namespace = '', name = '' } = pod.metadata;
  await ignoring(
    client.updateStatus<PodObject>(
      PODS,
      namespace,
      name,
      (object) => {
        const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
        if (ready?.status === 'True') setPodCondition(object, { ...ready, status: 'False' }, now);
        return object;
      },
      pod,
    ),
    isNotFound,
  );
  recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
}

/** A node lifecycle controller for one cluster. Keys are names of nodes. */
export function newNodeLifecycleController(): Controller {
  const memory: Memory = new Map();
  return {
    name: 'node-controller',
    watches: [
      {
        resource: NODES,
        *keys(change: Change<NodeObject>, ctx) {
          announce(change, ctx);
          const { object, old } = change;
          yield (object ?? old)!.metadata.name!;
          // The first one that is ready, and the last one that is not any more, concern those that are down.
          if (isReady(object) === isReady(old)) return;
          for (const other of ctx.lister<NodeObject>(NODES).list()) {
            if (isDown(other)) yield other.metadata.name!;
          }
        },
      },
      {
        resource: PODS,
        keys({ object }: Change<PodObject>, ctx) {
          if (!object?.spec?.nodeName || !isPodReady(object)) return [];
          const node = ctx.lister<NodeObject>(NODES).get('', object.spec.nodeName);
          return node && isDown(node) ? [node.metadata.name!] : [];
        },
      },
    ],
    reconcile: (name, ctx) => reconcile(name, ctx, memory),
  };
}
