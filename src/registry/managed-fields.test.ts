import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '../apiserver/handlers/testing.ts';
import { NAMESPACE, type TestCluster, testCluster, testPod } from './admission/testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const entriesOf = (object: any): [string, string, string, unknown][] =>
  (object.metadata.managedFields ?? []).map((entry: any) => [
    entry.manager,
    entry.apiVersion,
    entry.subresource ?? '',
    entry.fieldsV1,
  ]);

describe('a kind of two versions', () => {
  const path = (version: string, query = '') =>
    `/apis/autoscaling/${version}/namespaces/${NAMESPACE}/horizontalpodautoscalers/h?fieldManager=${query || version}`;
  const make = () =>
    call(cluster, 'POST', path('v1').replace('/h?', '?'), {
      metadata: { name: 'h' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
    });

  it('keeps what is owned in the other version', async () => {
    await make();
    const { body } = await call(cluster, 'PATCH', path('v2'), { spec: { maxReplicas: 5 } }, MERGE);
    expect(entriesOf(body)).toEqual([
      [
        'v1',
        'autoscaling/v1',
        '',
        { 'f:spec': { 'f:minReplicas': {}, 'f:scaleTargetRef': {}, 'f:targetCPUUtilizationPercentage': {} } },
      ],
      ['v2', 'autoscaling/v2', '', { 'f:spec': { 'f:maxReplicas': {} } }],
    ]);
  });

  it('has conflicts across versions', async () => {
    await make();
    const configuration = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'h' },
      spec: { maxReplicas: 9 },
    };
    const { code, body } = await call(cluster, 'PATCH', path('v2', 'other'), configuration, APPLY);
    expect([code, body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "v1" using autoscaling/v1: .spec.maxReplicas',
    ]);
  });
});

