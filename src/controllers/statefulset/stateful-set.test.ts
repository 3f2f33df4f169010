import { beforeEach, describe, expect, it } from 'vitest';
import type {
  ControllerRevision,
  StatefulSet,
  StatefulSetSpec,
} from '../../apimachinery/types/apps.v1.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { newGarbageCollector } from '../garbage-collector/garbage-collector.ts';
import { CONTROLLER_REVISIONS } from '../history.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { CLAIMS } from './claims.ts';
import { STATEFUL_SETS } from './identity.ts';
import { newStatefulSetController } from './stateful-set.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newStatefulSetController()] });
});

const template = (image: string) => ({
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'c', image }] },
});
const volumeClaimTemplates: PersistentVolumeClaim[] = [
  {
    metadata: { name: 'data', labels: { tier: 'gold' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];
const create = async (spec: Partial<StatefulSetSpec> = {}): Promise<void> => {
  const set: StatefulSet = {
    metadata: { name: 'db' },
    spec: {
      replicas: 3,
      serviceName: 'dbs',
      selector: { matchLabels: { app: 'db' } },
      template: template('db:1'),
      ...spec,
    },
  };
  await cluster.client.create(STATEFUL_SETS, 'default', set);
  await cluster.settle();
};
const change = async (change: (spec: StatefulSetSpec) => void): Promise<void> => {
  await cluster.client.update<StatefulSet>(STATEFUL_SETS, 'default', 'db', (set) => {
    change(set.spec!);
    return set;
  });
  await cluster.settle();
};
const setImage = (image: string) =>
  change((spec) => {
    spec.template.spec!.containers![0]!.image = image;
  });
const scale = (replicas: number) =>
  change((spec) => {
    spec.replicas = replicas;
  });
/** `name image` of each pod. */
const layout = async () =>
  (await cluster.list<Pod>(PODS)).map(
    ({ metadata, spec }) => `${metadata.name} ${spec!.containers![0]!.image}`,
  );
const run = async (times = 1): Promise<void> => {
  for (let time = 0; time < times; time++) {
    await cluster.runPods();
    await cluster.settle();
  }
};
const status = async () => (await cluster.get<StatefulSet>(STATEFUL_SETS, 'db')).status!;

describe('the StatefulSet controller', () => {
  it('starts pods one after the other, each when those before it are ready', async () => {
    await create();
    expect(await layout()).toEqual(['db-0 db:1']);
    expect(await status()).toMatchObject({
      replicas: 1,
      currentReplicas: 1,
      updatedReplicas: 1,
      availableReplicas: 0,
    });
    await run();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1']);
    await run(2);
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1']);
    const { currentRevision, updateRevision, ...counts } = await status();
    expect(counts).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      collisionCount: 0,
    });
    expect(currentRevision).toBe(updateRevision);
    expect(cluster.errors).toEqual([]);
  });

  it('gives each pod its name, labels and host name', async () => {
    await create({ ordinals: { start: 5 }, replicas: 1 });
    const pod = await cluster.get<Pod>(PODS, 'db-5');
    const [revision] = await cluster.list<ControllerRevision>(CONTROLLER_REVISIONS);
    expect(pod.metadata.labels).toEqual({
      app: 'db',
      'statefulset.kubernetes.io/pod-name': 'db-5',
      'apps.kubernetes.io/pod-index': '5',
      'controller-revision-hash': revision!.metadata.name,
    });
    expect(pod.metadata.ownerReferences).toMatchObject([
      { kind: 'StatefulSet', name: 'db', controller: true },
    ]);
    expect(pod.spec).toMatchObject({ hostname: 'db-5', subdomain: 'dbs' });
    expect(await cluster.eventsOf('StatefulSet')).toEqual([
      'SuccessfulCreate: Create Pod db-5 in StatefulSet db successful',
    ]);
  });

  it('gives each pod storage that stays when the pod goes', async () => {
    await create({ volumeClaimTemplates, replicas: 1 });
    const claim = await cluster.get<PersistentVolumeClaim>(CLAIMS, 'data-db-0');
    expect(claim.metadata.labels).toEqual({ app: 'db', tier: 'gold' });
    expect(claim.metadata.ownerReferences).toBeUndefined();
    const { spec } = await cluster.get<Pod>(PODS, 'db-0');
    expect(spec!.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } });
    await run();
    await scale(0);
    expect(await layout()).toEqual([]);
    await scale(1);
    expect((await cluster.get<PersistentVolumeClaim>(CLAIMS, 'data-db-0')).metadata.uid).toBe(
      claim.metadata.uid,
    );
    expect(await cluster.eventsOf('StatefulSet')).toContain(
      'SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success',
    );
  });

  it('stops pods from the last to the first', async () => {
    await create();
    await run(3);
    await cluster.client.update<Pod>(PODS, 'default', 'db-2', (pod) => {
      pod.metadata.finalizers = ['test/hold'];
      return pod;
    });
    await scale(1);
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1']);
    await cluster.client.update<Pod>(PODS, 'default', 'db-2', (pod) => {
      delete pod.metadata.finalizers;
      return pod;
    });
    await cluster.settle();
    expect(await layout()).toEqual(['db-0 db:1']);
  });

  it('replaces pods that have ended or were deleted, under the same name', async () => {
    await create({ replicas: 2 });
    await run(2);
    const { metadata } = await cluster.get<Pod>(PODS, 'db-0');
    await cluster.setPod('db-0', 'Failed');
    await cluster.settle();
    expect((await cluster.get<Pod>(PODS, 'db-0')).metadata.uid).not.toBe(metadata.uid);
    await cluster.client.delete(PODS, 'default', 'db-1');
    await cluster.settle();
    // The second waits for the first, which is new.
    expect(await layout()).toEqual(['db-0 db:1']);
    await run();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1']);
  });

  it('starts and stops all at once when it may', async () => {
    await create({ podManagementPolicy: 'Parallel', replicas: 20 });
    expect(await layout()).toHaveLength(20);
    await scale(2);
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1']);
  });

  it('waits for minReadySeconds', async () => {
    await create({ replicas: 2, minReadySeconds: 20 });
    await run();
    expect(await layout()).toHaveLength(1);
    await cluster.advance(21_000);
    expect(await layout()).toHaveLength(2);
  });

  it('gives a pod back its labels', async () => {
    await create({ replicas: 1 });
    await run();
    await cluster.client.update<Pod>(PODS, 'default', 'db-0', (pod) => {
      delete pod.metadata.labels!['apps.kubernetes.io/pod-index'];
      return pod;
    });
    await cluster.settle();
    expect((await cluster.get<Pod>(PODS, 'db-0')).metadata.labels!['apps.kubernetes.io/pod-index']).toBe('0');
  });
});

