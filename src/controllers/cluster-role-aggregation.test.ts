import { describe, expect, it } from 'vitest';
import type { ClusterRole } from '../apimachinery/types/rbac.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { bootstrapPolicy } from '../tenancy/bootstrap/policy.ts';
import { aggregated, clusterRoleAggregationController } from './cluster-role-aggregation.ts';
import { startCluster, type TestCluster } from './testing.ts';

const ROLES: ResourceName = ['rbac.authorization.k8s.io', 'clusterroles'];
type Role = ClusterRole & KubeObject;

const rule = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
const part = (name: string, labels: Record<string, string>, ...resources: string[]): Role => ({
  metadata: { name, labels },
  rules: resources.map(rule),
});
const whole = (name: string, ...labels: Record<string, string>[]): Role => ({
  metadata: { name },
  aggregationRule: { clusterRoleSelectors: labels.map((matchLabels) => ({ matchLabels })) },
  rules: [],
});

async function start(...roles: Role[]): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [clusterRoleAggregationController] });
  for (const role of roles) await cluster.client.create(ROLES, '', role);
  await cluster.settle();
  return cluster;
}
const resourcesOf = async (cluster: TestCluster, name: string) =>
  ((await cluster.get<Role>(ROLES, name, '')).rules ?? []).flatMap(({ resources }) => resources);

describe('aggregated cluster roles', () => {
  it('have the rules of the chosen ones, in order, each once', async () => {
    const cluster = await start(
      part('b', { team: 'x' }, 'pods', 'secrets'),
      part('a', { team: 'x' }, 'nodes', 'pods'),
      part('c', { team: 'y' }, 'events'),
      part('d', { team: 'z' }, 'services'),
      whole('all', { team: 'y' }, { team: 'x' }),
    );
    expect(await resourcesOf(cluster, 'all')).toEqual(['events', 'nodes', 'pods', 'secrets']);
    const { metadata } = await cluster.get<Role>(ROLES, 'all', '');
    expect(metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'clusterrole-aggregation-controller', operation: 'Apply' }),
    );
  });

  it('are put together in a time linear in the number of rules', () => {
    const rules = Array.from({ length: 20_000 }, (_, n) => rule(`r${n}`));
    const roles = ['a', 'b'].map((name) => ({ ...part(name, {}), rules })) as Parameters<
      typeof aggregated
    >[1];
    expect(aggregated(whole('all', {}) as (typeof roles)[number], roles)).toHaveLength(20_000);
  });

  it('follow every change, through other aggregated ones as well', async () => {
    const cluster = await start(
      part('a', { team: 'x' }, 'pods'),
      { ...whole('some', { team: 'x' }), metadata: { name: 'some', labels: { team: 'y' } } },
      whole('all', { team: 'y' }),
    );
    expect(await resourcesOf(cluster, 'all')).toEqual(['pods']);
    await cluster.client.update<Role>(ROLES, '', 'a', (role) => ({ ...role, rules: [rule('nodes')] }));
    await cluster.settle();
    expect(await resourcesOf(cluster, 'all')).toEqual(['nodes']);
    await cluster.client.delete(ROLES, '', 'a');
    await cluster.settle();
    expect(await resourcesOf(cluster, 'all')).toEqual([]);
  });

  it('are put right when somebody changes them', async () => {
    const cluster = await start(part('a', { team: 'x' }, 'pods'), whole('all', { team: 'x' }));
    await cluster.client.update<Role>(ROLES, '', 'all', (role) => ({ ...role, rules: [rule('secrets')] }));
    await cluster.settle();
    expect(await resourcesOf(cluster, 'all')).toEqual(['pods']);
  });

  it('are right from the first moment of a cluster', async () => {
    const cluster = await startCluster({ controllers: [clusterRoleAggregationController] });
    await bootstrapPolicy(cluster.storage, 'test', cluster.clock.now(), Math.random);
    const head = await cluster.storage.head();
    await cluster.restart([clusterRoleAggregationController]);
    await cluster.settle();
    expect(await cluster.storage.head()).toBe(head);
    expect((await resourcesOf(cluster, 'view')).length).toBeGreaterThan(50);
  });
});
