import { describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { PODS, SERVICES } from '../service-pods.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newEndpointSliceController } from './endpoint-slice.ts';
import type { SliceObject } from './packing.ts';
import { ENDPOINT_SLICES } from './store.ts';

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newEndpointSliceController()] });
  await cluster.client.create(['', 'nodes'], '', { metadata: { name: 'n1' } });
  return cluster;
}

const makeService = (cluster: TestCluster, spec: Service['spec'] = {}): Promise<unknown> =>
  cluster.client.create<Service & KubeObject>(SERVICES, 'default', {
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  });

async function makePod(cluster: TestCluster, index: number, labels = { app: 'web' }): Promise<void> {
  const name = `pod-${index}`;
  await cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: { name, labels },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] },
  });
  await cluster.client.updateStatus<Pod & KubeObject>(PODS, 'default', name, (pod) => {
    const ip = `10.1.${index >> 8}.${index & 255}`;
    pod.status = { ...pod.status, podIP: ip, podIPs: [{ ip }] };
    return pod;
  });
  await cluster.setPod(name, 'Running', [{ type: 'Ready', status: 'True' }]);
}

const slices = (cluster: TestCluster): Promise<SliceObject[]> => cluster.list<SliceObject>(ENDPOINT_SLICES);
const endpoints = async (cluster: TestCluster): Promise<string[]> =>
  (await slices(cluster)).flatMap((slice) =>
    (slice.endpoints ?? []).map(
      ({ targetRef, conditions }) => `${targetRef?.name}=${conditions?.ready ? 'ready' : 'not ready'}`,
    ),
  );

describe('endpoint slice controller', () => {
  it('shows the pods of a service as they come, change and go', async () => {
    const cluster = await start();
    await makeService(cluster);
    await makePod(cluster, 1);
    await makePod(cluster, 2);
    await makePod(cluster, 3, { app: 'other' });
    await cluster.advance(1000);
    expect((await endpoints(cluster)).sort()).toEqual(['pod-1=ready', 'pod-2=ready']);
    const [slice] = await slices(cluster);
    expect(slice?.metadata?.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.metadata?.annotations).toHaveProperty(['endpoints.kubernetes.io/last-change-trigger-time']);

    await cluster.setPod('pod-1', 'Running', [{ type: 'Ready', status: 'False' }]);
    await cluster.client.delete(PODS, 'default', 'pod-2', { gracePeriodSeconds: 0 });
    await cluster.advance(1000);
    expect(await endpoints(cluster)).toEqual(['pod-1=not ready']);

    await cluster.client.update<Pod & KubeObject>(PODS, 'default', 'pod-1', (pod) => {
      pod.metadata.labels = { app: 'other' };
      return pod;
    });
    await cluster.advance(1000);
    expect(await endpoints(cluster)).toEqual([]);
    expect(await slices(cluster)).toHaveLength(1);
    expect(cluster.errors).toEqual([]);
  });

  it('takes a burst of pods in few writes', async () => {
    const cluster = await start();
    await makeService(cluster);
    await cluster.advance(1000);
    await Promise.all(Array.from({ length: 150 }, (_, index) => makePod(cluster, index)));
    const before = await cluster.storage.head();
    await cluster.advance(1000);
    expect(await endpoints(cluster)).toHaveLength(150);
    expect((await cluster.storage.head()) - before).toBe(2);
  });

  it('writes nothing twice while its copies are old', async () => {
    const cluster = await start();
    await makeService(cluster);
    await makePod(cluster, 1);
    await cluster.settle();
    cluster.hold();
    await cluster.advance(3000);
    cluster.release();
    await cluster.advance(3000);
    expect(await slices(cluster)).toHaveLength(1);
  });

  it('restores a slice that somebody deletes, and minds no other slices', async () => {
    const cluster = await start();
    await cluster.client.create<SliceObject>(ENDPOINT_SLICES, 'default', {
      metadata: { name: 'mine', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [],
    });
    await makeService(cluster);
    await makePod(cluster, 1);
    await cluster.advance(10_000);
    const made = (await slices(cluster)).find(({ metadata }) => metadata?.name !== 'mine');
    await cluster.client.delete(ENDPOINT_SLICES, 'default', made!.metadata!.name!);
    await cluster.advance(10_000);
    expect(await endpoints(cluster)).toEqual(['pod-1=ready']);
    expect(await slices(cluster)).toHaveLength(2);
  });

  it('leaves services without a selector alone', async () => {
    const cluster = await start();
    await cluster.client.create<Service & KubeObject>(SERVICES, 'default', {
      metadata: { name: 'manual' },
      spec: { ports: [{ port: 80 }] },
    });
    await makeService(cluster, { type: 'ExternalName', externalName: 'example.com' });
    await cluster.advance(1000);
    expect(await slices(cluster)).toEqual([]);
  });

  it('does nothing anew after it has lost its memory', async () => {
    const cluster = await start();
    await makeService(cluster);
    await makePod(cluster, 1);
    await cluster.advance(1000);
    const before = await cluster.storage.head();
    await cluster.restart([newEndpointSliceController()]);
    await cluster.advance(1000);
    expect(await cluster.storage.head()).toBe(before);
  });
});
