import { describe, expect, it } from 'vitest';
import { formatTime } from '../../apimachinery/time.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { POD_DELETION_COST, rankForDeletion } from './pod-ranking.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Shape {
  node?: string;
  phase?: string;
  /** Seconds since it became ready. */
  ready?: number;
  age?: number;
  cost?: string;
  restarts?: number;
}

const pod = (
  name: string,
  { node = 'n1', phase = 'Running', ready, age = 100, cost, restarts = 0 }: Shape = {},
): Stored<Pod> => ({
  metadata: {
    name,
    uid: name,
    creationTimestamp: formatTime(NOW - age * 1000),
    ...(cost === undefined ? {} : { annotations: { [POD_DELETION_COST]: cost } }),
  },
  spec: { containers: [], ...(node ? { nodeName: node } : {}) },
  status: {
    phase,
    conditions:
      ready === undefined
        ? []
        : [{ type: 'Ready', status: 'True', lastTransitionTime: formatTime(NOW - ready * 1000) }],
    containerStatuses: [{ name: 'c', restartCount: restarts, image: '', imageID: '', ready: true }],
  },
});

const order = (pods: Stored<Pod>[], related: Stored<Pod>[] = pods): string[] =>
  rankForDeletion(pods, related, NOW).map(({ metadata }) => metadata.name!);

describe('rankForDeletion', () => {
  const cases: [string, Stored<Pod>[]][] = [
    ['pods without a node', [pod('first', { node: '', ready: 90 }), pod('last', {})]],
    ['pending before running', [pod('first', { phase: 'Pending' }), pod('last', {})]],
    ['unknown before running', [pod('first', { phase: 'Unknown' }), pod('last', {})]],
    ['not ready before ready', [pod('first', {}), pod('last', { ready: 10 })]],
    ['cheaper ones', [pod('first', { ready: 90, cost: '-5' }), pod('last', { ready: 10 })]],
    [
      'an invalid cost is none',
      [pod('first', { ready: 90, cost: '-1' }), pod('last', { ready: 10, cost: '-05' })],
    ],
    ['later ready', [pod('first', { ready: 10 }), pod('last', { ready: 90 })]],
    ['more restarts', [pod('first', { restarts: 2, age: 200 }), pod('last', { restarts: 1, age: 1 })]],
    ['younger ones', [pod('first', { age: 3 }), pod('last', { age: 50 })]],
    ['by chance when the ages are alike', [pod('a', { age: 60 }), pod('b', { age: 50 })]],
  ];
  it.each(cases)('%s', (_, [first, last]) => {
    expect(order([last!, first!])).toEqual([first!.metadata.name, last!.metadata.name]);
    expect(order([first!, last!])).toEqual([first!.metadata.name, last!.metadata.name]);
  });

  it('takes from the node that has most pods of the family', () => {
    const pods = [pod('alone', { node: 'n1', ready: 1 }), pod('crowded', { node: 'n2', ready: 90 })];
    expect(order(pods, [...pods, pod('sibling', { node: 'n2' })])).toEqual(['crowded', 'alone']);
    const gone = { ...pod('gone', { node: 'n2', phase: 'Succeeded' }) };
    expect(order(pods, [...pods, gone])).toEqual(['alone', 'crowded']);
  });
});
