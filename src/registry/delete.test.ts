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

describe('what is held back by more than its finalizers', () => {
  const namespaces = resourceNamed('', 'namespaces');
  const definitions = resourceNamed('apiextensions.k8s.io', 'customresourcedefinitions');
  const namespace: Stored = { metadata: { name: 'n' }, spec: { finalizers: ['kubernetes'] } };
  const going: Stored = {
    metadata: { name: 'n', deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a.b/c'] },
    status: { phase: 'Terminating' },
  };
  const foreground = { propagationPolicy: 'Foreground' } as const;

  it('gets no time to wait for', () => {
    const { fate, object } = afterDelete(namespaces, namespace, {}, START);
    expect([fate, object.metadata, object.status]).toEqual([
      'changed',
      { name: 'n', deletionTimestamp: '2026-01-01T00:00:00Z' },
      { phase: 'Terminating' },
    ]);
    expect(afterDelete(namespaces, object, foreground, START)).toEqual({ fate: 'unchanged', object });
  });
  it.each([
    [{}, undefined],
    [{ orphanDependents: false }, ['foregroundDeletion']],
    [foreground, ['foregroundDeletion']],
    [{ orphanDependents: true }, ['orphan']],
  ])('is asked once what becomes of dependents: %j', (options, finalizers) => {
    expect(afterDelete(namespaces, namespace, options, START).object.metadata.finalizers).toEqual(finalizers);
  });
  it.each([
    [{}, ['a.b/c']],
    [{ orphanDependents: false }, ['a.b/c']],
    [foreground, ['a.b/c', 'foregroundDeletion']],
  ])('goes as everything else once its finalizers are all that holds it: %j', (options, finalizers) => {
    for (const definition of [namespaces, definitions]) {
      const { fate, object } = afterDelete(definition, going, options, START + 5000);
      expect([fate, object.metadata]).toEqual([
        'changed',
        { ...going.metadata, finalizers, deletionGracePeriodSeconds: 0 },
      ]);
    }
  });
  it.each([{}, foreground, { orphanDependents: true }])(
    'has its objects deleted first when it is a definition, whatever is asked for: %j',
    (options) => {
      const definition: Stored = { metadata: { name: 'd', generation: 1 }, spec: {} };
      expect(afterDelete(definitions, definition, options, START).object.metadata).toEqual({
        name: 'd',
        generation: 1,
        deletionTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
      });
    },
  );
});

it.each([
  ['', 'Foreground'],
  ['events.k8s.io', 'Orphan'],
] as const)('no policy makes an event wait (%s, %s)', (group, propagationPolicy) => {
  const event: Stored = { metadata: { name: 'e', namespace: 'n', finalizers: ['orphan'] } };
  const { fate } = afterDelete(resourceNamed(group, 'events'), event, { propagationPolicy }, START);
  expect(fate).toBe('gone');
});
