import { describe, expect, it } from 'vitest';
import type { Pod, ResourceQuota } from '../apimachinery/types/core.v1.gen.ts';
import { crontabs } from '../apis/custom/testing.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { customResourceDefinitionController } from './custom-resource-definition/custom-resource-definition.ts';
import { quotaStatus, RESYNC_MS, resourceQuotaController } from './resource-quota.ts';
import { startCluster, type TestCluster } from './testing.ts';

const QUOTAS: ResourceName = ['', 'resourcequotas'];
const CRDS: ResourceName = ['apiextensions.k8s.io', 'customresourcedefinitions'];
const PODS: ResourceName = ['', 'pods'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
type QuotaObject = ResourceQuota & KubeObject;

const start = (): Promise<TestCluster> => startCluster({ controllers: [resourceQuotaController] });
const makeQuota = (cluster: TestCluster, hard: Record<string, string>): Promise<unknown> =>
  cluster.client.create<QuotaObject>(QUOTAS, 'default', { metadata: { name: 'quota' }, spec: { hard } });
const makePod = (cluster: TestCluster, name: string): Promise<unknown> =>
  cluster.client.create<Pod & KubeObject>(PODS, 'default', {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '500m' } } }] },
  });
const status = async (cluster: TestCluster): Promise<QuotaObject['status']> =>
  (await cluster.get<QuotaObject>(QUOTAS, 'quota')).status;

describe('resource quota controller', () => {
  it('counts what is there when a quota comes or changes', async () => {
    const cluster = await start();
    await makePod(cluster, 'a');
    await cluster.client.create(CONFIG_MAPS, 'default', { metadata: { name: 'a' } });
    await makeQuota(cluster, { pods: '5', 'requests.cpu': '2', 'count/configmaps': '4' });
    await cluster.settle();
    expect(await status(cluster)).toEqual({
      hard: { pods: '5', 'requests.cpu': '2', 'count/configmaps': '4' },
      used: { pods: '1', 'requests.cpu': '500m', 'count/configmaps': '1' },
    });
    await cluster.client.update<QuotaObject>(QUOTAS, 'default', 'quota', (quota) => ({
      ...quota,
      spec: { hard: { pods: '9' } },
    }));
    await cluster.settle();
    expect(await status(cluster)).toEqual({ hard: { pods: '9' }, used: { pods: '1' } });
  });

  it('gives back what is deleted or finished', async () => {
    const cluster = await start();
    await makeQuota(cluster, { pods: '5', 'requests.cpu': '2', configmaps: '5' });
    await cluster.settle();
    await cluster.client.create(CONFIG_MAPS, 'default', { metadata: { name: 'a' } });
    for (const name of ['a', 'b', 'c']) await makePod(cluster, name);
    await cluster.advance(1000);
    expect((await status(cluster))?.used).toEqual({ pods: '3', 'requests.cpu': '1500m', configmaps: '1' });
    await cluster.client.delete(PODS, 'default', 'a');
    await cluster.setPod('b', 'Succeeded');
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.advance(1000);
    expect((await status(cluster))?.used).toEqual({ pods: '1', 'requests.cpu': '500m', configmaps: '0' });
    expect(cluster.errors).toEqual([]);
  });

  it('counts custom resources', async () => {
    const cluster = await startCluster({
      controllers: [resourceQuotaController, customResourceDefinitionController],
    });
    await cluster.client.create(CRDS, '', crontabs() as KubeObject);
    await cluster.settle();
    const make = (name: string): Promise<KubeObject> =>
      cluster.client.create<KubeObject>(['stable.example.com', 'crontabs'], 'default', {
        metadata: { name },
        spec: { schedule: 'x' },
      });
    await make('a');
    await makeQuota(cluster, { 'count/crontabs.stable.example.com': '2' });
    await cluster.settle();
    await make('b');
    await expect(make('c')).rejects.toThrow(/exceeded quota: quota, requested: count\/crontabs/);
    await cluster.client.delete(['stable.example.com', 'crontabs'], 'default', 'a');
    await cluster.advance(1000);
    expect((await status(cluster))?.used).toEqual({ 'count/crontabs.stable.example.com': '1' });
  });

  it('puts a status right that somebody else has written', async () => {
    const cluster = await start();
    await makePod(cluster, 'a');
    await makeQuota(cluster, { pods: '5' });
    await cluster.settle();
    const right = { hard: { pods: '5' }, used: { pods: '1' } };
    const write = async (wrong: QuotaObject['status']): Promise<void> => {
      await cluster.client.updateStatus<QuotaObject>(QUOTAS, 'default', 'quota', (quota) => ({
        ...quota,
        status: wrong!,
      }));
      await cluster.settle();
    };
    await write({ hard: { pods: '7' }, used: { pods: '1' } });
    expect(await status(cluster)).toEqual(right);
    await write({ hard: { pods: '5' } });
    expect(await status(cluster)).toEqual(right);
    await write({ hard: { pods: '5' }, used: { pods: '3' } });
    expect((await status(cluster))?.used).toEqual({ pods: '3' });
    await cluster.advance(RESYNC_MS);
    expect(await status(cluster)).toEqual(right);
    // Then it rests.
    await cluster.advance(RESYNC_MS);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });

  it('loses no charge to a count that is under way', async () => {
    const cluster = await start();
    await makeQuota(cluster, { pods: '50' });
    await cluster.settle();
    for (let round = 0; round < 5; round++) {
      const names = [0, 1, 2, 3].map((index) => `p${round}-${index}`);
      await Promise.all(names.map((name) => makePod(cluster, name)));
      await Promise.all([
        cluster.client.delete(PODS, 'default', names[0]!),
        cluster.advance(1000),
        ...names.map((name) => makePod(cluster, `${name}-more`)),
      ]);
    }
    await cluster.advance(1000);
    expect((await status(cluster))?.used).toEqual({ pods: String((await cluster.list(PODS)).length) });
    expect(await cluster.list(PODS)).toHaveLength(35);
  });

  it('writes nothing for a charge of admission', async () => {
    const cluster = await start();
    await makeQuota(cluster, { pods: '5' });
    await cluster.settle();
    await makePod(cluster, 'a');
    const before = await cluster.storage.head();
    await cluster.advance(1000);
    expect(await cluster.storage.head()).toBe(before);
  });
});

it('keeps what nobody can count, and drops what is no longer limited', () => {
  const quota: ResourceQuota = {
    spec: { hard: { pods: '1', odd: '2' } },
    status: { hard: { pods: '1', odd: '2', old: '1' }, used: { odd: '1', old: '1' } },
  };
  const next = { hard: { pods: '1', odd: '2' }, used: { pods: '0', odd: '1' } };
  expect(quotaStatus(quota, { pods: '0' })).toEqual(next);
  expect(quotaStatus({ ...quota, status: next }, { pods: '0' })).toBeUndefined();
});
