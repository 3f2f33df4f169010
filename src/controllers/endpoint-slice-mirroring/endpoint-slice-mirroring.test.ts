import { describe, expect, it } from 'vitest';
import type { Endpoints, EndpointSubset, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { SliceObject } from '../endpoint-slice/packing.ts';
import { ENDPOINT_SLICES } from '../endpoint-slice/store.ts';
import { ENDPOINTS } from '../endpoints/endpoints.ts';
import { SERVICES } from '../service-pods.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newEndpointSliceMirroringController } from './endpoint-slice-mirroring.ts';
import { familiesOf, isMirrored } from './mirror.ts';

type EndpointsObject = Endpoints & KubeObject;
const SUBSETS: EndpointSubset[] = [
  {
    addresses: [{ ip: '1.2.3.4', hostname: 'a' }, { ip: 'fd00::1' }],
    notReadyAddresses: [{ ip: '1.2.3.5' }],
    ports: [{ port: 5432, protocol: 'TCP' }],
  },
];

async function start(selector?: Record<string, string>): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newEndpointSliceMirroringController()] });
  await cluster.client.create<Service & KubeObject>(SERVICES, 'default', {
    metadata: { name: 'db' },
    spec: { ports: [{ port: 5432 }], ...(selector ? { selector } : {}) },
  });
  await cluster.client.create<EndpointsObject>(ENDPOINTS, 'default', {
    metadata: { name: 'db', labels: { team: 'a' }, annotations: { note: 'x' } },
    subsets: SUBSETS,
  });
  await cluster.advance(1000);
  return cluster;
}
const slices = (cluster: TestCluster): Promise<SliceObject[]> => cluster.list<SliceObject>(ENDPOINT_SLICES);

describe('endpoint slice mirroring controller', () => {
  it('mirrors endpoints of a service without a selector', async () => {
    const cluster = await start();
    const all = (await slices(cluster)).sort((a, b) => (a.addressType < b.addressType ? -1 : 1));
    expect(all.map(({ addressType, endpoints }) => [addressType, endpoints])).toEqual([
      [
        'IPv4',
        [
          { addresses: ['1.2.3.4'], conditions: { ready: true }, hostname: 'a' },
          { addresses: ['1.2.3.5'], conditions: { ready: false } },
        ],
      ],
      ['IPv6', [{ addresses: ['fd00::1'], conditions: { ready: true } }]],
    ]);
    expect(all[0]?.metadata).toMatchObject({
      labels: {
        team: 'a',
        'kubernetes.io/service-name': 'db',
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      },
      annotations: { note: 'x' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'db', controller: true }],
    });
    expect(all[0]?.ports).toEqual([{ name: '', port: 5432, protocol: 'TCP' }]);
    expect(cluster.errors).toEqual([]);
  });

  it('follows changes and writes nothing without one', async () => {
    const cluster = await start();
    const before = await cluster.storage.head();
    await cluster.restart([newEndpointSliceMirroringController()]);
    await cluster.advance(1000);
    expect(await cluster.storage.head()).toBe(before);
    await cluster.client.update<EndpointsObject>(ENDPOINTS, 'default', 'db', (object) => ({
      ...object,
      subsets: [{ addresses: [{ ip: '9.9.9.9' }], ports: [{ port: 1, protocol: 'TCP' }] }],
    }));
    await cluster.advance(1000);
    expect(
      (await slices(cluster)).map(({ endpoints, ports }) => [endpoints?.[0]?.addresses, ports?.[0]?.port]),
    ).toEqual([[['9.9.9.9'], 1]]);
  });

  it('removes its slices when the service gets a selector', async () => {
    const cluster = await start();
    await cluster.client.update<Service & KubeObject>(SERVICES, 'default', 'db', (service) => ({
      ...service,
      spec: { ...service.spec, selector: { app: 'db' } },
    }));
    await cluster.advance(1000);
    expect(await slices(cluster)).toEqual([]);
  });

  it('leaves services with selectors alone', async () => {
    expect(await slices(await start({ app: 'db' }))).toEqual([]);
  });
});

it.each<[Partial<KubeObject['metadata']>, Service | undefined, boolean]>([
  [{}, {}, true],
  [{}, undefined, false],
  [{}, { spec: { selector: { a: 'b' } } }, false],
  [{ labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, {}, false],
  [{ annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }, {}, false],
])('mirrors %j of %j: %j', (metadata, service, expected) => {
  expect(isMirrored({ metadata: { name: 'a', ...metadata } }, service)).toBe(expected);
});

it('mirrors a thousand addresses of a subset', () => {
  const addresses = Array.from({ length: 1200 }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` }));
  const [family] = familiesOf({ subsets: [{ addresses }] });
  expect([...family!.groups.values()][0]?.endpoints.size).toBe(1000);
});
