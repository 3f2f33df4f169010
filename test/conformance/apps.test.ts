/** Upstream test/e2e/apps/*.go: what the workloads' controllers do, as far as no container has to do anything. */
import { expect } from 'vitest';
import { statusOperations } from './api-operations.ts';
import { becomes, conformance, type E2E, eventually, gone, ok, refused, until } from './suite.ts';

const budgets = (e2e: E2E): string => e2e.at('policy/v1/poddisruptionbudgets');
const budget = (name: string, special: string) => ({
  metadata: { name, labels: { foo: special } },
  spec: { selector: { matchLabels: { foo: 'bar' } }, minAvailable: 1 },
});
const processed = (e2e: E2E, path: string): Promise<any> =>
  becomes(
    e2e,
    path,
    'a budget its controller has seen',
    ({ metadata, status }) => status?.observedGeneration === metadata.generation,
  );

const PAUSE = 'registry.k8s.io/pause:3.10';
const template = (labels: Record<string, string>) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'pause', image: PAUSE }] },
});

conformance(
  'A',
  '[sig-apps] DisruptionController should create a PodDisruptionBudget [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const own = `${budgets(e2e)}/foo`;
    await ok(client.post(budgets(e2e), budget('foo', 'a')), 201);
    await processed(e2e, own);
    await eventually('an update', async () => {
      const current = await ok(client.get(own));
      current.spec.minAvailable = '2%';
      const answer = await client.put(own, current);
      return answer.status === 409 ? undefined : ok(answer);
    });
    expect((await processed(e2e, own)).spec.minAvailable).toBe('2%');
    await ok(client.patch(own, 'merge', { spec: { minAvailable: '3%' } }));
    expect((await processed(e2e, own)).spec.minAvailable).toBe('3%');
    await ok(client.delete(own));
    await gone(e2e, own);
  },
);

conformance(
  'A',
  '[sig-apps] DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    for (const name of ['foo', 'foo2']) {
      await ok(client.post(budgets(e2e), budget(name, unique)), 201);
      await processed(e2e, `${budgets(e2e)}/${name}`);
    }
    const everywhere = `${e2e.all('policy/v1/poddisruptionbudgets')}?labelSelector=foo%3D${unique}`;
    expect((await ok(client.get(everywhere))).items).toHaveLength(2);
    await ok(client.delete(`${budgets(e2e)}?labelSelector=foo%3D${unique}`));
    expect((await ok(client.get(everywhere))).items).toEqual([]);
  },
);

conformance(
  'B',
  '[sig-apps] DisruptionController should observe PodDisruptionBudget status updated [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    await ok(client.post(budgets(e2e), budget('foo', 'a')), 201);
    await runPods(e2e, 3, { foo: 'bar' });
    await becomes(
      e2e,
      `${budgets(e2e)}/foo`,
      'disruptions that are allowed',
      ({ status }) => status?.disruptionsAllowed > 0,
    );
  },
);

conformance(
  'B',
  '[sig-apps] DisruptionController should update/patch PodDisruptionBudget status [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    await ok(client.post(budgets(e2e), budget('foo', 'a')), 201);
    await runPods(e2e, 1, { foo: 'bar' });
    await processed(e2e, `${budgets(e2e)}/foo`);
    const disruptedPods = { 'pod-0': '2026-01-02T03:04:05Z' };
    const patched = await ok(
      client.patch(`${budgets(e2e)}/foo/status`, 'merge', { status: { disruptedPods } }),
    );
    expect(patched.status.disruptedPods).toEqual(disruptedPods);
  },
);

