import { beforeEach, describe, expect, it } from 'vitest';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  PersistentVolumeSpec,
  Pod,
} from '../../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../../apimachinery/types/storage.v1.gen.ts';
import { PODS } from '../../pod-control.ts';
import { startCluster, type TestCluster } from '../../testing.ts';
import { CLAIMS, STORAGE_CLASSES, VOLUMES } from '../claims.ts';
import { pvProtectionController } from '../pv-protection.ts';
import { pvcProtectionController } from '../pvc-protection.ts';
import { newPersistentVolumeController } from './persistent-volume.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({
    controllers: [newPersistentVolumeController(), pvProtectionController, pvcProtectionController],
  });
});

const makeVolume = async (name: string, spec: PersistentVolumeSpec = {}): Promise<void> => {
  await cluster.client.create<PersistentVolume>(VOLUMES, '', {
    metadata: { name },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: `/tmp/${name}` },
      ...spec,
    },
  });
  await cluster.settle();
};
const makeClaim = async (name = 'data', spec: PersistentVolumeClaimSpec = {}): Promise<void> => {
  await cluster.client.create<PersistentVolumeClaim>(CLAIMS, 'default', {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
  await cluster.settle();
};
const makeClass = async (name: string, spec: Partial<StorageClass> = {}): Promise<void> => {
  await cluster.client.create<StorageClass>(STORAGE_CLASSES, '', {
    metadata: { name },
    provisioner: 'disks.example.com',
    ...spec,
  });
  await cluster.settle();
};
const makePod = async (name: string, nodeName?: string): Promise<void> => {
  await cluster.client.create<Pod>(PODS, 'default', {
    metadata: { name },
    spec: {
      containers: [{ name: 'c', image: 'web' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      ...(nodeName ? { nodeName } : {}),
    },
  });
  await cluster.settle();
};
const deleteClaim = async (name = 'data'): Promise<void> => {
  await cluster.client.delete(CLAIMS, 'default', name);
  await cluster.settle();
};
const claim = (name = 'data') => cluster.get<PersistentVolumeClaim>(CLAIMS, name);
const volume = (name: string) => cluster.get<PersistentVolume>(VOLUMES, name, '');
const phases = async () =>
  Object.fromEntries(
    [...(await cluster.list(VOLUMES)), ...(await cluster.list(CLAIMS))].map(({ metadata, status }) => [
      metadata.name,
      status.phase,
    ]),
  );

describe('a claim', () => {
  it('is bound to a volume that suits it', async () => {
    await makeVolume('large', { capacity: { storage: '9Gi' } });
    await makeVolume('small');
    expect(await phases()).toEqual({ large: 'Available', small: 'Available' });
    await makeClaim();
    expect(await phases()).toEqual({ large: 'Available', small: 'Bound', data: 'Bound' });
    const { metadata, spec, status } = await claim();
    expect(metadata.annotations).toEqual({
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    });
    expect(spec!.volumeName).toBe('small');
    expect(status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' } });
    const bound = await volume('small');
    expect(bound.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(bound.spec!.claimRef).toMatchObject({ namespace: 'default', name: 'data', uid: metadata.uid });
    expect(cluster.errors).toEqual([]);
  });

  it('waits for a volume when there is none', async () => {
    await makeClaim();
    expect(await phases()).toEqual({ data: 'Pending' });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toEqual([
      'FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ]);
    await makeVolume('disk');
    expect(await phases()).toEqual({ disk: 'Bound', data: 'Bound' });
  });

  it('gets a volume of its own, however many come at once', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => makeClaim(`data-${n}`)));
    await Promise.all([1, 2, 3].map((n) => makeVolume(`disk-${n}`)));
    const volumes = (await cluster.list<PersistentVolumeClaim>(CLAIMS)).map(({ spec }) => spec!.volumeName);
    expect(volumes.filter(Boolean).sort()).toEqual(['disk-1', 'disk-2', 'disk-3']);
  });

  it('is bound to the volume it names', async () => {
    await makeVolume('other');
    await makeClaim('data', { volumeName: 'disk' });
    expect(await phases()).toEqual({ other: 'Available', data: 'Pending' });
    await makeVolume('disk');
    expect(await phases()).toEqual({ other: 'Available', disk: 'Bound', data: 'Bound' });
    expect((await claim()).metadata.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes' });
  });

  it('is told why the volume it names does not do', async () => {
    await makeVolume('disk', { capacity: { storage: '1Mi' } });
    await makeClaim('data', { volumeName: 'disk' });
    await makeVolume('taken', { claimRef: { namespace: 'default', name: 'somebody' } });
    await makeClaim('late', { volumeName: 'taken' });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toEqual([
      'VolumeMismatch: Cannot bind to requested volume "disk": requested PV is too small',
      'FailedBinding: volume "taken" already bound to a different claim.',
    ]);
  });

  it('is bound to the volume that is meant for it', async () => {
    await makeVolume('disk', { claimRef: { namespace: 'default', name: 'data' } });
    await makeClaim('other');
    await makeClaim();
    expect(await phases()).toEqual({ disk: 'Bound', data: 'Bound', other: 'Pending' });
  });

  it('is lost with its volume', async () => {
    await makeVolume('disk');
    await makeClaim();
    await cluster.client.delete(VOLUMES, '', 'disk');
    await cluster.settle();
    // The protection keeps a bound volume.
    expect((await volume('disk')).metadata.deletionTimestamp).toBeDefined();
    await cluster.client.update<PersistentVolume>(VOLUMES, '', 'disk', (one) => {
      one.metadata.finalizers = [];
      return one;
    });
    await cluster.settle();
    expect(await phases()).toEqual({ data: 'Lost' });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toEqual([
      'ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    ]);
  });
});

describe('a claim of a class', () => {
  it('asks its provisioner for a volume', async () => {
    await makeClass('fast');
    await makeClaim('data', { storageClassName: 'fast' });
    expect((await claim()).metadata.annotations).toEqual({
      'volume.beta.kubernetes.io/storage-provisioner': 'disks.example.com',
      'volume.kubernetes.io/storage-provisioner': 'disks.example.com',
    });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toContain(
      "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'disks.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    );
    await makeVolume('made', { storageClassName: 'fast' });
    expect(await phases()).toEqual({ made: 'Bound', data: 'Bound' });
  });

  it('is told when nobody can make one', async () => {
    await makeClaim('data', { storageClassName: 'slow' });
    await makeClass('slow', { provisioner: 'kubernetes.io/no-provisioner' });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toEqual([
      'ProvisioningFailed: storageclass.storage.k8s.io "slow" not found',
      'ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
    ]);
  });

  it('gets the default class when there is one at last', async () => {
    await makeClaim();
    await makeClass('usual', {
      metadata: { name: 'usual', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    });
    expect((await claim()).spec!.storageClassName).toBe('usual');
  });

  it('may wait for its first pod', async () => {
    await makeClass('late', { volumeBindingMode: 'WaitForFirstConsumer' });
    await makeVolume('disk', { storageClassName: 'late' });
    await makeClaim('data', { storageClassName: 'late' });
    await makePod('first');
    await makePod('second');
    expect(await phases()).toEqual({ disk: 'Available', data: 'Pending' });
    expect(await cluster.eventsOf('PersistentVolumeClaim')).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
      'WaitForPodScheduled: waiting for pod first to be scheduled',
      'WaitForPodScheduled: waiting for pods first,second to be scheduled',
    ]);
    // The scheduler has chosen the volume.
    const { uid } = (await claim()).metadata;
    await cluster.client.update<PersistentVolume>(VOLUMES, '', 'disk', (one) => {
      one.spec!.claimRef = { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid: uid! };
      return one;
    });
    await cluster.settle();
    expect(await phases()).toEqual({ disk: 'Bound', data: 'Bound' });
  });
});

describe('a volume whose claim has gone', () => {
  it('is kept when it is retained', async () => {
    await makeVolume('disk');
    await makeClaim();
    await deleteClaim();
    expect(await phases()).toEqual({ disk: 'Released' });
    await makeClaim();
    expect(await phases()).toEqual({ disk: 'Released', data: 'Pending' });
  });

  it('is deleted', async () => {
    await makeVolume('disk', { persistentVolumeReclaimPolicy: 'Delete' });
    await makeClaim();
    await deleteClaim();
    expect(await phases()).toEqual({});
    expect(cluster.errors).toEqual([]);
  });

  it('is left to its driver', async () => {
    const csi = { driver: 'disks.example.com', volumeHandle: '1' };
    const { client } = cluster;
    await client.create<PersistentVolume>(VOLUMES, '', {
      metadata: { name: 'disk' },
      spec: {
        csi,
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
      },
    });
    await cluster.settle();
    await makeClaim();
    await deleteClaim();
    expect(await phases()).toEqual({ disk: 'Released' });
  });

  it('fails when nobody can delete it', async () => {
    await makeVolume('disk', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/data' } });
    await makeClaim();
    await deleteClaim();
    const message = 'host_path deleter only supports /tmp/.+ but received provided /data';
    expect((await volume('disk')).status).toMatchObject({ phase: 'Failed', message });
    expect(await cluster.eventsOf('PersistentVolume')).toEqual([`VolumeFailedDelete: ${message}`]);
  });

  it('is free again when it is recycled', async () => {
    await makeVolume('disk', { persistentVolumeReclaimPolicy: 'Recycle' });
    await makeClaim();
    await deleteClaim();
    const { spec, status } = await volume('disk');
    expect(status!.phase).toBe('Available');
    expect(spec!.claimRef).toBeUndefined();
    expect(await cluster.eventsOf('PersistentVolume')).toEqual(['VolumeRecycled: Volume recycled']);
    await makeClaim('next');
    expect(await phases()).toEqual({ disk: 'Bound', next: 'Bound' });
  });
});
