/** What is served is what Kubernetes serves: every group version, resource, verb and subresource of the table. */
import { beforeAll, describe, expect, it } from 'vitest';
import { adminClient } from '../support/client.ts';
import { SURFACE } from './surface.ts';

const client = adminClient();
const pathOf = (gv: string): string => (gv.includes('/') ? `/apis/${gv}` : `/api/${gv}`);
const groupVersions = [...new Set(SURFACE.map(({ gv }) => gv))];

describe('discovery', () => {
  it('lists exactly the stable group versions', async () => {
    const core = (await client.get('/api')).json.versions;
    const { groups } = (await client.get('/apis')).json;
    const served = groups.flatMap(({ versions }: any) => versions.map((one: any) => one.groupVersion));
    expect([...core, ...served].sort()).toEqual([...groupVersions].sort());
  });

  describe.each(groupVersions)('%s', (gv) => {
    let resources: any[];
    beforeAll(async () => {
      resources = (await client.get(pathOf(gv))).json.resources;
    });

    it('serves exactly its resources', () => {
      const served = resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced, verbs, shortNames, categories }) => ({
          resource: name,
          kind,
          namespaced,
          verbs: verbs.join(' '),
          short: shortNames?.join(' '),
          categories: categories?.join(' '),
        }));
      const wanted = SURFACE.filter((row) => row.gv === gv).map(
        ({ resource, kind, namespaced, verbs, short, categories }) => ({
          resource,
          kind,
          namespaced,
          verbs,
          short,
          categories,
        }),
      );
      expect(served.sort(byResource)).toEqual(wanted.sort(byResource));
    });

    it('serves exactly their subresources', () => {
      const kinds = new Map(resources.map(({ name, kind }) => [name, kind]));
      const served = resources
        .filter(({ name }) => name.includes('/'))
        .map(({ name, kind, group, version, namespaced, verbs }) => {
          const parent = name.split('/')[0];
          const foreign = group ? `${group}/${version}.${kind}` : kind;
          return `${name}: ${verbs.join(' ')}${kind === kinds.get(parent) ? '' : ` -> ${foreign}`} ${namespaced}`;
        });
      const wanted = SURFACE.filter((row) => row.gv === gv).flatMap(
        ({ resource, namespaced, subresources = [] }) =>
          subresources.map((one) => `${resource}/${one} ${namespaced}`),
      );
      expect(served.sort()).toEqual(wanted.sort());
    });
  });

  it('says the same in the aggregated form', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const served: string[] = [];
    for (const path of ['/api', '/apis']) {
      const { items } = (await client.get(path, { accept })).json;
      for (const { metadata, versions } of items) {
        for (const { version, resources } of versions) {
          const gv = metadata.name ? `${metadata.name}/${version}` : version;
          for (const { resource, verbs } of resources) served.push(`${gv} ${resource}: ${verbs.join(' ')}`);
        }
      }
    }
    expect(served.sort()).toEqual(SURFACE.map((row) => `${row.gv} ${row.resource}: ${row.verbs}`).sort());
  });
});

const byResource = (a: { resource: string }, b: { resource: string }): number =>
  a.resource < b.resource ? -1 : 1;
