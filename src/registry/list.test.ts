import { expect, it } from 'vitest';
import { resourceNamed } from '../apis/resources.ts';
import { NAMESPACE, testCluster } from './admission/testing.ts';
import { list } from './list.ts';

const configMaps = resourceNamed('', 'configmaps');

it('ends the pages of a list after five minutes, also where nothing was written', async () => {
  const cluster = await testCluster();
  for (const name of ['a', 'b', 'c']) await cluster.create('', 'configmaps', { metadata: { name } });
  const clock = cluster.ctx.clock as unknown as { advance(ms: number): void };
  const page = (more: object) => list(cluster.ctx, configMaps, NAMESPACE, { limit: 1, ...more });
  const first = await page({});
  clock.advance(299_000);
  const second = await page({ continue: first.continue });
  expect(second.revision).toBe(first.revision);
  // The age is that of the first page.
  clock.advance(2000);
  const refused = await page({ continue: second.continue }).catch((error) => error.status);
  expect(refused).toMatchObject({ code: 410, reason: 'Expired' });
  const rest = await page({ continue: refused.metadata.continue });
  expect(rest.rows.map(({ key }) => key)).toEqual([`core/configmaps/${NAMESPACE}/c`]);
  expect(rest.revision).toBeGreaterThan(first.revision);
});
