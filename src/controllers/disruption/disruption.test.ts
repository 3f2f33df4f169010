import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { disruptionController } from './disruption.ts';

const BUDGETS: ResourceName = ['policy', 'poddisruptionbudgets'];
const PODS: ResourceName = ['', 'pods'];
type BudgetObject = PodDisruptionBudget & KubeObject;

const start = (): Promise<TestCluster> => startCluster({ controllers: [disruptionController] });
const makeBudget = (cluster: TestCluster, spec: PodDisruptionBudget['spec']): Promise<unknown> =>
  cluster.client.create<BudgetObject>(BUDGETS, 'default', {
    metadata: { name: 'budget' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
async function makeReplicaSet(cluster: TestCluster, replicas: number): Promise<KubeObject> {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  };
  return cluster.client.create<ReplicaSet & KubeObject>(['apps', 'replicasets'], 'default', {
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
  });
}
async function makePod(
  cluster: TestCluster,
  name: string,
  owner?: KubeObject,
  kind = 'ReplicaSet',
): Promise<void> {
  const { uid = '', name: ownerName = '' } = owner?.metadata ?? {};
  await cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: {
      name,
      labels: { app: 'web' },
      ...(owner
        ? {
            ownerReferences: [
              { apiVersion: owner.apiVersion!, kind, name: ownerName, uid, controller: true },
            ],
          }
        : {}),
    },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] },
  });
  await cluster.setPod(name, 'Running', [{ type: 'Ready', status: 'True' }]);
}
const status = async (cluster: TestCluster): Promise<BudgetObject['status']> =>
  (await cluster.get<BudgetObject>(BUDGETS, 'budget')).status;

describe('disruption controller', () => {
  it('follows the pods', async () => {
    const cluster = await start();
    await makeBudget(cluster, { minAvailable: 1 });
    await cluster.advance(1000);
    expect(await status(cluster)).toMatchObject({
      expectedPods: 0,
      disruptionsAllowed: 0,
      observedGeneration: 1,
    });
    for (const name of ['a', 'b', 'c']) await makePod(cluster, name);
    await cluster.advance(1000);
    expect(await status(cluster)).toMatchObject({
      expectedPods: 3,
      currentHealthy: 3,
      disruptionsAllowed: 2,
    });
    await cluster.setPod('a', 'Running', [{ type: 'Ready', status: 'False' }]);
    await cluster.client.delete(PODS, 'default', 'b', { gracePeriodSeconds: 0 });
    await cluster.advance(1000);
    expect(await status(cluster)).toMatchObject({
      expectedPods: 2,
      currentHealthy: 1,
      disruptionsAllowed: 0,
    });
    expect(await cluster.eventsOf('PodDisruptionBudget')).toEqual(['NoPods: No matching pods found']);
    expect(cluster.errors).toEqual([]);
  });

  it('asks the owners how many pods there should be', async () => {
    const cluster = await start();
    const owner = await makeReplicaSet(cluster, 4);
    await makeBudget(cluster, { maxUnavailable: 1 });
    for (const name of ['a', 'b', 'c']) await makePod(cluster, name, owner);
    await cluster.advance(1000);
    expect(await status(cluster)).toMatchObject({
      expectedPods: 4,
      desiredHealthy: 3,
      disruptionsAllowed: 0,
    });
  });

  it('allows nothing when it cannot tell', async () => {
    const cluster = await start();
    const owner = await cluster.client.create<KubeObject>(['', 'configmaps'], 'default', {
      metadata: { name: 'x' },
    });
    await makeBudget(cluster, { maxUnavailable: 1 });
    await makePod(cluster, 'a', owner, 'ConfigMap');
    await cluster.advance(1000);
    expect((await status(cluster))?.conditions).toMatchObject([
      {
        status: 'False',
        reason: 'SyncFailed',
        message: 'configmaps does not implement the scale subresource',
      },
    ]);
  });

  it('forgets an eviction that came to nothing', async () => {
    const cluster = await start();
    await makeBudget(cluster, { minAvailable: 1 });
    for (const name of ['a', 'b']) await makePod(cluster, name);
    await cluster.advance(1000);
    await cluster.client.updateStatus<BudgetObject>(BUDGETS, 'default', 'budget', (budget) => ({
      ...budget,
      status: { ...budget.status!, disruptionsAllowed: 0, disruptedPods: { a: '2026-01-01T00:00:01Z' } },
    }));
    await cluster.advance(100_000);
    expect(await status(cluster)).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0 });
    await cluster.advance(30_000);
    expect(await status(cluster)).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    expect((await status(cluster))?.disruptedPods).toBeUndefined();
    expect(await cluster.eventsOf('Pod')).toEqual([
      "NotDeleted: Pod was expected by PDB default/default to be deleted but it wasn't",
    ]);
  });

  it('takes the condition back from a pod that stays', async () => {
    const cluster = await start();
    await makePod(cluster, 'a');
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };
    await cluster.setPod('a', 'Running', [target]);
    const current = async (): Promise<string | undefined> =>
      (await cluster.get<Pod & KubeObject>(PODS, 'a')).status?.conditions?.find(
        ({ type }) => type === 'DisruptionTarget',
      )?.status;
    await cluster.advance(110_000);
    expect(await current()).toBe('True');
    await cluster.advance(20_000);
    expect(await current()).toBe('False');
  });
});
