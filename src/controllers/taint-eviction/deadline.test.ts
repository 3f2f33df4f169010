import { describe, expect, it } from 'vitest';
import type { Pod, Taint, Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { evictionTime, noExecuteTaints } from './deadline.ts';

const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
const taint = (key: string, added?: number): Taint => ({
  key,
  effect: 'NoExecute',
  ...(added === undefined ? {} : { timeAdded: time(added) }),
});
const pod = (tolerations: Toleration[], bound = 0): Pod => ({
  metadata: { creationTimestamp: time(0) },
  spec: { containers: [], tolerations },
  status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: time(bound) }] },
});
const forSeconds = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

describe('evictionTime', () => {
  it.each<[string, Pod, Taint[], number]>([
    ['no taints', pod([]), [], Number.POSITIVE_INFINITY],
    ['not tolerated', pod([forSeconds('b')]), [taint('a', 10)], 0],
    ['one of two tolerated', pod([forSeconds('a')]), [taint('a', 10), taint('b', 10)], 0],
    ['tolerated for ever', pod([forSeconds('a')]), [taint('a', 10)], Number.POSITIVE_INFINITY],
    ['tolerated for no time', pod([forSeconds('a', 0)]), [taint('a', 10)], 0],
    ['for a while since the taint', pod([forSeconds('a', 300)]), [taint('a', 10)], 311_000],
    ['for a while since the pod', pod([forSeconds('a', 300)], 50), [taint('a', 10)], 351_000],
    [
      'the shortest counts',
      pod([forSeconds('a', 300), forSeconds('b', 5)]),
      [taint('a', 10), taint('b', 20)],
      26_000,
    ],
    ['a taint without a time', pod([forSeconds('a', 300)], 50), [taint('a')], 351_000],
  ])('%s', (_, given, taints, expected) => {
    expect(evictionTime(given, taints)).toBe(expected);
  });
});

it('minds only taints that evict', () => {
  expect(noExecuteTaints([taint('a'), { key: 'b', effect: 'NoSchedule' }])).toEqual([taint('a')]);
  expect(noExecuteTaints(undefined)).toEqual([]);
});
