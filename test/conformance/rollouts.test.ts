/** Upstream test/e2e/apps/{deployment,daemon_set,statefulset}.go: rollouts that get stuck, and what becomes of them. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok, until } from './suite.ts';

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const DEPLOYMENTS = 'apps/v1/deployments';
const REPLICA_SETS = 'apps/v1/replicasets';

const template = (labels: object, name: string, image: string, spec: object = {}) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name, image }], ...spec },
});
const setImage = ({ client }: E2E, own: string, name: string, image: string): Promise<any> =>
  // The list as it shall be: a patch of the strategic kind would keep a container of another name.
  ok(client.patch(own, 'merge', { spec: { template: { spec: { containers: [{ name, image }] } } } }));

/** The ReplicaSet that has the deployment's template. */
async function newReplicaSet({ client, at }: E2E, deployment: string, image: string): Promise<any> {
  return eventually(`the ReplicaSet of ${image}`, async () => {
    const { items } = await ok(client.get(at(REPLICA_SETS)));
    return items.find(
      ({ metadata, spec }: any) =>
        metadata.ownerReferences?.some(({ name }: any) => name === deployment) &&
        spec.template.spec.containers[0].image === image,
    );
  });
}
const revisionOf = ({ metadata }: any): string => metadata.annotations?.['deployment.kubernetes.io/revision'];

conformance('B', '[sig-apps] Deployment deployment should support rollover [Conformance]', async (e2e) => {
  const { client, at } = e2e;
  const old = `${at(REPLICA_SETS)}/test-rollover-controller`;
  const labels = { name: 'rollover-pod', pod: 'agnhost' };
  const replicaSet = {
    metadata: { name: 'test-rollover-controller', labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template(labels, 'agnhost', AGNHOST) },
  };
  await ok(client.post(at(REPLICA_SETS), replicaSet), 201);
  await becomes(e2e, old, 'a ready pod', ({ status }) => status?.readyReplicas === 1);

  // One whose pods never run takes that ReplicaSet over.
  const own = `${at(DEPLOYMENTS)}/test-rollover-deployment`;
  const selector = { name: 'rollover-pod' };
  const stuck = 'gcr.io/google_samples/gb-redisslave:nonexistent';
  const deployment = {
    metadata: { name: 'test-rollover-deployment' },
    spec: {
      replicas: 1,
      minReadySeconds: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selector },
      template: template(selector, 'redis-slave', stuck),
    },
  };
  await ok(client.post(at(DEPLOYMENTS), deployment), 201);
  const started = await becomes(e2e, own, 'one updated pod', ({ status }) => status?.updatedReplicas === 1);
  expect(revisionOf(started)).toBe('1');
  const blocked = await newReplicaSet(e2e, 'test-rollover-deployment', stuck);
  expect(revisionOf(blocked)).toBe('1');
  expect(blocked.status.replicas).toBe(1);
  expect((await ok(client.get(old))).status.replicas).toBe(1);

  // Another image goes over both. There is always one pod that is available, and never more than two.
  const watch = await client.watch(
    `${at(DEPLOYMENTS)}?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3Dtest-rollover-deployment`,
  );
  await setImage(e2e, own, 'agnhost', AGNHOST);
  await until(watch, 'the end of the rollout', ({ object }) => {
    const { metadata, status } = object;
    expect(status.availableReplicas).toBeGreaterThanOrEqual(1);
    return (
      revisionOf(object) === '2' &&
      status.observedGeneration === metadata.generation &&
      [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => count === 1)
    );
  });
  watch.close();
  for (const path of [old, `${at(REPLICA_SETS)}/${blocked.metadata.name}`]) {
    await becomes(e2e, path, 'no pods', ({ spec, status }) => spec.replicas === 0 && status.replicas === 0);
  }
});

