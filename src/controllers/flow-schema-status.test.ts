import { expect, it } from 'vitest';
import type { FlowSchema } from '../apimachinery/types/flowcontrol.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { flowSchemaStatusController } from './flow-schema-status.ts';
import { startCluster, type TestCluster } from './testing.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';
const SCHEMAS: ResourceName = [GROUP, 'flowschemas'];
const LEVELS: ResourceName = [GROUP, 'prioritylevelconfigurations'];

const schema = (name: string, level: string): FlowSchema & KubeObject => ({
  metadata: { name },
  spec: { matchingPrecedence: 500, priorityLevelConfiguration: { name: level } },
});

async function conditionOf({ client }: TestCluster, name: string) {
  const found = await client.get<FlowSchema & KubeObject>(SCHEMAS, '', name);
  return { metadata: found!.metadata, condition: found!.status?.conditions?.[0] };
}

it('tells whether the level of a schema is there', async () => {
  const cluster = await startCluster({ controllers: [flowSchemaStatusController] });
  await cluster.client.create(SCHEMAS, '', schema('s', 'gold'));
  await cluster.client.create(SCHEMAS, '', schema('other', 'silver'));
  await cluster.settle();
  const missing = await conditionOf(cluster, 's');
  expect(missing.condition).toMatchObject({
    type: 'Dangling',
    status: 'True',
    reason: 'NotFound',
    message:
      'This FlowSchema references the PriorityLevelConfiguration object named "gold" but there is no such object',
  });
  expect(
    missing.metadata.managedFields!.map(({ manager, operation }) => `${manager} ${operation}`),
  ).toContain('api-priority-and-fairness-config-consumer-v1 Apply');

  await cluster.client.create(LEVELS, '', {
    metadata: { name: 'gold' },
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  } as KubeObject);
  await cluster.settle();
  expect((await conditionOf(cluster, 's')).condition).toMatchObject({ status: 'False', reason: 'Found' });
  expect((await conditionOf(cluster, 'other')).condition).toMatchObject({ status: 'True' });

  await cluster.client.delete(LEVELS, '', 'gold');
  await cluster.settle();
  expect((await conditionOf(cluster, 's')).condition).toMatchObject({ status: 'True', reason: 'NotFound' });
});

it('leaves alone what is told already', async () => {
  const cluster = await startCluster({ controllers: [flowSchemaStatusController] });
  await cluster.client.create(SCHEMAS, '', schema('s', 'gold'));
  await cluster.settle();
  const { metadata } = await conditionOf(cluster, 's');
  await cluster.client.update<KubeObject>(SCHEMAS, '', 's', (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { a: 'b' } },
  }));
  await cluster.settle();
  const after = await conditionOf(cluster, 's');
  expect(Number(after.metadata.resourceVersion)).toBe(Number(metadata.resourceVersion) + 1);
});
