import { expect, it } from 'vitest';
import type { DeviceTaint, DeviceToleration } from '../../apimachinery/types/resource.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newDeviceTaintEvictionController } from './device-taint-eviction.ts';

const GROUP = 'resource.k8s.io';
const CLAIMS: ResourceName = [GROUP, 'resourceclaims'];
const SLICES: ResourceName = [GROUP, 'resourceslices'];
const RULES: ResourceName = [GROUP, 'devicetaintrules'];
const taint: DeviceTaint = { key: 'broken', value: 'yes', effect: 'NoExecute' };

/** A pod on a node, with a device of which there is one. */
async function start(tolerations: DeviceToleration[] = []): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newDeviceTaintEvictionController()] });
  const { client } = cluster;
  await client.create<KubeObject>(SLICES, '', {
    metadata: { name: 's' },
    spec: {
      driver: 'd.com',
      nodeName: 'n1',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'a' }],
    },
  });
  const pod = await client.create<KubeObject>(PODS, 'default', {
    metadata: { name: 'pod' },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'c', image: 'x' }],
      resourceClaims: [{ name: 'c', resourceClaimName: 'c' }],
    },
  });
  const exactly = { deviceClassName: 'gpu' };
  await client.create<KubeObject>(CLAIMS, 'default', {
    metadata: { name: 'c' },
    spec: { devices: { requests: [{ name: 'r', exactly }] } },
  });
  const result = { request: 'r', driver: 'd.com', pool: 'p', device: 'a', tolerations };
  await client.updateStatus<KubeObject>(CLAIMS, 'default', 'c', (claim) => ({
    ...claim,
    status: {
      allocation: { devices: { results: [result] } },
      reservedFor: [{ resource: 'pods', name: 'pod', uid: pod.metadata.uid }],
    },
  }));
  await cluster.settle();
  return cluster;
}
const taintDevice = async (cluster: TestCluster, taints: DeviceTaint[]): Promise<void> => {
  await cluster.client.update<KubeObject>(SLICES, '', 's', (slice) => {
    slice.spec.devices = [{ name: 'a', taints: structuredClone(taints) }];
    return slice;
  });
  await cluster.settle();
};
const rule = (device: string) => ({
  metadata: { name: 'rule' },
  spec: { deviceSelector: { driver: 'd.com', device }, taint: { ...taint } },
});
const pods = (cluster: TestCluster) => cluster.list<Pod & KubeObject>(PODS);

it('deletes the pod of a device that is tainted', async () => {
  const cluster = await start();
  await taintDevice(cluster, [{ ...taint, effect: 'NoSchedule' }]);
  expect(await pods(cluster)).toHaveLength(1);
  await taintDevice(cluster, [taint]);
  const [pod] = await pods(cluster);
  expect(pod?.metadata.deletionTimestamp).toBeDefined();
  expect(pod?.status?.conditions).toContainEqual(
    expect.objectContaining({
      type: 'DisruptionTarget',
      reason: 'DeletionByDeviceTaintManager',
      message: 'Device Taint manager: deleting due to NoExecute taint',
    }),
  );
  expect(await cluster.eventsOf('Pod')).toEqual(['DeviceTaintManagerEviction: Marking for deletion']);
  expect(cluster.errors).toEqual([]);
});

it('or that a rule taints', async () => {
  const cluster = await start();
  await cluster.client.create<KubeObject>(RULES, '', rule('b'));
  await cluster.settle();
  expect((await pods(cluster))[0]?.metadata.deletionTimestamp).toBeUndefined();
  await cluster.client.update<KubeObject>(RULES, '', 'rule', (old) => ({ ...old, spec: rule('a').spec }));
  await cluster.settle();
  expect((await pods(cluster))[0]?.metadata.deletionTimestamp).toBeDefined();
});

it('leaves a pod that tolerates the taint as long as it does', async () => {
  const forever = await start([{ key: 'broken', operator: 'Exists', effect: 'NoExecute' }]);
  await taintDevice(forever, [taint]);
  await forever.advance(1_000_000);
  expect((await pods(forever))[0]?.metadata.deletionTimestamp).toBeUndefined();

  const toleration = { key: 'broken', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 };
  const cluster = await start([toleration]);
  await taintDevice(cluster, [taint]);
  await cluster.advance(30_000);
  await taintDevice(cluster, []);
  expect(await cluster.eventsOf('Pod')).toEqual(['DeviceTaintManagerEviction: Cancelling deletion']);
  await taintDevice(cluster, [taint]);
  await cluster.advance(59_000);
  expect((await pods(cluster))[0]?.metadata.deletionTimestamp).toBeUndefined();
  await cluster.advance(1_000);
  expect((await pods(cluster))[0]?.metadata.deletionTimestamp).toBeDefined();
});
