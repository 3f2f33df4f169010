import { describe, expect, it } from 'vitest';
import type { ConfigMap, Namespace, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { namespaceController, nextLook } from './namespace.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const PODS: ResourceName = ['', 'pods'];

const start = (): Promise<TestCluster> =>
  startCluster({ controllers: [namespaceController], namespaces: ['shop'] });
const pod = (): Pod => ({
  metadata: { name: 'web' },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] },
});
const conditions = async (cluster: TestCluster): Promise<Record<string, string>> => {
  const { status } = await cluster.get<Namespace & KubeObject>(NAMESPACES, 'shop', '');
  return Object.fromEntries((status?.conditions ?? []).map(({ type, message }) => [type, message!]));
};

describe('namespace controller', () => {
  it('empties a namespace and lets it go', async () => {
    const cluster = await start();
    await cluster.client.create(CONFIG_MAPS, 'shop', { metadata: { name: 'a' } });
    await cluster.client.create(['apps', 'deployments'], 'shop', {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
      },
    });
    await cluster.client.create(CONFIG_MAPS, 'default', { metadata: { name: 'other' } });
    await cluster.client.delete(NAMESPACES, '', 'shop');
    await cluster.settle();
    expect(await cluster.client.get(NAMESPACES, '', 'shop')).toBeUndefined();
    expect(await cluster.list(CONFIG_MAPS)).toHaveLength(1);
    expect(await cluster.list(['apps', 'deployments'])).toHaveLength(0);
    expect(await cluster.list(['', 'serviceaccounts'], 'shop')).toHaveLength(0);
    expect(cluster.errors).toEqual([]);
  });

  it('deletes nothing else before the last pod has gone', async () => {
    const cluster = await start();
    await cluster.client.create(PODS, 'shop', pod());
    await cluster.client.create(CONFIG_MAPS, 'shop', { metadata: { name: 'a' } });
    await cluster.client.delete(NAMESPACES, '', 'shop');
    await cluster.settle();
    const [waiting] = await cluster.list(PODS, 'shop');
    expect(waiting?.metadata.deletionTimestamp).toBeDefined();
    expect(await cluster.list(CONFIG_MAPS, 'shop')).toHaveLength(1);
    expect((await conditions(cluster)).NamespaceContentRemaining).toBe(
      'Some resources are remaining: pods. has 1 resource instances',
    );
    // The node is done with it: that alone makes the controller look again.
    await cluster.client.delete(PODS, 'shop', 'web', { gracePeriodSeconds: 0 });
    await cluster.settle();
    expect(await cluster.client.get(NAMESPACES, '', 'shop')).toBeUndefined();
    expect(await cluster.list(CONFIG_MAPS, 'shop')).toHaveLength(0);
  });

  it('waits for finalizers and names them', async () => {
    const cluster = await start();
    await cluster.client.create(CONFIG_MAPS, 'shop', {
      metadata: { name: 'a', finalizers: ['example.com/hold'] },
    });
    await cluster.client.delete(NAMESPACES, '', 'shop');
    await cluster.advance(10_000);
    expect(await conditions(cluster)).toMatchObject({
      NamespaceContentRemaining: 'Some resources are remaining: configmaps. has 1 resource instances',
      NamespaceFinalizersRemaining: 'Some finalizers are remaining: example.com/hold in 1 resource instances',
      NamespaceDeletionContentFailure: 'All content successfully deleted, may be waiting on finalization',
    });
    await cluster.client.update<ConfigMap & KubeObject>(CONFIG_MAPS, 'shop', 'a', (map) => {
      delete map.metadata.finalizers;
      return map;
    });
    await cluster.settle();
    expect(await cluster.client.get(NAMESPACES, '', 'shop')).toBeUndefined();
  });

  it('leaves a namespace to the other finalizers of its spec', async () => {
    const cluster = await start();
    await cluster.client.create(NAMESPACES, '', {
      metadata: { name: 'held' },
      spec: { finalizers: ['example.com/mine'] },
    });
    await cluster.client.delete(NAMESPACES, '', 'held');
    await cluster.settle();
    const held = await cluster.get<Namespace & KubeObject>(NAMESPACES, 'held', '');
    expect(held.spec?.finalizers).toEqual(['example.com/mine']);
    expect(held.status?.phase).toBe('Terminating');
  });

  it('looks ever less often', () => {
    expect([0, 400, 4000, 600_000].map((age) => nextLook(0, age))).toEqual([250, 250, 1000, 15_000]);
  });
});
