/** Upstream test/e2e/apimachinery/garbage_collector.go. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok } from './suite.ts';

const template = {
  metadata: { labels: { app: 'gc-test' } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'nginx', image: 'registry.k8s.io/pause:3.10' }],
  },
};

async function makeController(e2e: E2E, name: string, replicas: number): Promise<any> {
  const own = `${e2e.at('v1/replicationcontrollers')}/${name}`;
  const spec = { replicas, selector: { app: 'gc-test' }, template };
  await ok(e2e.client.post(e2e.at('v1/replicationcontrollers'), { metadata: { name }, spec }), 201);
  return becomes(e2e, own, `${replicas} replicas`, ({ status }) => status?.replicas === replicas);
}

async function makeDeployment(e2e: E2E): Promise<any> {
  const spec = { replicas: 2, selector: { matchLabels: { app: 'gc-test' } }, template };
  const made = await ok(
    e2e.client.post(e2e.at('apps/v1/deployments'), { metadata: { name: 'simpletest' }, spec }),
    201,
  );
  await eventually('a replica set', async () => (await list(e2e, 'apps/v1/replicasets')).length === 1);
  return made;
}

const list = async (e2e: E2E, collection: string): Promise<any[]> =>
  (await ok(e2e.client.get(e2e.at(collection)))).items;

const deleteWith = (e2e: E2E, path: string, propagationPolicy: string): Promise<any> =>
  ok(
    e2e.client.request('DELETE', path, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy },
    }),
  );

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should delete pods created by rc when not orphaning [Conformance]',
  async (e2e) => {
    await makeController(e2e, 'simpletest.rc', 10);
    const own = `${e2e.at('v1/replicationcontrollers')}/simpletest.rc`;
    await eventually('pods', async () => (await list(e2e, 'v1/pods')).length === 10);
    await deleteWith(e2e, own, 'Background');
    await gone(e2e, own);
    await eventually('no pods', async () => (await list(e2e, 'v1/pods')).length === 0);
  },
);

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should orphan pods created by rc if delete options say so [Conformance] [Serial]',
  async (e2e) => {
    await makeController(e2e, 'simpletest.rc', 20);
    const own = `${e2e.at('v1/replicationcontrollers')}/simpletest.rc`;
    await deleteWith(e2e, own, 'Orphan');
    await gone(e2e, own);
    // Upstream looks for 30 seconds whether a pod is deleted by mistake.
    await delay(3000);
    const pods = await list(e2e, 'v1/pods');
    expect(pods).toHaveLength(20);
    for (const { metadata } of pods) expect(metadata.ownerReferences).toBeUndefined();
  },
);

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should delete RS created by deployment when not orphaning [Conformance]',
  async (e2e) => {
    await makeDeployment(e2e);
    await deleteWith(e2e, `${e2e.at('apps/v1/deployments')}/simpletest`, 'Background');
    await eventually('no replica sets', async () => (await list(e2e, 'apps/v1/replicasets')).length === 0);
    await eventually('no pods', async () => (await list(e2e, 'v1/pods')).length === 0);
  },
);

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan [Conformance]',
  async (e2e) => {
    await makeDeployment(e2e);
    const own = `${e2e.at('apps/v1/deployments')}/simpletest`;
    await deleteWith(e2e, own, 'Orphan');
    await gone(e2e, own);
    await delay(2000);
    const sets = await list(e2e, 'apps/v1/replicasets');
    expect(sets).toHaveLength(1);
    expect(sets[0].metadata.ownerReferences).toBeUndefined();
  },
);

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so [Conformance] [Serial]',
  async (e2e) => {
    await makeController(e2e, 'simpletest.rc', 10);
    const own = `${e2e.at('v1/replicationcontrollers')}/simpletest.rc`;
    await eventually('pods', async () => (await list(e2e, 'v1/pods')).length === 10);
    const [held] = await list(e2e, 'v1/pods');
    const pod = `${e2e.at('v1/pods')}/${held.metadata.name}`;
    await ok(e2e.client.patch(pod, 'merge', { metadata: { finalizers: ['e2e.example.com/hold'] } }));
    await deleteWith(e2e, own, 'Foreground');
    await eventually('one pod left', async () => (await list(e2e, 'v1/pods')).length === 1);
    const owner = await ok(e2e.client.get(own));
    expect(owner.metadata.finalizers).toEqual(['foregroundDeletion']);
    await ok(e2e.client.patch(pod, 'merge', { metadata: { finalizers: null } }));
    await gone(e2e, own);
    expect(await list(e2e, 'v1/pods')).toEqual([]);
  },
);

conformance(
  'B',
  "[sig-api-machinery] Garbage collector should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted [Conformance] [Serial]",
  async (e2e) => {
    const { client } = e2e;
    const doomed = await makeController(e2e, 'simpletest-rc-to-be-deleted', 10);
    const spec = {
      replicas: 0,
      selector: { app: 'gc-test', other: 'yes' },
      template: { ...template, metadata: { labels: { app: 'gc-test', other: 'yes' } } },
    };
    const staying = await ok(
      client.post(e2e.at('v1/replicationcontrollers'), { metadata: { name: 'simpletest-rc-to-stay' }, spec }),
      201,
    );
    await eventually('pods', async () => (await list(e2e, 'v1/pods')).length === 10);
    const pods = await list(e2e, 'v1/pods');
    const owner = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      name: staying.metadata.name,
      uid: staying.metadata.uid,
    };
    for (const { metadata } of pods.slice(0, 5)) {
      await ok(
        client.patch(`${e2e.at('v1/pods')}/${metadata.name}`, 'strategic', {
          metadata: { ownerReferences: [owner] },
        }),
      );
    }
    const own = `${e2e.at('v1/replicationcontrollers')}/${doomed.metadata.name}`;
    await deleteWith(e2e, own, 'Foreground');
    await gone(e2e, own);
    const left = await list(e2e, 'v1/pods');
    expect(left.map(({ metadata }) => metadata.name).sort()).toEqual(
      pods
        .slice(0, 5)
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    for (const { metadata } of left) {
      expect(metadata.deletionTimestamp).toBeUndefined();
      expect(metadata.ownerReferences.map(({ uid }: any) => uid)).toEqual([staying.metadata.uid]);
    }
  },
);

conformance(
  'B',
  '[sig-api-machinery] Garbage collector should not be blocked by dependency circle [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const pods: any[] = [];
    for (const name of ['pod1', 'pod2', 'pod3']) {
      pods.push(await ok(client.post(e2e.at('v1/pods'), { metadata: { name }, spec: template.spec }), 201));
    }
    for (const [index, pod] of pods.entries()) {
      const { name, uid } = pods[(index + 2) % 3].metadata;
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true },
      ];
      await ok(
        client.patch(`${e2e.at('v1/pods')}/${pod.metadata.name}`, 'merge', { metadata: { ownerReferences } }),
      );
    }
    await deleteWith(e2e, `${e2e.at('v1/pods')}/pod1`, 'Foreground');
    await eventually('no pods', async () => (await list(e2e, 'v1/pods')).length === 0);
  },
);