conformance(
  'B',
  '[sig-apps] Deployment deployment should support proportional scaling [Conformance]',
  async (e2e) => {
    const { client, at } = e2e;
    const own = `${at(DEPLOYMENTS)}/webserver-deployment`;
    const labels = { name: 'agnhost' };
    const deployment = {
      metadata: { name: 'webserver-deployment' },
      spec: {
        replicas: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
        selector: { matchLabels: labels },
        template: template(labels, 'agnhost', AGNHOST),
      },
    };
    await ok(client.post(at(DEPLOYMENTS), deployment), 201);
    await becomes(e2e, own, 'ten pods', ({ status }) => status?.availableReplicas === 10);
    const first = await newReplicaSet(e2e, 'webserver-deployment', AGNHOST);
    await setImage(e2e, own, 'agnhost', 'webserver:404');
    const second = await newReplicaSet(e2e, 'webserver-deployment', 'webserver:404');
    /** Waits until both have so many replicas, and the first so many that are available. */
    const replicas = async (one: number, other: number, available: number): Promise<void> => {
      for (const [{ metadata }, wanted, up] of [
        [first, one, available],
        [second, other, 0],
      ] as const) {
        await becomes(
          e2e,
          `${at(REPLICA_SETS)}/${metadata.name}`,
          `${wanted} replicas`,
          ({ spec, status }) =>
            spec.replicas === wanted && status.replicas === wanted && (status.availableReplicas ?? 0) === up,
        );
      }
    };
    // All but maxUnavailable; and maxSurge more than are wanted.
    await replicas(8, 5, 8);
    expect((await ok(client.get(own))).status.availableReplicas).toBeGreaterThanOrEqual(8);
    // Twenty more, 8 : 5.
    await ok(client.patch(own, 'merge', { spec: { replicas: 30 } }));
    await replicas(20, 13, 20);
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should rollback without unnecessary restarts [Conformance] [Serial]',
  async (e2e) => {
    const { client, at, all } = e2e;
    const count = (await ok(client.get(all('v1/nodes')))).items.length;
    expect(count).toBeGreaterThan(1);
    const own = `${at('apps/v1/daemonsets')}/daemon-set`;
    const labels = { 'daemonset-name': 'daemon-set' };
    const set = {
      metadata: { name: 'daemon-set' },
      spec: {
        updateStrategy: { type: 'RollingUpdate' },
        selector: { matchLabels: labels },
        template: template(labels, 'app', AGNHOST),
      },
    };
    await ok(client.post(at('apps/v1/daemonsets'), set), 201);
    const podsWith = async (image: string): Promise<any[]> =>
      (await ok(client.get(at('v1/pods')))).items.filter(
        ({ metadata, spec }: any) => !metadata.deletionTimestamp && spec.containers[0].image === image,
      );
    const available = (): Promise<any> =>
      becomes(
        e2e,
        own,
        'a pod on every node',
        ({ metadata, status }) =>
          status.observedGeneration === metadata.generation &&
          status.desiredNumberScheduled >= count &&
          status.updatedNumberScheduled === status.desiredNumberScheduled &&
          status.numberAvailable === status.desiredNumberScheduled,
      );
    await available();
    await setImage(e2e, own, 'app', 'foo:non-existent');
    await eventually('a new pod', async () => (await podsWith('foo:non-existent')).length > 0);
    const existing = (await podsWith(AGNHOST)).map(({ metadata }) => metadata.uid);
    expect(existing).not.toEqual([]);
    await setImage(e2e, own, 'app', AGNHOST);
    await available();
    expect(await podsWith('foo:non-existent')).toEqual([]);
    const now = (await podsWith(AGNHOST)).map(({ metadata }) => metadata.uid);
    expect(now).toEqual(expect.arrayContaining(existing));
  },
);

conformance(
  'B',
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Should recreate evicted statefulset [Conformance]',
  async (e2e) => {
    const { client, at } = e2e;
    const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
    const nodeName = node.metadata.name;
    const ports = [{ hostPort: 21017, containerPort: 21017, name: 'conflict' }];
    const containers = [{ name: 'agnhost', image: AGNHOST, ports }];
    const spec = { nodeName, containers, terminationGracePeriodSeconds: 0 };
    const pod = `${at('v1/pods')}/test-pod`;
    await ok(client.post(at('v1/pods'), { metadata: { name: 'test-pod' }, spec }), 201);
    await becomes(e2e, pod, 'a running pod', ({ status }) => status.phase === 'Running');

    const watch = await client.watch(
      `${at('v1/pods')}?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3Dss-0`,
    );
    const labels = { app: 'ss' };
    const set = {
      metadata: { name: 'ss' },
      spec: {
        replicas: 1,
        serviceName: 'test',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    };
    await ok(client.post(at('apps/v1/statefulsets'), set), 201);
    const { object } = await until(watch, 'the end of a stateful pod', ({ type }) => type === 'DELETED');
    expect(object.status).toMatchObject({ phase: 'Failed', reason: 'NodePorts' });
    watch.close();

    await ok(client.delete(`${pod}?gracePeriodSeconds=0`));
    await gone(e2e, pod);
    const running = await eventually('a running pod', async () => {
      const { status, json } = await client.get(`${at('v1/pods')}/ss-0`);
      return status === 200 && json.status.phase === 'Running' ? json : undefined;
    });
    expect(running.metadata.uid).not.toBe(object.metadata.uid);
  },
);
