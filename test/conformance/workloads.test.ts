/** Upstream test/e2e/apps/{daemon_set,controller_revision,statefulset,job}.go: workloads whose pods only have to run. */
import { expect } from 'vitest';
import { statusOperations } from './api-operations.ts';
import { becomes, conformance, type E2E, eventually, gone, isReady, ok } from './suite.ts';

const PAUSE = 'registry.k8s.io/pause:3.10';
const NEWER = 'registry.k8s.io/pause:3.11';

const template = (labels: Record<string, string>, spec: Record<string, unknown> = {}) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: PAUSE }], ...spec },
});
const podsOf = async ({ client, at }: E2E, selector: string): Promise<any[]> =>
  (await ok(client.get(`${at('v1/pods')}?labelSelector=${selector}`))).items;

// ---- DaemonSets

const SETS = 'apps/v1/daemonsets';

/** A DaemonSet `ds`; its pods have the label `app=ds`. */
async function makeDaemonSet(e2e: E2E, spec: Record<string, unknown> = {}, labels = {}): Promise<string> {
  const set = {
    metadata: { name: 'ds', labels },
    spec: { selector: { matchLabels: { app: 'ds' } }, template: template({ app: 'ds' }), ...spec },
  };
  await ok(e2e.client.post(e2e.at(SETS), set), 201);
  return `${e2e.at(SETS)}/ds`;
}
const nodeCount = async ({ client, all }: E2E): Promise<number> =>
  (await ok(client.get(all('v1/nodes')))).items.length;
/** Waits for one ready pod on each node. */
const onEveryNode = async (e2e: E2E): Promise<any[]> => {
  const count = await nodeCount(e2e);
  return eventually('a pod on every node', async () => {
    const ready = (await podsOf(e2e, 'app%3Dds')).filter(isReady);
    const nodes = new Set(ready.map(({ spec }) => spec.nodeName));
    return nodes.size === count && ready.length === count ? ready : undefined;
  });
};

