import { beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE, refusal, type TestCluster, testCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
  await cluster.put('storage.k8s.io', 'storageclasses', {
    metadata: { name: 'elastic' },
    allowVolumeExpansion: true,
  });
  await cluster.put('storage.k8s.io', 'storageclasses', { metadata: { name: 'rigid' } });
});

async function grow(storageClassName: string, phase: string): Promise<string> {
  await cluster.put('', 'persistentvolumeclaims', {
    metadata: { name: 'data', namespace: NAMESPACE, uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName,
      volumeMode: 'Filesystem',
      volumeName: 'v',
    },
    status: { phase, capacity: { storage: '1Gi' } },
  });
  const resize = cluster.update('', 'persistentvolumeclaims', 'data', (claim) => {
    claim.spec.resources.requests.storage = '2Gi';
    return claim;
  });
  return refusal(resize);
}

describe('PersistentVolumeClaimResize', () => {
  it('lets a bound claim of an elastic class grow', async () => {
    expect(await grow('elastic', 'Bound')).toBe('not refused');
  });
  it('refuses a class that does not allow it', async () => {
    const message =
      '403 persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    expect(await grow('rigid', 'Bound')).toBe(message);
    expect(await grow('ghost', 'Bound')).toBe(message);
  });
});
