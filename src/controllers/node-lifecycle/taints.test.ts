import { describe, expect, it } from 'vitest';
import type { Node, Taint } from '../../apimachinery/types/core.v1.gen.ts';
import { nodeTaints } from './taints.ts';

const node = (conditions: Record<string, string>, taints: Taint[] = [], unschedulable = false): Node => ({
  spec: { taints, unschedulable },
  status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
});
const texts = (taints: readonly Taint[] | undefined): string[] =>
  (taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

describe('nodeTaints', () => {
  it.each<[string, Node, string[]]>([
    ['ready', node({ Ready: 'True' }), []],
    ['no conditions yet', node({}), []],
    [
      'not ready',
      node({ Ready: 'False' }),
      ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute'],
    ],
    [
      'unknown',
      node({ Ready: 'Unknown' }),
      ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    ],
    ['cordoned', node({ Ready: 'True' }, [], true), ['node.kubernetes.io/unschedulable:NoSchedule']],
    [
      'under pressure',
      node({
        Ready: 'True',
        MemoryPressure: 'True',
        DiskPressure: 'True',
        PIDPressure: 'True',
        NetworkUnavailable: 'True',
      }),
      ['memory-pressure', 'disk-pressure', 'pid-pressure', 'network-unavailable'].map(
        (key) => `node.kubernetes.io/${key}:NoSchedule`,
      ),
    ],
    ['pressure is off', node({ Ready: 'True', MemoryPressure: 'False' }), []],
  ])('%s', (_, given, expected) => {
    expect(texts(nodeTaints(given, 'T', true))).toEqual(expected);
  });

  it('replaces its own and keeps those of others, with their times', () => {
    const mine: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule', timeAdded: 'T0' };
    const stale: Taint[] = [
      { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: 'T0' },
      { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: 'T0' },
    ];
    expect(nodeTaints(node({ Ready: 'True' }, [stale[0]!, mine, stale[1]!]), 'T1', true)).toEqual([mine]);
    expect(nodeTaints(node({ Ready: 'Unknown' }, [mine, ...stale]), 'T1', true)).toEqual([
      mine,
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: 'T1' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: 'T1' },
    ]);
  });

  it('answers nothing when nothing is to be done', () => {
    const taints: Taint[] = [
      { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
      // Not of the effect that this controller uses.
      { key: 'node.kubernetes.io/disk-pressure', effect: 'NoExecute' },
    ];
    expect(nodeTaints(node({ Ready: 'False' }, taints), 'T', true)).toBeUndefined();
  });
});
