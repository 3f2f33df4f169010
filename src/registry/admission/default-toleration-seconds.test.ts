import { describe, expect, it } from 'vitest';
import { testCluster, testPod } from './testing.ts';

const notReady = {
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
};
const unreachable = { ...notReady, key: 'node.kubernetes.io/unreachable' };
const everything = { operator: 'Exists' };
const own = { ...notReady, tolerationSeconds: 5 };
const otherEffect = { key: notReady.key, operator: 'Exists', effect: 'NoSchedule' };

describe('DefaultTolerationSeconds', () => {
  it.each([
    [[], [notReady, unreachable]],
    [[everything], [everything]],
    [[own], [own, unreachable]],
    [[otherEffect], [otherEffect, notReady, unreachable]],
  ])('makes of %j: %j', async (given, expected) => {
    const cluster = await testCluster();
    const { spec } = await cluster.create('', 'pods', testPod('p', { tolerations: given }));
    expect(spec.tolerations).toEqual(expected);
  });
});
