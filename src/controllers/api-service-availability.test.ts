import { expect, it } from 'vitest';
import type { APIService } from '../apimachinery/types/apiregistration.v1.gen.ts';
import type { Service } from '../apimachinery/types/core.v1.gen.ts';
import type { EndpointSlice } from '../apimachinery/types/discovery.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { apiServiceAvailabilityController, unavailable } from './api-service-availability.ts';
import { startCluster } from './testing.ts';

const API_SERVICES: ResourceName = ['apiregistration.k8s.io', 'apiservices'];
const api = (service?: object): APIService & KubeObject =>
  ({
    metadata: { name: 'v1.metrics.example' },
    spec: {
      group: 'metrics.example',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      ...(service ? { service } : {}),
    },
  }) as APIService & KubeObject;
const service = (port: object, more: object = {}): Service => ({
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.7', ports: [port as never], ...more },
});
const slice = (name?: string, ready?: boolean): EndpointSlice =>
  ({
    endpoints: [{ addresses: ['10.1.0.1'], ...(ready === undefined ? {} : { conditions: { ready } }) }],
    ports: [{ ...(name ? { name } : {}) }],
  }) as EndpointSlice;

const REFERENCE = { name: 'm', namespace: 'n' };
it.each([
  ['ServiceNotFound', undefined, [], 'service/m in "n" is not present'],
  ['ServicePortError', service({ port: 80 }), [], 'service/m in "n" is not listening on port 443'],
  ['EndpointsNotFound', service({ port: 443 }), [], 'cannot find endpointslices for service/m in "n"'],
  [
    'MissingEndpoints',
    service({ port: 443, name: 'https' }),
    [slice('other'), slice('https', false)],
    'endpointslices for service/m in "n" have no addresses with port name "https"',
  ],
  [
    'FailedDiscoveryCheck',
    service({ port: 443 }),
    [slice()],
    'failing or missing response from https://10.96.0.7:443/apis/metrics.example/v1: Get "https://10.96.0.7:443/apis/metrics.example/v1": dial tcp 10.96.0.7:443: connect: connection refused',
  ],
])('%s', (reason, found, slices, message) => {
  expect(unavailable(api(REFERENCE), found, slices)).toEqual({
    type: 'Available',
    status: 'False',
    reason,
    message,
  });
});

it('leaves what the server serves itself alone', () => {
  expect(unavailable(api(), undefined, [])).toBeUndefined();
});

it('follows the service behind an API', async () => {
  const cluster = await startCluster({
    controllers: [apiServiceAvailabilityController],
    namespaces: ['n'],
  });
  const reason = async () =>
    (await cluster.client.get<APIService & KubeObject>(API_SERVICES, '', 'v1.metrics.example'))!.status!
      .conditions![0]!.reason;
  const made = api(REFERENCE);
  made.spec!.insecureSkipTLSVerify = true;
  await cluster.client.create(API_SERVICES, '', made);
  await cluster.settle();
  expect(await reason()).toBe('ServiceNotFound');
  await cluster.client.create<KubeObject>(['', 'services'], 'n', {
    metadata: { name: 'm' },
    spec: { ports: [{ port: 443 }] },
  });
  await cluster.settle();
  expect(await reason()).toBe('EndpointsNotFound');
  await cluster.client.create<KubeObject>(['discovery.k8s.io', 'endpointslices'], 'n', {
    metadata: { name: 'm-1', labels: { 'kubernetes.io/service-name': 'm' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.0.1'] }],
    ports: [{ port: 443 }],
  });
  await cluster.settle();
  expect(await reason()).toBe('FailedDiscoveryCheck');
});
