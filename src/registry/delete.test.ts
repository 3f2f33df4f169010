import { describe, expect, it } from 'vitest';
import type { Stored } from '../apis/object.ts';
import { resourceNamed } from '../apis/resources.ts';
import { afterDelete } from './delete.ts';

const START = Date.UTC(2026, 0, 1);
/** A pod whose deletion began at START with half a minute of grace. */
const going: Stored = {
  metadata: {
    name: 'p',
    namespace: 'n',
    deletionTimestamp: new Date(START + 30_000).toISOString(),
    deletionGracePeriodSeconds: 30,
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'c' }] },
};

describe('a second deletion', () => {
  it.each([
    [5, 10, { deletionTimestamp: '2026-01-01T00:00:10Z', deletionGracePeriodSeconds: 10 }],
    [20, 10, { deletionTimestamp: '2026-01-01T00:00:20Z', deletionGracePeriodSeconds: 1 }],
    [5, 40, 'unchanged'],
    [5, undefined, 'unchanged'],
    [20, 0, 'gone'],
    [5, -7, { deletionTimestamp: '2026-01-01T00:00:05Z', deletionGracePeriodSeconds: 1 }],
  ] as const)('after %i s with a grace period of %s s', (seconds, gracePeriodSeconds, expected) => {
    const options = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    const { fate, object } = afterDelete(resourceNamed('', 'pods'), going, options, START + seconds * 1000);
    expect(fate === 'changed' ? object.metadata : fate).toEqual(
      typeof expected === 'string' ? expected : expect.objectContaining(expected),
    );
  });
});

describe('a deletion that is over at once', () => {
  const pod: Stored = { metadata: { name: 'p', namespace: 'n', generation: 1 }, spec: { containers: [] } };

  it('answers as what a pod was that began to go', () => {
    const { fate, object } = afterDelete(resourceNamed('', 'pods'), pod, {}, START);
    expect([fate, object.metadata]).toEqual([
      'gone',
      {
        ...pod.metadata,
        generation: 2,
        deletionTimestamp: '2026-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 0,
      },
    ]);
  });
  it('shortens what is left of another to nothing', () => {
    const { fate, object } = afterDelete(resourceNamed('', 'pods'), going, { gracePeriodSeconds: 0 }, START);
    expect([fate, object.metadata.deletionGracePeriodSeconds]).toEqual(['gone', 0]);
  });
  it('changes nothing in kinds that have no grace period', () => {
    const service: Stored = { metadata: { name: 's', namespace: 'n', generation: 1 } };
    expect(afterDelete(resourceNamed('', 'services'), service, {}, START)).toEqual({
      fate: 'gone',
      object: service,
    });
  });
});

it.each([
  ['', 'Foreground'],
  ['events.k8s.io', 'Orphan'],
] as const)('no policy makes an event wait (%s, %s)', (group, propagationPolicy) => {
  const event: Stored = { metadata: { name: 'e', namespace: 'n', finalizers: ['orphan'] } };
  const { fate } = afterDelete(resourceNamed(group, 'events'), event, { propagationPolicy }, START);
  expect(fate).toBe('gone');
});
