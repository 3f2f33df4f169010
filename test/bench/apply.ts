import { measure } from './measure.ts';
import { configMaps, type Scenario } from './scenario.ts';

/** Server-side apply of a 3 KB Deployment that is already as it is wanted: what a GitOps agent does all day. */
export const apply: Scenario = {
  name: 'apply',
  async run({ cluster, namespace, quick, report }) {
    const path = configMaps(namespace)
      .replace('/api/v1/', '/apis/apps/v1/')
      .replace('configmaps', 'deployments');
    const env = Array.from({ length: 40 }, (_, index) => ({
      name: `VARIABLE_${index}`,
      value: `a value of some length, number ${index}`,
    }));
    const deployment = (replicas: number): string =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'applied', labels: { app: 'applied' } },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'applied' } },
          template: {
            metadata: { labels: { app: 'applied' } },
            spec: { containers: [{ name: 'main', image: 'nginx', env }] },
          },
        },
      });
    const applyIt = (replicas: number): Promise<unknown> =>
      cluster.must(
        'PATCH',
        `${path}/applied?fieldManager=bench&force=true`,
        deployment(replicas),
        'application/apply-patch+yaml',
      );
    await applyIt(0);
    for (const clients of [1, 16]) {
      report(
        await measure(
          `apply of an unchanged 3 KB object, ${clients} clients`,
          { clients, count: quick ? 100 : 1000, seconds: 10 },
          () => applyIt(0),
        ),
      );
    }
  },
};
