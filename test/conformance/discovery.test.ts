/** Upstream test/e2e/apimachinery/{discovery,aggregated_discovery,server_version,field_validation}.go. */
import { expect } from 'vitest';
import { AGGREGATED, conformance, ok, refused } from './suite.ts';

conformance(
  'A',
  '[sig-api-machinery] Discovery should validate PreferredVersion for each APIGroup [Conformance]',
  async ({ client }) => {
    const { groups } = await ok(client.get('/apis'));
    expect(groups.length).toBeGreaterThan(10);
    for (const group of groups) {
      const alone = await ok(client.get(`/apis/${group.name}`));
      expect(alone.kind).toBe('APIGroup');
      expect(alone.preferredVersion).toEqual(group.preferredVersion);
      expect(alone.versions).toContainEqual(alone.preferredVersion);
      expect(alone.preferredVersion.groupVersion).toBe(`${group.name}/${alone.preferredVersion.version}`);
    }
  },
);

conformance(
  'A',
  '[sig-api-machinery] Discovery should locate the groupVersion and a resource within each APIGroup [Conformance]',
  async ({ client }) => {
    const wanted: [string, string][] = [
      ['admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations'],
      ['apiextensions.k8s.io/v1', 'customresourcedefinitions'],
      ['apiregistration.k8s.io/v1', 'apiservices'],
      ['apps/v1', 'deployments'],
      ['authentication.k8s.io/v1', 'tokenreviews'],
      ['authorization.k8s.io/v1', 'selfsubjectaccessreviews'],
      ['autoscaling/v1', 'horizontalpodautoscalers'],
      ['autoscaling/v2', 'horizontalpodautoscalers'],
      ['batch/v1', 'jobs'],
      ['certificates.k8s.io/v1', 'certificatesigningrequests'],
      ['coordination.k8s.io/v1', 'leases'],
      ['discovery.k8s.io/v1', 'endpointslices'],
      ['events.k8s.io/v1', 'events'],
      ['networking.k8s.io/v1', 'ingresses'],
      ['node.k8s.io/v1', 'runtimeclasses'],
      ['policy/v1', 'poddisruptionbudgets'],
      ['rbac.authorization.k8s.io/v1', 'roles'],
      ['scheduling.k8s.io/v1', 'priorityclasses'],
      ['storage.k8s.io/v1', 'csinodes'],
    ];
    for (const [groupVersion, resource] of wanted) {
      const [group] = groupVersion.split('/');
      const { versions } = await ok(client.get(`/apis/${group}`));
      expect(versions.map((one: any) => one.groupVersion)).toContain(groupVersion);
      const list = await ok(client.get(`/apis/${groupVersion}`));
      expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion });
      expect(list.resources.map(({ name }: any) => name)).toContain(resource);
    }
  },
);

conformance(
  'A',
  '[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers [Conformance]',
  async ({ client }) => {
    for (const path of ['/api', '/apis']) {
      const plain = await client.get(path);
      expect(plain.headers['content-type']).toBe('application/json');
      expect(plain.json.kind).toBe(path === '/api' ? 'APIVersions' : 'APIGroupList');
      const aggregated = await client.get(path, { accept: AGGREGATED });
      expect(aggregated.headers['content-type']).toBe(AGGREGATED);
      expect(aggregated.json.kind).toBe('APIGroupDiscoveryList');
      const either = await client.get(path, { accept: `application/json,${AGGREGATED}` });
      expect(either.json.kind).toBe(plain.json.kind);
      const falling = await client.get(path, {
        accept: `application/json;g=apidiscovery.k8s.io;v=v99;as=APIGroupDiscoveryList,${AGGREGATED},application/json`,
      });
      expect(falling.headers['content-type']).toBe(AGGREGATED);
    }
  },
);

conformance(
  'A',
  '[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface [Conformance]',
  async ({ client }) => {
    const legacy = await ok(client.get('/api', { accept: AGGREGATED }));
    const groups = await ok(client.get('/apis', { accept: AGGREGATED }));
    const find = (list: any, group: string, version: string): any =>
      list.items
        .find(({ metadata }: any) => (metadata.name ?? '') === group)
        ?.versions.find((one: any) => one.version === version);
    const pods = find(legacy, '', 'v1').resources.find(({ resource }: any) => resource === 'pods');
    expect(pods).toMatchObject({
      responseKind: { kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
    });
    expect(pods.verbs).toEqual(expect.arrayContaining(['create', 'deletecollection', 'watch']));
    expect(pods.subresources.map(({ subresource }: any) => subresource)).toContain('status');
    for (const [group, version, resource] of [
      ['admissionregistration.k8s.io', 'v1', 'mutatingwebhookconfigurations'],
      ['apps', 'v1', 'deployments'],
      ['batch', 'v1', 'cronjobs'],
      ['coordination.k8s.io', 'v1', 'leases'],
      ['rbac.authorization.k8s.io', 'v1', 'clusterroles'],
    ] as const) {
      const found = find(groups, group, version);
      expect(found.freshness).toBe('Current');
      expect(found.resources.map((one: any) => one.resource)).toContain(resource);
    }
  },
);

conformance(
  'A',
  '[sig-api-machinery] server version should find the server version [Conformance]',
  async ({ client }) => {
    const version = await ok(client.get('/version'));
    expect(version.major).toMatch(/^\d+$/);
    expect(version.minor).toMatch(/^\d+$/);
  },
);

/** As text: no object can have a field twice. */
const deployment = (metadata: string, spec: string): string => `{
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "my-dep", ${metadata} "labels": {"app": "nginx"}},
  "spec": {${spec}
    "selector": {"matchLabels": {"app": "nginx"}},
    "template": {
      "metadata": {"labels": {"app": "nginx"}},
      "spec": {"containers": [{"name": "nginx", "image": "nginx:latest"}]}
    }
  }
}`;

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should detect unknown and duplicate fields of a typed object [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('apps/v1/deployments');
    const body = deployment('', '"unknownField": "foo", "replicas": 2, "replicas": 3,');
    const status = await refused(
      client.post(`${path}?fieldManager=field_validation_mgr&fieldValidation=Strict`, body),
      400,
      'BadRequest',
    );
    expect(status.message).toContain(
      'strict decoding error: unknown field "spec.unknownField", duplicate field "spec.replicas"',
    );
    const warned = await client.post(`${path}?fieldValidation=Warn`, body);
    expect(warned.status).toBe(201);
    expect(warned.headers.warning).toContain('299 - "unknown field \\"spec.unknownField\\""');
    expect(warned.headers.warning).toContain('299 - "duplicate field \\"spec.replicas\\""');
    expect(warned.json.spec.replicas).toBe(3);
    await ok(client.delete(`${path}/my-dep`));
    const ignored = await client.post(`${path}?fieldValidation=Ignore`, body);
    expect(ignored.status).toBe(201);
    expect(ignored.headers.warning).toBeUndefined();
  },
);

conformance(
  'A',
  '[sig-api-machinery] FieldValidation should detect unknown metadata fields of a typed object [Conformance]',
  async (e2e) => {
    const status = await refused(
      e2e.client.post(
        `${e2e.at('apps/v1/deployments')}?fieldManager=field_validation_mgr&fieldValidation=Strict`,
        deployment('"unknownMeta": "foo",', ''),
      ),
      400,
      'BadRequest',
    );
    expect(status.message).toContain('strict decoding error: unknown field "metadata.unknownMeta"');
  },
);
