import { describe, expect, it } from 'vitest';
import { catalogWith } from './catalog.ts';
import type { ResourceDefinition } from './definition.ts';

const custom = (group: string, resource: string): ResourceDefinition => ({
  group,
  version: 'v1',
  resource,
  singular: resource,
  kind: resource,
  namespaced: true,
  verbs: ['get'],
  typeName: resource,
  strategy: {},
});

describe('the catalog of a cluster', () => {
  it('has custom resources behind the built-in ones, by the names of their groups', () => {
    const { resources } = catalogWith([
      custom('zoo.example', 'animals'),
      custom('art.example', 'paintings'),
      custom('art.example', 'frames'),
    ]);
    expect(resources.slice(-3).map(({ group, resource }) => `${resource}.${group}`)).toEqual([
      'paintings.art.example',
      'frames.art.example',
      'animals.zoo.example',
    ]);
  });

  it('lets nothing take the place of a built-in resource', () => {
    expect(catalogWith([custom('apps', 'deployments')]).custom).toEqual([]);
  });

  it('adds nothing to a version that is built in, but others to its group', () => {
    const added = { ...custom('networking.k8s.io', 'foos'), version: 'v2' };
    expect(catalogWith([custom('networking.k8s.io', 'foos'), added]).custom).toEqual([added]);
  });
});
