import { describe, expect, it } from 'vitest';
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { crontabs } from '../../apis/custom/testing.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { newGarbageCollector } from '../garbage-collector/garbage-collector.ts';
import { namespaceController } from '../namespace/namespace.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { customResourceDefinitionController } from './custom-resource-definition.ts';

type CRD = CustomResourceDefinition & KubeObject;
const CRDS: ResourceName = ['apiextensions.k8s.io', 'customresourcedefinitions'];
const CRONTABS: ResourceName = ['stable.example.com', 'crontabs'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const NAMESPACES: ResourceName = ['', 'namespaces'];

const start = (): Promise<TestCluster> =>
  startCluster({
    controllers: [customResourceDefinitionController, newGarbageCollector(), namespaceController],
    namespaces: ['shop'],
  });

async function define(cluster: TestCluster, crd = crontabs()): Promise<Stored<CRD> | undefined> {
  await cluster.client.create<CRD>(CRDS, '', crd as CRD);
  await cluster.settle();
  return cluster.client.get<CRD>(CRDS, '', crd.metadata!.name!);
}

const make = (cluster: TestCluster, name: string, namespace = 'default', metadata: object = {}) =>
  cluster.client.create<KubeObject>(CRONTABS, namespace, {
    metadata: { name, ...metadata },
    spec: { schedule: '* * * * *' },
  });

const conditions = (crd: Stored<CRD> | undefined): string[] =>
  (crd?.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

describe('a CustomResourceDefinition', () => {
  it('is established, and its objects are stored as its schema says', async () => {
    const cluster = await start();
    const crd = await define(cluster);
    expect(conditions(crd)).toEqual([
      'NamesAccepted=True NoConflicts',
      'Established=True InitialNamesAccepted',
    ]);
    expect(crd!.status!.acceptedNames).toEqual(crd!.spec.names);
    const made = await make(cluster, 'a');
    expect(made).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 2 } });
    expect(cluster.errors).toEqual([]);
  });

  it('waits for names that another one has, and gets them when that is gone', async () => {
    const cluster = await start();
    await define(cluster);
    const names = { plural: 'tabs', singular: 'tab', kind: 'CronTab', listKind: 'CronTabList' };
    const other = { ...crontabs({ names }), metadata: { name: 'tabs.stable.example.com' } };
    const refused = await define(cluster, other);
    expect(conditions(refused)).toEqual([
      'NamesAccepted=False ListKindConflict',
      'Established=False NotAccepted',
    ]);
    expect(refused!.status!.conditions![0]!.message).toBe('"CronTabList" is already in use');
    await cluster.client.delete(CRDS, '', 'crontabs.stable.example.com');
    await cluster.settle();
    expect(conditions(await cluster.client.get<CRD>(CRDS, '', 'tabs.stable.example.com'))).toEqual([
      'NamesAccepted=True NoConflicts',
      'Established=True InitialNamesAccepted',
    ]);
  });

  it('is not established as long as the certificates of its conversion webhook are none', async () => {
    const cluster = await start();
    const webhook = (caBundle: string) => ({
      strategy: 'Webhook' as const,
      webhook: {
        clientConfig: { service: { namespace: 'default', name: 'converter' }, caBundle: btoa(caBundle) },
        conversionReviewVersions: ['v1'],
      },
    });
    const crd = await define(cluster, crontabs({ conversion: webhook('no certificate') }));
    expect(conditions(crd)).toContain('Established=False InvalidCABundle');
    await cluster.client.update<CRD>(CRDS, '', 'crontabs.stable.example.com', (object) => ({
      ...object,
      spec: {
        ...object.spec,
        conversion: webhook('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'),
      },
    }));
    await cluster.settle();
    expect(conditions(await cluster.client.get<CRD>(CRDS, '', 'crontabs.stable.example.com'))).toContain(
      'Established=True InitialNamesAccepted',
    );
  });

  it('does not get names that another one gets in its stead', async () => {
    const cluster = await start();
    await define(cluster);
    const wanting = async (plural: string) => {
      const names = { plural, singular: plural, kind: 'CronTab', listKind: 'CronTabList' };
      await define(cluster, { ...crontabs({ names }), metadata: { name: `${plural}.stable.example.com` } });
    };
    await wanting('ones');
    await wanting('twos');
    await cluster.client.delete(CRDS, '', 'crontabs.stable.example.com');
    await cluster.settle();
    const crds = await cluster.list<CRD>(CRDS);
    expect(crds.map((crd) => conditions(crd)[0])).toEqual([
      'NamesAccepted=True NoConflicts',
      'NamesAccepted=False ListKindConflict',
    ]);
    expect(crds[0]!.metadata.managedFields!.map(({ manager }) => manager)).toContain('kube-apiserver');
  });

  it('deletes its objects before it goes, and waits for those that are held', async () => {
    const cluster = await start();
    await define(cluster);
    await make(cluster, 'a');
    await make(cluster, 'b', 'shop', { finalizers: ['example.com/hold'] });
    await cluster.client.delete(CRDS, '', 'crontabs.stable.example.com');
    await cluster.settle();
    const crd = await cluster.client.get<CRD>(CRDS, '', 'crontabs.stable.example.com');
    expect(conditions(crd).at(-1)).toBe('Terminating=True InstanceDeletionInProgress');
    expect(crd!.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    await expect(make(cluster, 'c')).rejects.toThrow(
      'create not allowed while custom resource definition is terminating',
    );
    const { items } = await cluster.client.list(CRONTABS);
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['b']);
    await cluster.client.update(CRONTABS, 'shop', 'b', (object) => {
      const { finalizers: _, ...metadata } = object.metadata;
      return { ...object, metadata };
    });
    await cluster.advance(10_000);
    expect(await cluster.client.get(CRDS, '', 'crontabs.stable.example.com')).toBeUndefined();
    await expect(make(cluster, 'd')).rejects.toMatchObject({ code: 404 });
    expect(cluster.errors).toEqual([]);
  });

  it('of the community has to be approved', async () => {
    const crd = {
      ...crontabs({ group: 'stable.k8s.io' }),
      metadata: {
        name: 'crontabs.stable.k8s.io',
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
    };
    expect(conditions(await define(await start(), crd))).toContain(
      'KubernetesAPIApprovalPolicyConformant=False UnapprovedAnnotation',
    );
  });
});

