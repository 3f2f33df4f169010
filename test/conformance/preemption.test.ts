/** Upstream test/e2e/scheduling/{preemption,predicates}.go, each with a resource of its own that one node has a little of. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok } from './suite.ts';

const CLASSES = 'scheduling.k8s.io/v1/priorityclasses';

interface Rare {
  /** A pod that asks for some of it. */
  pod(name: string, amount: number, more?: Record<string, unknown>, finalizers?: string[]): Promise<string>;
}

/** Gives a node some of a resource, and the cluster two priority classes, for the time of a test. */
async function withRare(e2e: E2E, amount: number, test: (rare: Rare) => Promise<void>): Promise<void> {
  const { client, unique } = e2e;
  const resource = `example.com/${unique}`;
  const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
  const path = `${e2e.all('v1/nodes')}/${node.metadata.name}/status`;
  const give = (text: string | null) =>
    client.patch(path, 'merge', {
      status: { capacity: { [resource]: text }, allocatable: { [resource]: text } },
    });
  for (const [name, value] of [
    ['low', 1],
    ['high', 1000],
  ] as const) {
    await ok(client.post(e2e.all(CLASSES), { metadata: { name: `${name}-${unique}` }, value }), 201);
  }
  await ok(give(String(amount)));
  try {
    await test({
      async pod(name, wanted, more = {}, finalizers = []) {
        const limits = { [resource]: String(wanted) };
        const pod = {
          metadata: { name, finalizers, labels: { unique } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              { name: 'app', image: 'registry.k8s.io/pause:3.10', resources: { limits, requests: limits } },
            ],
            ...more,
          },
        };
        await ok(client.post(e2e.at('v1/pods'), pod), 201);
        return `${e2e.at('v1/pods')}/${name}`;
      },
    });
  } finally {
    await give(null);
    for (const name of ['low', 'high']) await client.delete(`${e2e.all(CLASSES)}/${name}-${unique}`);
  }
}
const running = (e2e: E2E, own: string): Promise<any> =>
  becomes(e2e, own, 'a running pod', ({ status }) => status.phase === 'Running');
const isUnschedulable = ({ status }: any): boolean =>
  status.conditions?.some(({ reason }: any) => reason === 'Unschedulable');

conformance(
  'B',
  '[sig-scheduling] SchedulerPreemption validates basic preemption works [Conformance] [Serial]',
  (e2e) =>
    withRare(e2e, 10, async ({ pod }) => {
      const low = await pod('low', 6, { priorityClassName: `low-${e2e.unique}` });
      const other = await pod('other', 4, { priorityClassName: `high-${e2e.unique}` });
      await running(e2e, low);
      await running(e2e, other);
      const high = await pod('high', 6, { priorityClassName: `high-${e2e.unique}` });
      await gone(e2e, low);
      await running(e2e, high);
      expect((await running(e2e, other)).metadata.deletionTimestamp).toBeUndefined();
    }),
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPreemption validates lower priority pod preemption by critical pod [Conformance] [Serial]',
  (e2e) =>
    withRare(e2e, 1, async ({ pod }) => {
      const low = await pod('low', 1, { priorityClassName: `low-${e2e.unique}` });
      await running(e2e, low);
      const critical = await pod('critical', 1, { priorityClassName: 'system-cluster-critical' });
      await gone(e2e, low);
      expect((await running(e2e, critical)).spec.priority).toBe(2_000_000_000);
    }),
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPreemption validates pod disruption condition is added to the preempted pod [Conformance] [Serial]',
  (e2e) =>
    withRare(e2e, 1, async ({ pod }) => {
      const low = await pod('victim', 1, { priorityClassName: `low-${e2e.unique}` }, ['example.com/test']);
      await running(e2e, low);
      await pod('preemptor', 1, { priorityClassName: `high-${e2e.unique}` });
      const victim = await becomes(e2e, low, 'a victim', ({ metadata }) => metadata.deletionTimestamp);
      expect(victim.status.conditions).toContainEqual(
        expect.objectContaining({
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
        }),
      );
      await ok(e2e.client.patch(low, 'merge', { metadata: { finalizers: null } }));
    }),
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPreemption PreemptionExecutionPath runs ReplicaSets to verify preemption running path [Conformance] [Serial]',
  (e2e) =>
    withRare(e2e, 5, async () => {
      const { client, unique } = e2e;
      const make = async (name: string, replicas: number, priorityClassName: string): Promise<void> => {
        const limits = { [`example.com/${unique}`]: '1' };
        const containers = [{ name: 'app', image: 'registry.k8s.io/pause:3.10', resources: { limits } }];
        const labels = { name };
        const spec = {
          replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { terminationGracePeriodSeconds: 0, priorityClassName, containers },
          },
        };
        await ok(client.post(e2e.at('apps/v1/replicasets'), { metadata: { name }, spec }), 201);
      };
      const available = (name: string, count: number): Promise<any> =>
        becomes(
          e2e,
          `${e2e.at('apps/v1/replicasets')}/${name}`,
          `${count} of ${name}`,
          ({ status }) => (status.availableReplicas ?? 0) === count,
        );
      await make('first', 5, `low-${unique}`);
      await available('first', 5);
      await make('second', 2, `high-${unique}`);
      await available('second', 2);
      await available('first', 3);
    }),
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPredicates validates resource limits of pods that are allowed to run [Conformance] [Serial]',
  (e2e) =>
    withRare(e2e, 10, async ({ pod }) => {
      await running(e2e, await pod('filler', 7));
      const additional = await pod('additional', 4);
      const { status } = await becomes(e2e, additional, 'a pod without room', isUnschedulable);
      expect(status.conditions[0].message).toContain(`Insufficient example.com/${e2e.unique}`);
      await ok(e2e.client.delete(`${e2e.at('v1/pods')}/filler`));
      await eventually('room', async () => (await running(e2e, additional)).spec.nodeName);
    }),
);
