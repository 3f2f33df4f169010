import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ROOT_CA_NAME, rootCACertPublisher } from './root-ca-publisher.ts';
import { startCluster, type TestCluster } from './testing.ts';

const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const dataOf = async (cluster: TestCluster, namespace: string): Promise<unknown> =>
  (await cluster.get<ConfigMap & KubeObject>(CONFIG_MAPS, ROOT_CA_NAME, namespace)).data;

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [rootCACertPublisher] });
  await cluster.client.create(CONFIG_MAPS, 'kube-system', {
    metadata: { name: ROOT_CA_NAME },
    data: { 'ca.crt': 'CA' },
  });
  await cluster.settle();
  return cluster;
}

describe('root CA publisher', () => {
  it('copies the certificate to every namespace, old and new', async () => {
    const cluster = await start();
    await cluster.client.create(['', 'namespaces'], '', { metadata: { name: 'shop' } });
    await cluster.settle();
    expect(await dataOf(cluster, 'default')).toEqual({ 'ca.crt': 'CA' });
    expect(await dataOf(cluster, 'shop')).toEqual({ 'ca.crt': 'CA' });
  });

  it('restores what is changed or deleted, the original included', async () => {
    const cluster = await start();
    await cluster.client.update<ConfigMap & KubeObject>(CONFIG_MAPS, 'default', ROOT_CA_NAME, (map) => ({
      ...map,
      data: { 'ca.crt': 'CA', more: 'x' },
    }));
    await cluster.settle();
    expect(await dataOf(cluster, 'default')).toEqual({ 'ca.crt': 'CA' });
    for (const namespace of ['default', 'kube-system']) {
      await cluster.client.delete(CONFIG_MAPS, namespace, ROOT_CA_NAME);
      await cluster.settle();
      expect(await dataOf(cluster, namespace)).toEqual({ 'ca.crt': 'CA' });
    }
  });

  it('leaves other config maps alone', async () => {
    const cluster = await start();
    await cluster.client.create(CONFIG_MAPS, 'default', {
      metadata: { name: 'a' },
      data: { 'ca.crt': 'mine' },
    });
    await cluster.settle();
    expect((await cluster.get<ConfigMap & KubeObject>(CONFIG_MAPS, 'a')).data).toEqual({ 'ca.crt': 'mine' });
  });
});
