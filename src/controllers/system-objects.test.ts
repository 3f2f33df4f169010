import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { namespaceController } from './namespace/namespace.ts';
import { ROOT_CA_NAME, rootCACertPublisher } from './root-ca-publisher.ts';
import { SYSTEM_NAMESPACES, systemObjects, systemObjectsController } from './system-objects.ts';
import { startCluster, type TestCluster } from './testing.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const AUTHENTICATION = 'extension-apiserver-authentication';
const KEPT = systemObjects('CA');

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({
    controllers: [systemObjectsController, rootCACertPublisher, namespaceController],
  });
  await cluster.client.create(CONFIG_MAPS, 'kube-system', {
    metadata: { name: ROOT_CA_NAME },
    data: { 'ca.crt': 'CA' },
  });
  await cluster.settle();
  return cluster;
}

const missing = async (cluster: TestCluster): Promise<string[]> => {
  const found = await Promise.all(
    KEPT.map(({ resource, namespace, object }) =>
      cluster.client.get(resource, namespace, object.metadata!.name!),
    ),
  );
  return KEPT.flatMap(({ resource, object }, i) =>
    found[i] ? [] : [`${resource[1]}/${object.metadata!.name}`],
  );
};

describe('the objects of the API server', () => {
  it('are made in a cluster that does not have them', async () => {
    const cluster = await start();
    expect(await missing(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
    const { metadata } = await cluster.get<KubeObject>(['', 'services'], 'kubernetes');
    expect(metadata.managedFields?.map(({ manager }) => manager)).toEqual(['kube-apiserver']);
  });

  it.each(KEPT.filter(({ resource }) => resource !== NAMESPACES && resource[1] !== 'namespaces'))(
    'come back: $resource',
    async ({ resource, namespace, object }) => {
      const cluster = await start();
      const name = object.metadata!.name!;
      const { uid } = (await cluster.get<KubeObject>(resource, name, namespace)).metadata;
      await cluster.client.delete(resource, namespace, name);
      await cluster.settle();
      const again = await cluster.get<KubeObject>(resource, name, namespace);
      expect(again.metadata.uid).not.toBe(uid);
    },
  );

  it('come back: a namespace, when it is gone', async () => {
    const cluster = await start();
    const name = SYSTEM_NAMESPACES.at(-1)!;
    const { uid } = (await cluster.get(NAMESPACES, name, '')).metadata;
    await cluster.client.delete(NAMESPACES, '', name);
    await cluster.advance(60_000);
    expect((await cluster.get(NAMESPACES, name, '')).metadata).not.toMatchObject({ uid });
  });

  it('come back when a manager begins that did not see them go', async () => {
    const cluster = await start();
    cluster.hold();
    await cluster.client.delete(['', 'services'], 'default', 'kubernetes');
    await cluster.restart([systemObjectsController]);
    await cluster.settle();
    expect(await missing(cluster)).toEqual([]);
  });

  it('have the certificate in them, which comes back too', async () => {
    const cluster = await start();
    await cluster.client.delete(CONFIG_MAPS, 'kube-system', ROOT_CA_NAME);
    await cluster.client.delete(CONFIG_MAPS, 'kube-system', AUTHENTICATION);
    await cluster.settle();
    const map = await cluster.get<ConfigMap & KubeObject>(CONFIG_MAPS, AUTHENTICATION, 'kube-system');
    expect(map.data?.['client-ca-file']).toBe('CA');
  });
});
