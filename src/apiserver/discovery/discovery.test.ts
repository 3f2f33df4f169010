import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { decode } from '../../apimachinery/protobuf/decode.ts';
import { decodeEnvelope } from '../../apimachinery/protobuf/envelope.ts';
import { struct } from '../../apimachinery/schema/table.ts';
import { RESOURCES } from '../../apis/resources.ts';
import { discovery } from './discovery.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = new Request(`https://cluster.example:6443${path}`, { method, headers });
  return discovery(request, new URL(request.url).pathname);
}
async function answer(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const response = await ask(path, headers, method);
  if (!response) throw new Error(`${path} is not answered`);
  return response;
}
const json = async (path: string, headers: Record<string, string> = {}): Promise<any> =>
  (await answer(path, headers)).json();

describe('legacy discovery', () => {
  it('lists the versions of the core group and the address', async () => {
    expect(await (await answer('/api')).text()).toBe(
      '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"cluster.example:6443"}]}\n',
    );
  });

  it('lists the groups in priority order, the preferred version first', async () => {
    const { kind, apiVersion, groups } = await json('/apis');
    expect([kind, apiVersion]).toEqual(['APIGroupList', 'v1']);
    expect(groups.slice(0, 3).map(({ name }: any) => name)).toEqual([
      'apiregistration.k8s.io',
      'apps',
      'events.k8s.io',
    ]);
    expect(groups.find(({ name }: any) => name === 'autoscaling')).toEqual({
      name: 'autoscaling',
      versions: [
        { groupVersion: 'autoscaling/v2', version: 'v2' },
        { groupVersion: 'autoscaling/v1', version: 'v1' },
      ],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    });
  });

  it('shows one group', async () => {
    expect(await (await answer('/apis/apps')).text()).toBe(
      '{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}\n',
    );
  });

  it('writes a resource as upstream does, byte by byte', async () => {
    const text = await (await answer('/api/v1')).text();
    expect(text).toMatch(
      /^\{"kind":"APIResourceList","groupVersion":"v1","resources":\[\{"name":"bindings",/,
    );
    expect(text).toContain(
      '{"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap","verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["cm"],"storageVersionHash":"qFsyl6wFWjQ="}',
    );
    expect(text).toContain(
      '{"name":"pods/eviction","singularName":"","namespaced":true,"group":"policy","version":"v1","kind":"Eviction","verbs":["create"]}',
    );
    expect(text).toContain(
      '"shortNames":["po"],"categories":["all"],"storageVersionHash":"xPOwRZ+Yhw8="},{"name":"pods/attach"',
    );
  });

  it.each([
    ['/apis/apps/v1', 'deployments', '8aSe+NMegvE='],
    ['/apis/autoscaling/v1', 'horizontalpodautoscalers', 'qwQve8ut294='],
    ['/apis/autoscaling/v2', 'horizontalpodautoscalers', 'qwQve8ut294='],
    ['/apis/events.k8s.io/v1', 'events', 'r2yiGXH7wu8='],
    ['/apis/authentication.k8s.io/v1', 'tokenreviews', undefined],
    ['/api/v1', 'componentstatuses', undefined],
    ['/api/v1', 'nodes', 'XwShjMxG9Fs='],
  ])('%s: %s are stored in the version hashed %s', async (path, name, hash) => {
    const { resources } = await json(path);
    expect(resources.find((one: any) => one.name === name).storageVersionHash).toBe(hash);
  });

  it('sorts resources, subresources behind their parents, and verbs', async () => {
    const { resources } = await json('/api/v1/');
    const names = resources.map(({ name }: any) => name.split('/'));
    const sorted = [...names].sort((a, b) =>
      a[0] === b[0] ? ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1) : a[0] < b[0] ? -1 : 1,
    );
    expect(names).toEqual(sorted);
    for (const { verbs } of resources) expect(verbs).toEqual([...verbs].sort());
  });

  it.each(
    RESOURCES.map((one) => [one.group ? `/apis/${one.group}/${one.version}` : '/api/v1', one.resource]),
  )('%s has %s', async (path, resource) => {
    const { resources } = await json(path);
    expect(resources.map(({ name }: any) => name)).toContain(resource);
  });

  it.each(['/api/v2', '/apis/none.example', '/apis/apps/v9', '/api/v1/pods', '/apis//v1', '/apix'])(
    'leaves %s to others',
    async (path) => {
      expect(await ask(path)).toBeUndefined();
    },
  );

  it('comes as YAML and as protobuf', async () => {
    const yaml = await answer('/apis/apps', { Accept: 'application/yaml' });
    expect(yaml.headers.get('Content-Type')).toBe('application/yaml');
    expect(load(await yaml.text())).toEqual(await json('/apis/apps'));
    const binary = await answer('/api/v1', { Accept: 'application/vnd.kubernetes.protobuf' });
    const { apiVersion, kind, raw } = decodeEnvelope(new Uint8Array(await binary.arrayBuffer()));
    expect([apiVersion, kind]).toEqual(['', 'APIResourceList']);
    const { groupVersion, resources } = decode(struct('meta.v1.APIResourceList'), raw) as any;
    expect(groupVersion).toBe('v1');
    expect(resources).toMatchObject((await json('/api/v1')).resources);
  });

  it('is indented for those who read it themselves', async () => {
    const text = await (await answer('/apis/apps', { 'User-Agent': 'curl/8.0' })).text();
    expect(text.startsWith('{\n  "kind": "APIGroup",\n')).toBe(true);
  });

  it('refuses other methods and media types', async () => {
    for (const path of ['/api', '/api/v1', '/apis/apps/v1']) {
      await expect(ask(path, {}, 'POST')).rejects.toMatchObject({ code: 405 });
      await expect(ask(path, {}, 'HEAD')).rejects.toMatchObject({ code: 405 });
      await expect(ask(path, { Accept: 'application/*' })).rejects.toThrow(
        '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
    }
    // The aggregator's own documents are told whatever the method.
    for (const path of ['/apis', '/apis/apps']) expect((await answer(path, {}, 'POST')).status).toBe(200);
    await expect(ask('/apis', { Accept: 'text/csv' })).rejects.toMatchObject({ status: { code: 406 } });
  });
});

describe('aggregated discovery', () => {
  it('is answered where it is the first that can be served', async () => {
    const kubectl = `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`;
    const response = await answer('/apis', { Accept: kubectl });
    expect(response.headers.get('Content-Type')).toBe(AGGREGATED);
    expect(response.headers.get('Cache-Control')).toBe('public');
    expect(response.headers.get('Vary')).toBe('Accept');
    expect((await json('/apis', { Accept: `application/json,${AGGREGATED}` })).kind).toBe('APIGroupList');
    const beta = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
    expect((await json('/apis', { Accept: beta })).kind).toBe('APIGroupList');
    const nopeer = `${AGGREGATED};profile=nopeer`;
    expect((await json('/apis', { Accept: nopeer })).kind).toBe('APIGroupDiscoveryList');
  });

  it('has the resources of all versions', async () => {
    const { items } = await json('/apis', { Accept: AGGREGATED });
    expect(items.map(({ metadata }: any) => metadata.name)).not.toContain('');
    const apps = items.find(({ metadata }: any) => metadata.name === 'apps').versions[0];
    expect(apps).toMatchObject({ version: 'v1', freshness: 'Current' });
    expect(apps.resources.find(({ resource }: any) => resource === 'deployments')).toEqual({
      resource: 'deployments',
      responseKind: { group: '', version: '', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: '', version: '', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
    const core = await json('/api', { Accept: AGGREGATED });
    expect(core.items).toHaveLength(1);
    expect(core.items[0].metadata).toEqual({});
  });

  it('is not sent again to those who have it', async () => {
    const first = await answer('/api', { Accept: AGGREGATED });
    const etag = first.headers.get('ETag')!;
    expect(etag).toMatch(/^"[0-9A-F]{128}"$/);
    const second = await answer('/api', { Accept: AGGREGATED, 'If-None-Match': etag });
    expect([second.status, await second.text(), second.headers.get('ETag')]).toEqual([304, '', etag]);
    expect((await answer('/apis', { Accept: AGGREGATED, 'If-None-Match': etag })).status).toBe(200);
  });

  it('comes as protobuf', async () => {
    const Accept = AGGREGATED.replace('application/json', 'application/vnd.kubernetes.protobuf');
    const response = await answer('/apis', { Accept });
    expect(response.headers.get('Content-Type')).toBe(Accept);
    const { raw } = decodeEnvelope(new Uint8Array(await response.arrayBuffer()));
    const decoded = decode(struct('apidiscovery.v2.APIGroupDiscoveryList'), raw) as any;
    expect(decoded.items).toMatchObject((await json('/apis', { Accept: AGGREGATED })).items);
  });
});