conformance(
  'B',
  '[sig-apps] DisruptionController should block an eviction until the PDB is updated to allow it [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    await ok(client.post(budgets(e2e), budget('foo', 'a')), 201);
    const [name] = await runPods(e2e, 1, { foo: 'bar' });
    const evict = () =>
      client.post(`${e2e.at('v1/pods')}/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace: e2e.namespace },
      });
    await becomes(
      e2e,
      `${budgets(e2e)}/foo`,
      'one healthy pod',
      ({ status }) => status?.currentHealthy === 1,
    );
    const blocked = await refused(evict(), 429, 'TooManyRequests');
    expect(blocked.details.causes[0].reason).toBe('DisruptionBudget');
    await ok(client.patch(`${budgets(e2e)}/foo`, 'merge', { spec: { minAvailable: 0 } }));
    await becomes(
      e2e,
      `${budgets(e2e)}/foo`,
      'a disruption allowed',
      ({ status }) => status.disruptionsAllowed === 1,
    );
    await eventually('the eviction', async () => (await evict()).status === 201);
  },
);

/** Bare pods that run. */
async function runPods(e2e: E2E, count: number, labels: Record<string, string>): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `pod-${index}`);
  for (const name of names) {
    await ok(e2e.client.post(e2e.at('v1/pods'), { ...template(labels), metadata: { name, labels } }), 201);
  }
  for (const name of names) {
    await becomes(e2e, `${e2e.at('v1/pods')}/${name}`, 'a ready pod', ({ status }) =>
      status.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True'),
    );
  }
  return names;
}

const controller = (collection: string, name: string, replicas: number, labels: Record<string, string>) => ({
  metadata: { name, labels },
  spec: {
    replicas,
    selector: collection.endsWith('replicationcontrollers') ? labels : { matchLabels: labels },
    template: template(labels),
  },
});

const RC = 'v1/replicationcontrollers';
const RS = 'apps/v1/replicasets';
const DEPLOYMENT = 'apps/v1/deployments';

async function make(
  e2e: E2E,
  collection: string,
  name: string,
  replicas: number,
  labels = { name },
): Promise<string> {
  await ok(e2e.client.post(e2e.at(collection), controller(collection, name, replicas, labels)), 201);
  return `${e2e.at(collection)}/${name}`;
}

const podsOf = async (e2e: E2E, name: string): Promise<any[]> =>
  (await ok(e2e.client.get(`${e2e.at('v1/pods')}?labelSelector=name%3D${name}`))).items;

const ready = (e2e: E2E, own: string, replicas: number): Promise<any> =>
  becomes(e2e, own, `${replicas} ready replicas`, ({ status }) => status?.readyReplicas === replicas);

conformance(
  'A',
  '[sig-apps] ReplicationController should surface a failure condition on a common issue like exceeded quota [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    await ok(
      client.post(e2e.at('v1/resourcequotas'), {
        metadata: { name: 'condition-test' },
        spec: { hard: { pods: '2' } },
      }),
      201,
    );
    await becomes(
      e2e,
      `${e2e.at('v1/resourcequotas')}/condition-test`,
      'a quota that counts',
      ({ status }) => status?.hard?.pods === '2',
    );
    const own = await make(e2e, RC, 'condition-test', 3);
    const failure = ({ status }: any): boolean | undefined =>
      status?.conditions?.some(({ type, status: is }: any) => type === 'ReplicaFailure' && is === 'True');
    await becomes(e2e, own, 'a ReplicaFailure', failure);
    await ok(client.patch(own, 'merge', { spec: { replicas: 2 } }));
    await becomes(e2e, own, 'no ReplicaFailure', (object) => !failure(object));
  },
);

for (const [name, collection] of [
  ['[sig-apps] ReplicaSet Replicaset should have a working scale subresource [Conformance]', RS],
  ['[sig-apps] Deployment Deployment should have a working scale subresource [Conformance]', DEPLOYMENT],
  ['[sig-apps] ReplicationController should get and update a ReplicationController scale [Conformance]', RC],
] as const) {
  conformance('B', name, async (e2e) => {
    const { client } = e2e;
    const own = await make(e2e, collection, 'scaled', 1);
    await ready(e2e, own, 1);
    const scale = await ok(client.get(`${own}/scale`));
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 1 } });
    const updated = await ok(
      client.put(`${own}/scale`, {
        ...scale,
        metadata: { ...scale.metadata, resourceVersion: '' },
        spec: { replicas: 2 },
      }),
    );
    expect(updated.spec.replicas).toBe(2);
    expect((await ok(client.get(own))).spec.replicas).toBe(2);
    await ready(e2e, own, 2);
    const patched = await ok(client.patch(`${own}/scale`, 'strategic', { spec: { replicas: 4 } }));
    expect(patched.spec.replicas).toBe(4);
    expect((await ok(client.get(own))).spec.replicas).toBe(4);
    await ready(e2e, own, 4);
  });
}

for (const [name, collection] of [
  [
    '[sig-apps] ReplicaSet should adopt matching pods on creation and release no longer matching pods [Conformance]',
    RS,
  ],
  ['[sig-apps] ReplicationController should adopt matching pods on creation [Conformance]', RC],
  ['[sig-apps] ReplicationController should release no longer matching pods [Conformance]', RC],
] as const) {
  conformance('B', name, async (e2e) => {
    const { client } = e2e;
    const pod = `${e2e.at('v1/pods')}/pod-adoption-release`;
    await ok(
      client.post(e2e.at('v1/pods'), {
        ...template({}),
        metadata: { name: 'pod-adoption-release', labels: { name: 'pod-adoption-release' } },
      }),
      201,
    );
    const own = await make(e2e, collection, 'pod-adoption-release', 1);
    const { metadata } = await ok(client.get(own));
    await becomes(e2e, pod, 'an adopted pod', (one) =>
      one.metadata.ownerReferences?.some(({ uid }: any) => uid === metadata.uid),
    );
    expect(await podsOf(e2e, 'pod-adoption-release')).toHaveLength(1);
    await ok(client.patch(pod, 'merge', { metadata: { labels: { name: 'not-matching-name' } } }));
    await becomes(
      e2e,
      pod,
      'a released pod',
      (one) => !one.metadata.ownerReferences?.some(({ uid }: any) => uid === metadata.uid),
    );
    await eventually(
      'another pod instead',
      async () => (await podsOf(e2e, 'pod-adoption-release')).length === 1,
    );
  });
}

conformance(
  'B',
  '[sig-apps] ReplicaSet should list and delete a collection of ReplicaSets [Conformance]',
  async (e2e) => {
    const own = await make(e2e, RS, 'test-rs', 3);
    await ready(e2e, own, 3);
    const everywhere = `${e2e.all(RS)}?labelSelector=name%3Dtest-rs`;
    const mine = async (): Promise<any[]> =>
      (await ok(e2e.client.get(everywhere))).items.filter(
        ({ metadata }: any) => metadata.namespace === e2e.namespace,
      );
    expect(await mine()).toHaveLength(1);
    await ok(e2e.client.delete(`${e2e.at(RS)}?labelSelector=name%3Dtest-rs`));
    await eventually('no replica sets', async () => (await mine()).length === 0);
  },
);

conformance('B', '[sig-apps] ReplicaSet Replace and Patch tests [Conformance]', async (e2e) => {
  const { client } = e2e;
  const own = await make(e2e, RS, 'test-rs', 1);
  await ready(e2e, own, 1);
  await ok(client.patch(`${own}/scale`, 'merge', { spec: { replicas: 2 } }));
  await ready(e2e, own, 2);
  const patched = await ok(
    client.patch(own, 'strategic', {
      metadata: { labels: { 'test-rs': 'patched' } },
      spec: {
        replicas: 3,
        template: {
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.9' }],
          },
        },
      },
    }),
  );
  expect(patched.metadata.labels['test-rs']).toBe('patched');
  expect(patched.spec.template.spec.containers).toHaveLength(1);
  expect(patched.spec.template.spec.containers[0].image).toBe('registry.k8s.io/pause:3.9');
  await ready(e2e, own, 3);
});

for (const [name, collection] of [
  ['[sig-apps] ReplicaSet should validate Replicaset Status endpoints [Conformance]', RS],
  ['[sig-apps] Deployment should validate Deployment Status endpoints [Conformance]', DEPLOYMENT],
] as const) {
  conformance('B', name, async (e2e) => {
    const { client } = e2e;
    const own = await make(e2e, collection, 'test-status', 1);
    await ready(e2e, own, 1);
    const list = await ok(client.get(`${e2e.at(collection)}?labelSelector=name%3Dtest-status`));
    const watch = await client.watch(
      `${e2e.at(collection)}?watch=true&timeoutSeconds=60&resourceVersion=${list.metadata.resourceVersion}`,
    );
    const has =
      (wanted: string) =>
      ({ object }: any): boolean =>
        object.status.conditions?.some(({ type }: any) => type === wanted) ?? false;
    await eventually('an update of the status', async () => {
      const current = await ok(client.get(`${own}/status`));
      current.status.conditions = [
        ...(current.status.conditions ?? []),
        { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' },
      ];
      const answer = await client.put(`${own}/status`, current);
      return answer.status === 409 ? undefined : ok(answer);
    });
    await until(watch, 'the updated status', has('StatusUpdate'));
    await ok(
      client.patch(`${own}/status`, 'merge', {
        status: { conditions: [{ type: 'StatusPatched', status: 'True' }] },
      }),
    );
    await until(watch, 'the patched status', has('StatusPatched'));
    watch.close();
  });
}

conformance(
  'B',
  '[sig-apps] ReplicationController should test the lifecycle of a ReplicationController [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const watch = await client.watch(
      `${e2e.at(RC)}?watch=true&timeoutSeconds=60&labelSelector=name%3Drc-test`,
    );
    const own = await make(e2e, RC, 'rc-test', 1);
    await until(watch, 'the creation', ({ type }) => type === 'ADDED');
    await until(watch, 'a ready replica', ({ object }) => object.status.readyReplicas === 1);
    await ok(client.patch(own, 'strategic', { metadata: { labels: { 'test-rc-static': 'patched' } } }));
    await until(
      watch,
      'the patched labels',
      ({ object }) => object.metadata.labels['test-rc-static'] === 'patched',
    );
    await ok(
      client.patch(`${own}/status`, 'strategic', { status: { readyReplicas: 0, availableReplicas: 0 } }),
    );
    await until(watch, 'the patched status', ({ object }) => !object.status.readyReplicas);
    const scale = await ok(client.get(`${own}/scale`));
    expect(scale.spec.replicas).toBe(1);
    await ok(client.patch(`${own}/scale`, 'strategic', { spec: { replicas: 2 } }));
    await until(watch, 'two ready replicas', ({ object }) => object.status.readyReplicas === 2);
    const { items } = await ok(client.get(`${e2e.all(RC)}?labelSelector=test-rc-static%3Dpatched`));
    expect(items.some(({ metadata }: any) => metadata.namespace === e2e.namespace)).toBe(true);
    await ok(client.delete(`${e2e.at(RC)}?labelSelector=name%3Drc-test`));
    await until(watch, 'the deletion', ({ type }) => type === 'DELETED');
    watch.close();
  },
);

conformance(
  'B',
  '[sig-apps] Deployment should run the lifecycle of a Deployment [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const watch = await client.watch(
      `${e2e.at(DEPLOYMENT)}?watch=true&timeoutSeconds=60&labelSelector=name%3Dtest-deployment`,
    );
    const own = await make(e2e, DEPLOYMENT, 'test-deployment', 1);
    await until(watch, 'the creation', ({ type }) => type === 'ADDED');
    await until(watch, 'an available replica', ({ object }) => object.status.availableReplicas === 1);
    await ok(
      client.patch(own, 'strategic', {
        metadata: { labels: { 'test-deployment': 'patched' } },
        spec: {
          replicas: 2,
          template: { spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.9' }] } },
        },
      }),
    );
    await until(
      watch,
      'the new replicas',
      ({ object }) => object.status.updatedReplicas === 2 && object.status.readyReplicas === 2,
    );
    await statusOperations(e2e, own, {
      status: { conditions: [{ type: 'StatusUpdate', status: 'True', reason: 'E2E' }] },
    });
    await ok(client.delete(`${e2e.at(DEPLOYMENT)}?labelSelector=name%3Dtest-deployment`));
    await until(watch, 'the deletion', ({ type }) => type === 'DELETED');
    watch.close();
  },
);

conformance(
  'B',
  '[sig-apps] Deployment RollingUpdateDeployment should delete old pods and create new ones [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const set = await make(e2e, RS, 'test-rolling-update-controller', 1, { name: 'sample-pod' });
    await ready(e2e, set, 1);
    const own = `${e2e.at(DEPLOYMENT)}/test-rolling-update-deployment`;
    const wanted = controller(DEPLOYMENT, 'test-rolling-update-deployment', 1, { name: 'sample-pod' });
    wanted.spec.template.spec.containers[0]!.image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
    await ok(client.post(e2e.at(DEPLOYMENT), wanted), 201);
    await becomes(
      e2e,
      own,
      'a finished rollout',
      ({ status, metadata }) =>
        status?.observedGeneration === metadata.generation &&
        status.updatedReplicas === 1 &&
        status.replicas === 1 &&
        status.availableReplicas === 1,
    );
    const { metadata } = await ok(client.get(own));
    expect(metadata.annotations['deployment.kubernetes.io/revision']).toBeDefined();
    const old = await ok(client.get(set));
    expect(old.spec.replicas).toBe(0);
    expect(old.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid, controller: true }]);
  },
);

conformance(
  'B',
  '[sig-apps] Deployment RecreateDeployment should delete old pods and create new ones [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const wanted: any = controller(DEPLOYMENT, 'test-recreate-deployment', 1, { name: 'recreate' });
    wanted.spec.strategy = { type: 'Recreate' };
    await ok(client.post(e2e.at(DEPLOYMENT), wanted), 201);
    const own = `${e2e.at(DEPLOYMENT)}/test-recreate-deployment`;
    await becomes(e2e, own, 'a ready replica', ({ status }) => status?.readyReplicas === 1);
    const [first] = await podsOf(e2e, 'recreate');
    const watch = await client.watch(
      `${e2e.at('v1/pods')}?watch=true&timeoutSeconds=60&labelSelector=name%3Drecreate`,
    );
    await ok(
      client.patch(own, 'strategic', {
        spec: { template: { spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.9' }] } } },
      }),
    );
    // No new pod runs before the old one is gone.
    await until(watch, 'the end of the old pod', ({ type, object }) => {
      expect(object.metadata.uid).toBe(first.metadata.uid);
      return type === 'DELETED';
    });
    await until(watch, 'a new pod', ({ type }) => type === 'ADDED');
    watch.close();
  },
);

conformance(
  'B',
  '[sig-apps] Deployment deployment should delete old replica sets [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const set = await make(e2e, RS, 'test-cleanup-controller', 1, { name: 'cleanup-pod' });
    await ready(e2e, set, 1);
    const wanted: any = controller(DEPLOYMENT, 'test-cleanup-deployment', 1, { name: 'cleanup-pod' });
    wanted.spec.revisionHistoryLimit = 0;
    wanted.spec.template.spec.containers[0].image = 'registry.k8s.io/pause:3.9';
    await ok(client.post(e2e.at(DEPLOYMENT), wanted), 201);
    await gone(e2e, set);
  },
);
