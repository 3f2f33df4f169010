import { beforeEach, describe, expect, it } from 'vitest';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { PODS } from '../pod-control.ts';
import { newReplicaSetController } from '../replicaset/replica-set.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { REVISION, REVISION_HISTORY } from './annotations.ts';
import { newDeploymentController } from './deployment.ts';
import { DEPLOYMENTS, REPLICA_SETS } from './rollout.ts';

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image }] },
});

const deployment = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  metadata: { name: 'web', annotations: { team: 'shop' } },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('nginx:1'), ...spec },
});

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newDeploymentController(), newReplicaSetController()] });
});

const create = async (spec: Partial<DeploymentSpec> = {}): Promise<void> => {
  await cluster.client.create(DEPLOYMENTS, 'default', deployment(spec));
  await cluster.settle();
};
const change = async (change: (spec: DeploymentSpec) => void): Promise<void> => {
  await cluster.client.update<Deployment>(DEPLOYMENTS, 'default', 'web', (one) => {
    change(one.spec!);
    return one;
  });
  await cluster.settle();
};
const setImage = (image: string) =>
  change((spec) => {
    spec.template.spec!.containers![0]!.image = image;
  });
const get = () => cluster.get<Deployment>(DEPLOYMENTS, 'web');
const imageOf = (set: Stored<ReplicaSet>) => set.spec!.template!.spec!.containers![0]!.image!;
/** Image -> wanted replicas. */
const sets = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await cluster.list<ReplicaSet>(REPLICA_SETS)).map((set) => [imageOf(set), set.spec!.replicas!]),
  );
const setOf = async (image: string) =>
  (await cluster.list<ReplicaSet>(REPLICA_SETS)).find((one) => imageOf(one) === image)!;
const condition = async (type: string) => (await get()).status!.conditions!.find((one) => one.type === type);
/** Makes all pods ready, again and again, until the rollout comes to rest. */
const run = async (): Promise<void> => {
  for (let round = 0; round < 20; round++) {
    await cluster.runPods();
    await cluster.settle();
  }
};

