import { beforeEach, describe, expect, it } from 'vitest';
import { type TestCluster, testCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

describe('StorageObjectInUseProtection', () => {
  it('adds its finalizer once', async () => {
    const claim = (finalizers?: string[]) =>
      cluster.create('', 'persistentvolumeclaims', {
        metadata: { generateName: 'c-', ...(finalizers ? { finalizers } : {}) },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      });
    const protection = 'kubernetes.io/pvc-protection';
    expect((await claim()).metadata.finalizers).toEqual([protection]);
    expect((await claim([protection])).metadata.finalizers).toEqual([protection]);
    const volume = await cluster.create('', 'persistentvolumes', {
      metadata: { name: 'v' },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } },
    });
    expect(volume.metadata.finalizers).toEqual(['kubernetes.io/pv-protection']);
  });
});
