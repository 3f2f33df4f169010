import { describe, expect, it } from 'vitest';
import type { Node, Pod, Taint, Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newTaintEvictionController } from './taint-eviction.ts';

const NODES: ResourceName = ['', 'nodes'];
const PODS: ResourceName = ['', 'pods'];
const BROKEN: Taint = { key: 'broken', effect: 'NoExecute' };

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newTaintEvictionController()] });
  await cluster.client.create<KubeObject>(NODES, '', { metadata: { name: 'n1' } });
  await taint(cluster, []);
  return cluster;
}
const taint = (cluster: TestCluster, taints: Taint[]): Promise<unknown> =>
  cluster.client.update<Node & KubeObject>(NODES, '', 'n1', (node) => ({
    ...node,
    spec: { ...node.spec, taints },
  }));
const makePod = (cluster: TestCluster, name: string, tolerations: Toleration[] = []): Promise<unknown> =>
  cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: { name },
    spec: { nodeName: 'n1', tolerations, containers: [{ name: 'c', image: 'nginx' }] },
  });
const tolerating = (tolerationSeconds?: number): Toleration[] => [
  {
    key: 'broken',
    operator: 'Exists',
    effect: 'NoExecute',
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  },
];
/** The pods that nobody has begun to delete. */
const staying = async (cluster: TestCluster): Promise<string[]> =>
  (await cluster.list(PODS))
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.name!);

describe('taint eviction controller', () => {
  it('deletes pods when their toleration ends', async () => {
    const cluster = await start();
    await makePod(cluster, 'ever', tolerating());
    await makePod(cluster, 'never');
    await makePod(cluster, 'while', tolerating(60));
    await cluster.settle();
    expect(await staying(cluster)).toEqual(['ever', 'never', 'while']);
    await taint(cluster, [BROKEN]);
    await cluster.settle();
    expect(await staying(cluster)).toEqual(['ever', 'while']);
    const going = await cluster.get<Pod & KubeObject>(PODS, 'never');
    expect(going.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      }),
    );
    await cluster.advance(59_000);
    expect(await staying(cluster)).toEqual(['ever', 'while']);
    await cluster.advance(2000);
    expect(await staying(cluster)).toEqual(['ever']);
    expect((await cluster.eventsOf('Pod')).sort()).toEqual([
      'TaintManagerEviction: Marking for deletion Pod default/never',
      'TaintManagerEviction: Marking for deletion Pod default/while',
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('calls a deletion off when the taint goes', async () => {
    const cluster = await start();
    await makePod(cluster, 'a', tolerating(60));
    await taint(cluster, [BROKEN]);
    await cluster.advance(30_000);
    await taint(cluster, []);
    await cluster.advance(60_000);
    expect(await staying(cluster)).toEqual(['a']);
    expect(await cluster.eventsOf('Pod')).toEqual([
      'TaintManagerEviction: Cancelling deletion of Pod default/a',
    ]);
  });

  it('counts on after it has lost its memory', async () => {
    const cluster = await start();
    await makePod(cluster, 'a', tolerating(60));
    await taint(cluster, [BROKEN]);
    await cluster.advance(40_000);
    await cluster.restart([newTaintEvictionController()]);
    await cluster.advance(19_000);
    expect(await staying(cluster)).toEqual(['a']);
    await cluster.advance(2000);
    expect(await staying(cluster)).toEqual([]);
  });

  it('deletes pods that come to a tainted node', async () => {
    const cluster = await start();
    await taint(cluster, [BROKEN]);
    await cluster.settle();
    await makePod(cluster, 'a');
    await cluster.settle();
    expect(await staying(cluster)).toEqual([]);
  });
});
