/**
 * Measures a cluster through its API alone.
 *
 *   npm run bench -- --kubeconfig FILE [--json FILE] [--quick] [--pid PID] [--only create,list]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { apply } from './apply.ts';
import { Cluster } from './cluster.ts';
import { create } from './create.ts';
import { list } from './list.ts';
import type { Measurement } from './measure.ts';
import { memory } from './memory.ts';
import { objects } from './objects.ts';
import { runningPods } from './running-pods.ts';
import type { Bench, Scenario } from './scenario.ts';
import { watchLatency } from './watch-latency.ts';

/** In order: the memory is that after everything. */
const SCENARIOS: readonly Scenario[] = [create, objects, apply, list, watchLatency, runningPods, memory];

const cell = (value: number | undefined, digits: number, width: number): string =>
  (value === undefined ? '' : value.toFixed(digits)).padStart(width);

const line = ({ name, count, rate, p50, p99, note }: Measurement): string =>
  `${name.padEnd(44)}${cell(count, 0, 8)}${cell(rate, rate !== undefined && rate < 100 ? 1 : 0, 10)}${cell(p50, 1, 10)}${cell(p99, 1, 10)}${note ? `  ${note}` : ''}`;

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: process.env.KUBECONFIG ?? '' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    pid: { type: 'string' },
    only: { type: 'string' },
  },
});
if (values.kubeconfig === '') {
  console.error(
    'usage: npm run bench -- --kubeconfig FILE [--json FILE] [--quick] [--pid PID] [--only NAMES]',
  );
  console.error(`scenarios: ${SCENARIOS.map((one) => one.name).join(', ')}`);
  process.exit(2);
}
const cluster = new Cluster(values.kubeconfig);
const namespace = `bench-${Date.now().toString(36)}`;
const results: (Measurement & { scenario: string })[] = [];
const only = values.only?.split(',');
await cluster.must(
  'POST',
  '/api/v1/namespaces',
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
);
console.log(
  `${''.padEnd(44)}${'count'.padStart(8)}${'per s'.padStart(10)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}`,
);
let failed = false;
try {
  for (const scenario of SCENARIOS) {
    if (only && !only.includes(scenario.name)) continue;
    const bench: Bench = {
      cluster,
      namespace,
      quick: values.quick,
      ...(values.pid === undefined ? {} : { pid: Number(values.pid) }),
      report: (one) => {
        results.push({ scenario: scenario.name, ...one });
        console.log(line(one));
      },
    };
    await scenario.run(bench).catch((error: Error) => {
      failed = true;
      console.error(`${scenario.name}: ${error.message}`);
    });
  }
} finally {
  await cluster.call('DELETE', `/api/v1/namespaces/${namespace}`);
  cluster.close();
}
if (values.json) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ server: cluster.server.href, time: new Date().toISOString(), results }, null, 2)}\n`,
  );
}
process.exit(failed ? 1 : 0);
