/**
 * Gives nodes that registered without one a block for the addresses of their pods. A simulated node brings its own (see
 * kubelet/node-network.ts); this is for those that somebody made by hand, from what the others leave of 10.128.0.0/9.
 * Source: kubernetes pkg/controller/nodeipam/ipam/range_allocator.go.
 */
import type { Node } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import type { Change, Controller, ControllerContext } from './framework.ts';

type NodeObject = Node & KubeObject;

const NODES: ResourceName = ['', 'nodes'];
const FIRST = 245;
const BLOCKS = (256 - FIRST) * 256;

const blockAt = (index: number): string => `10.${FIRST + (index >> 8)}.${index & 255}.0/24`;

export function newNodeIPAMController(): Controller {
  /** What was given out and may not be in the copies yet. */
  const given = new Map<string, string>();

  function freeBlock(nodes: readonly NodeObject[]): string | undefined {
    const taken = new Set([...given.values(), ...nodes.flatMap(({ spec }) => spec?.podCIDRs ?? [])]);
    for (let index = 0; index < BLOCKS; index++) {
      const block = blockAt(index);
      if (!taken.has(block)) return block;
    }
    return undefined;
  }

  async function reconcile(name: string, ctx: ControllerContext): Promise<void> {
    const nodes = ctx.lister<NodeObject>(NODES);
    const node = nodes.get('', name);
    if (!node || node.spec?.podCIDRs?.length) {
      given.delete(name);
      return;
    }
    if (node.metadata.deletionTimestamp) return;
    const block = given.get(name) ?? freeBlock(nodes.list());
    if (block === undefined) {
      const reason = 'CIDRNotAvailable';
      ctx.recorder.event(node, 'Normal', reason, `Node ${name} status is now: ${reason}`);
      throw new Error('failed to allocate cidr from cluster cidr: range is full');
    }
    given.set(name, block);
    await ignoring(
      ctx.client.update<NodeObject>(
        NODES,
        '',
        name,
        (newest) => {
          if (!newest.spec?.podCIDRs?.length) {
            newest.spec = { ...newest.spec, podCIDR: block, podCIDRs: [block] };
          }
          return newest;
        },
        node,
      ),
      isNotFound,
    );
  }

  return {
    name: 'node-controller',
    eventSource: 'cidrAllocator',
    concurrency: 1,
    watches: [
      {
        resource: NODES,
        *keys({ object, old }: Change<NodeObject>) {
          const node = (object ?? old)!;
          if (!object?.spec?.podCIDRs?.length || given.has(node.metadata.name!)) yield node.metadata.name!;
        },
      },
    ],
    reconcile,
  };
}
