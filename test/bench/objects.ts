import { measure } from './measure.ts';
import { configMaps, fill, type Scenario } from './scenario.ts';

/** Single objects: get, patch, delete. */
export const objects: Scenario = {
  name: 'objects',
  async run(bench) {
    const { cluster, namespace, quick } = bench;
    const count = quick ? 200 : 2000;
    await fill(bench, 'object', count);
    const path = (index: number): string => `${configMaps(namespace)}/object-${index}`;
    for (const clients of [1, 16]) {
      bench.report(
        await measure(`get, ${clients} clients`, { clients, count, seconds: 10 }, (index) =>
          cluster.must('GET', path(index)),
        ),
      );
    }
    for (const clients of [1, 16]) {
      bench.report(
        await measure(`merge patch, ${clients} clients`, { clients, count, seconds: 10 }, (index) =>
          cluster.must(
            'PATCH',
            path(index),
            JSON.stringify({ data: { changed: String(clients) } }),
            'application/merge-patch+json',
          ),
        ),
      );
    }
    bench.report(
      await measure('delete, 16 clients', { clients: 16, count, seconds: 10 }, (index) =>
        cluster.must('DELETE', path(index)),
      ),
    );
  },
};
