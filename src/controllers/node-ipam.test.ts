import { expect, it } from 'vitest';
import type { Node } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { newNodeIPAMController } from './node-ipam.ts';
import { startCluster } from './testing.ts';

const NODES: ResourceName = ['', 'nodes'];

it('gives each node a block of its own, and takes none away', async () => {
  const cluster = await startCluster({ controllers: [newNodeIPAMController()] });
  const create = (name: string, ...podCIDRs: string[]) =>
    cluster.client.create<Node & KubeObject>(NODES, '', {
      metadata: { name },
      ...(podCIDRs.length ? { spec: { podCIDR: podCIDRs[0]!, podCIDRs } } : {}),
    });
  const blocks = async () =>
    Object.fromEntries(
      (await cluster.list<Node & KubeObject>(NODES)).map(({ metadata, spec }) => [
        metadata.name,
        [spec?.podCIDR, ...(spec?.podCIDRs ?? [])],
      ]),
    );
  await create('own', '10.244.0.0/24');
  await create('taken', '10.245.0.0/24');
  await create('a');
  await create('b');
  await cluster.settle();
  expect(await blocks()).toEqual({
    own: ['10.244.0.0/24', '10.244.0.0/24'],
    taken: ['10.245.0.0/24', '10.245.0.0/24'],
    a: ['10.245.1.0/24', '10.245.1.0/24'],
    b: ['10.245.2.0/24', '10.245.2.0/24'],
  });
  await cluster.client.delete(NODES, '', 'a');
  await cluster.settle();
  await create('c');
  await cluster.settle();
  expect((await blocks()).c).toEqual(['10.245.1.0/24', '10.245.1.0/24']);
  expect(cluster.errors).toEqual([]);
});
