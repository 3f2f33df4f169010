import { beforeEach, describe, expect, it } from 'vitest';
import { type TestCluster, testCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

const addClass = (
  group: string,
  resource: string,
  name: string,
  annotation: string,
  created = '2026-01-01',
) =>
  cluster.put(group, resource, {
    metadata: {
      name,
      creationTimestamp: `${created}T00:00:00Z`,
      annotations: { [annotation]: 'true' },
    },
  });

describe('DefaultStorageClass', () => {
  const add = (name: string, created?: string) =>
    addClass(
      'storage.k8s.io',
      'storageclasses',
      name,
      'storageclass.kubernetes.io/is-default-class',
      created,
    );
  const classOfNewClaim = async (fields: Record<string, unknown> = {}, annotations = {}) => {
    const claim = await cluster.create('', 'persistentvolumeclaims', {
      metadata: { generateName: 'data-', annotations },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...fields },
    });
    return claim.spec.storageClassName;
  };

  it('is the newest default class, then the first by name', async () => {
    expect(await classOfNewClaim()).toBeUndefined();
    await add('old', '2025-01-01');
    expect(await classOfNewClaim()).toBe('old');
    await add('z');
    await add('b');
    expect(await classOfNewClaim()).toBe('b');
  });

  it('respects what the claim says, also when that is none', async () => {
    await add('usual');
    expect(await classOfNewClaim({ storageClassName: '' })).toBe('');
    expect(await classOfNewClaim({ storageClassName: 'own' })).toBe('own');
    expect(await classOfNewClaim({}, { 'volume.beta.kubernetes.io/storage-class': 'beta' })).toBeUndefined();
  });
});

describe('DefaultIngressClass', () => {
  const classOfNewIngress = async (spec = {}, annotations = {}) => {
    const ingress = await cluster.create('networking.k8s.io', 'ingresses', {
      metadata: { generateName: 'web-', annotations },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } }, ...spec },
    });
    return ingress.spec.ingressClassName;
  };

  it('is the default class where none is named', async () => {
    expect(await classOfNewIngress()).toBeUndefined();
    await addClass(
      'networking.k8s.io',
      'ingressclasses',
      'nginx',
      'ingressclass.kubernetes.io/is-default-class',
    );
    expect(await classOfNewIngress()).toBe('nginx');
    expect(await classOfNewIngress({ ingressClassName: 'own' })).toBe('own');
    expect(await classOfNewIngress({}, { 'kubernetes.io/ingress.class': 'old' })).toBeUndefined();
  });
});