describe('updates of a StatefulSet', () => {
  it('replace pods from the last to the first, each when the one behind it is ready', async () => {
    await create();
    await run(3);
    await setImage('db:2');
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    expect(await status()).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    await run();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:2', 'db-2 db:2']);
    await run(2);
    expect(await layout()).toEqual(['db-0 db:2', 'db-1 db:2', 'db-2 db:2']);
    const { currentRevision, updateRevision, currentReplicas } = await status();
    expect([currentRevision, currentReplicas]).toEqual([updateRevision, 3]);
  });

  it('stop at the partition; a pod below it comes back as it was', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await run(3);
    await setImage('db:2');
    await run(3);
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    await cluster.client.delete(PODS, 'default', 'db-0');
    await cluster.settle();
    await run();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    await change((spec) => {
      spec.updateStrategy!.rollingUpdate!.partition = 0;
    });
    await run(3);
    expect(await layout()).toEqual(['db-0 db:2', 'db-1 db:2', 'db-2 db:2']);
  });

  it('replace one at a time, also where pods start all at once', async () => {
    await create({ podManagementPolicy: 'Parallel', minReadySeconds: 10 });
    await run();
    await setImage('db:2');
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    await run();
    // Ready is not yet available.
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:2']);
    await cluster.advance(11_000);
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:2', 'db-2 db:2']);
  });

  it('replace a broken pod of the old revision', async () => {
    await create({ podManagementPolicy: 'Parallel', replicas: 2 });
    await cluster.runPods(({ metadata }) => metadata.name === 'db-0');
    await cluster.settle();
    await setImage('db:2');
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:2']);
  });

  it('wait for somebody to delete the pods when they are told to', async () => {
    await create({ replicas: 2, updateStrategy: { type: 'OnDelete' } });
    await run(2);
    await setImage('db:2');
    await run();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:1']);
    await cluster.client.delete(PODS, 'default', 'db-1');
    await cluster.settle();
    expect(await layout()).toEqual(['db-0 db:1', 'db-1 db:2']);
  });

  it('keep as many old revisions as the history wants', async () => {
    await create({ replicas: 1, revisionHistoryLimit: 1 });
    for (const image of ['db:2', 'db:3', 'db:4']) {
      await run(2);
      await setImage(image);
    }
    await run(2);
    const images = (await cluster.list<ControllerRevision>(CONTROLLER_REVISIONS))
      .sort((a, b) => Number(a.revision) - Number(b.revision))
      .map(({ data }) => data.spec.template.spec.containers[0].image);
    expect(images).toEqual(['db:3', 'db:4']);
  });
});

describe('the retention of claims', () => {
  beforeEach(async () => {
    cluster = await startCluster({ controllers: [newStatefulSetController(), newGarbageCollector()] });
  });
  const names = async () =>
    (await cluster.list<PersistentVolumeClaim>(CLAIMS))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name);

  it('lets claims go with the set', async () => {
    await create({
      volumeClaimTemplates,
      replicas: 1,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
    });
    await run();
    expect(
      (await cluster.get<PersistentVolumeClaim>(CLAIMS, 'data-db-0')).metadata.ownerReferences,
    ).toMatchObject([{ kind: 'StatefulSet', name: 'db' }]);
    await cluster.client.delete(STATEFUL_SETS, 'default', 'db');
    await cluster.advance(60_000);
    expect(await names()).toEqual([]);
  });

  it('lets claims go with pods that are scaled away, and keeps the others', async () => {
    await create({
      volumeClaimTemplates,
      replicas: 2,
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
    });
    await run(2);
    expect(await names()).toEqual(['data-db-0', 'data-db-1']);
    await scale(1);
    await cluster.advance(60_000);
    expect(await names()).toEqual(['data-db-0']);
    await cluster.client.delete(PODS, 'default', 'db-0');
    await cluster.advance(60_000);
    expect(await names()).toEqual(['data-db-0']);
  });
});
