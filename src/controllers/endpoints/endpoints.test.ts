import { describe, expect, it } from 'vitest';
import type { Endpoints, Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { PODS, SERVICES } from '../service-pods.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { ENDPOINTS, newEndpointsController } from './endpoints.ts';

type EndpointsObject = Endpoints & KubeObject;

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newEndpointsController()] });
  await cluster.client.create<Service & KubeObject>(SERVICES, 'default', {
    metadata: { name: 'web', labels: { team: 'a' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  return cluster;
}

async function makePod(cluster: TestCluster, name: string, ip: string): Promise<void> {
  await cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: { name, labels: { app: 'web' } },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] },
  });
  await cluster.client.updateStatus<Pod & KubeObject>(PODS, 'default', name, (pod) => {
    pod.status = { ...pod.status, podIP: ip, podIPs: [{ ip }] };
    return pod;
  });
}

const get = (cluster: TestCluster): Promise<EndpointsObject> =>
  cluster.get<EndpointsObject>(ENDPOINTS, 'web');

describe('endpoints controller', () => {
  it('keeps the object of a service, and deletes it with the service', async () => {
    const cluster = await start();
    await cluster.settle();
    expect((await get(cluster)).subsets).toBeUndefined();
    expect((await get(cluster)).metadata?.labels).toEqual({
      team: 'a',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    await makePod(cluster, 'a', '10.1.0.1');
    await cluster.advance(1000);
    expect((await get(cluster)).subsets?.[0]).toMatchObject({ notReadyAddresses: [{ ip: '10.1.0.1' }] });
    await cluster.setPod('a', 'Running', [{ type: 'Ready', status: 'True' }]);
    await cluster.advance(1000);
    const { subsets, metadata } = await get(cluster);
    expect(subsets).toMatchObject([
      { addresses: [{ ip: '10.1.0.1' }], ports: [{ port: 80, protocol: 'TCP' }] },
    ]);
    expect(metadata?.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:01Z',
    });
    await cluster.client.delete(SERVICES, 'default', 'web');
    await cluster.advance(1000);
    expect(await cluster.list(ENDPOINTS)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('writes nothing when nothing changes, also after it has lost its memory', async () => {
    const cluster = await start();
    await makePod(cluster, 'a', '10.1.0.1');
    await cluster.advance(1000);
    const before = await cluster.storage.head();
    await cluster.restart([newEndpointsController()]);
    await cluster.advance(1000);
    expect(await cluster.storage.head()).toBe(before);
  });

  it('undoes what somebody changes, and keeps their annotations', async () => {
    const cluster = await start();
    await cluster.settle();
    await cluster.client.update<EndpointsObject>(ENDPOINTS, 'default', 'web', (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { mine: 'x' } },
      subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 1 }] }],
    }));
    await cluster.advance(1000);
    expect((await get(cluster)).subsets).toBeUndefined();
    expect((await get(cluster)).metadata?.annotations).toMatchObject({ mine: 'x' });
  });

  it('deletes what others made for a service with the service', async () => {
    const cluster = await start();
    await cluster.client.create<Service & KubeObject>(SERVICES, 'default', {
      metadata: { name: 'bare' },
      spec: { ports: [{ port: 80 }] },
    });
    await cluster.client.create<EndpointsObject>(ENDPOINTS, 'default', {
      metadata: { name: 'bare' },
      subsets: [{ addresses: [{ ip: '10.1.0.1' }], ports: [{ port: 80 }] }],
    });
    await cluster.settle();
    expect((await cluster.list(ENDPOINTS)).map(({ metadata }) => metadata.name)).toEqual(['bare', 'web']);
    await cluster.client.delete(SERVICES, 'default', 'bare');
    await cluster.settle();
    expect((await cluster.list(ENDPOINTS)).map(({ metadata }) => metadata.name)).toEqual(['web']);
  });

  it('leaves Endpoints without a service alone', async () => {
    const cluster = await start();
    await cluster.client.create<EndpointsObject>(ENDPOINTS, 'default', { metadata: { name: 'mine' } });
    await cluster.advance(1000);
    expect(await cluster.client.get(ENDPOINTS, 'default', 'mine')).toBeDefined();
  });
});
