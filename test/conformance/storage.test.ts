/** Upstream test/e2e/storage/{persistent_volumes,csi_inline}.go and test/e2e/common/storage/*.go. */
import { expect } from 'vitest';
import { statusOperations } from './api-operations.ts';
import { becomes, conformance, type E2E, eventually, gone, ok, refused } from './suite.ts';

for (const [resource, name] of [
  ['configmaps', '[sig-storage] ConfigMap should be immutable if `immutable` field is set [Conformance]'],
  ['secrets', '[sig-storage] Secrets should be immutable if `immutable` field is set [Conformance]'],
] as const) {
  conformance('A', name, async (e2e) => {
    const { client } = e2e;
    const own = `${e2e.at(`v1/${resource}`)}/immutable`;
    const data = { 'data-1': 'dmFsdWUtMQ==' };
    const made = await ok(
      client.post(e2e.at(`v1/${resource}`), { metadata: { name: 'immutable' }, data }),
      201,
    );
    // It may change as long as it is not marked.
    const changed = await ok(client.put(own, { ...made, data: { ...data, 'data-4': 'dmFsdWUtNA==' } }));
    const marked = await ok(client.put(own, { ...changed, immutable: true }));
    const message = 'Forbidden: field is immutable when `immutable` is set';
    for (const wanted of [
      { ...marked, data: { ...marked.data, 'data-5': 'dmFsdWUtNQ==' } },
      { ...marked, immutable: false },
    ]) {
      const status = await refused(client.put(own, wanted), 422, 'Invalid');
      expect(status.message).toContain(message);
    }
    // Its metadata may change still.
    await ok(client.put(own, { ...marked, metadata: { ...marked.metadata, labels: { changed: 'yes' } } }));
    await ok(client.delete(own));
    await gone(e2e, own);
  });
}

const volume = (e2e: E2E) => ({
  metadata: { generateName: 'pv-', labels: { 'e2e-pv-pool': e2e.unique } },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName: e2e.unique,
    csi: { driver: 'fake-driver', volumeHandle: 'e2e-conformance' },
  },
});
const claim = (e2e: E2E) => ({
  metadata: { generateName: 'pvc-', labels: { 'e2e-pv-pool': e2e.unique } },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: e2e.unique,
  },
});

conformance(
  'A',
  '[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const volumes = e2e.all('v1/persistentvolumes');
    const claims = e2e.at('v1/persistentvolumeclaims');
    const pv = await ok(client.post(volumes, volume(e2e)), 201);
    const pvc = await ok(client.post(claims, claim(e2e)), 201);
    const pvPath = `${volumes}/${pv.metadata.name}`;
    const pvcPath = `${claims}/${pvc.metadata.name}`;
    const label = `labelSelector=e2e-pv-pool%3D${unique}`;
    expect((await ok(client.get(`${volumes}?${label}`))).items).toHaveLength(1);
    expect((await ok(client.get(`${claims}?${label}`))).items).toHaveLength(1);
    for (const own of [pvPath, pvcPath]) {
      const patched = await ok(client.patch(own, 'strategic', { metadata: { labels: { patched: 'true' } } }));
      expect(patched.metadata.labels.patched).toBe('true');
      expect((await ok(client.get(own))).metadata.finalizers).toEqual([
        own === pvPath ? 'kubernetes.io/pv-protection' : 'kubernetes.io/pvc-protection',
      ]);
      const updated = await eventually('an update', async () => {
        const current = await ok(client.get(own));
        current.metadata.labels.updated = 'true';
        const answer = await client.put(own, current);
        return answer.status === 409 ? undefined : ok(answer);
      });
      expect(updated.metadata.labels.updated).toBe('true');
    }
    await ok(client.delete(pvcPath));
    await gone(e2e, pvcPath);
    await ok(client.delete(pvPath));
    await gone(e2e, pvPath);
    const again = await ok(client.post(volumes, volume(e2e)), 201);
    const claimed = await ok(client.post(claims, claim(e2e)), 201);
    await ok(client.delete(`${claims}?${label}`));
    await ok(client.delete(`${volumes}?${label}`));
    await gone(e2e, `${claims}/${claimed.metadata.name}`);
    await gone(e2e, `${volumes}/${again.metadata.name}`);
  },
);

conformance(
  'A',
  '[sig-storage] PersistentVolumes CSI Conformance should apply changes to a pv/pvc status [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const pv = await ok(client.post(e2e.all('v1/persistentvolumes'), volume(e2e)), 201);
    const pvc = await ok(client.post(e2e.at('v1/persistentvolumeclaims'), claim(e2e)), 201);
    const pvPath = `${e2e.all('v1/persistentvolumes')}/${pv.metadata.name}`;
    const pvcPath = `${e2e.at('v1/persistentvolumeclaims')}/${pvc.metadata.name}`;
    // From then on nobody else writes either.
    await becomes(e2e, pvcPath, 'a bound claim', ({ status }) => status.phase === 'Bound');
    const condition = {
      type: 'StatusPatched',
      status: 'True',
      reason: 'E2E patchStatus',
      message: 'Set by e2e test',
    };
    await statusOperations(e2e, pvcPath, { status: { conditions: [condition] } });
    await statusOperations(e2e, pvPath, { status: { message: 'StatusPatched', reason: 'E2E patchStatus' } });
    for (const own of [pvcPath, pvPath]) {
      await ok(client.delete(own));
      await gone(e2e, own);
    }
  },
);

conformance(
  'A',
  '[sig-storage] CSIInlineVolumes should support CSIVolumeSource in Pod API [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const drivers = e2e.all('storage.k8s.io/v1/csidrivers');
    const driver = `inline-driver-${unique}`;
    await ok(
      client.post(drivers, { metadata: { name: driver }, spec: { volumeLifecycleModes: ['Ephemeral'] } }),
      201,
    );
    const pods = e2e.at('v1/pods');
    const pod = await ok(
      client.post(pods, {
        metadata: { name: 'pod-csi-inline-volumes', labels: { unique } },
        spec: {
          containers: [
            {
              name: 'csi',
              image: 'registry.k8s.io/pause:3.10',
              volumeMounts: [{ name: 'csi', mountPath: '/csi' }],
            },
          ],
          restartPolicy: 'Never',
          volumes: [{ name: 'csi', csi: { driver } }],
        },
      }),
      201,
    );
    expect(pod.spec.volumes[0]).toEqual({ name: 'csi', csi: { driver } });
    const found = await ok(client.get(`${pods}/pod-csi-inline-volumes`));
    expect(found.metadata.uid).toBe(pod.metadata.uid);
    const patched = await ok(
      client.patch(`${pods}/pod-csi-inline-volumes`, 'strategic', {
        metadata: { labels: { patched: 'true' } },
      }),
    );
    expect(patched.metadata.labels.patched).toBe('true');
    await ok(client.delete(`${pods}/pod-csi-inline-volumes?gracePeriodSeconds=0`));
    await gone(e2e, `${pods}/pod-csi-inline-volumes`);
    await ok(client.delete(`${drivers}/${driver}`));
  },
);
