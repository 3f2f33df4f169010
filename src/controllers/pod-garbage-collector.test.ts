import { describe, expect, it } from 'vitest';
import type { Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { excessTerminated, newPodGarbageCollector } from './pod-garbage-collector.ts';
import { startCluster, type TestCluster } from './testing.ts';

const PODS: ResourceName = ['', 'pods'];
const NODES: ResourceName = ['', 'nodes'];

const makePod = (cluster: TestCluster, name: string, nodeName = 'n1', finalizers: string[] = []) =>
  cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: { name, finalizers },
    spec: { ...(nodeName ? { nodeName } : {}), containers: [{ name: 'c', image: 'nginx' }] },
  });
const makeNode = (cluster: TestCluster, name = 'n1') =>
  cluster.client.create<KubeObject>(NODES, '', { metadata: { name } });
const names = async (cluster: TestCluster): Promise<string[]> =>
  (await cluster.list(PODS)).map(({ metadata }) => metadata.name!);

async function start(threshold?: number): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newPodGarbageCollector(threshold)] });
  await makeNode(cluster);
  return cluster;
}

describe('pod garbage collector', () => {
  it('deletes the pods of a node that is gone, after a while', async () => {
    const cluster = await start();
    await makeNode(cluster, 'n2');
    await makePod(cluster, 'a', 'n1', ['example.com/hold']);
    await makePod(cluster, 'b', 'n1');
    await makePod(cluster, 'c', 'n2');
    await cluster.client.delete(NODES, '', 'n1');
    await cluster.advance(4000);
    expect(await names(cluster)).toEqual(['a', 'b', 'c']);
    await cluster.advance(2000);
    expect(await names(cluster)).toEqual(['a', 'c']);
    const held = await cluster.get<Pod & KubeObject>(PODS, 'a');
    expect(held.status?.phase).toBe('Failed');
    expect(held.metadata.deletionTimestamp).toBeDefined();
    expect(held.status?.conditions).toContainEqual({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastProbeTime: null,
      lastTransitionTime: '2026-01-01T00:00:05Z',
    });
    expect(cluster.errors).toEqual([]);
  });

  it('keeps the pods of a node that comes back in time', async () => {
    const cluster = await start();
    await makePod(cluster, 'a');
    await cluster.client.delete(NODES, '', 'n1');
    await cluster.advance(4000);
    await makeNode(cluster);
    await cluster.advance(10_000);
    expect(await names(cluster)).toEqual(['a']);
  });

  it('deletes a pod that is bound to a node that never was', async () => {
    const cluster = await start();
    await makePod(cluster, 'a', 'nowhere');
    await cluster.advance(6000);
    expect(await names(cluster)).toEqual([]);
  });

  it('deletes the oldest of too many finished pods', async () => {
    const cluster = await start(2);
    for (const name of ['d', 'c', 'b', 'a']) {
      await makePod(cluster, name);
      await cluster.setPod(name, 'Succeeded');
      cluster.clock.advance(1000);
    }
    await makePod(cluster, 'running');
    await cluster.settle();
    expect(await names(cluster)).toEqual(['a', 'b', 'running']);
  });
});

it('takes evicted pods first', () => {
  const pod = (name: string, creationTimestamp: string, reason?: string): Stored<Pod & KubeObject> => ({
    metadata: { name, creationTimestamp },
    status: { phase: 'Failed', ...(reason ? { reason } : {}) },
  });
  const pods = [pod('new', '3'), pod('old', '1'), pod('evicted', '4', 'Evicted'), pod('middle', '2')];
  expect(excessTerminated(pods, 2).map(({ metadata }) => metadata.name)).toEqual(['evicted', 'old']);
  expect(excessTerminated(pods, 4)).toEqual([]);
});
