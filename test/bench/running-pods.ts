import { type Measurement, sleep } from './measure.ts';
import type { Bench, Scenario } from './scenario.ts';

const WAIT_MS = 120_000;

const deployment = (name: string, replicas: number): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  });

/** Pods the nodes have room for. */
async function room({ cluster }: Bench): Promise<number> {
  const { items: nodes } = await cluster.json('/api/v1/nodes');
  const { items: pods } = await cluster.json('/api/v1/pods');
  const capacity = nodes.reduce(
    (sum: number, node: any) =>
      sum + (node.spec?.unschedulable ? 0 : Number(node.status?.allocatable?.pods ?? 0)),
    0,
  );
  return capacity - pods.length;
}

/** From the creation of a Deployment until the last of its 10, 100 and 1,000 Pods runs, as a watch sees it. */
export const runningPods: Scenario = {
  name: 'pods',
  async run(bench) {
    for (const replicas of bench.quick ? [10] : [10, 100, 1000]) {
      const name = `${replicas} Pods of a Deployment running`;
      const free = await room(bench);
      if (free < replicas)
        bench.report({ name, note: `skipped: there is room for ${Math.max(free, 0)} pods` });
      else bench.report(await start(bench, name, replicas));
    }
  },
};

async function start({ cluster, namespace }: Bench, name: string, replicas: number): Promise<Measurement> {
  const app = `pods-${replicas}`;
  const base = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`;
  const { metadata } = await cluster.json(base);
  const created = performance.now();
  const running = new Map<string, number>();
  const watch = await cluster.watch(
    `${base}&watch=true&resourceVersion=${metadata.resourceVersion}`,
    (line) => {
      const { object } = JSON.parse(line);
      if (object.status?.phase !== 'Running' || running.has(object.metadata.name)) return;
      running.set(object.metadata.name, performance.now() - created);
    },
  );
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  try {
    await cluster.must('POST', path, deployment(app, replicas));
    while (running.size < replicas && performance.now() - created < WAIT_MS) await sleep(10);
  } finally {
    watch.stop();
    await cluster.call('DELETE', `${path}/${app}?propagationPolicy=Background`);
  }
  const times = [...running.values()].sort((a, b) => a - b);
  const last = times.at(-1) ?? Number.NaN;
  // The next size needs their room.
  for (let n = 0; n < 300 && (await cluster.json(`${base}&limit=1`)).items.length > 0; n++) await sleep(100);
  return {
    name,
    count: times.length,
    rate: (times.length / last) * 1000,
    p50: times[Math.floor(times.length / 2)] ?? Number.NaN,
    p99: last,
    note: times.length < replicas ? `only ${times.length} after ${WAIT_MS / 1000} s` : 'p99 is the last one',
  };
}
