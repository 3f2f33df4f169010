import { measure } from './measure.ts';
import { configMaps, fill, type Scenario } from './scenario.ts';

/** Lists of 1,000 and 5,000 ConfigMaps of 2 KB, whole and in pages of 500. */
export const list: Scenario = {
  name: 'list',
  async run(bench) {
    const { cluster, quick } = bench;
    const namespace = `${bench.namespace}-list`;
    const path = configMaps(namespace);
    await cluster.must(
      'POST',
      '/api/v1/namespaces',
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
    );
    try {
      let before = 0;
      for (const size of quick ? [500] : [1000, 5000]) {
        await fill({ ...bench, namespace }, `list-${size}`, size - before);
        before = size;
        const count = quick ? 5 : 20;
        bench.report(
          await measure(`list ${size}`, { clients: 1, count, seconds: 20 }, async () => {
            const body = await cluster.must('GET', path);
            if (body.length < size * 1900) throw new Error('the list is too short');
          }),
        );
        bench.report(
          await measure(
            `list ${size} in pages of 500`,
            { clients: 1, count: Math.ceil(count / 2), seconds: 20 },
            async () => {
              let token = '';
              do {
                const text = (
                  await cluster.must('GET', `${path}?limit=500&continue=${encodeURIComponent(token)}`)
                ).toString();
                token = /"continue":"([^"]*)"/.exec(text)?.[1] ?? '';
              } while (token !== '');
            },
          ),
        );
      }
    } finally {
      await cluster.call('DELETE', `/api/v1/namespaces/${namespace}`);
    }
  },
};
