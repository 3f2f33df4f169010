import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../../apimachinery/types/core.v1.gen.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newGarbageCollector } from './garbage-collector.ts';

const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const SECRETS: ResourceName = ['', 'secrets'];

const start = (): Promise<TestCluster> =>
  startCluster({ controllers: [newGarbageCollector()], namespaces: ['shop'] });

const ownedBy = (owner: Stored, blockOwnerDeletion = false): OwnerReference => ({
  apiVersion: owner.apiVersion!,
  kind: owner.kind!,
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
  ...(blockOwnerDeletion ? { blockOwnerDeletion } : {}),
});

const make = (
  cluster: TestCluster,
  name: string,
  ownerReferences: OwnerReference[] = [],
  extra: Partial<KubeObject['metadata']> = {},
  namespace = 'default',
): Promise<Stored> =>
  cluster.client.create<KubeObject>(CONFIG_MAPS, namespace, {
    metadata: { name, ownerReferences, ...extra },
  });

const names = async (cluster: TestCluster): Promise<string[]> =>
  (await cluster.list(CONFIG_MAPS)).map(({ metadata }) => metadata.name!);

const NOBODY: OwnerReference = { apiVersion: 'v1', kind: 'Secret', name: 'gone', uid: 'no-such-uid' };

describe('garbage collector', () => {
  it('deletes in the background, level by level', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [ownedBy(a)]);
    await make(cluster, 'c', [ownedBy(b)]);
    await make(cluster, 'free');
    await cluster.settle();
    expect(await names(cluster)).toHaveLength(4);
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(await names(cluster)).toEqual(['free']);
    expect(cluster.errors).toEqual([]);
  });

  it('deletes thousands of dependents of one owner at a time', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    await Promise.all(Array.from({ length: 1000 }, (_, i) => make(cluster, `b${i}`, [ownedBy(a)])));
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.settle();
    expect(await names(cluster)).toEqual([]);
  });

  it('deletes what is created under an owner that is gone', async () => {
    const cluster = await start();
    await make(cluster, 'late', [NOBODY]);
    await cluster.settle();
    expect(await names(cluster)).toEqual([]);
  });

  it('takes a namesake for another owner', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    await make(cluster, 'b', [{ ...ownedBy(a), uid: 'another' }]);
    await cluster.settle();
    expect(await names(cluster)).toEqual(['a']);
  });

  it('keeps what has another owner, and drops the reference to the one that is gone', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b');
    await make(cluster, 'c', [ownedBy(a), ownedBy(b)]);
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.settle();
    expect((await cluster.get(CONFIG_MAPS, 'c')).metadata.ownerReferences).toEqual([ownedBy(b)]);
  });

  it('orphans', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    await make(cluster, 'b', [ownedBy(a)]);
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a', { propagationPolicy: 'Orphan' });
    await cluster.settle();
    expect(await names(cluster)).toEqual(['b']);
    expect((await cluster.get(CONFIG_MAPS, 'b')).metadata.ownerReferences).toBeUndefined();
  });

  it('deletes in the foreground: the owner goes last', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [ownedBy(a, true)]);
    await make(cluster, 'c', [ownedBy(b, true)], { finalizers: ['example.com/hold'] });
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await names(cluster)).toEqual(['a', 'b', 'c']);
    expect((await cluster.get(CONFIG_MAPS, 'b')).metadata.finalizers).toEqual(['foregroundDeletion']);
    expect((await cluster.get(CONFIG_MAPS, 'c')).metadata.deletionTimestamp).toBeDefined();
    await cluster.client.update<ConfigMap & KubeObject>(CONFIG_MAPS, 'default', 'c', (map) => {
      delete map.metadata.finalizers;
      return map;
    });
    await cluster.settle();
    expect(await names(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('does not wait for dependents that do not block', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    await make(cluster, 'b', [ownedBy(a)], { finalizers: ['example.com/hold'] });
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a', { propagationPolicy: 'Foreground' });
    await cluster.settle();
    expect(await names(cluster)).toEqual(['b']);
    expect((await cluster.get(CONFIG_MAPS, 'b')).metadata.deletionTimestamp).toBeDefined();
  });

  it.each(['Background', 'Foreground'] as const)('resolves circles: %s', async (propagationPolicy) => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [ownedBy(a, true)]);
    const c = await make(cluster, 'c', [ownedBy(b, true)]);
    await cluster.client.update<KubeObject>(CONFIG_MAPS, 'default', 'a', (map) => {
      map.metadata.ownerReferences = [ownedBy(c, true)];
      return map;
    });
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a', { propagationPolicy });
    await cluster.settle();
    expect(await names(cluster)).toEqual([]);
  });

  it('reports an owner in another namespace and takes it for absent', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a', [], {}, 'shop');
    await cluster.settle();
    const b = await make(cluster, 'b', [ownedBy(a)]);
    await cluster.settle();
    expect(await names(cluster)).toEqual(['a']);
    expect(await cluster.eventsOf('ConfigMap', 'b')).toEqual([
      `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: a, uid: ${a.metadata.uid}] does not exist in namespace "default"`,
    ]);
    expect(b.metadata.uid).toBeDefined();
  });

  it('keeps a cluster-scoped object with an owner in a namespace, and says so', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    await cluster.client.create(['scheduling.k8s.io', 'priorityclasses'], '', {
      metadata: { name: 'p', ownerReferences: [ownedBy(a)] },
      value: 1,
    });
    await cluster.settle();
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.settle();
    expect(await cluster.list(['scheduling.k8s.io', 'priorityclasses'])).toHaveLength(1);
    expect(await cluster.eventsOf('PriorityClass')).toContain(
      `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: , name: a, uid: ${a.metadata.uid}] does not exist in namespace ""`,
    );
  });

  it('keeps what an owner of a kind that is not served may own', async () => {
    const cluster = await start();
    await make(cluster, 'a', [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 't', uid: 'u' }]);
    await cluster.settle();
    expect(await names(cluster)).toEqual(['a']);
  });

  it('finds what was to be done after it has lost its memory', async () => {
    const cluster = await start();
    const a = await make(cluster, 'a');
    const s = await cluster.client.create<KubeObject>(SECRETS, 'default', { metadata: { name: 's' } });
    await make(cluster, 'b', [ownedBy(a)]);
    await make(cluster, 'c', [ownedBy(s)]);
    await cluster.settle();
    await cluster.restart([]);
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.client.delete(SECRETS, 'default', 's', { propagationPolicy: 'Orphan' });
    await cluster.restart([newGarbageCollector()]);
    await cluster.settle();
    expect(await names(cluster)).toEqual(['c']);
    expect(await cluster.list(SECRETS)).toEqual([]);
  });
});
