import { describe, expect, it } from 'vitest';
import { testCluster } from '../../registry/admission/testing.ts';
import { call } from './testing.ts';

const PATH = '/api/v1/componentstatuses';

describe('componentstatuses', () => {
  it('are healthy, by name and in a list', async () => {
    const cluster = await testCluster();
    const { body } = await call(cluster, 'GET', PATH);
    expect(body).toMatchObject({ kind: 'ComponentStatusList', metadata: {} });
    expect(body.items.map(({ metadata }: any) => metadata.name)).toEqual([
      'scheduler',
      'controller-manager',
      'etcd-0',
    ]);
    expect((await call(cluster, 'GET', `${PATH}/etcd-0`)).body).toEqual({
      kind: 'ComponentStatus',
      apiVersion: 'v1',
      metadata: { name: 'etcd-0' },
      conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
    });
    expect((await call(cluster, 'GET', `${PATH}/kubelet`)).code).toBe(404);
  });
  it('are chosen by name', async () => {
    const answer = await call(await testCluster(), 'GET', `${PATH}?fieldSelector=metadata.name%3Dscheduler`);
    expect(answer.body.items).toHaveLength(1);
  });
});
