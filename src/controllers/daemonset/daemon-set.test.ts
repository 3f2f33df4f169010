import { beforeEach, describe, expect, it } from 'vitest';
import type { ControllerRevision, DaemonSet, DaemonSetSpec } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { CONTROLLER_REVISIONS } from '../history.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { DAEMON_SETS, newDaemonSetController } from './daemon-set.ts';
import { targetNode } from './placement.ts';

const NODES = ['', 'nodes'] as const;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newDaemonSetController()] });
  for (const name of ['n1', 'n2', 'n3']) await addNode(name);
});

async function addNode(name: string, labels: Record<string, string> = {}): Promise<void> {
  await cluster.client.create<Node>(NODES, '', { metadata: { name, labels } });
  // A new node is tainted until it is ready.
  await changeNode(name, (node) => {
    node.spec = {};
  });
}
async function changeNode(name: string, change: (node: Stored<Node>) => void): Promise<void> {
  await cluster.client.update<Node>(NODES, '', name, (node) => {
    change(node);
    return node;
  });
  await cluster.settle();
}

const daemonSet = (spec: Partial<DaemonSetSpec> = {}): DaemonSet => ({
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'c', image: 'agent:1' }] },
    },
    ...spec,
  },
});
const create = async (spec?: Partial<DaemonSetSpec>): Promise<void> => {
  await cluster.client.create(DAEMON_SETS, 'default', daemonSet(spec));
  await cluster.settle();
};
const change = async (change: (spec: DaemonSetSpec) => void): Promise<void> => {
  await cluster.client.update<DaemonSet>(DAEMON_SETS, 'default', 'agent', (one) => {
    change(one.spec!);
    return one;
  });
  await cluster.settle();
};
const setImage = (image: string): Promise<void> =>
  change((spec) => {
    spec.template.spec!.containers![0]!.image = image;
  });
const pods = (): Promise<Stored<Pod>[]> => cluster.list<Pod>(PODS);
/** `node image` of each pod. */
const layout = async (): Promise<string[]> =>
  (await pods()).map((pod) => `${targetNode(pod)} ${pod.spec!.containers![0]!.image}`).sort();
const run = async (): Promise<void> => {
  await cluster.runPods();
  await cluster.settle();
};
const status = async () => (await cluster.get<DaemonSet>(DAEMON_SETS, 'agent')).status!;

describe('the DaemonSet controller', () => {
  it('has one pod on each node, which only fits there and bears what befalls the node', async () => {
    await create();
    expect(await layout()).toEqual(['n1 agent:1', 'n2 agent:1', 'n3 agent:1']);
    const [pod] = await pods();
    expect(pod!.metadata.name).toMatch(/^agent-[a-z0-9]{5}$/);
    expect(pod!.metadata.ownerReferences).toMatchObject([
      { kind: 'DaemonSet', name: 'agent', controller: true },
    ]);
    expect(pod!.spec!.tolerations!.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule',
      'node.kubernetes.io/pid-pressure:NoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    const [revision] = await cluster.list<ControllerRevision>(CONTROLLER_REVISIONS);
    const hash = revision!.metadata.labels!['controller-revision-hash'];
    expect(revision).toMatchObject({ metadata: { name: `agent-${hash}` }, revision: 1 });
    expect(pod!.metadata.labels).toEqual({
      app: 'agent',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    });
    expect(await status()).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 0,
      numberUnavailable: 3,
      updatedNumberScheduled: 3,
      observedGeneration: 1,
    });
    await run();
    expect(await status()).toMatchObject({ numberReady: 3, numberAvailable: 3 });
    expect(
      (await cluster.eventsOf('DaemonSet')).filter((text) => text.startsWith('SuccessfulCreate')),
    ).toHaveLength(3);
    expect(cluster.errors).toEqual([]);
  });

  it('follows nodes that come, go and change', async () => {
    await create({
      template: {
        ...daemonSet().spec!.template,
        spec: { nodeSelector: { disk: 'ssd' }, containers: [{ name: 'c', image: 'agent:1' }] },
      },
    });
    expect(await layout()).toEqual([]);
    await changeNode('n1', ({ metadata }) => {
      metadata.labels = { disk: 'ssd' };
    });
    expect(await layout()).toEqual(['n1 agent:1']);
    await addNode('n4', { disk: 'ssd' });
    await cluster.settle();
    expect(await layout()).toEqual(['n1 agent:1', 'n4 agent:1']);
    await changeNode('n1', ({ metadata }) => {
      metadata.labels = {};
    });
    expect(await layout()).toEqual(['n4 agent:1']);
    await cluster.client.delete(NODES, '', 'n4');
    await cluster.settle();
    expect(await layout()).toEqual([]);
    expect(await status()).toMatchObject({ desiredNumberScheduled: 0, currentNumberScheduled: 0 });
  });

  it('keeps pods off tainted nodes, and lets those that are there stay unless they are thrown out', async () => {
    await create();
    await changeNode('n1', ({ spec }) => {
      spec!.taints = [{ key: 'gpu', effect: 'NoSchedule' }];
    });
    expect(await layout()).toContain('n1 agent:1');
    expect(await status()).toMatchObject({ numberMisscheduled: 1, desiredNumberScheduled: 2 });
    await changeNode('n1', ({ spec }) => {
      spec!.taints = [{ key: 'gpu', effect: 'NoExecute' }];
    });
    expect(await layout()).toEqual(['n2 agent:1', 'n3 agent:1']);
    await changeNode('n2', ({ spec }) => {
      spec!.unschedulable = true;
      spec!.taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
    });
    expect(await status()).toMatchObject({ numberMisscheduled: 0, desiredNumberScheduled: 2 });
  });

  it('replaces pods that have failed, less often each time', async () => {
    await create();
    for (let failure = 0; failure < 3; failure++) {
      const pod = (await pods()).find((one) => targetNode(one) === 'n1')!;
      await cluster.setPod(pod.metadata.name!, 'Failed');
      await cluster.settle();
      if (failure > 0) {
        expect((await cluster.get<Pod>(PODS, pod.metadata.name!)).status!.phase).toBe('Failed');
        await cluster.advance(2000 * failure);
      }
      expect((await pods()).map(({ metadata }) => metadata.uid)).not.toContain(pod.metadata.uid);
      expect(await layout()).toHaveLength(3);
    }
    expect(
      (await cluster.eventsOf('DaemonSet')).some((text) =>
        /^FailedDaemonPod: Found failed daemon pod default\/agent-\w+ on node n1, will try to kill it$/.test(
          text,
        ),
      ),
    ).toBe(true);
  });

  it('removes a second pod from a node', async () => {
    await create();
    const [pod] = await pods();
    cluster.clock.advance(5000);
    await cluster.client.create<Pod>(PODS, 'default', {
      metadata: {
        name: 'twin',
        labels: { ...pod!.metadata.labels },
        ownerReferences: pod!.metadata.ownerReferences!,
      },
      spec: structuredClone(pod!.spec!),
    });
    await cluster.settle();
    expect((await pods()).map(({ metadata }) => metadata.name)).not.toContain('twin');
    expect(await layout()).toHaveLength(3);
  });
});

