/**
 * Tells kubelets how long they may keep secrets and config maps they have read: the longer, the more nodes there are.
 * Source: kubernetes pkg/controller/ttl/ttl_controller.go.
 */
import type { Node } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import { type Controller, type ControllerContext, itself } from './framework.ts';

const NODES: ResourceName = ['', 'nodes'];
const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** The sizes of clusters overlap, so that one node more or less does not change all the others again and again. */
const STEPS: readonly { readonly min: number; readonly max: number; readonly seconds: number }[] = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Infinity, seconds: 300 },
];

export function newTTLController(): Controller {
  let step = 0;

  /** Whether the number of nodes has left the step it was in. */
  function moved(count: number): boolean {
    const before = step;
    while (count > STEPS[step]!.max) step++;
    while (count < STEPS[step]!.min) step--;
    return step !== before;
  }

  async function reconcile(name: string, ctx: ControllerContext): Promise<void> {
    const nodes = ctx.lister<Node & KubeObject>(NODES);
    // Upstream's nodes report every ten seconds and are looked at then; these do not.
    if (moved(nodes.list().length)) for (const { metadata } of nodes.list()) ctx.enqueue(metadata.name!);
    const node = nodes.get('', name);
    const wanted = String(STEPS[step]!.seconds);
    if (!node || node.metadata.annotations?.[ANNOTATION] === wanted) return;
    await ignoring(
      ctx.client.update(
        NODES,
        '',
        name,
        (newest) => {
          newest.metadata.annotations = { ...newest.metadata.annotations, [ANNOTATION]: wanted };
          return newest;
        },
        node,
      ),
      isNotFound,
    );
  }

  return { name: 'ttl-controller', watches: [{ resource: NODES, keys: itself }], reconcile };
}