describe('a new Deployment', () => {
  it('gets a ReplicaSet of its size, marked with the hash of its template', async () => {
    await create();
    const [set, ...others] = await cluster.list<ReplicaSet>(REPLICA_SETS);
    expect(others).toEqual([]);
    const hash = set!.metadata.labels!['pod-template-hash'];
    expect(set!.metadata.name).toBe(`web-${hash}`);
    expect(set!.metadata.annotations).toEqual({
      team: 'shop',
      [REVISION]: '1',
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    });
    expect(set!.spec!.selector!.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(set!.spec!.template!.metadata!.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
    const found = await cluster.list<Pod>(PODS);
    expect(found).toHaveLength(3);
    expect(found[0]!.metadata.name).toMatch(new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
    expect(await cluster.eventsOf('Deployment')).toEqual([
      `ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`,
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('tells how far it is', async () => {
    await create();
    const { metadata, status } = await get();
    expect(metadata.annotations![REVISION]).toBe('1');
    expect(status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      unavailableReplicas: 3,
    });
    expect(await condition('Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
    });
    expect(await condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await run();
    const { metadata: set } = await setOf('nginx:1');
    expect((await get()).status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    });
    expect((await get()).status!.unavailableReplicas).toBeUndefined();
    expect(await condition('Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(await condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${set.name}" has successfully progressed.`,
    });
    await cluster.advance(3_600_000);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
    expect(await condition('Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
  });

  it('comes up with a thousand pods', async () => {
    await create({ replicas: 1000 });
    expect(await cluster.list(PODS)).toHaveLength(1000);
    expect((await get()).status).toMatchObject({ replicas: 1000, unavailableReplicas: 1000 });
  });

  it('uses another name when its hash belongs to something else', async () => {
    await create();
    const { metadata, spec } = await setOf('nginx:1');
    await cluster.client.delete(DEPLOYMENTS, 'default', 'web');
    await cluster.client.delete(REPLICA_SETS, 'default', metadata.name!);
    await cluster.client.create<ReplicaSet>(REPLICA_SETS, 'default', {
      metadata: { name: metadata.name! },
      spec: {
        ...spec!,
        selector: { matchLabels: { app: 'other' } },
        template: { ...spec!.template, metadata: { labels: { app: 'other' } } },
      },
    });
    await create();
    await cluster.advance(1000);
    const mine = (await cluster.list<ReplicaSet>(REPLICA_SETS)).filter((one) => one.metadata.ownerReferences);
    expect(mine).toHaveLength(1);
    expect(mine[0]!.metadata.name).not.toBe(metadata.name);
    expect((await get()).status!.collisionCount).toBe(1);
  });
});

describe('a rolling update', () => {
  it('moves step by step, with the surge and without too many missing', async () => {
    await create({ replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    await run();
    await setImage('nginx:2');
    expect(await sets()).toEqual({ 'nginx:1': 3, 'nginx:2': 2 });
    expect((await get()).status).toMatchObject({ updatedReplicas: 2, replicas: 5, availableReplicas: 3 });
    expect(await condition('Available')).toMatchObject({ status: 'True' });
    await run();
    expect(await sets()).toEqual({ 'nginx:1': 0, 'nginx:2': 4 });
    expect((await get()).metadata.annotations![REVISION]).toBe('2');
    expect(await condition('Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
    const old = (await setOf('nginx:1')).metadata.name;
    const events = await cluster.eventsOf('Deployment');
    expect(events).toContain(`ScalingReplicaSet: Scaled down replica set ${old} from 4 to 3`);
    expect(events.at(-1)).toBe(`ScalingReplicaSet: Scaled down replica set ${old} from 1 to 0`);
  });

  it('goes back to the ReplicaSet that has the template already, which keeps its history', async () => {
    await create();
    await run();
    await setImage('nginx:2');
    await run();
    await setImage('nginx:1');
    await run();
    expect(await sets()).toEqual({ 'nginx:1': 3, 'nginx:2': 0 });
    const { annotations } = (await setOf('nginx:1')).metadata;
    expect(annotations).toMatchObject({ [REVISION]: '3', [REVISION_HISTORY]: '1' });
    expect((await get()).metadata.annotations![REVISION]).toBe('3');
  });

  it('holds while new pods do not become ready, says so after the deadline, and goes on when they do', async () => {
    await create({ progressDeadlineSeconds: 60 });
    await run();
    await setImage('broken');
    await cluster.advance(59_000);
    expect(await condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await cluster.advance(5000);
    const { name } = (await setOf('broken')).metadata;
    expect(await condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
    expect(await sets()).toEqual({ 'nginx:1': 3, broken: 1 });
    expect(cluster.manager.plan.nextDue).toBeUndefined();
    await run();
    expect(await sets()).toEqual({ 'nginx:1': 0, broken: 3 });
    expect(await condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
    });
  });

  it('keeps as many old ReplicaSets as the history wants', async () => {
    await create({ replicas: 1, revisionHistoryLimit: 2 });
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4', 'nginx:5']) {
      await run();
      await setImage(image);
    }
    await run();
    expect(await sets()).toEqual({ 'nginx:3': 0, 'nginx:4': 0, 'nginx:5': 1 });
  });

  it('goes on from revisions that no number holds', async () => {
    const { spec } = deployment();
    await cluster.client.create<ReplicaSet>(REPLICA_SETS, 'default', {
      metadata: {
        name: 'earlier',
        labels: { app: 'web' },
        annotations: { [REVISION]: '3546343826724305832' },
      },
      spec: { replicas: 0, selector: spec!.selector, template: template('nginx:0') },
    });
    await create({ replicas: 1 });
    expect((await setOf('nginx:1')).metadata.annotations![REVISION]).toBe('3546343826724305833');
    expect((await get()).metadata.annotations![REVISION]).toBe('3546343826724305833');
  });

  it('takes minReadySeconds over and waits for it', async () => {
    await create({ replicas: 1, minReadySeconds: 10 });
    await run();
    expect((await get()).status!.availableReplicas).toBeUndefined();
    await cluster.advance(12_000);
    expect((await get()).status!.availableReplicas).toBe(1);
    await change((spec) => {
      spec.minReadySeconds = 5;
    });
    expect((await setOf('nginx:1')).spec!.minReadySeconds).toBe(5);
  });
});

describe('recreating', () => {
  const strategy = { type: 'Recreate' };

  it('waits until the old pods are gone', async () => {
    await create({ strategy });
    await run();
    for (const pod of await cluster.list<Pod>(PODS)) {
      await cluster.client.update<Pod>(PODS, 'default', pod.metadata.name!, (one) => {
        one.metadata.finalizers = ['test/hold'];
        return one;
      });
    }
    await setImage('nginx:2');
    expect(await sets()).toEqual({ 'nginx:1': 0 });
    for (const pod of await cluster.list<Pod>(PODS)) {
      await cluster.client.update<Pod>(PODS, 'default', pod.metadata.name!, (one) => {
        delete one.metadata.finalizers;
        return one;
      });
    }
    await cluster.settle();
    expect(await sets()).toEqual({ 'nginx:1': 0, 'nginx:2': 3 });
    await run();
    expect(await condition('Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
  });
});

describe('scaling and pausing', () => {
  it('scales its ReplicaSet', async () => {
    await create();
    await run();
    const { name } = (await setOf('nginx:1')).metadata;
    await change((spec) => {
      spec.replicas = 5;
    });
    expect(await sets()).toEqual({ 'nginx:1': 5 });
    await change((spec) => {
      spec.replicas = 0;
    });
    expect(await cluster.list(PODS)).toEqual([]);
    expect(await cluster.eventsOf('Deployment')).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${name} from 0 to 3`,
      `ScalingReplicaSet: Scaled up replica set ${name} from 3 to 5`,
      `ScalingReplicaSet: Scaled down replica set ${name} from 5 to 0`,
    ]);
  });

  it('scales in proportion in the midst of a rollout', async () => {
    await create({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    await run();
    await setImage('nginx:2');
    expect(await sets()).toEqual({ 'nginx:1': 8, 'nginx:2': 5 });
    await change((spec) => {
      spec.replicas = 30;
    });
    const { 'nginx:1': old, 'nginx:2': fresh } = await sets();
    expect(old! + fresh!).toBe(33);
    expect(old).toBeGreaterThan(fresh!);
  });

  it('does not roll out while it is paused, but scales, and goes on when it is resumed', async () => {
    await create();
    await run();
    await change((spec) => {
      spec.paused = true;
    });
    expect(await condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    await setImage('nginx:2');
    await change((spec) => {
      spec.replicas = 2;
    });
    expect(await sets()).toEqual({ 'nginx:1': 2 });
    await cluster.advance(3_600_000);
    await change((spec) => {
      delete spec.paused;
    });
    expect(await condition('Progressing')).toMatchObject({ status: 'True' });
    await run();
    expect(await sets()).toEqual({ 'nginx:1': 0, 'nginx:2': 2 });
  });

  it('undoes changes of others to the size of its ReplicaSet', async () => {
    await create();
    await run();
    const { name } = (await setOf('nginx:1')).metadata;
    await cluster.client.update<ReplicaSet>(REPLICA_SETS, 'default', name!, (one) => {
      one.spec!.replicas = 7;
      return one;
    });
    await cluster.settle();
    expect(await sets()).toEqual({ 'nginx:1': 3 });
  });
});

describe('ownership', () => {
  it('adopts ReplicaSets that match, and makes a new one when one is taken away', async () => {
    await create();
    const set = await setOf('nginx:1');
    await cluster.client.update<ReplicaSet>(REPLICA_SETS, 'default', set.metadata.name!, (one) => {
      delete one.metadata.ownerReferences;
      return one;
    });
    await cluster.settle();
    const { uid } = (await get()).metadata;
    expect((await setOf('nginx:1')).metadata.ownerReferences).toMatchObject([
      { uid, controller: true, kind: 'Deployment' },
    ]);
    await cluster.client.delete(REPLICA_SETS, 'default', set.metadata.name!);
    await cluster.settle();
    expect((await setOf('nginx:1')).metadata.uid).not.toBe(set.metadata.uid);
  });

  it('shows what its ReplicaSets could not do', async () => {
    const commit = cluster.storage.commit.bind(cluster.storage);
    cluster.storage.commit = async (transaction) =>
      transaction.writes.some(({ key }) => key.startsWith('core/pods/'))
        ? { ok: false, reason: 'unavailable', message: 'down' }
        : commit(transaction);
    await create();
    expect(await condition('ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    cluster.storage.commit = commit;
    await cluster.advance(60_000);
    expect(await condition('ReplicaFailure')).toBeUndefined();
  });
});
