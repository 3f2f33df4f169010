import { beforeEach, describe, expect, it } from 'vitest';
import { bind } from '../subresources/binding.ts';
import { NAMESPACE, type TestCluster, testCluster, testPod } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

describe('PodTopologyLabels', () => {
  const zone = 'topology.kubernetes.io/zone';
  it('copies zone and region of the node, over what was there', async () => {
    await cluster.put('', 'nodes', {
      metadata: { name: 'n', labels: { [zone]: 'z1', 'topology.kubernetes.io/region': 'r1', other: 'x' } },
    });
    await cluster.create('', 'pods', testPod('p'));
    const bound = await bind(cluster.ctx, NAMESPACE, 'p', {
      metadata: { name: 'p', labels: { [zone]: 'said', by: 'binding' } },
      target: { kind: 'Node', name: 'n' },
    });
    expect(bound.metadata.labels).toEqual({
      [zone]: 'z1',
      'topology.kubernetes.io/region': 'r1',
      by: 'binding',
    });
    const own = testPod('q', { nodeName: 'n' });
    own.metadata!.labels = { [zone]: 'mine' };
    const created = await cluster.create('', 'pods', own);
    expect(created.metadata.labels).toEqual({ [zone]: 'z1', 'topology.kubernetes.io/region': 'r1' });
  });
});
