/** Upstream test/e2e/node/taints.go, each with nodes of its own, which nobody else's pods are on. */
import { expect } from 'vitest';
import { alone, becomes, conformance, type E2E, eventually, ok, until } from './suite.ts';

const TAINT = { key: 'kubernetes.io/e2e-evict-taint-key', value: 'evictTaintVal', effect: 'NoExecute' };

/** A running pod of a node that bears the taint for so many seconds. */
async function tolerate(e2e: E2E, name: string, nodeName: string, tolerationSeconds: number): Promise<void> {
  const { client, at } = e2e;
  const pod = {
    metadata: { name, labels: { group: 'taint-eviction' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }],
      nodeSelector: { 'kubernetes.io/hostname': nodeName },
      tolerations: [{ ...TAINT, tolerationSeconds }],
    },
  };
  await ok(client.post(at('v1/pods'), pod), 201);
  await becomes(e2e, `${at('v1/pods')}/${name}`, 'a running pod', ({ status }) => status.phase === 'Running');
}

/** Gives a node the taint, or takes it away. */
async function taint(e2e: E2E, nodeName: string, taints: object[] = [TAINT]): Promise<void> {
  const { client, all } = e2e;
  await eventually('an update of the node', async () => {
    const current = await ok(client.get(`${all('v1/nodes')}/${nodeName}`));
    const others = (current.spec.taints ?? []).filter(({ key }: any) => key !== TAINT.key);
    current.spec.taints = [...others, ...taints];
    const answer = await client.put(`${all('v1/nodes')}/${nodeName}`, current);
    return answer.status === 409 ? undefined : ok(answer);
  });
}

const nodesOf = async ({ client, all }: E2E): Promise<string[]> =>
  (await ok(client.get(all('v1/nodes')))).items.map(({ metadata }: any) => metadata.name);
const deletions = ({ client, at }: E2E) =>
  client.watch(`${at('v1/pods')}?watch=true&timeoutSeconds=60&labelSelector=group%3Dtaint-eviction`);

conformance(
  'B',
  '[sig-node] NoExecuteTaintManager Single Pod removing taint cancels eviction [Conformance] [Disruptive] [Serial]',
  () =>
    alone(2, async (e2e) => {
      const [own, other] = (await nodesOf(e2e)) as [string, string];
      await tolerate(e2e, 'taint-eviction-4', own, 2);
      await tolerate(e2e, 'witness', other, 3);
      const watch = await deletions(e2e);
      await taint(e2e, own);
      await taint(e2e, other);
      await taint(e2e, own, []);
      // The first to go is the one whose node keeps the taint, although it bears it for longer.
      const { object } = await until(watch, 'an eviction', ({ type }) => type === 'DELETED');
      expect(object.metadata.name).toBe('witness');
      const kept = await ok(e2e.client.get(`${e2e.at('v1/pods')}/taint-eviction-4`));
      expect(kept.metadata.deletionTimestamp).toBeUndefined();
      watch.close();
    }),
);

conformance(
  'B',
  '[sig-node] NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds [Conformance] [Disruptive] [Serial]',
  () =>
    alone(1, async (e2e) => {
      const [node] = (await nodesOf(e2e)) as [string];
      await tolerate(e2e, 'taint-eviction-b2', node, 4);
      await tolerate(e2e, 'taint-eviction-b1', node, 1);
      const watch = await deletions(e2e);
      const before = Date.now();
      await taint(e2e, node);
      for (const [name, seconds] of [
        ['taint-eviction-b1', 1],
        ['taint-eviction-b2', 4],
      ] as const) {
        const { object } = await until(watch, 'an eviction', ({ type }) => type === 'DELETED');
        expect(object.metadata.name).toBe(name);
        expect(Date.now() - before).toBeGreaterThan(seconds * 1000);
      }
      watch.close();
    }),
);
