import type { Watch } from './cluster.ts';
import { measurement, sleep } from './measure.ts';
import { configMap, configMaps, type Scenario } from './scenario.ts';

const WAIT_MS = 10_000;

/** From the sending of a write to its arrival at 1, 100 and 1,000 watchers: the watchers' times, all writes together. */
export const watchLatency: Scenario = {
  name: 'watch',
  async run(bench) {
    const { cluster, namespace, quick } = bench;
    for (const watchers of quick ? [1, 50] : [1, 100, 1000]) {
      const arrivals = new Map<string, number[]>();
      const open: Watch[] = [];
      const { metadata } = await cluster.json(`${configMaps(namespace)}?limit=1`);
      const path = `${configMaps(namespace)}?watch=true&resourceVersion=${metadata.resourceVersion}`;
      try {
        while (open.length < watchers) {
          const some = Array.from({ length: Math.min(50, watchers - open.length) }, () =>
            cluster.watch(path, (line) => {
              const name = /"name":"(watch-[^"]*)"/.exec(line)?.[1];
              if (name !== undefined) arrivals.get(name)?.push(performance.now());
            }),
          );
          open.push(...(await Promise.all(some)));
        }
        await sleep(200);
        const times: number[] = [];
        let missing = 0;
        for (let n = 0; n < (quick ? 5 : 20); n++) {
          const name = `watch-${watchers}-${n}`;
          const seen: number[] = [];
          arrivals.set(name, seen);
          const sent = performance.now();
          await cluster.must('POST', configMaps(namespace), configMap(name));
          while (seen.length < watchers && performance.now() - sent < WAIT_MS) await sleep(5);
          missing += watchers - seen.length;
          for (const arrival of seen) times.push(arrival - sent);
        }
        bench.report(
          measurement(
            `write to watch, ${watchers} watchers`,
            times,
            undefined,
            missing > 0 ? `${missing} events did not arrive` : undefined,
          ),
        );
      } finally {
        for (const one of open) one.stop();
      }
    }
  },
};
