import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../apis/definition.ts';
import { groupsOf } from './catalog.ts';

const resource = (group: string, version: string, name: string): ResourceDefinition => ({
  group,
  version,
  resource: name,
  singular: name,
  kind: name,
  namespaced: true,
  verbs: ['get'],
  typeName: name,
  strategy: {},
});

describe('groups', () => {
  it('keep the order of the catalog; versions and resources are sorted', () => {
    const groups = groupsOf([
      resource('', 'v1', 'pods'),
      resource('zoo.example', 'v1beta1', 'cages'),
      resource('zoo.example', 'v1', 'cages'),
      resource('zoo.example', 'v1', 'animals'),
      resource('art.example', 'v1', 'paintings'),
    ]);
    expect(
      groups.map(({ name, versions }) => [
        name,
        versions.map(({ version, resources }) => [version, resources.map((one) => one.resource)]),
      ]),
    ).toEqual([
      ['', [['v1', ['pods']]]],
      [
        'zoo.example',
        [
          ['v1', ['animals', 'cages']],
          ['v1beta1', ['cages']],
        ],
      ],
      ['art.example', [['v1', ['paintings']]]],
    ]);
  });
});
