import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../apimachinery/clock.ts';
import { seeded } from '../../apimachinery/random.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { AdmissionCache } from '../../registry/cache.ts';
import { Client } from '../../registry/client.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { flowControlUid } from '../../apis/flowcontrol/uid.ts';
import { bootstrapPolicy, policyObjects } from './policy.ts';

const NOW = Date.UTC(2026, 0, 1);
const RBAC = 'rbac.authorization.k8s.io';
const context = { now: NOW, random: seeded(1), user: { username: 'u', groups: [] }, namespace: '' };

async function cluster() {
  const storage = new MemoryStorage();
  const client = new Client({
    cluster: 'c',
    storage,
    cache: new AdmissionCache(),
    clock: fakeClock(NOW),
    random: seeded(2),
    user: { username: 'u', groups: ['system:masters'] },
    fieldManager: 'test',
  });
  await bootstrapPolicy(storage, 'c', NOW, seeded(3));
  return { storage, client };
}

describe('the policy of the first moment', () => {
  it.each(policyObjects().map((one) => [`${one.resource} ${one.object.metadata!.name}`, one] as const))(
    '%s is valid',
    (_, { group, resource, object }) => {
      const { strategy } = resourceNamed(group, resource);
      strategy.default?.(object, context);
      expect(strategy.validate?.(object, context)).toEqual([]);
      expect(strategy.validateName?.(object.metadata!.name!, false) ?? []).toEqual([]);
    },
  );

  it('has what upstream has, stamped', async () => {
    const { client } = await cluster();
    const roles = await client.list([RBAC, 'clusterroles']);
    expect(
      roles.items.filter(({ metadata }) => metadata.name!.startsWith('system:controller:')),
    ).toHaveLength(41);
    const admin = await client.get([RBAC, 'clusterrolebindings'], '', 'cluster-admin');
    expect(admin).toMatchObject({
      metadata: {
        uid: expect.stringMatching(/^[0-9a-f]{8}-/),
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
        annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
        managedFields: [{ manager: 'kube-apiserver', operation: 'Update', time: '2026-01-01T00:00:00Z' }],
      },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:masters' }],
    });
    const service = await client.get<any>(['apiregistration.k8s.io', 'apiservices'], '', 'v1.apps');
    expect(service!.spec).toEqual({
      group: 'apps',
      version: 'v1',
      groupPriorityMinimum: 17800,
      versionPriority: 15,
    });
    expect(service!.status.conditions[0]).toMatchObject({
      type: 'Available',
      status: 'True',
      reason: 'Local',
    });
    const flow = await client.get<any>(['flowcontrol.apiserver.k8s.io', 'flowschemas'], '', 'exempt');
    expect(flow!.metadata).toMatchObject({
      generation: 1,
      uid: flowControlUid('c', 'flowschemas', 'exempt'),
    });
    expect(flow!.status.conditions[0]).toMatchObject({ type: 'Dangling', status: 'False', reason: 'Found' });
  });

  it('is owned by those who make it and fill it in upstream', async () => {
    const { client } = await cluster();
    const owners = async (group: string, resource: string, name: string) =>
      (await client.get<any>([group, resource], '', name))!.metadata.managedFields.map(
        ({ manager, operation, subresource, fieldsV1, time }: any) =>
          [time.slice(0, 4), manager, operation, subresource ?? '', Object.keys(fieldsV1).join()].join(' '),
      );
    expect(await owners(RBAC, 'clusterroles', 'admin')).toEqual([
      '2026 clusterrole-aggregation-controller Apply  f:rules',
      '2026 kube-apiserver Update  f:aggregationRule,f:metadata',
    ]);
    expect(await owners('flowcontrol.apiserver.k8s.io', 'flowschemas', 'exempt')).toEqual([
      '2026 api-priority-and-fairness-config-consumer-v1 Apply status f:status',
      '2026 api-priority-and-fairness-config-producer-v1 Update  f:metadata,f:spec',
    ]);
  });

  it.each([
    [
      'system:aggregate-to-view',
      { verbs: ['get', 'list', 'watch'], apiGroups: ['', 'events.k8s.io'], resources: ['events'] },
    ],
    [
      'system:kube-scheduler',
      { verbs: ['patch', 'update'], apiGroups: ['resource.k8s.io'], resources: ['resourceclaims/binding'] },
    ],
    ['system:monitoring', { verbs: ['get'], apiGroups: [''], resources: ['nodes/metrics'] }],
    [
      'system:controller:pvc-protection-controller',
      { verbs: ['update'], apiGroups: [''], resources: ['persistentvolumeclaims/status'] },
    ],
  ])('%s has a rule that came with 1.36', async (name, rule) => {
    const { client } = await cluster();
    expect((await client.get<any>([RBAC, 'clusterroles'], '', name))!.rules).toContainEqual(rule);
  });

  it('gathers the rules of aggregated roles', async () => {
    const { client } = await cluster();
    const rules = async (name: string) =>
      (await client.get<any>([RBAC, 'clusterroles'], '', name))!.rules.length as number;
    expect(await rules('edit')).toBe((await rules('system:aggregate-to-edit')) + (await rules('view')));
    expect(await rules('admin')).toBe((await rules('edit')) + (await rules('system:aggregate-to-admin')));
  });

  it('is completed, never overwritten, when it is made again', async () => {
    const { storage, client } = await cluster();
    await client.update<any>([RBAC, 'clusterroles'], '', 'view', (role) => ({ ...role, rules: [] }));
    await client.delete([RBAC, 'clusterroles'], '', 'edit');
    await bootstrapPolicy(storage, 'c', NOW, seeded(4));
    expect((await client.get<any>([RBAC, 'clusterroles'], '', 'view'))!.rules ?? []).toEqual([]);
    expect(await client.get([RBAC, 'clusterroles'], '', 'edit')).toBeDefined();
  });
});
