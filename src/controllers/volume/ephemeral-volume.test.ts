import { beforeEach, describe, expect, it } from 'vitest';
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { CLAIMS } from './claims.ts';
import { ephemeralVolumeController } from './ephemeral-volume.ts';
import { pvcProtectionController } from './pvc-protection.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [ephemeralVolumeController, pvcProtectionController] });
});

const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const makePod = async (): Promise<void> => {
  const volumeClaimTemplate = { metadata: { labels: { kind: 'scratch' } }, spec };
  await cluster.client.create<Pod>(PODS, 'default', {
    metadata: { name: 'web' },
    spec: {
      containers: [{ name: 'c', image: 'web' }],
      volumes: [
        { name: 'tmp', ephemeral: { volumeClaimTemplate } },
        { name: 'dir', emptyDir: {} },
      ],
    },
  });
  await cluster.settle();
};

describe('an ephemeral volume', () => {
  it('gets a claim that belongs to its pod', async () => {
    await makePod();
    const [claim, ...others] = await cluster.list<PersistentVolumeClaim>(CLAIMS);
    expect(others).toEqual([]);
    const { uid } = (await cluster.get<Pod>(PODS, 'web')).metadata;
    expect(claim!.metadata).toMatchObject({
      name: 'web-tmp',
      labels: { kind: 'scratch' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name: 'web', uid, controller: true, blockOwnerDeletion: true },
      ],
    });
    expect(claim!.spec).toMatchObject(spec);
  });

  it('gets it again when it is deleted', async () => {
    await makePod();
    const { uid } = (await cluster.get(CLAIMS, 'web-tmp')).metadata;
    await cluster.client.delete(CLAIMS, 'default', 'web-tmp');
    await cluster.settle();
    expect((await cluster.get(CLAIMS, 'web-tmp')).metadata.uid).not.toBe(uid);
    expect(cluster.errors).toEqual([]);
  });

  it('does not take a claim of somebody else', async () => {
    await cluster.client.create<PersistentVolumeClaim>(CLAIMS, 'default', {
      metadata: { name: 'web-tmp' },
      spec,
    });
    await makePod();
    expect(await cluster.eventsOf('Pod')).toContain(
      'FailedBinding: ephemeral volume tmp: PVC default/web-tmp was not created for pod default/web (pod is not owner)',
    );
    expect((await cluster.get(CLAIMS, 'web-tmp')).metadata.ownerReferences).toBeUndefined();
  });
});