describe('updates of a DaemonSet', () => {
  it('replaces pods one by one', async () => {
    await create();
    await run();
    await setImage('agent:2');
    expect((await layout()).filter((text) => text.endsWith(':2'))).toHaveLength(1);
    expect(await status()).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 2 });
    await run();
    expect((await layout()).filter((text) => text.endsWith(':2'))).toHaveLength(2);
    await run();
    await run();
    expect(await layout()).toEqual(['n1 agent:2', 'n2 agent:2', 'n3 agent:2']);
    expect(await status()).toMatchObject({
      updatedNumberScheduled: 3,
      numberAvailable: 3,
      observedGeneration: 2,
    });
  });

  it('replaces at once what is not available', async () => {
    await create();
    await setImage('agent:2');
    expect(await layout()).toEqual(['n1 agent:2', 'n2 agent:2', 'n3 agent:2']);
  });

  it('replaces as many at a time as may be unavailable', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } } });
    await run();
    await setImage('agent:2');
    expect((await layout()).filter((text) => text.endsWith(':2'))).toHaveLength(2);
  });

  it('puts new pods beside the old ones when it may surge', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    await create({ updateStrategy });
    await run();
    await setImage('agent:2');
    expect(await layout()).toHaveLength(4);
    expect((await layout()).filter((text) => text.endsWith(':1'))).toHaveLength(3);
    for (let step = 0; step < 4; step++) await run();
    expect(await layout()).toEqual(['n1 agent:2', 'n2 agent:2', 'n3 agent:2']);
  });

  it('waits for somebody to delete the pods when it is told to', async () => {
    await create({ updateStrategy: { type: 'OnDelete' } });
    await run();
    await setImage('agent:2');
    await run();
    expect(await layout()).toEqual(['n1 agent:1', 'n2 agent:1', 'n3 agent:1']);
    const pod = (await pods()).find((one) => targetNode(one) === 'n2')!;
    await cluster.client.delete(PODS, 'default', pod.metadata.name!);
    await cluster.settle();
    expect(await layout()).toEqual(['n1 agent:1', 'n2 agent:2', 'n3 agent:1']);
  });

  it('keeps a history, brings an old revision to the front, and forgets the oldest', async () => {
    await create({ revisionHistoryLimit: 1 });
    await setImage('agent:2');
    await setImage('agent:1');
    const revisions = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await cluster.list<ControllerRevision>(CONTROLLER_REVISIONS)).map(({ data, revision }) => [
          data.spec.template.spec.containers[0].image,
          revision,
        ]),
      );
    expect(await revisions()).toEqual({ 'agent:2': 2, 'agent:1': 3 });
    await setImage('agent:3');
    expect(await revisions()).toEqual({ 'agent:1': 3, 'agent:3': 4 });
    const [{ data }] = (await cluster.list<ControllerRevision>(CONTROLLER_REVISIONS)) as [ControllerRevision];
    expect(Object.keys(data.spec.template)[0]).toBe('$patch');
  });
});
