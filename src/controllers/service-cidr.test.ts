import { expect, it } from 'vitest';
import type { ServiceCIDR } from '../apimachinery/types/networking.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { serviceCIDRController } from './service-cidr.ts';
import { startCluster, type TestCluster } from './testing.ts';

const RANGES: ResourceName = ['networking.k8s.io', 'servicecidrs'];
const ADDRESSES: ResourceName = ['networking.k8s.io', 'ipaddresses'];

const range = (name: string, ...cidrs: string[]): ServiceCIDR & KubeObject => ({
  metadata: { name },
  spec: { cidrs },
});
const address = (name: string, managedBy = 'ipallocator.k8s.io'): KubeObject => ({
  metadata: { name, labels: { 'ipaddress.kubernetes.io/managed-by': managedBy } },
  spec: { parentRef: { group: '', resource: 'services', namespace: 'default', name: 's' } },
});

async function clusterWith(ranges: KubeObject[], addresses: KubeObject[] = []): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [serviceCIDRController] });
  for (const one of ranges) await cluster.client.create(RANGES, '', one);
  for (const one of addresses) await cluster.client.create(ADDRESSES, '', one);
  await cluster.settle();
  return cluster;
}
const names = async (cluster: TestCluster): Promise<(string | undefined)[]> =>
  (await cluster.list(RANGES)).map(({ metadata }) => metadata.name);
const ready = async (cluster: TestCluster, name: string): Promise<object | undefined> => {
  const { status } = await cluster.get<ServiceCIDR & KubeObject>(RANGES, name, '');
  return status?.conditions?.[0];
};

it('says that a range is ready, and protects it', async () => {
  const cluster = await clusterWith([range('a', '10.0.0.0/24')]);
  const { metadata } = await cluster.get(RANGES, 'a', '');
  expect(metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer']);
  expect(await ready(cluster, 'a')).toEqual({
    type: 'Ready',
    status: 'True',
    reason: '',
    message: 'Kubernetes Service CIDR is ready',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
  expect(metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toContain(
    'service-cidr-controller Apply',
  );
  expect(cluster.errors).toEqual([]);
});

it.each<[string, KubeObject[], KubeObject[]]>([
  ['without addresses', [], []],
  ['whose addresses are not given out by the server', [], [address('10.0.0.7', 'me')]],
  ['whose first and last address alone are named', [], [address('10.0.0.0'), address('10.0.0.255')]],
  ['within another', [range('b', '10.0.0.0/16')], [address('10.0.0.7')]],
  ['whose addresses another holds', [range('b', '10.0.0.0/28')], [address('10.0.0.7')]],
])('deletes a range %s, after ten seconds', async (_, ranges, addresses) => {
  const cluster = await clusterWith([range('a', '10.0.0.0/24'), ...ranges], addresses);
  await cluster.client.delete(RANGES, '', 'a');
  await cluster.advance(9_000);
  expect(await names(cluster)).toContain('a');
  await cluster.advance(1_000);
  expect(await names(cluster)).not.toContain('a');
});

it('keeps a range until its addresses are gone or another holds them', async () => {
  const taken = [address('10.0.0.7'), address('fd00::7')];
  const cluster = await clusterWith([range('a', '10.0.0.0/24', 'fd00::/112')], taken);
  await cluster.client.delete(RANGES, '', 'a');
  await cluster.advance(60_000);
  expect(await ready(cluster, 'a')).toMatchObject({
    status: 'False',
    reason: 'Terminating',
    message:
      'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
  });
  await cluster.client.delete(ADDRESSES, '', '10.0.0.7');
  await cluster.settle();
  expect(await names(cluster)).toEqual(['a']);
  await cluster.client.create(RANGES, '', range('b', 'fd00::/120'));
  await cluster.settle();
  expect(await names(cluster)).toEqual(['b']);
});
