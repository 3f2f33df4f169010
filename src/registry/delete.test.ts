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
    const next = afterDelete(resourceNamed('', 'pods'), going, options, START + seconds * 1000);
    expect(typeof next === 'string' ? next : next.metadata).toEqual(
      typeof expected === 'string' ? expected : expect.objectContaining(expected),
    );
  });
});
