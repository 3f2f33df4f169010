import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { COMPUTED, HEARTBEAT_ANNOTATION } from '../../apis/heartbeat.ts';
import { formatMicroTime } from '../../apimachinery/time.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { newNodeLifecycleController } from './node-lifecycle.ts';

const NODES: ResourceName = ['', 'nodes'];
const PODS: ResourceName = ['', 'pods'];

async function start(): Promise<TestCluster> {
  const cluster = await startCluster({ controllers: [newNodeLifecycleController()] });
  for (const name of ['n1', 'n2']) {
    await cluster.client.create<KubeObject>(NODES, '', { metadata: { name } });
    await setReady(cluster, 'True', name);
  }
  for (const name of ['a', 'b']) {
    await cluster.client.create<Pod & KubeObject>(PODS, 'default', {
      metadata: { name },
      spec: { nodeName: name === 'a' ? 'n1' : 'n2', containers: [{ name: 'c', image: 'nginx' }] },
    });
    await cluster.setPod(name, 'Running', [{ type: 'Ready', status: 'True' }]);
  }
  await cluster.settle();
  return cluster;
}
const LEASES: ResourceName = ['coordination.k8s.io', 'leases'];
const setReady = (cluster: TestCluster, status: string, name = 'n1'): Promise<unknown> =>
  cluster.client.updateStatus<Node & KubeObject>(NODES, '', name, (node) => {
    node.status = { ...node.status, conditions: [{ type: 'Ready', status }] };
    return node;
  });
const taints = async (cluster: TestCluster): Promise<string[]> =>
  ((await cluster.get<Node & KubeObject>(NODES, 'n1', '')).spec?.taints ?? []).map(
    ({ key, effect }) => `${key}:${effect}`,
  );
const isReady = async (cluster: TestCluster, name: string): Promise<string | undefined> =>
  (await cluster.get<Pod & KubeObject>(PODS, name)).status?.conditions?.find(({ type }) => type === 'Ready')
    ?.status;

describe('node lifecycle controller', () => {
  it('taints a node while it is not ready, and its pods are not ready, either', async () => {
    const cluster = await start();
    await setReady(cluster, 'Unknown');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect([await isReady(cluster, 'a'), await isReady(cluster, 'b')]).toEqual(['False', 'True']);
    expect(await cluster.eventsOf('Pod')).toEqual(['NodeNotReady: Node is not ready']);
    await setReady(cluster, 'True');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('evicts nothing as long as no node is ready', async () => {
    const cluster = await start();
    const SCHEDULE = 'node.kubernetes.io/unreachable:NoSchedule';
    const EXECUTE = 'node.kubernetes.io/unreachable:NoExecute';
    await setReady(cluster, 'Unknown');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([SCHEDULE, EXECUTE]);
    await setReady(cluster, 'Unknown', 'n2');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([SCHEDULE]);
    await setReady(cluster, 'True', 'n2');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([SCHEDULE, EXECUTE]);
    await cluster.client.delete(NODES, '', 'n2');
    await cluster.settle();
    expect(await taints(cluster)).toEqual([SCHEDULE]);
  });

  it('taints a node that is cordoned', async () => {
    const cluster = await start();
    const cordon = (unschedulable: boolean): Promise<unknown> =>
      cluster.client.update<Node & KubeObject>(NODES, '', 'n1', (node) => ({
        ...node,
        spec: { ...node.spec, unschedulable },
      }));
    await cordon(true);
    await cluster.settle();
    expect(await taints(cluster)).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
    await cordon(false);
    await cluster.settle();
    expect(await taints(cluster)).toEqual([]);
  });

  it('tells of nodes that come, fail and go', async () => {
    const cluster = await start();
    await setReady(cluster, 'False');
    await cluster.settle();
    await cluster.client.delete(NODES, '', 'n1');
    await cluster.settle();
    expect(await cluster.eventsOf('Node', 'n1')).toEqual([
      'RegisteredNode: Node n1 event: Registered Node n1 in Controller',
      'NodeNotReady: Node n1 status is now: NodeNotReady',
      'RemovingNode: Node n1 event: Removing Node n1 from Controller',
    ]);
  });

  const conditions = async (cluster: TestCluster): Promise<string[]> =>
    ((await cluster.get<Node & KubeObject>(NODES, 'n1', '')).status?.conditions ?? []).map(
      ({ type, status, reason, message }) => `${type}=${status} ${reason ?? ''}: ${message ?? ''}`,
    );
  const NEVER = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(
    (type) => `${type}=Unknown NodeStatusNeverUpdated: Kubelet never posted node status.`,
  );
  const made = async (annotations: Record<string, string> = {}): Promise<TestCluster> => {
    const cluster = await startCluster({
      controllers: [newNodeLifecycleController()],
      namespaces: ['kube-node-lease'],
    });
    await cluster.client.create<KubeObject>(NODES, '', { metadata: { name: 'n1', annotations } });
    await cluster.settle();
    return cluster;
  };
  const setLease = async (cluster: TestCluster, renewTime: string): Promise<void> => {
    const lease = { metadata: { name: 'n1' }, spec: { holderIdentity: 'n1', renewTime } };
    await cluster.client.delete(LEASES, 'kube-node-lease', 'n1').catch(() => undefined);
    await cluster.client.create<KubeObject>(LEASES, 'kube-node-lease', lease as KubeObject);
  };

  it('gives up a node whose kubelet never said anything', async () => {
    const cluster = await made();
    await cluster.advance(60_000);
    expect(await conditions(cluster)).toEqual([]);
    await cluster.advance(1_000);
    expect(await conditions(cluster)).toEqual(NEVER);
    expect(await taints(cluster)).toContain('node.kubernetes.io/unreachable:NoSchedule');
    expect(await cluster.eventsOf('Node')).toEqual([
      'RegisteredNode: Node n1 event: Registered Node n1 in Controller',
    ]);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });

  it('gives up a node whose kubelet says no more', async () => {
    const cluster = await made();
    await setReady(cluster, 'True');
    await cluster.advance(49_000);
    expect(await conditions(cluster)).toEqual(['Ready=True : ']);
    await cluster.advance(2_000);
    expect(await conditions(cluster)).toEqual([
      'Ready=Unknown NodeStatusUnknown: Kubelet stopped posting node status.',
      ...NEVER.slice(1),
    ]);
    expect((await cluster.eventsOf('Node')).at(-1)).toBe('NodeNotReady: Node n1 status is now: NodeNotReady');
  });

  it('waits for a node as long as its lease is renewed', async () => {
    const cluster = await made();
    await setReady(cluster, 'True');
    for (let i = 0; i < 10; i++) {
      await setLease(cluster, formatMicroTime(cluster.clock.now()));
      await cluster.advance(40_000);
      expect(await conditions(cluster)).toEqual(['Ready=True : ']);
    }
    await cluster.advance(60_000);
    expect((await conditions(cluster))[0]).toMatch(/^Ready=Unknown/);
  });

  it('never gives up a node whose heartbeat is computed', async () => {
    const cluster = await made({ [HEARTBEAT_ANNOTATION]: COMPUTED });
    await cluster.advance(600_000);
    expect(await conditions(cluster)).toEqual([]);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });
});