describe('a Scale', () => {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets/d`;
  const scale = (replicas: number) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'd' },
    spec: { replicas },
  });
  const as = (manager: string, method: string, body: unknown, type?: string) =>
    call(cluster, method, `${path}/scale?fieldManager=${manager}`, body, type);
  const owners = async () =>
    entriesOf(await cluster.get('apps', 'replicasets', NAMESPACE, 'd')).flatMap(
      ([manager, apiVersion, subresource, fields]: [string, string, string, any]) =>
        fields['f:spec']?.['f:replicas'] ? [[manager, apiVersion, subresource]] : [],
    );
  beforeEach(async () => {
    const labels = { a: 'b' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: testPod('x').spec },
    };
    const { code } = await call(cluster, 'POST', `${path.slice(0, -2)}?fieldManager=maker`, {
      metadata: { name: 'd' },
      spec,
    });
    expect(code).toBe(201);
  });

  it('has conflicts of its own version and paths', async () => {
    const applied = await as('other', 'PATCH', scale(2), APPLY);
    expect([applied.code, applied.body.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "maker" using autoscaling/v1: .spec.replicas',
    ]);
    expect((await as('up', 'PUT', scale(3))).code).toBe(200);
    expect(await owners()).toEqual([['up', 'apps/v1', 'scale']]);
    const again = await as('other', 'PATCH', scale(2), APPLY);
    expect(again.body.details.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "up" with subresource "scale" using autoscaling/v1',
        field: '.spec.replicas',
      },
    ]);
  });
  it('gives the replicas to who applies them', async () => {
    expect((await as('maker', 'PATCH', scale(1), APPLY)).code).toBe(200);
    expect((await as('other', 'PATCH', scale(1), APPLY)).code).toBe(200);
    expect(await owners()).toEqual([
      ['maker', 'apps/v1', 'scale'],
      ['other', 'apps/v1', 'scale'],
      ['maker', 'apps/v1', ''],
    ]);
    expect((await as('merger', 'PATCH', { spec: { replicas: 4 } }, MERGE)).body.spec).toEqual({
      replicas: 4,
    });
    expect(await owners()).toEqual([['merger', 'apps/v1', 'scale']]);
  });
  it('shows no zero and no owners', async () => {
    expect((await as('up', 'PUT', scale(0))).body.spec).toEqual({});
    expect(await owners()).toEqual([]);
    const { body } = await call(cluster, 'GET', `${path}/scale`);
    expect(body).toMatchObject({ spec: {}, status: { replicas: 0 } });
    expect(body.metadata.managedFields).toBeUndefined();
  });
  it('is that of one object', async () => {
    const other = { ...scale(1), metadata: { name: 'd', uid: 'another' } };
    expect((await as('up', 'PUT', other)).body.message).toContain(
      'Operation cannot be fulfilled on replicasets.apps "d": StorageError: invalid object, Code: 4',
    );
    const patch = { metadata: { uid: 'another' } };
    expect((await as('up', 'PATCH', patch, MERGE)).body.message).toContain(
      'Operation cannot be fulfilled on replicasets/scale.apps "d": Precondition failed: UID in precondition: another',
    );
    const nameless = { ...scale(1), metadata: {} };
    expect((await as('up', 'PUT', nameless)).code).toBe(400);
    expect((await as('up', 'PUT', scale(-1))).code).toBe(422);
  });
});

describe('subresources through which little changes', () => {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/p`;
  beforeEach(async () => {
    await cluster.create('', 'pods', testPod('p'), { fieldManager: 'maker' });
  });

  it.each([
    ['ephemeralcontainers', { containers: [{ name: 'c', image: 'other' }] }],
    ['resize', { containers: [{ name: 'c', image: 'other' }] }],
    ['resize', { priorityClassName: 'x' }],
  ])('%s takes no field it does not change', async (subresource, spec) => {
    const { code, body } = await call(cluster, 'PATCH', `${path}/${subresource}`, { spec }, STRATEGIC);
    expect(code).toBe(200);
    expect(entriesOf(body).map(([manager]) => manager)).toEqual(['maker']);
  });

  it('ephemeralcontainers owns the containers it adds', async () => {
    const spec = { ephemeralContainers: [{ name: 'd', image: 'i' }] };
    const { body } = await call(cluster, 'PATCH', `${path}/ephemeralcontainers`, { spec }, STRATEGIC);
    expect(entriesOf(body)[1]).toMatchObject([
      'tester',
      'v1',
      'ephemeralcontainers',
      { 'f:spec': { 'f:ephemeralContainers': { 'k:{"name":"d"}': { 'f:image': {} } } } },
    ]);
  });

  it('a binding owns nothing', async () => {
    await cluster.put('', 'nodes', { metadata: { name: 'n' } });
    const binding = { metadata: { name: 'p' }, target: { name: 'n' } };
    expect((await call(cluster, 'POST', `${path}/binding`, binding)).code).toBe(201);
    expect(entriesOf(await cluster.get('', 'pods', NAMESPACE, 'p')).map(([manager]) => manager)).toEqual([
      'maker',
    ]);
  });

  it('nothing is behind a subresource', async () => {
    expect((await call(cluster, 'GET', `${path}/status/x`)).code).toBe(404);
  });
});

describe('metadata in an update of the status', () => {
  const labelled = { metadata: { labels: { a: 'b' } } };
  it.each([
    ['/api/v1', 'pods', testPod('s'), true],
    ['/apis/resource.k8s.io/v1', 'resourceclaims', { metadata: { name: 's' }, spec: { devices: {} } }, false],
  ] as const)('of %s %s', async (api, resource, object, changes) => {
    const path = `${api}/namespaces/${NAMESPACE}/${resource}`;
    expect((await call(cluster, 'POST', path, object)).code).toBe(201);
    const { body } = await call(cluster, 'PATCH', `${path}/s/status?fieldManager=x`, labelled, MERGE);
    expect(body.metadata.labels).toEqual(changes ? { a: 'b' } : undefined);
    const owned = entriesOf(body).find(([manager]) => manager === 'x');
    expect(owned?.[3]).toEqual(
      changes ? { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } } : undefined,
    );
  });
});

