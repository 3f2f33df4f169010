/** Upstream test/e2e/apimachinery/resource_quota.go. */
import { expect } from 'vitest';
import { cmp, parseQuantity } from '../../src/apimachinery/quantity.ts';
import { becomes, conformance, type E2E, eventually, gone, ok, refused, until } from './suite.ts';

const HARD = {
  pods: '5',
  services: '10',
  'services.nodeports': '1',
  'services.loadbalancers': '1',
  replicationcontrollers: '10',
  resourcequotas: '1',
  cpu: '1',
  memory: '500Mi',
  configmaps: '10',
  secrets: '10',
  persistentvolumeclaims: '10',
  'requests.storage': '10Gi',
  'requests.ephemeral-storage': '50Gi',
  'requests.example.com/dongle': '3',
  'count/replicasets.apps': '5',
};

const quotaPath = (e2e: E2E, name = 'test-quota'): string => `${e2e.at('v1/resourcequotas')}/${name}`;

/** Makes a quota and waits until it knows its use. */
async function makeQuota(
  e2e: E2E,
  hard: Record<string, string> = HARD,
  name = 'test-quota',
  scopes?: string[],
) {
  const spec = { hard, ...(scopes ? { scopes } : {}) };
  await ok(e2e.client.post(e2e.at('v1/resourcequotas'), { metadata: { name }, spec }), 201);
  await becomes(e2e, quotaPath(e2e, name), 'the status of the quota', ({ status }) => status?.used);
}

/** Whether two quantities are the same amount. */
const same = (a: string | undefined, b: string): boolean =>
  a !== undefined && cmp(parseQuantity(a), parseQuantity(b)) === 0;

const used = (e2e: E2E, wanted: Record<string, string>, name?: string): Promise<any> =>
  becomes(e2e, quotaPath(e2e, name), `a use of ${JSON.stringify(wanted)}`, ({ status }) =>
    Object.entries(wanted).every(([resource, amount]) => same(status?.used?.[resource], amount)),
  );

const service = (name: string, type: string) => ({
  metadata: { name },
  spec: { type, ports: [{ port: 80, targetPort: 80 }] },
});

