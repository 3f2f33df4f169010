import { beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod, ReplicationController } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newReplicaSetController, newReplicationController } from './replica-set.ts';

const REPLICA_SETS = ['apps', 'replicasets'] as const;
const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
};

const replicaSet = (replicas: number, spec: Partial<ReplicaSet['spec']> = {}): ReplicaSet => ({
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template, ...spec },
});

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newReplicaSetController()] });
});

const pods = (): Promise<Stored<Pod>[]> => cluster.list<Pod>(PODS);
const status = async () => (await cluster.get<ReplicaSet>(REPLICA_SETS, 'web')).status!;
const create = async (object: ReplicaSet): Promise<Stored<ReplicaSet>> => {
  const created = await cluster.client.create(REPLICA_SETS, 'default', object);
  await cluster.settle();
  return created;
};
const scale = async (replicas: number): Promise<void> => {
  await cluster.client.update<ReplicaSet>(REPLICA_SETS, 'default', 'web', (one) => {
    one.spec!.replicas = replicas;
    return one;
  });
  await cluster.settle();
};

describe('the ReplicaSet controller', () => {
  it('creates the pods that are missing, under its control', async () => {
    const { metadata } = await create(replicaSet(3));
    const found = await pods();
    expect(found).toHaveLength(3);
    for (const pod of found) {
      expect(pod.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
      expect(pod.metadata.labels).toEqual({ app: 'web' });
      expect(pod.metadata.ownerReferences).toEqual([
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
    }
    expect(await status()).toMatchObject({ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 });
    expect((await status()).readyReplicas).toBeUndefined();
    expect((await cluster.eventsOf('ReplicaSet')).sort()).toEqual(
      found.map((pod) => `SuccessfulCreate: Created pod: ${pod.metadata.name}`),
    );
    expect(cluster.errors).toEqual([]);
  });

  it('creates a thousand pods and not one more', async () => {
    await create(replicaSet(1000));
    expect(await pods()).toHaveLength(1000);
    expect(await status()).toMatchObject({ replicas: 1000 });
  });

  it('does not create pods twice while its copies are behind', async () => {
    cluster.hold();
    const rs = await cluster.client.create(REPLICA_SETS, 'default', replicaSet(3));
    await cluster.settle();
    expect(await pods()).toHaveLength(0);
    // Only the ReplicaSet arrives, again and again, but none of the pods.
    const event = {
      revision: Number(rs.metadata.resourceVersion),
      key: 'apps/replicasets/default/web',
      prev: 0,
      deleted: false,
    };
    const { value } = (await cluster.storage.get(event.key))!;
    await cluster.manager.deliver('all', { from: 0, to: event.revision, events: [{ ...event, value }] });
    await cluster.manager.idle();
    expect(await pods()).toHaveLength(3);
    for (let time = 1; time <= 3; time++) {
      const again = await cluster.client.update<ReplicaSet>(REPLICA_SETS, 'default', 'web', (one) => {
        one.metadata.annotations = { time: String(time) };
        return one;
      });
      const row = (await cluster.storage.get(event.key))!;
      await cluster.manager.deliver('all', {
        from: 0,
        to: row.revision,
        events: [{ ...event, revision: Number(again.metadata.resourceVersion), value: row.value }],
      });
      await cluster.manager.idle();
    }
    expect(await pods()).toHaveLength(3);
    cluster.release();
    await cluster.settle();
    expect(await pods()).toHaveLength(3);
  });

  it('deletes what is too much, the pods that do not run first', async () => {
    await create(replicaSet(4));
    const [kept] = await pods();
    await cluster.runPods((pod) => pod.metadata.name === kept!.metadata.name);
    await cluster.settle();
    expect(await status()).toMatchObject({ replicas: 4, readyReplicas: 1, availableReplicas: 1 });
    await scale(1);
    expect((await pods()).map(({ metadata }) => metadata.name)).toEqual([kept!.metadata.name]);
    expect(await status()).toMatchObject({ replicas: 1, readyReplicas: 1, observedGeneration: 2 });
    const events = await cluster.eventsOf('ReplicaSet');
    expect(events.filter((event) => event.startsWith('SuccessfulDelete: Deleted pod: web-'))).toHaveLength(3);
    await scale(0);
    expect(await pods()).toEqual([]);
  });

  it('replaces pods that are deleted or have ended', async () => {
    await create(replicaSet(2));
    const [first, second] = await pods();
    await cluster.client.delete(PODS, 'default', first!.metadata.name!);
    await cluster.setPod(second!.metadata.name!, 'Failed');
    await cluster.settle();
    const found = await pods();
    expect(found.filter(({ status: { phase } = {} }) => phase === 'Pending')).toHaveLength(2);
    expect(found).toHaveLength(3);
  });

  it('replaces a pod that is ending before it has ended, and counts it', async () => {
    await create(replicaSet(1));
    const [pod] = await pods();
    await cluster.client.update<Pod>(PODS, 'default', pod!.metadata.name!, (one) => {
      one.metadata.finalizers = ['test/hold'];
      return one;
    });
    await cluster.client.delete(PODS, 'default', pod!.metadata.name!);
    await cluster.settle();
    expect(await pods()).toHaveLength(2);
    expect(await status()).toMatchObject({ replicas: 1, terminatingReplicas: 1 });
  });

  it('adopts orphans that match and releases pods that no longer do', async () => {
    const orphan: Pod = { metadata: { name: 'orphan', labels: { app: 'web' } }, spec: template.spec };
    await cluster.client.create(PODS, 'default', orphan);
    await cluster.client.create(PODS, 'default', {
      ...orphan,
      metadata: { name: 'stranger', labels: { app: 'db' } },
    });
    const { metadata } = await create(replicaSet(2));
    const owned = (await pods()).filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid);
    expect(owned).toHaveLength(2);
    expect(owned.map((pod) => pod.metadata.name)).toContain('orphan');
    await cluster.client.update<Pod>(PODS, 'default', 'orphan', (pod) => {
      pod.metadata.labels = { app: 'debug' };
      return pod;
    });
    await cluster.settle();
    expect((await cluster.get<Pod>(PODS, 'orphan')).metadata.ownerReferences).toBeUndefined();
    expect(await pods()).toHaveLength(4);
    // An orphan that comes to match later is one too many.
    await cluster.client.update<Pod>(PODS, 'default', 'stranger', (pod) => {
      pod.metadata.labels = { app: 'web' };
      return pod;
    });
    await cluster.settle();
    expect((await pods()).filter((pod) => pod.metadata.labels?.app === 'web')).toHaveLength(2);
  });

  it('counts a pod as available when it has been ready for minReadySeconds', async () => {
    await create(replicaSet(1, { minReadySeconds: 30 }));
    await cluster.runPods();
    await cluster.settle();
    expect(await status()).toMatchObject({ readyReplicas: 1 });
    expect((await status()).availableReplicas).toBeUndefined();
    await cluster.advance(29_000);
    expect((await status()).availableReplicas).toBeUndefined();
    await cluster.advance(2000);
    expect(await status()).toMatchObject({ availableReplicas: 1 });
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });

  it('says what kept it from creating pods, tries again, and takes it back', async () => {
    const commit = cluster.storage.commit.bind(cluster.storage);
    let refused = 0;
    cluster.storage.commit = async (transaction) => {
      if (!transaction.writes.some(({ key }) => key.startsWith('core/pods/'))) return commit(transaction);
      refused++;
      return { ok: false, reason: 'unavailable', message: 'down' };
    };
    await create(replicaSet(10));
    // Once for the ReplicaSet, once more when its status has changed: never all ten.
    expect(refused).toBe(2);
    const [condition] = (await status()).conditions!;
    expect(condition).toMatchObject({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' });
    expect(condition!.message).toContain('down');
    expect((await cluster.eventsOf('ReplicaSet'))[0]).toMatch(/^FailedCreate: Error creating: /);
    cluster.storage.commit = commit;
    await cluster.advance(60_000);
    expect(await pods()).toHaveLength(10);
    expect((await status()).conditions).toBeUndefined();
  });

  it('leaves the pods of one that is being deleted alone', async () => {
    await cluster.client.create(REPLICA_SETS, 'default', {
      ...replicaSet(2),
      metadata: { name: 'web', finalizers: ['test/hold'] },
    });
    await cluster.settle();
    await cluster.client.delete(REPLICA_SETS, 'default', 'web');
    const [pod] = await pods();
    await cluster.client.delete(PODS, 'default', pod!.metadata.name!);
    await cluster.settle();
    expect(await pods()).toHaveLength(1);
  });

  it('goes on where another one stopped', async () => {
    await create(replicaSet(3));
    await cluster.restart([newReplicaSetController()]);
    await cluster.settle();
    expect(await pods()).toHaveLength(3);
    await scale(5);
    expect(await pods()).toHaveLength(5);
  });
});

describe('the ReplicationController controller', () => {
  it('creates pods by its selector of labels', async () => {
    cluster = await startCluster({ controllers: [newReplicationController()] });
    const controller: ReplicationController = { metadata: { name: 'web' }, spec: { replicas: 2, template } };
    await cluster.client.create(['', 'replicationcontrollers'], 'default', controller);
    await cluster.settle();
    const found = await pods();
    expect(found.map((pod) => pod.metadata.ownerReferences![0])).toMatchObject([
      { apiVersion: 'v1', kind: 'ReplicationController' },
      { apiVersion: 'v1', kind: 'ReplicationController' },
    ]);
    const { status: written } = await cluster.get<ReplicationController>(
      ['', 'replicationcontrollers'],
      'web',
    );
    expect(written).toEqual({ replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 });
  });
});
