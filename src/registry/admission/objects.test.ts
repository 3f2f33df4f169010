/** The plug-ins that add a fixed thing to an object. */
import { beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from './testing.ts';
import { bind } from '../subresources/binding.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

describe('NamespaceLifecycle', () => {
  it('refuses content in namespaces that are missing or going', async () => {
    const content = () => cluster.create('', 'configmaps', { metadata: { generateName: 'c-' } });
    await content();
    await cluster.put('', 'namespaces', {
      metadata: { name: NAMESPACE, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(await refusal(content())).toBe(
      `403 configmaps "c-" is forbidden: unable to create new content in namespace ${NAMESPACE} because it is being terminated`,
    );
    await cluster.remove('', 'namespaces', '', NAMESPACE);
    expect(await refusal(content())).toBe(`404 namespaces "${NAMESPACE}" not found`);
  });
});

describe('TaintNodesByCondition', () => {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const noExecute = { ...taint, effect: 'NoExecute' };
  it.each([
    [undefined, [taint]],
    [[taint], [taint]],
    [[noExecute], [noExecute, taint]],
  ])('makes of the taints %j: %j', async (taints, expected) => {
    const node = await cluster.create('', 'nodes', {
      metadata: { name: 'n' },
      spec: taints ? { taints } : {},
    });
    expect(node.spec.taints).toEqual(expected);
  });
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

describe('PodTopologyLabels', () => {
  const zone = 'topology.kubernetes.io/zone';
  it('copies zone and region of the node, over nothing', async () => {
    await cluster.put('', 'nodes', {
      metadata: { name: 'n', labels: { [zone]: 'z1', 'topology.kubernetes.io/region': 'r1', other: 'x' } },
    });
    await cluster.create('', 'pods', testPod('p'));
    const bound = await bind(cluster.ctx, NAMESPACE, 'p', { target: { kind: 'Node', name: 'n' } });
    expect(bound.metadata.labels).toEqual({ [zone]: 'z1', 'topology.kubernetes.io/region': 'r1' });
    const own = testPod('q', { nodeName: 'n' });
    own.metadata!.labels = { [zone]: 'mine' };
    const created = await cluster.create('', 'pods', own);
    expect(created.metadata.labels).toEqual({ [zone]: 'mine', 'topology.kubernetes.io/region': 'r1' });
  });
});
