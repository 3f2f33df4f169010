import { expect, it } from 'vitest';
import { resourceNamed } from '../apis/resources.ts';
import { NAMESPACE, testCluster } from './admission/testing.ts';
import { applyConfiguration } from './apply.ts';
import { patch } from './patch.ts';
import { guaranteedUpdate } from './update.ts';

const configMaps = resourceNamed('', 'configmaps');
const MANY = Array.from({ length: 100 }, (_, index) => String(index));

it('patches one object for any number of clients at once', async () => {
  const cluster = await testCluster();
  await cluster.create('', 'configmaps', { metadata: { name: 'a' } });
  await Promise.all(
    MANY.map((key) =>
      patch(cluster.ctx, configMaps, NAMESPACE, 'a', 'merge', { data: { [key]: 'x' } }, (object) => object),
    ),
  );
  expect(Object.keys((await cluster.get('', 'configmaps', NAMESPACE, 'a'))!.data as object)).toHaveLength(
    100,
  );
});

it('makes a missing object for one of many who apply, and updates it for the others', async () => {
  const cluster = await testCluster();
  const outcomes = await Promise.all(
    MANY.map((key) =>
      applyConfiguration(
        cluster.ctx,
        configMaps,
        NAMESPACE,
        'a',
        { metadata: { name: 'a' }, data: { [key]: 'x' } } as never,
        (object) => object,
        { fieldManager: `manager-${key}`, managerGiven: true, force: false },
      ),
    ),
  );
  expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
  const { data, metadata } = (await cluster.get('', 'configmaps', NAMESPACE, 'a'))!;
  expect(Object.keys(data as object)).toHaveLength(100);
  expect(metadata!.managedFields).toHaveLength(100);
});

it('still refuses all but one of those who name the version they replace', async () => {
  const cluster = await testCluster();
  const { metadata } = await cluster.create('', 'configmaps', { metadata: { name: 'a' } });
  const results = await Promise.allSettled(
    MANY.map((key) =>
      guaranteedUpdate(cluster.ctx, configMaps, NAMESPACE, 'a', () => ({
        metadata: { name: 'a', resourceVersion: metadata.resourceVersion! },
        data: { key },
      })),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
