import { describe, expect, it } from 'vitest';
import type { Node, NodeSelectorTerm, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { matchesNodeAffinity } from './node-affinity.ts';

const node: Node = { metadata: { name: 'n1', labels: { zone: 'a', cores: '4' } } };
const affinity = (...nodeSelectorTerms: NodeSelectorTerm[]): PodSpec => ({
  containers: [],
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});

describe('matchesNodeAffinity', () => {
  it.each<[string, PodSpec | undefined, boolean]>([
    ['nothing asked', undefined, true],
    ['a label that it has', { containers: [], nodeSelector: { zone: 'a' } }, true],
    ['a label that it has not', { containers: [], nodeSelector: { zone: 'b' } }, false],
    ['In', affinity({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }), true],
    ['NotIn', affinity({ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }), false],
    ['Gt', affinity({ matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['3'] }] }), true],
    [
      'Gt of two values',
      affinity({ matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['3', '2'] }] }),
      false,
    ],
    [
      'an unknown operator',
      affinity({ matchExpressions: [{ key: 'zone', operator: 'Is', values: ['a'] }] }),
      false,
    ],
    ['its name', affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }), true],
    [
      'not its name',
      affinity({ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n1'] }] }),
      false,
    ],
    ['an empty term', affinity({}), false],
    ['no term', affinity(), false],
    [
      'alternatives',
      affinity(
        {},
        {
          matchExpressions: [
            { key: 'zone', operator: 'Exists' },
            { key: 'gpu', operator: 'DoesNotExist' },
          ],
        },
      ),
      true,
    ],
  ])('%s', (_, spec, expected) => {
    expect(matchesNodeAffinity(spec, node)).toBe(expected);
  });
});
