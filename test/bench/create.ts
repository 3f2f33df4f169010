import { measure } from './measure.ts';
import { configMap, configMaps, type Scenario } from './scenario.ts';

/** ConfigMaps of 2 KB created by 1, 16 and 64 clients. */
export const create: Scenario = {
  name: 'create',
  async run(bench) {
    for (const [clients, count] of [
      [1, 1000],
      [16, 5000],
      [64, 10_000],
    ] as const) {
      bench.report(
        await measure(
          `create a ConfigMap of 2 KB, ${clients} clients`,
          { clients, count: bench.quick ? count / 10 : count, seconds: 20 },
          (index) =>
            bench.cluster.must('POST', configMaps(bench.namespace), configMap(`create-${clients}-${index}`)),
        ),
      );
    }
  },
};