conformance(
  'B',
  '[sig-apps] Daemon set should run and stop simple daemon [Conformance] [Serial]',
  async (e2e) => {
    await makeDaemonSet(e2e);
    const [first] = await onEveryNode(e2e);
    await ok(e2e.client.delete(`${e2e.at('v1/pods')}/${first.metadata.name}`));
    await eventually('a successor', async () => {
      const names = (await onEveryNode(e2e)).map(({ metadata }) => metadata.name);
      return !names.includes(first.metadata.name);
    });
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should run and stop complex daemon [Conformance] [Serial]',
  async (e2e) => {
    const { client, unique } = e2e;
    const nodeSelector = { [`color-${unique}`]: 'blue' };
    const own = await makeDaemonSet(e2e, {
      template: template({ app: 'ds' }, { nodeSelector }),
      updateStrategy: { type: 'RollingUpdate' },
    });
    await becomes(
      e2e,
      own,
      'a set without nodes',
      ({ status }) => status.observedGeneration === 1 && status.desiredNumberScheduled === 0,
    );
    const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
    const path = `${e2e.all('v1/nodes')}/${node.metadata.name}`;
    const paint = (color: string | null) =>
      ok(client.patch(path, 'merge', { metadata: { labels: { [`color-${unique}`]: color } } }));
    try {
      await paint('blue');
      await eventually('a pod on the node', async () => {
        const pods = (await podsOf(e2e, 'app%3Dds')).filter(isReady);
        return pods.length === 1 && pods[0].spec.nodeName === node.metadata.name;
      });
      await paint('green');
      await eventually('no pod', async () => (await podsOf(e2e, 'app%3Dds')).length === 0);
    } finally {
      await paint(null);
    }
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should retry creating failed daemon pods [Conformance] [Serial]',
  async (e2e) => {
    await makeDaemonSet(e2e);
    const [first] = await onEveryNode(e2e);
    const { name, uid } = first.metadata;
    await ok(
      e2e.client.patch(`${e2e.at('v1/pods')}/${name}/status`, 'merge', { status: { phase: 'Failed' } }),
    );
    await eventually('its end', async () =>
      (await podsOf(e2e, 'app%3Dds')).every(({ metadata }) => metadata.uid !== uid),
    );
    await onEveryNode(e2e);
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should update pod when spec was updated and update strategy is RollingUpdate [Conformance] [Serial]',
  async (e2e) => {
    const { client } = e2e;
    const own = await makeDaemonSet(e2e, { updateStrategy: { type: 'RollingUpdate' } });
    await onEveryNode(e2e);
    const revisions = async (): Promise<any[]> =>
      (await ok(client.get(e2e.at('apps/v1/controllerrevisions')))).items;
    expect((await revisions()).map(({ revision }) => revision)).toEqual([1]);
    await ok(
      client.patch(own, 'strategic', {
        spec: { template: { spec: { containers: [{ name: 'app', image: NEWER }] } } },
      }),
    );
    await eventually('the new image everywhere', async () =>
      (await onEveryNode(e2e)).every(({ spec }) => spec.containers[0].image === NEWER),
    );
    expect((await revisions()).map(({ revision }) => revision).sort()).toEqual([1, 2]);
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should list and delete a collection of DaemonSets [Conformance] [Serial]',
  async (e2e) => {
    const { client, unique } = e2e;
    await makeDaemonSet(e2e, {}, { special: unique });
    await onEveryNode(e2e);
    const everywhere = `${e2e.all(SETS)}?labelSelector=special%3D${unique}`;
    expect((await ok(client.get(everywhere))).items).toHaveLength(1);
    await ok(client.delete(`${e2e.at(SETS)}?labelSelector=special%3D${unique}`));
    await eventually('no sets', async () => (await ok(client.get(everywhere))).items.length === 0);
  },
);

conformance(
  'B',
  '[sig-apps] Daemon set should verify changes to a daemon set status [Conformance] [Serial]',
  async (e2e) => {
    const own = await makeDaemonSet(e2e);
    await onEveryNode(e2e);
    const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by a test' };
    await statusOperations(e2e, own, { status: { conditions: [condition] } });
  },
);

conformance(
  'B',
  '[sig-apps] ControllerRevision should manage the lifecycle of a ControllerRevision [Conformance] [Serial]',
  async (e2e) => {
    const { client, unique } = e2e;
    const labels = { revision: unique };
    await makeDaemonSet(e2e, { template: template({ app: 'ds', ...labels }) });
    await onEveryNode(e2e);
    const path = e2e.at('apps/v1/controllerrevisions');
    const [initial] = (await ok(client.get(path))).items;
    expect(initial).toMatchObject({ revision: 1, metadata: { labels: { app: 'ds', ...labels } } });
    const patched = await ok(
      client.patch(`${path}/${initial.metadata.name}`, 'merge', { metadata: { labels: { patched: 'yes' } } }),
    );
    expect(patched.metadata.labels.patched).toBe('yes');
    const more = {
      metadata: { ...initial.metadata, name: `${initial.metadata.name}-more`, resourceVersion: '', uid: '' },
      data: initial.data,
      revision: 2,
    };
    await ok(client.post(path, more), 201);
    expect((await ok(client.get(`${path}?labelSelector=revision%3D${unique}`))).items).toHaveLength(2);
    await ok(client.delete(`${path}/${more.metadata.name}`));
    await gone(e2e, `${path}/${more.metadata.name}`);
    await ok(client.delete(`${path}?labelSelector=revision%3D${unique}`));
    // The controller makes a new one of what there is.
    await eventually('another revision', async () =>
      (await ok(client.get(path))).items.some(({ metadata }: any) => metadata.uid !== initial.metadata.uid),
    );
  },
);

// ---- StatefulSets

const STATEFUL = 'apps/v1/statefulsets';

/** A StatefulSet `ss`; its pods have the label `app=ss`. */
async function makeStatefulSet(e2e: E2E, spec: Record<string, unknown> = {}): Promise<string> {
  const set = {
    metadata: { name: 'ss', labels: { special: e2e.unique } },
    spec: {
      replicas: 1,
      serviceName: 'test',
      selector: { matchLabels: { app: 'ss' } },
      template: template({ app: 'ss' }),
      ...spec,
    },
  };
  await ok(e2e.client.post(e2e.at(STATEFUL), set), 201);
  return `${e2e.at(STATEFUL)}/ss`;
}
const ready = (e2e: E2E, own: string, count: number): Promise<any> =>
  becomes(e2e, own, `${count} ready pods`, ({ status }) => status.readyReplicas === count);

conformance(
  'B',
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should have a working scale subresource [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const own = await makeStatefulSet(e2e);
    await ready(e2e, own, 1);
    const scale = await ok(client.get(`${own}/scale`));
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 1 } });
    const updated = await ok(client.put(`${own}/scale`, { ...scale, spec: { replicas: 2 } }));
    expect(updated.spec.replicas).toBe(2);
    expect((await ok(client.get(own))).spec.replicas).toBe(2);
    await ok(client.patch(`${own}/scale`, 'merge', { spec: { replicas: 4 } }));
    expect((await ready(e2e, own, 4)).spec.replicas).toBe(4);
  },
);

conformance(
  'B',
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should list, patch and delete a collection of StatefulSets [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const own = await makeStatefulSet(e2e);
    await ready(e2e, own, 1);
    await ok(
      client.patch(own, 'strategic', {
        metadata: { labels: { patched: 'yes' } },
        spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: NEWER }] } } },
      }),
    );
    const patched = await ready(e2e, own, 2);
    expect(patched.metadata.labels.patched).toBe('yes');
    expect(patched.spec.template.spec.containers[0].image).toBe(NEWER);
    const everywhere = `${e2e.all(STATEFUL)}?labelSelector=special%3D${unique}`;
    expect((await ok(client.get(everywhere))).items).toHaveLength(1);
    await ok(client.delete(`${e2e.at(STATEFUL)}?labelSelector=special%3D${unique}`));
    await eventually('no sets', async () => (await ok(client.get(everywhere))).items.length === 0);
  },
);