const pod = (name: string, resources: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) => ({
  metadata: { name },
  spec: {
    // Upstream's pods never run either: they ask for a resource no node has.
    nodeSelector: { 'x-test.k8s.io/unsatisfiable': 'not-schedulable' },
    containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10', resources }],
    ...spec,
  },
});

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated. [Conformance]',
  async (e2e) => {
    await makeQuota(e2e);
    const quota = await used(e2e, { resourcequotas: '1' });
    expect(quota.status.hard).toEqual(HARD);
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a service. [Conformance]',
  async (e2e) => {
    const services = e2e.at('v1/services');
    await makeQuota(e2e);
    await ok(e2e.client.post(services, service('test-service', 'ClusterIP')), 201);
    await ok(e2e.client.post(services, service('test-service-np', 'NodePort')), 201);
    const over = await refused(
      e2e.client.post(services, service('test-service-lb', 'LoadBalancer')),
      403,
      'Forbidden',
    );
    expect(over.message).toContain('exceeded quota: test-quota, requested: services.nodeports=1');
    await used(e2e, { resourcequotas: '1', services: '2', 'services.nodeports': '1' });
    await ok(e2e.client.delete(`${services}/test-service`));
    await ok(e2e.client.delete(`${services}/test-service-np`));
    await used(e2e, { services: '0', 'services.nodeports': '0' });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a secret. [Conformance]',
  async (e2e) => {
    await makeQuota(e2e);
    await ok(
      e2e.client.post(e2e.at('v1/secrets'), { metadata: { name: 's' }, data: { a: 'dmFsdWU=' } }),
      201,
    );
    await used(e2e, { resourcequotas: '1', secrets: '1' });
    await ok(e2e.client.delete(`${e2e.at('v1/secrets')}/s`));
    await used(e2e, { secrets: '0' });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a configMap. [Conformance]',
  async (e2e) => {
    // The root certificate is there already.
    const { items } = await ok(e2e.client.get(e2e.at('v1/configmaps')));
    await makeQuota(e2e, { ...HARD, configmaps: String(items.length + 1) });
    await used(e2e, { configmaps: String(items.length) });
    await ok(e2e.client.post(e2e.at('v1/configmaps'), { metadata: { name: 'c' }, data: { a: 'b' } }), 201);
    await used(e2e, { configmaps: String(items.length + 1) });
    await refused(e2e.client.post(e2e.at('v1/configmaps'), { metadata: { name: 'd' } }), 403, 'Forbidden');
    await ok(e2e.client.delete(`${e2e.at('v1/configmaps')}/c`));
    await used(e2e, { configmaps: String(items.length) });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a pod. [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const pods = e2e.at('v1/pods');
    await makeQuota(e2e);
    const dongles = { 'example.com/dongle': '2' };
    const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', ...dongles };
    const made = await ok(client.post(pods, pod('test-pod', { requests, limits: dongles })), 201);
    const use = {
      resourcequotas: '1',
      pods: '1',
      cpu: '500m',
      memory: '252Mi',
      'requests.ephemeral-storage': '30Gi',
      'requests.example.com/dongle': '2',
    };
    await used(e2e, use);
    await refused(
      client.post(pods, pod('fail-pod', { requests: { cpu: '600m', memory: '100Mi' } })),
      403,
      'Forbidden',
    );
    const few = { cpu: '500m', memory: '100Mi', 'ephemeral-storage': '10Gi', ...dongles };
    const extended = await refused(
      client.post(pods, pod('fail-pod-for-extended-resource', { requests: few, limits: dongles })),
      403,
      'Forbidden',
    );
    expect(extended.message).toContain('requests.example.com/dongle=2');
    made.spec.containers[0].resources.requests = {
      cpu: '100m',
      memory: '100Mi',
      'ephemeral-storage': '10Gi',
    };
    delete made.metadata.resourceVersion;
    await refused(client.put(`${pods}/test-pod`, made), 422, 'Invalid');
    await used(e2e, use);
    await ok(client.delete(`${pods}/test-pod?gracePeriodSeconds=0`));
    await used(e2e, { pods: '0', cpu: '0', memory: '0', 'requests.example.com/dongle': '0' });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replication controller. [Conformance]',
  async (e2e) => {
    await makeQuota(e2e);
    const spec = {
      replicas: 0,
      selector: { name: 'rc' },
      template: { metadata: { labels: { name: 'rc' } }, spec: pod('').spec },
    };
    const path = e2e.at('v1/replicationcontrollers');
    await ok(e2e.client.post(path, { metadata: { name: 'test-rc' }, spec }), 201);
    await used(e2e, { replicationcontrollers: '1' });
    await ok(e2e.client.delete(`${path}/test-rc?propagationPolicy=Background`));
    await used(e2e, { replicationcontrollers: '0' });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replica set. [Conformance]',
  async (e2e) => {
    await makeQuota(e2e);
    const labels = { name: 'rs' };
    const spec = {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod('').spec },
    };
    const path = e2e.at('apps/v1/replicasets');
    await ok(e2e.client.post(path, { metadata: { name: 'test-rs' }, spec }), 201);
    await used(e2e, { 'count/replicasets.apps': '1' });
    await ok(e2e.client.delete(`${path}/test-rs`));
    await used(e2e, { 'count/replicasets.apps': '0' });
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should verify ResourceQuota with best effort scope. [Conformance]',
  async (e2e) => {
    const pods = e2e.at('v1/pods');
    await makeQuota(e2e, { pods: '5' }, 'best', ['BestEffort']);
    await makeQuota(e2e, { pods: '5' }, 'not-best', ['NotBestEffort']);
    await used(e2e, { pods: '0' }, 'best');
    await ok(e2e.client.post(pods, pod('best-effort-pod')), 201);
    await used(e2e, { pods: '1' }, 'best');
    await used(e2e, { pods: '0' }, 'not-best');
    await ok(e2e.client.delete(`${pods}/best-effort-pod?gracePeriodSeconds=0`));
    await used(e2e, { pods: '0' }, 'best');
    const resources = { requests: { cpu: '500m', memory: '200Mi' }, limits: { cpu: '1', memory: '400Mi' } };
    await ok(e2e.client.post(pods, pod('burstable-pod', resources)), 201);
    await used(e2e, { pods: '1' }, 'not-best');
    await used(e2e, { pods: '0' }, 'best');
    await ok(e2e.client.delete(`${pods}/burstable-pod?gracePeriodSeconds=0`));
    await used(e2e, { pods: '0' }, 'not-best');
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should verify ResourceQuota with terminating scopes. [Conformance]',
  async (e2e) => {
    const pods = e2e.at('v1/pods');
    const hard = {
      pods: '5',
      'requests.cpu': '1',
      'requests.memory': '500Mi',
      'limits.cpu': '2',
      'limits.memory': '1Gi',
    };
    await makeQuota(e2e, hard, 'terminating', ['Terminating']);
    await makeQuota(e2e, hard, 'not-terminating', ['NotTerminating']);
    const resources = { requests: { cpu: '500m', memory: '200Mi' }, limits: { cpu: '1', memory: '400Mi' } };
    const use = {
      pods: '1',
      'requests.cpu': '500m',
      'requests.memory': '200Mi',
      'limits.cpu': '1',
      'limits.memory': '400Mi',
    };
    await ok(e2e.client.post(pods, pod('test-pod', resources)), 201);
    await used(e2e, use, 'not-terminating');
    await used(e2e, { pods: '0' }, 'terminating');
    await ok(e2e.client.delete(`${pods}/test-pod?gracePeriodSeconds=0`));
    await used(e2e, { pods: '0', 'requests.cpu': '0' }, 'not-terminating');
    await ok(e2e.client.post(pods, pod('terminating-pod', resources, { activeDeadlineSeconds: 3600 })), 201);
    await used(e2e, use, 'terminating');
    await used(e2e, { pods: '0' }, 'not-terminating');
    await ok(e2e.client.delete(`${pods}/terminating-pod?gracePeriodSeconds=0`));
    await used(e2e, { pods: '0' }, 'terminating');
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should be able to update and delete ResourceQuota. [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const hard = { cpu: '1', memory: '500Mi' };
    const made = await ok(
      client.post(e2e.at('v1/resourcequotas'), { metadata: { name: 'test-quota' }, spec: { hard } }),
      201,
    );
    expect(made.spec.hard).toEqual(hard);
    await eventually('an update', async () => {
      const current = await ok(client.get(quotaPath(e2e)));
      current.spec.hard = { cpu: '2', memory: '1Gi' };
      const answer = await client.put(quotaPath(e2e), current);
      return answer.status === 409 ? undefined : ok(answer);
    });
    expect((await ok(client.get(quotaPath(e2e)))).spec.hard).toEqual({ cpu: '2', memory: '1Gi' });
    await ok(client.delete(quotaPath(e2e)));
    await gone(e2e, quotaPath(e2e));
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should manage the lifecycle of a ResourceQuota [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const metadata = { name: 'e2e-quota', labels: { 'e2e-rq-label': unique } };
    await ok(
      client.post(e2e.at('v1/resourcequotas'), { metadata, spec: { hard: { cpu: '1', memory: '500Mi' } } }),
      201,
    );
    const everywhere = `${e2e.all('v1/resourcequotas')}?labelSelector=e2e-rq-label%3D${unique}`;
    const { items } = await ok(client.get(everywhere));
    expect(items.map((one: any) => one.metadata.name)).toEqual(['e2e-quota']);
    const patch = { metadata: { labels: { patched: 'true' } }, spec: { hard: { memory: '750Mi' } } };
    const patched = await ok(client.patch(quotaPath(e2e, 'e2e-quota'), 'strategic', patch));
    expect(patched.metadata.labels.patched).toBe('true');
    expect(patched.spec.hard).toEqual({ cpu: '1', memory: '750Mi' });
    await ok(client.delete(`${e2e.at('v1/resourcequotas')}?labelSelector=e2e-rq-label%3D${unique}`));
    await eventually('no quota', async () => (await ok(client.get(everywhere))).items.length === 0);
  },
);

conformance(
  'A',
  '[sig-api-machinery] ResourceQuota should apply changes to a resourcequota status [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = quotaPath(e2e, 'e2e-rq-status');
    const hard = { cpu: '500m', memory: '500Mi' };
    await makeQuota(e2e, hard, 'e2e-rq-status');
    await becomes(e2e, path, 'the hard limits in the status', ({ status }) => status.hard?.cpu === '500m');
    const current = await ok(client.get(path));
    const watch = await client.watch(
      `${e2e.at('v1/resourcequotas')}?watch=true&timeoutSeconds=60&resourceVersion=${current.metadata.resourceVersion}`,
    );
    const changed = { hard: { cpu: '1', memory: '1Gi' } };
    const updated = await eventually('an update of the status', async () => {
      const { metadata, spec, status } = await ok(client.get(path));
      const answer = await client.put(`${path}/status`, {
        metadata,
        spec,
        status: { ...status, ...changed },
      });
      return answer.status === 409 ? undefined : ok(answer);
    });
    expect(updated.status.hard).toEqual(changed.hard);
    await until(watch, 'the changed status', ({ object }) => object.status.hard.cpu === '1');
    const patched = await ok(
      client.patch(`${path}/status`, 'merge', { status: { hard: { cpu: '2', memory: '2Gi' } } }),
    );
    expect(patched.status.hard).toEqual({ cpu: '2', memory: '2Gi' });
    await until(watch, 'the patched status', ({ object }) => object.status.hard.cpu === '2');
    watch.close();
    // What is wanted stays, and once it changes the controller looks again. Upstream waits for its next full pass.
    expect((await ok(client.get(path))).spec.hard).toEqual(hard);
    await ok(client.patch(path, 'merge', { spec: { hard: { memory: '600Mi' } } }));
    await becomes(e2e, path, 'the status put right', ({ status }) => status.hard.cpu === '500m');
  },
);
