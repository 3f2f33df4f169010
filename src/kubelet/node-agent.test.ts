import { describe, expect, it } from 'vitest';
import type { Node } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { pod, startNode, TestNode } from './testing.ts';

describe('the agent of a node', () => {
  it('runs a pod with two writes, one when the image is there', async () => {
    const node = await startNode();
    await node.create(pod());
    await node.advance(1000);
    const { status } = (await node.pod('web'))!;
    expect(status).toMatchObject({
      phase: 'Running',
      podIP: '10.244.0.2',
      hostIP: '172.18.0.2',
      observedGeneration: 1,
    });
    expect(node.writes).toBe(2);
    await node.create(pod({ name: 'next' }));
    expect((await node.pod('next'))?.status?.phase).toBe('Running');
    expect(node.writes).toBe(3);
    expect(node.errors).toEqual([]);
  });

  it('reports the end of a deleted pod, and then removes it', async () => {
    const node = await startNode();
    await node.create(pod({ annotations: { 'kedge.dev/stop-seconds': '5' } }));
    await node.advance(1000);
    await node.delete('web');
    await node.advance(4000);
    expect((await node.pod('web'))?.status?.phase).toBe('Running');
    await node.advance(1000);
    expect(await node.pod('web')).toBeUndefined();
    expect(node.said('web').at(-1)).toBe('Killing: Stopping container main');
    expect(node.errors).toEqual([]);
  });

  it('leaves a pod with a finalizer ended, and does nothing more', async () => {
    const node = await startNode();
    const held = pod();
    held.metadata!.finalizers = ['example.com/hold'];
    await node.create(held);
    await node.advance(1000);
    await node.delete('web');
    await node.advance(60_000);
    const left = (await node.pod('web'))!;
    expect(left.status?.phase).toBe('Succeeded');
    expect(left.metadata.deletionGracePeriodSeconds).toBe(0);
    const { writes } = node;
    await node.advance(3_600_000);
    expect(node.writes).toBe(writes);
  });

  it('stops a pod in its time, however often the node forgets that it does', async () => {
    const node = await startNode();
    const lifecycle = { preStop: { sleep: { seconds: 50 } } };
    await node.create(pod({ containers: [{ lifecycle }], spec: { terminationGracePeriodSeconds: 100 } }));
    await node.advance(1000);
    await node.delete('web', 100);
    for (let round = 0; round < 4; round++) {
      await node.advance(12_000);
      await node.start();
    }
    expect((await node.pod('web'))?.status?.containerStatuses?.[0]?.state?.running).toBeDefined();
    await node.advance(3000);
    expect(await node.pod('web')).toBeUndefined();
  });

  it.each<[string, Parameters<typeof pod>[0] & object]>([
    ['whose deadline has passed', { spec: { activeDeadlineSeconds: 1 } }],
    [
      'that has completed',
      {
        containers: [{ command: ['sleep', '1'] }],
        spec: {
          restartPolicy: 'Never',
          initContainers: [
            {
              name: 'side',
              image: 'app:1',
              restartPolicy: 'Always',
              lifecycle: { preStop: { sleep: { seconds: 50 } } },
            },
          ],
        },
      },
    ],
  ])('stops a pod %s in its time, however often the node forgets that it does', async (_name, options) => {
    const node = await startNode();
    const lifecycle = { preStop: { sleep: { seconds: 50 } } };
    const { containers = [{ lifecycle }], spec } = options;
    await node.create(pod({ containers, spec: { terminationGracePeriodSeconds: 100, ...spec } }));
    for (let round = 0; round < 4; round++) {
      await node.advance(12_000);
      await node.start();
    }
    expect((await node.pod('web'))?.status?.phase).toBe('Running');
    await node.advance(6000);
    expect((await node.pod('web'))?.status?.phase).toMatch(/Succeeded|Failed/);
  });

  it('stops an unhealthy container in its time, however often the node forgets that it does', async () => {
    const node = await startNode();
    const one = {
      lifecycle: { preStop: { sleep: { seconds: 50 } } },
      livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 },
    };
    await node.create(pod({ containers: [one], spec: { terminationGracePeriodSeconds: 100 } }));
    for (let round = 0; round < 4; round++) {
      await node.advance(12_000);
      await node.start();
    }
    await node.advance(4000);
    expect((await node.pod('web'))?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
  });

  it('comes to rest when a pod has begun again, and when a container of one that ended never ran', async () => {
    const node = await startNode();
    const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }];
    const script = 'if [ -f /mnt/done ]; then sleep 1000; else touch /mnt/done; exit 42; fi';
    const source = {
      command: ['sh', '-c', script],
      restartPolicy: 'Never',
      restartPolicyRules: rules,
      volumeMounts: [{ name: 'workdir', mountPath: '/mnt' }],
    };
    const volumes = [{ name: 'workdir', emptyDir: {} }];
    await node.create(pod({ containers: [source, { command: ['sleep', '1000'] }], spec: { volumes } }));
    await node.create(
      pod({
        name: 'late',
        containers: [{ command: ['sleep', '1000'] }, { image: 'slow:1' }],
        annotations: { 'kedge.dev/pull-seconds.main-1': '100' },
        spec: { activeDeadlineSeconds: 5, restartPolicy: 'Never' },
      }),
    );
    await node.advance(60_000);
    const web = (await node.pod('web'))!.status!;
    expect(web.containerStatuses!.map(({ restartCount }) => restartCount)).toEqual([1, 1]);
    const late = (await node.pod('late'))!.status!;
    expect(late.phase).toBe('Failed');
    expect(late.containerStatuses![1]!.state!.terminated!.reason).toBe('ContainerStatusUnknown');
    const { writes } = node;
    await node.advance(60_000);
    expect(node.writes).toBe(writes);
  });

  it('gives each pod an address of its own, and takes it back', async () => {
    const node = await startNode();
    const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
    for (const name of names) await node.create(pod({ name }));
    await node.advance(1000);
    const addresses = new Set<string>();
    for (const name of names) addresses.add((await node.pod(name))!.status!.podIP!);
    expect(addresses.size).toBe(30);
    for (let round = 0; round < 9; round++) {
      for (const name of names) await node.delete(name, 0);
      for (const name of names) await node.create(pod({ name }));
    }
    await node.advance(1000);
    const again = await Promise.all(names.map((name) => node.pod(name)));
    expect(again.every((one) => one?.status?.phase === 'Running')).toBe(true);
    expect(new Set(again.map((one) => one!.status!.podIP)).size).toBe(30);
  });

  it('gives a pod of the host network the address of the node', async () => {
    const node = await startNode();
    await node.create(pod({ spec: { hostNetwork: true } }));
    await node.advance(1000);
    expect((await node.pod('web'))?.status?.podIP).toBe('172.18.0.2');
  });

  it('refuses a pod whose port is taken', async () => {
    const node = await startNode();
    const containers = [{ ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }] }];
    await node.create(pod({ name: 'a', containers }));
    await node.create(pod({ name: 'b', containers }));
    await node.advance(1000);
    expect((await node.pod('a'))?.status?.phase).toBe('Running');
    const { status } = (await node.pod('b'))!;
    const message = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'NodePorts',
      message: `Pod was rejected: ${message}`,
    });
    expect(node.said('b')).toEqual([`NodePorts: ${message}`]);
    await node.delete('b');
    expect(await node.pod('b')).toBeUndefined();
  });

  it('takes a pod that asks for a label it has only just got', async () => {
    const node = await startNode();
    await node.create(pod({ name: 'first' }));
    await node.advance(500);
    await node.client.update<Node & KubeObject>(['', 'nodes'], '', 'node-1', (object) => {
      object.metadata.labels = { ...object.metadata.labels, disk: 'fast' };
      return object;
    });
    await node.create(pod({ name: 'second', spec: { nodeSelector: { disk: 'fast' } } }));
    await node.create(pod({ name: 'third', spec: { nodeSelector: { disk: 'slow' } } }));
    await node.advance(1000);
    expect((await node.pod('second'))?.status?.phase).toBe('Running');
    expect((await node.pod('third'))?.status?.reason).toBe('NodeAffinity');
  });

  it('goes on where it was when it loses its memory', async () => {
    const node = await startNode();
    await node.create(pod({ name: 'server' }));
    await node.create(pod({ name: 'crash', containers: [{ command: ['sh', '-c', 'sleep 2; exit 1'] }] }));
    await node.create(
      pod({ name: 'job', containers: [{ command: ['sleep', '300'] }], spec: { restartPolicy: 'Never' } }),
    );
    await node.advance(60_000);
    const before = await Promise.all(['server', 'crash', 'job'].map((name) => node.pod(name)));
    const { writes } = node;
    await node.start();
    expect(node.writes).toBe(writes);
    const after = await Promise.all(['server', 'crash', 'job'].map((name) => node.pod(name)));
    expect(after).toEqual(before);
    await node.create(pod({ name: 'new' }));
    const address = (await node.pod('new'))!.status!.podIP;
    expect(before.map((one) => one!.status!.podIP)).not.toContain(address);
    await node.advance(300_000);
    expect((await node.pod('server'))?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect((await node.pod('job'))?.status?.phase).toBe('Succeeded');
    expect((await node.pod('crash'))!.status!.containerStatuses![0]!.restartCount).toBeGreaterThan(
      before[1]!.status!.containerStatuses![0]!.restartCount,
    );
  });

  it('ends a pod that was deleted while the node was away', async () => {
    const node = await startNode();
    await node.create(pod());
    await node.advance(1000);
    node.agent.stop();
    await node.client.delete(['', 'pods'], 'default', 'web');
    await node.start();
    await node.advance(1000);
    expect(await node.pod('web')).toBeUndefined();
  });

  it('starts a pod when the ConfigMap it waits for is made', async () => {
    const node = await startNode();
    await node.create(pod({ containers: [{ envFrom: [{ configMapRef: { name: 'late' } }] }] }));
    await node.advance(10_000);
    expect((await node.pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "late" not found',
    });
    await node.client.create(['', 'configmaps'], 'default', { metadata: { name: 'late' } });
    await node.advance(60_000);
    expect((await node.pod('web'))?.status?.phase).toBe('Running');
  });

  it('takes no pods without its Node object', async () => {
    const node = await startNode();
    await node.client.delete(['', 'nodes'], '', 'node-1');
    await node.advance(5000);
    await node.create(pod());
    await node.advance(60_000);
    expect((await node.pod('web'))?.status?.startTime).toBeUndefined();
    expect(node.agent.nextDue).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps conditions that are not its own, and lets gates decide', async () => {
    const node = await startNode();
    await node.create(pod({ spec: { readinessGates: [{ conditionType: 'example.com/gate' }] } }));
    await node.advance(1000);
    const ready = async () =>
      (await node.pod('web'))!.status!.conditions!.find(({ type }) => type === 'Ready');
    expect(await ready()).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
    });
    await node.client.updateStatus<KubeObject>(['', 'pods'], 'default', 'web', (object) => {
      object.status.conditions.push({ type: 'example.com/gate', status: 'True' });
      return object;
    });
    await node.advance(1000);
    expect(await ready()).toMatchObject({ status: 'True' });
    expect((await node.pod('web'))!.status!.conditions!.map(({ type }) => type)).toContain(
      'example.com/gate',
    );
  });

  it('tries again what could not be written', async () => {
    const node = await startNode();
    const commit = node.storage.commit.bind(node.storage);
    await node.create(
      pod({ containers: [{ image: 'slow:1' }], annotations: { 'kedge.dev/pull-seconds': '5' } }),
    );
    let refused = 0;
    node.storage.commit = async (transaction) => {
      if (refused++ < 3) return { ok: false, reason: 'unavailable', message: 'away' };
      return commit(transaction);
    };
    await node.advance(60_000);
    expect((await node.pod('web'))?.status?.phase).toBe('Running');
    expect(node.errors.length).toBeGreaterThan(0);
  });

  it('has nothing to do at rest', async () => {
    const node = await startNode();
    for (let index = 0; index < 5; index++) await node.create(pod({ name: `p${index}` }));
    await node.advance(1000);
    expect(node.agent.nextDue).toBe(Number.POSITIVE_INFINITY);
    expect(node.agent.busy).toBe(false);
  });

  it('leaves the pods of other nodes alone', async () => {
    const node = new TestNode();
    await node.client.create(['', 'namespaces'], '', { metadata: { name: 'default' } });
    await node.client.create(['', 'serviceaccounts'], 'default', { metadata: { name: 'default' } });
    await node.start();
    await node.create(pod({ spec: { nodeName: 'node-2' } }));
    await node.advance(1000);
    expect(node.writes).toBe(0);
  });
});
