/**
 * Taints nodes by their conditions, and tells the pods of nodes that are not ready that they are not, either.
 * Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/controller/util/node/controller_utils.go.
 *
 * A simulated node's lease is computed when it is read, so only conditions tell how a node is. Upstream's limits of how
 * many nodes of a zone are tainted a second are not kept: nobody loses a machine here.
 */
import { formatTime } from '../../apimachinery/time.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodReady, setPodCondition } from '../../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { forEachParallel, ignoring, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext } from '../framework.ts';
import { nodeTaints, readyStatus } from './taints.ts';

const NODES: ResourceName = ['', 'nodes'];
const PODS: ResourceName = ['', 'pods'];
const PARALLEL = 64;
/** A node that is older has been greeted by an earlier manager; ms. */
const NEW_MS = 60_000;

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;

const isDown = (node: Node): boolean => {
  const ready = readyStatus(node);
  return ready === 'False' || ready === 'Unknown';
};

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
  } else if (old && !isDown(old) && isDown(object)) {
    recorder.event(object, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  }
}

async function reconcile(name: string, ctx: ControllerContext): Promise<void> {
  const node = ctx.lister<NodeObject>(NODES).get('', name);
  if (!node) return;
  const now = formatTime(ctx.clock.now());
  if (nodeTaints(node, now)) {
    await ignoring(
      ctx.client.update<NodeObject>(
        NODES,
        '',
        name,
        (object) => {
          const taints = nodeTaints(object, now);
          if (!taints) return object;
          const { taints: _, ...spec } = object.spec ?? {};
          return { ...object, spec: taints.length > 0 ? { ...spec, taints } : spec };
        },
        node,
      ),
      isNotFound,
    );
  }
  if (!isDown(node)) return;
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

/** Keys are names of nodes. */
export const nodeLifecycleController: Controller = {
  name: 'node-controller',
  watches: [
    {
      resource: NODES,
      keys(change, ctx) {
        announce(change, ctx);
        return change.object ? [change.object.metadata.name!] : [];
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
  reconcile,
};
