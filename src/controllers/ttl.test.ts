import { expect, it } from 'vitest';
import type { ResourceName } from '../registry/client.ts';
import { startCluster, type TestCluster } from './testing.ts';
import { newTTLController } from './ttl.ts';

const NODES: ResourceName = ['', 'nodes'];

async function resize(cluster: TestCluster, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await cluster.client.create(NODES, '', { metadata: { name: `n${i}` } });
  for (let i = to; i < from; i++) await cluster.client.delete(NODES, '', `n${i}`);
  await cluster.settle();
}
const ttls = async (cluster: TestCluster): Promise<(string | undefined)[]> => [
  ...new Set(
    (await cluster.list(NODES)).map(({ metadata }) => metadata.annotations?.['node.alpha.kubernetes.io/ttl']),
  ),
];

it('tells every node how long, by how many there are', async () => {
  const cluster = await startCluster({ controllers: [newTTLController()] });
  await resize(cluster, 0, 100);
  expect(await ttls(cluster)).toEqual(['0']);
  await resize(cluster, 100, 101);
  expect(await ttls(cluster)).toEqual(['15']);
  await resize(cluster, 101, 90);
  expect(await ttls(cluster)).toEqual(['15']);
  await resize(cluster, 90, 89);
  expect(await ttls(cluster)).toEqual(['0']);
  expect(cluster.errors).toEqual([]);
});

it('puts back what somebody changed', async () => {
  const cluster = await startCluster({ controllers: [newTTLController()] });
  await resize(cluster, 0, 1);
  await cluster.client.update(NODES, '', 'n0', (node) => {
    node.metadata.annotations = { 'node.alpha.kubernetes.io/ttl': '7', mine: 'yes' };
    return node;
  });
  await cluster.settle();
  expect((await cluster.get(NODES, 'n0', '')).metadata.annotations).toEqual({
    'node.alpha.kubernetes.io/ttl': '0',
    mine: 'yes',
  });
});
