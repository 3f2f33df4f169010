import { beforeEach, describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { VolumeAttributesClass } from '../../apimachinery/types/storage.v1.gen.ts';
import type { ResourceName } from '../../registry/client.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { CLAIMS, VOLUMES } from './claims.ts';
import { pvProtectionController } from './pv-protection.ts';
import { pvcProtectionController } from './pvc-protection.ts';
import { vacProtectionController } from './vac-protection.ts';

const ATTRIBUTES_CLASSES: ResourceName = ['storage.k8s.io', 'volumeattributesclasses'];

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({
    controllers: [pvcProtectionController, pvProtectionController, vacProtectionController],
  });
});

const makeClaim = (name = 'data', spec: PersistentVolumeClaim['spec'] = {}) =>
  cluster.client.create<PersistentVolumeClaim>(CLAIMS, 'default', {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
const makePod = (nodeName?: string) =>
  cluster.client.create<Pod>(PODS, 'default', {
    metadata: { name: 'user' },
    spec: {
      containers: [{ name: 'c', image: 'web' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      ...(nodeName ? { nodeName } : {}),
    },
  });
const names = async (resource: ResourceName): Promise<string[]> => {
  await cluster.settle();
  return (await cluster.list(resource)).map(({ metadata }) => metadata.name!);
};

describe('claims', () => {
  it('go at once when no pod uses them', async () => {
    await makeClaim();
    await cluster.client.delete(CLAIMS, 'default', 'data');
    expect(await names(CLAIMS)).toEqual([]);
  });

  it('stay as long as a pod that has a node uses them', async () => {
    await makeClaim();
    await makePod('node-1');
    await cluster.client.delete(CLAIMS, 'default', 'data');
    expect(await names(CLAIMS)).toEqual(['data']);
    await cluster.client.delete(PODS, 'default', 'user', { gracePeriodSeconds: 0 });
    expect(await names(CLAIMS)).toEqual([]);
  });

  it('stay no longer for a pod that has none', async () => {
    await makeClaim();
    await makePod();
    await cluster.client.delete(CLAIMS, 'default', 'data');
    expect(await names(CLAIMS)).toEqual([]);
  });

  it('get the finalizer back', async () => {
    await makeClaim();
    await cluster.client.update<PersistentVolumeClaim>(CLAIMS, 'default', 'data', (claim) => {
      claim.metadata.finalizers = ['example.com/mine'];
      return claim;
    });
    await cluster.settle();
    expect((await cluster.get(CLAIMS, 'data')).metadata.finalizers).toEqual([
      'example.com/mine',
      'kubernetes.io/pvc-protection',
    ]);
  });
});

describe('volumes', () => {
  it('stay as long as they are bound', async () => {
    await cluster.client.create<PersistentVolume>(VOLUMES, '', {
      metadata: { name: 'disk' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/tmp/disk' },
      },
    });
    const setPhase = (phase: string) =>
      cluster.client.updateStatus<PersistentVolume>(VOLUMES, '', 'disk', (volume) => ({
        ...volume,
        status: { ...volume.status, phase },
      }));
    await setPhase('Bound');
    await cluster.client.delete(VOLUMES, '', 'disk');
    expect(await names(VOLUMES)).toEqual(['disk']);
    await setPhase('Released');
    expect(await names(VOLUMES)).toEqual([]);
  });
});

describe('volume attributes classes', () => {
  it('stay as long as a claim names them', async () => {
    await cluster.client.create<VolumeAttributesClass>(ATTRIBUTES_CLASSES, '', {
      metadata: { name: 'gold' },
      driverName: 'csi.example.com',
      parameters: { iops: '100' },
    });
    await makeClaim('data', { volumeAttributesClassName: 'gold' });
    await cluster.settle();
    await cluster.client.delete(ATTRIBUTES_CLASSES, '', 'gold');
    expect(await names(ATTRIBUTES_CLASSES)).toEqual(['gold']);
    await cluster.client.delete(CLAIMS, 'default', 'data');
    expect(await names(ATTRIBUTES_CLASSES)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });
});
