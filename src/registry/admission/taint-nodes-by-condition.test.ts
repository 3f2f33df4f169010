import { beforeEach, describe, expect, it } from 'vitest';
import { type TestCluster, testCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

describe('TaintNodesByCondition', () => {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const noExecute = { ...taint, effect: 'NoExecute' };
  it.each([
    [undefined, [taint]],
    [[taint], [taint]],
    [[noExecute], [noExecute, taint]],
  ])('makes of the taints %j: %j', async (taints, expected) => {
    const node = await cluster.create('', 'nodes', {
      metadata: { name: 'n' },
      spec: taints ? { taints } : {},
    });
    expect(node.spec.taints).toEqual(expected);
  });
});
