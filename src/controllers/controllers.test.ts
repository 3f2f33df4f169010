import { describe, expect, it } from 'vitest';
import type { Deployment } from '../apimachinery/types/apps.v1.gen.ts';
import type { Service } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { newControllers } from './controllers.ts';
import { startCluster, type TestCluster } from './testing.ts';

const DEPLOYMENTS: ResourceName = ['apps', 'deployments'];
const REPLICA_SETS: ResourceName = ['apps', 'replicasets'];
const PODS: ResourceName = ['', 'pods'];
const SLICES: ResourceName = ['discovery.k8s.io', 'endpointslices'];
const REPLICAS = 120;

/** A namespace with a deployment that runs and a service in front of it. */
async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: newControllers(), namespaces: ['shop'] });
  const labels = { app: 'web' };
  await cluster.client.create<Service & KubeObject>(['', 'services'], 'shop', {
    metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  await cluster.client.create<Deployment & KubeObject>(DEPLOYMENTS, 'shop', {
    metadata: { name: 'web' },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  });
  await cluster.advance(1000);
  await cluster.runPods();
  await cluster.advance(1000);
  return cluster;
}

const count = async (cluster: TestCluster, resource: ResourceName): Promise<number> =>
  (await cluster.list(resource, 'shop')).length;

describe('all controllers together', () => {
  it.each([
    ['Background', 0, 0],
    ['Foreground', 0, 0],
    ['Orphan', 1, REPLICAS],
  ] as const)('delete a deployment: %s', async (propagationPolicy, replicaSets, pods) => {
    const cluster = await start();
    expect(await count(cluster, PODS)).toBe(REPLICAS);
    await cluster.client.delete(DEPLOYMENTS, 'shop', 'web', { propagationPolicy });
    await cluster.advance(1000);
    expect([await count(cluster, REPLICA_SETS), await count(cluster, PODS)]).toEqual([replicaSets, pods]);
    expect(await cluster.client.get(DEPLOYMENTS, 'shop', 'web')).toBeUndefined();
    expect(cluster.errors).toEqual([]);
  });

  it('delete a namespace with all that is in it', async () => {
    const cluster = await start();
    expect(await count(cluster, SLICES)).toBeGreaterThan(0);
    await cluster.client.delete(['', 'namespaces'], '', 'shop');
    await cluster.advance(5000);
    expect(await cluster.client.get(['', 'namespaces'], '', 'shop')).toBeUndefined();
    for (const resource of [DEPLOYMENTS, REPLICA_SETS, PODS, SLICES, ['', 'configmaps'] as const]) {
      expect(await count(cluster, resource)).toBe(0);
    }
  });

  it('come to rest', async () => {
    const cluster = await start();
    await cluster.client.delete(['', 'namespaces'], '', 'shop');
    await cluster.advance(3 * 3_600_000);
    const before = await cluster.storage.head();
    await cluster.advance(24 * 3_600_000);
    expect(await cluster.storage.head()).toBe(before);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });
});