conformance(
  'B',
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should validate Statefulset Status endpoints [Conformance]',
  async (e2e) => {
    const own = await makeStatefulSet(e2e);
    await ready(e2e, own, 1);
    const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by a test' };
    await statusOperations(e2e, own, { status: { conditions: [condition] } });
  },
);

conformance(
  'B',
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should perform canary updates and phased rolling updates of template modifications [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const partitioned = (partition: number) => ({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
    });
    const own = await makeStatefulSet(e2e, { replicas: 3, ...partitioned(3) });
    await ready(e2e, own, 3);
    const images = async (): Promise<string[]> =>
      (await podsOf(e2e, 'app%3Dss'))
        .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .map((pod) => `${pod.spec.containers[0].image}${isReady(pod) ? '' : ' starting'}`);
    const containers = [{ name: 'app', image: NEWER }];
    await ok(client.patch(own, 'strategic', { spec: { template: { spec: { containers } } } }));
    await becomes(
      e2e,
      own,
      'a new revision',
      ({ status }) => status.currentRevision !== status.updateRevision,
    );
    expect(await images()).toEqual([PAUSE, PAUSE, PAUSE]);
    const expected = [PAUSE, PAUSE, PAUSE];
    for (const partition of [2, 1, 0]) {
      await ok(client.patch(own, 'merge', { spec: partitioned(partition) }));
      expected[partition] = NEWER;
      await eventually(`partition ${partition}`, async () => (await images()).join() === expected.join());
    }
    await becomes(
      e2e,
      own,
      'the end',
      ({ status }) => status.currentRevision === status.updateRevision && status.updatedReplicas === 3,
    );
  },
);

// ---- Jobs

const JOBS = 'batch/v1/jobs';

/** A Job `job` whose pods run until they are stopped. */
async function makeJob(e2e: E2E): Promise<string> {
  const job = {
    metadata: { name: 'job' },
    spec: {
      parallelism: 2,
      completions: 4,
      template: { ...template({ app: 'job' }), spec: { ...template({}).spec, restartPolicy: 'Never' } },
    },
  };
  await ok(e2e.client.post(e2e.at(JOBS), job), 201);
  await eventually('running pods', async () => (await podsOf(e2e, 'app%3Djob')).filter(isReady).length === 2);
  return `${e2e.at(JOBS)}/job`;
}

conformance('B', '[sig-apps] Job should delete a job [Conformance]', async (e2e) => {
  const own = await makeJob(e2e);
  await ok(e2e.client.delete(`${own}?propagationPolicy=Foreground`));
  await gone(e2e, own);
  expect(await podsOf(e2e, 'app%3Djob')).toEqual([]);
});

conformance(
  'B',
  '[sig-apps] Job should adopt matching orphans and release non-matching pods [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const own = await makeJob(e2e);
    const { uid } = (await ok(client.get(own))).metadata;
    const [pod] = await podsOf(e2e, 'app%3Djob');
    const path = `${e2e.at('v1/pods')}/${pod.metadata.name}`;
    const ownerOf = async (): Promise<string | undefined> =>
      (await ok(client.get(path))).metadata.ownerReferences?.[0]?.uid;
    expect(await ownerOf()).toBe(uid);
    await ok(client.patch(path, 'merge', { metadata: { ownerReferences: null } }));
    await eventually('adoption', async () => (await ownerOf()) === uid);
    const labels = Object.fromEntries(Object.keys(pod.metadata.labels).map((key) => [key, null]));
    await ok(client.patch(path, 'merge', { metadata: { labels } }));
    await eventually('release', async () => (await ownerOf()) === undefined);
  },
);

conformance('B', '[sig-apps] Job should apply changes to a job status [Conformance]', async (e2e) => {
  const { client } = e2e;
  const own = await makeJob(e2e);
  await becomes(e2e, own, 'two ready pods', ({ status }) => status.active === 2 && status.ready === 2);
  const startTime = '2026-01-02T03:04:05Z';
  const suspended = await eventually('a status', async () => {
    const current = await ok(client.get(`${own}/status`));
    const condition = {
      type: 'CustomConditionType',
      status: 'True',
      reason: 'E2E',
      lastTransitionTime: startTime,
    };
    const conditions = [...(current.status.conditions ?? []), condition];
    const answer = await client.put(`${own}/status`, {
      ...current,
      status: { ...current.status, conditions },
    });
    return answer.status === 409 ? undefined : ok(answer);
  });
  expect(suspended.status.conditions).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: 'CustomConditionType', status: 'True' })]),
  );
  const annotations = { patchedstatus: 'true' };
  const patched = await ok(client.patch(`${own}/status`, 'merge', { metadata: { annotations } }));
  expect(patched.metadata.annotations).toMatchObject(annotations);
});