describe('owners that an update forgets', () => {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  const apply = (data: unknown, force = '') =>
    call(
      cluster,
      'PATCH',
      `${path}/a?fieldManager=applier${force}`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: NAMESPACE }, data },
      APPLY,
    );

  it.each([[[]], [[{}]]])('are those of %j, until the next apply', async (managedFields) => {
    await apply({ key: 'x' });
    const put = { metadata: { name: 'a', managedFields }, data: { key: 'x' } };
    expect((await call(cluster, 'PUT', `${path}/a`, put)).body.metadata.managedFields).toBeUndefined();
    const patched = await call(cluster, 'PATCH', `${path}/a`, { data: { key: 'y' } }, MERGE);
    expect(entriesOf(patched.body)).toEqual([]);
    expect(entriesOf((await apply({ key: 'y' })).body).map(([manager]) => manager)).toEqual([
      'applier',
      'before-first-apply',
    ]);
  });

  it('are given up where the object is too large with them, but not for an apply', async () => {
    const data = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`${'long'.repeat(19)}-${index}`, 'x']),
    );
    const created = await call(cluster, 'POST', path, { metadata: { name: 'b' }, data });
    expect(created.code).toBe(201);
    expect(created.body.metadata.managedFields).toBeUndefined();
    await call(cluster, 'POST', path, { metadata: { name: 'a' }, data: { key: 'x' } });
    const patched = await call(cluster, 'PATCH', `${path}/a`, { data }, MERGE);
    expect(patched.code).toBe(200);
    expect(patched.body.metadata.managedFields).toBeUndefined();
    const { resourceVersion } = patched.body.metadata;
    const again = await call(cluster, 'PATCH', `${path}/a`, { data }, MERGE);
    expect(again.body.metadata.resourceVersion).toBe(resourceVersion);
    const refused = await apply({});
    expect(refused).toMatchObject({ code: 413, body: { message: 'etcdserver: request is too large' } });
  });
});

describe('what is owned under another schema than today', () => {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    hostPath: { path: '/a' },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchFields: [] }] } },
    claimRef: { name: 'claim', namespace: 'a', uid: 'u' },
  };
  const path = '/api/v1/persistentvolumes';
  const owned = async (owns: unknown, applied: unknown) => {
    const fieldsV1 = { 'f:spec': owns };
    const entry = { manager: 'old', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 };
    await call(cluster, 'POST', path, { metadata: { name: 'pv' }, spec });
    await call(cluster, 'PATCH', `${path}/pv`, { metadata: { managedFields: [entry] } }, MERGE);
    const configuration = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv' },
      spec: applied,
    };
    return call(cluster, 'PATCH', `${path}/pv?fieldManager=applier`, configuration, APPLY);
  };

  it('is owned as a whole where it has become atomic', async () => {
    const inParts = { 'f:nodeAffinity': { 'f:required': { 'f:nodeSelectorTerms': {} } } };
    const { body } = await owned(inParts, {});
    expect(entriesOf(body)).toEqual([
      ['applier', 'v1', '', { 'f:spec': {} }],
      ['old', 'v1', '', { 'f:spec': { 'f:nodeAffinity': { 'f:required': {} } } }],
    ]);
  });

  it('is shared where others own parts of it now', async () => {
    const { code, body } = await owned({ 'f:claimRef': {} }, { claimRef: { name: 'claim' } });
    expect(code).toBe(200);
    expect(body.spec.claimRef).toEqual(spec.claimRef);
    expect(entriesOf(body)).toEqual([
      ['applier', 'v1', '', { 'f:spec': { 'f:claimRef': { 'f:name': {} } } }],
      ['old', 'v1', '', { 'f:spec': { 'f:claimRef': {} } }],
    ]);
  });
});

it('leaves the labels of a ServiceCIDR alone through its status', async () => {
  const path = '/apis/networking.k8s.io/v1/servicecidrs';
  await call(cluster, 'POST', path, { metadata: { name: 'a' }, spec: { cidrs: ['10.1.0.0/24'] } });
  const label = { metadata: { labels: { a: 'b' } } };
  const { body } = await call(cluster, 'PATCH', `${path}/a/status`, label, MERGE);
  expect(body.metadata.labels).toBeUndefined();
});