describe('custom resources', () => {
  it('are owners and dependents for the garbage collector', async () => {
    const cluster = await start();
    await define(cluster);
    const owner = await make(cluster, 'owner');
    const reference = {
      apiVersion: 'stable.example.com/v1',
      kind: 'CronTab',
      name: 'owner',
      uid: owner.metadata.uid!,
    };
    await cluster.client.create<KubeObject>(CONFIG_MAPS, 'default', {
      metadata: { name: 'kept', ownerReferences: [reference] },
    });
    await make(cluster, 'dependent', 'default', { ownerReferences: [reference] });
    await cluster.settle();
    expect((await cluster.list(CONFIG_MAPS)).map(({ metadata }) => metadata.name)).toEqual(['kept']);
    await cluster.client.delete(CRONTABS, 'default', 'owner', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(await cluster.list(CONFIG_MAPS)).toEqual([]);
    expect((await cluster.client.list(CRONTABS)).items).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('go with their namespace', async () => {
    const cluster = await start();
    await define(cluster);
    await make(cluster, 'a', 'shop');
    await cluster.client.delete(NAMESPACES, '', 'shop');
    await cluster.settle();
    expect((await cluster.client.list(CRONTABS)).items).toEqual([]);
    expect(await cluster.client.get(NAMESPACES, '', 'shop')).toBeUndefined();
  });

  it('are known to controllers that begin anew', async () => {
    const cluster = await start();
    await define(cluster);
    const owner = await make(cluster, 'owner');
    await cluster.restart([customResourceDefinitionController, newGarbageCollector()]);
    await cluster.client.create<KubeObject>(CONFIG_MAPS, 'default', {
      metadata: {
        name: 'x',
        ownerReferences: [
          { apiVersion: 'stable.example.com/v1', kind: 'CronTab', name: 'owner', uid: owner.metadata.uid! },
        ],
      },
    });
    await cluster.settle();
    await cluster.client.delete(CRONTABS, 'default', 'owner');
    await cluster.settle();
    expect(await cluster.list(CONFIG_MAPS)).toEqual([]);
  });
});
