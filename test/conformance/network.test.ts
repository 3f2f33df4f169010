/** Upstream test/e2e/network/{service,endpointslice,endpointslicemirroring}.go. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok, types, until } from './suite.ts';

conformance(
  'A',
  '[sig-network] Services should find a service from listing all namespaces [Conformance]',
  async (e2e) => {
    const { items } = await ok(e2e.client.get(e2e.all('v1/services')));
    expect(items.map(({ metadata }: any) => `${metadata.namespace}/${metadata.name}`)).toContain(
      'default/kubernetes',
    );
  },
);

conformance(
  'A',
  '[sig-network] API Server should provide secure master service [Conformance]',
  async (e2e) => {
    const service = await ok(e2e.client.get(`${e2e.at('v1/services', 'default')}/kubernetes`));
    expect(service.spec).toMatchObject({ type: 'ClusterIP', clusterIP: expect.stringMatching(/^\d+\./) });
    expect(service.spec.ports).toContainEqual(
      expect.objectContaining({ name: 'https', port: 443, protocol: 'TCP' }),
    );
  },
);

conformance(
  'A',
  '[sig-network] API Server should have Endpoints and EndpointSlices pointing to API Server [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const endpoints = await ok(client.get(`${e2e.at('v1/endpoints', 'default')}/kubernetes`));
    expect(endpoints.subsets).toHaveLength(1);
    const [subset] = endpoints.subsets;
    expect(subset.addresses.length).toBeGreaterThan(0);
    expect(subset.ports).toContainEqual(expect.objectContaining({ name: 'https', protocol: 'TCP' }));
    const { items } = await ok(
      client.get(
        `${e2e.at('discovery.k8s.io/v1/endpointslices', 'default')}?labelSelector=kubernetes.io/service-name%3Dkubernetes`,
      ),
    );
    expect(items).toHaveLength(1);
    expect(items[0].addressType).toBe('IPv4');
    expect(items[0].endpoints.flatMap(({ addresses }: any) => addresses)).toEqual(
      subset.addresses.map(({ ip }: any) => ip),
    );
    expect(items[0].ports[0]).toMatchObject({ name: 'https', port: subset.ports[0].port });
  },
);

const slices = (e2e: E2E, service: string): string =>
  `${e2e.at('discovery.k8s.io/v1/endpointslices')}?labelSelector=kubernetes.io/service-name%3D${service}`;

const emptyService = (name: string) => ({
  metadata: { name },
  spec: {
    selector: { 'does-not-match-anything': 'endpoints-and-endpoint-slices-should-still-be-created' },
    ports: [{ name: 'example', port: 80, protocol: 'TCP' }],
  },
});

conformance(
  'A',
  '[sig-network] EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    await ok(client.post(e2e.at('v1/services'), emptyService('example-empty-selector')), 201);
    const slice = await eventually('a slice', async () => {
      const { items } = await ok(client.get(slices(e2e, 'example-empty-selector')));
      return items.length === 1 ? items[0] : undefined;
    });
    expect(slice.endpoints ?? []).toEqual([]);
    expect(slice.metadata.ownerReferences).toMatchObject([
      { kind: 'Service', name: 'example-empty-selector' },
    ]);
    expect(slice.metadata.labels['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslice-controller.k8s.io',
    );
    await ok(client.delete(`${e2e.at('v1/services')}/example-empty-selector`));
    await eventually('no slice', async () => {
      const { items } = await ok(client.get(slices(e2e, 'example-empty-selector')));
      return items.length === 0;
    });
  },
);

conformance(
  'A',
  '[sig-network] EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = `${e2e.at('v1/endpoints')}/example-empty-selector`;
    await ok(client.post(e2e.at('v1/services'), emptyService('example-empty-selector')), 201);
    const endpoints = await becomes(e2e, path, 'endpoints', () => true);
    expect(endpoints.subsets ?? []).toEqual([]);
    await ok(client.delete(`${e2e.at('v1/services')}/example-empty-selector`));
    await gone(e2e, path);
  },
);

conformance(
  'A',
  '[sig-network] EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const endpoints = e2e.at('v1/endpoints');
    await ok(
      client.post(e2e.at('v1/services'), {
        metadata: { name: 'example-custom-endpoints' },
        spec: { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] },
      }),
      201,
    );
    const subset = (ip: string) => [{ ports: [{ port: 80 }], addresses: [{ ip }] }];
    const mirrored = (ip: string): Promise<any> =>
      eventually(`a mirror of ${ip}`, async () => {
        const { items } = await ok(client.get(slices(e2e, 'example-custom-endpoints')));
        return items.length === 1 && items[0].endpoints?.[0]?.addresses[0] === ip ? items[0] : undefined;
      });
    const metadata = { name: 'example-custom-endpoints' };
    await ok(client.post(endpoints, { metadata, subsets: subset('10.1.2.3') }), 201);
    const slice = await mirrored('10.1.2.3');
    expect(slice.metadata.labels['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslicemirroring-controller.k8s.io',
    );
    await ok(client.patch(`${endpoints}/example-custom-endpoints`, 'merge', { subsets: subset('10.2.3.4') }));
    await mirrored('10.2.3.4');
    await ok(client.delete(`${endpoints}/example-custom-endpoints`));
    await eventually('no mirror', async () => {
      const { items } = await ok(client.get(slices(e2e, 'example-custom-endpoints')));
      return items.length === 0;
    });
  },
);

conformance(
  'A',
  '[sig-network] Endpoints should test the lifecycle of an Endpoint [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/endpoints');
    const label = `labelSelector=test-endpoint-static%3D${unique}`;
    const watch = await client.watch(`${path}?watch=true&timeoutSeconds=60&${label}`);
    const metadata = { name: 'testservice', labels: { 'test-endpoint-static': unique } };
    const subsets = [
      { addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    ];
    const made = await ok(client.post(path, { metadata, subsets }), 201);
    await types(watch, 'ADDED');
    const { items } = await ok(client.get(`${e2e.all('v1/endpoints')}?${label}`));
    expect(items).toHaveLength(1);
    await ok(
      client.put(`${path}/testservice`, {
        ...made,
        metadata: { ...made.metadata, labels: { ...metadata.labels, updated: 'true' } },
      }),
    );
    await types(watch, 'MODIFIED');
    const found = await ok(client.get(`${path}/testservice`));
    expect(found.metadata.labels.updated).toBe('true');
    await ok(
      client.patch(`${path}/testservice`, 'strategic', {
        metadata: { labels: { 'test-service': 'patched' } },
        subsets: [
          { addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080, protocol: 'TCP' }] },
        ],
      }),
    );
    await types(watch, 'MODIFIED');
    const patched = await ok(client.get(`${path}/testservice`));
    expect(patched.metadata.labels['test-service']).toBe('patched');
    expect(patched.subsets).toHaveLength(1);
    expect(patched.subsets[0]).toMatchObject({
      addresses: [{ ip: '10.0.0.25' }],
      ports: [{ name: 'http-test', port: 8080 }],
    });
    await ok(client.delete(`${path}?${label}`));
    await types(watch, 'DELETED');
    await gone(e2e, `${path}/testservice`);
    watch.close();
  },
);

conformance(
  'A',
  '[sig-network] Services should delete a collection of services [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/services');
    for (const name of ['e2e-svc-a', 'e2e-svc-b', 'e2e-svc-c']) {
      const labels = { 'e2e-test': name === 'e2e-svc-c' ? 'kept' : 'gone' };
      const spec = { ports: [{ name: 'http', port: 8001, protocol: 'TCP', targetPort: 8001 }] };
      await ok(client.post(path, { metadata: { name, labels }, spec }), 201);
    }
    expect((await ok(client.get(path))).items).toHaveLength(3);
    await ok(client.delete(`${path}?labelSelector=e2e-test%3Dgone`));
    await eventually('one service left', async () => {
      const { items } = await ok(client.get(path));
      return items.length === 1 && items[0].metadata.name === 'e2e-svc-c';
    });
  },
);

conformance(
  'A',
  '[sig-network] Services should complete a service status lifecycle [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/services');
    const label = `labelSelector=test-service-static%3D${unique}`;
    const own = `${path}/test-service`;
    await ok(
      client.post(path, {
        metadata: { name: 'test-service', labels: { 'test-service-static': unique } },
        spec: { type: 'LoadBalancer', ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }] },
      }),
      201,
    );
    const list = await ok(client.get(`${path}?${label}`));
    const watch = await client.watch(
      `${path}?watch=true&timeoutSeconds=60&${label}&resourceVersion=${list.metadata.resourceVersion}`,
    );
    await ok(client.get(`${own}/status`));
    const patched = await ok(
      client.patch(`${own}/status`, 'merge', {
        metadata: { annotations: { patchedstatus: 'true' } },
        status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
      }),
    );
    expect(patched.metadata.annotations.patchedstatus).toBe('true');
    expect(patched.status.loadBalancer.ingress).toMatchObject([{ ip: '203.0.113.1' }]);
    await until(
      watch,
      'the patched status',
      ({ object }) => object.metadata.annotations?.patchedstatus === 'true',
    );
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' };
    await eventually('an update of the status', async () => {
      const current = await ok(client.get(own));
      current.status.conditions = [
        ...(current.status.conditions ?? []),
        { ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' },
      ];
      const answer = await client.put(`${own}/status`, current);
      return answer.status === 409 ? undefined : ok(answer);
    });
    await until(watch, 'the updated status', ({ object }) =>
      object.status.conditions?.some(({ type }: any) => type === 'StatusUpdate'),
    );
    await ok(client.patch(own, 'strategic', { metadata: { labels: { 'test-service': 'patched' } } }));
    await until(
      watch,
      'the patched service',
      ({ object }) => object.metadata.labels['test-service'] === 'patched',
    );
    await ok(client.delete(own));
    await letGo(e2e, own);
    await until(watch, 'the deletion', ({ type }) => type === 'DELETED');
    watch.close();
  },
);

/** Takes away what waits for a load balancer that nobody provides here. */
async function letGo(e2e: E2E, own: string): Promise<void> {
  const found = await e2e.client.get(own);
  if (found.status === 200) await e2e.client.patch(own, 'merge', { metadata: { finalizers: null } });
}
