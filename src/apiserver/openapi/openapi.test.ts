import { describe, expect, it } from 'vitest';
import { BYTES, Reader } from '../../apimachinery/protobuf/wire.ts';
import { DESCRIPTIONS } from '../../apimachinery/schema/descriptions/index.ts';
import { ALL_VERBS, SCALE, statusOf } from '../../apis/definition.ts';
import { RESOURCES } from '../../apis/resources.ts';
import { documentV2, documentV3, keysOf, libraryOf, type OpenApiSource } from './documents.ts';
import { encodeDocument } from './gnostic.ts';
import { customSchemaName } from './names.ts';
import { openapi } from './openapi.ts';

async function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  custom?: OpenApiSource,
) {
  const request = new Request(`https://cluster.example/clusters/c1${path}`, { method, headers });
  const url = new URL(request.url);
  return openapi(request, url.pathname.slice('/clusters/c1'.length), url.searchParams, custom);
}
async function answer(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const response = await ask(path, headers, method);
  if (!response) throw new Error(`${path} is not answered`);
  return response;
}
const json = async (path: string): Promise<any> => (await answer(path)).json();
const library = libraryOf({ catalog: RESOURCES, custom: new Map() });

describe('/openapi/v3', () => {
  it('lists the documents with their hashes', async () => {
    const { paths } = await json('/openapi/v3');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['api', 'api/v1', 'apis', 'apis/apps', 'version']),
    );
    const url = paths['apis/apps/v1'].serverRelativeURL;
    expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    expect((await answer(url)).headers.get('ETag')).toBe(`"${url.split('=')[1]}"`);
  });

  it('may be kept for ever under its hash', async () => {
    const url = (await json('/openapi/v3')).paths.version.serverRelativeURL;
    const response = await answer(url);
    expect(response.headers.get('Cache-Control')).toBe('public, immutable');
    expect(Date.parse(response.headers.get('Expires')!) - Date.now()).toBeGreaterThan(364 * 24 * 3600 * 1000);
    expect((await answer('/openapi/v3/version')).headers.get('Cache-Control')).toBe('no-cache, private');
  });

  it('sends those with an old hash to the new one, under the prefix they came in by', async () => {
    const response = await answer('/openapi/v3/version?hash=OLD');
    expect(response.status).toBe(301);
    expect(response.headers.get('Location')).toMatch(
      /^\/clusters\/c1\/openapi\/v3\/version\?hash=[0-9A-F]{128}$/,
    );
  });

  it.each(['/openapi/v3', '/openapi/v3/version', '/openapi/v2'])('does not send %s again', async (path) => {
    const etag = (await answer(path)).headers.get('ETag')!;
    const again = await answer(path, { 'If-None-Match': `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await answer(path, { 'If-None-Match': '"x"' })).status).toBe(200);
  });

  const PROTOBUF_V3 = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf';
  it.each([
    [PROTOBUF_V3, PROTOBUF_V3],
    ['application/com.github.proto-openapi.spec.v3@v1.0+protobuf', PROTOBUF_V3],
    [`application/json;q=0.5, ${PROTOBUF_V3}`, PROTOBUF_V3],
    ['application/*', 'application/json'],
    ['*/*', 'application/json'],
  ])('answers %s with %s', async (accept, type) => {
    const response = await answer('/openapi/v3/version', { Accept: accept });
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('Vary')).toBe('Accept');
    const first = new Uint8Array(await response.arrayBuffer())[0];
    expect(first).toBe(type === PROTOBUF_V3 ? 0x0a : 0x7b);
  });

  it('has no other form', async () => {
    expect((await answer('/openapi/v3/version', { Accept: 'text/html' })).status).toBe(406);
  });

  it('is not sent to those who have it since', async () => {
    const { headers } = await answer('/openapi/v3/version');
    const since = headers.get('Last-Modified')!;
    expect((await answer('/openapi/v3/version', { 'If-Modified-Since': since })).status).toBe(304);
    const before = new Date(Date.parse(since) - 1000).toUTCString();
    expect((await answer('/openapi/v3/version', { 'If-Modified-Since': before })).status).toBe(200);
    // What is known by its hash counts alone.
    const other = { 'If-Modified-Since': since, 'If-None-Match': '"x"' };
    expect((await answer('/openapi/v3/version', other)).status).toBe(200);
  });

  it('has no document of what is not there', async () => {
    for (const path of ['/openapi/v3/apis/none', '/openapi/v3/', '/openapi/v3/version/']) {
      const response = await answer(path);
      expect([response.status, await response.text()]).toEqual([404, '']);
    }
  });

  it.each(['/openapi', '/openapi/v2/', '/openapi/v2/x', '/openapi/v4'])('has no %s', async (path) => {
    expect(await ask(path)).toBeUndefined();
  });

  it('tells kubectl that a kind takes fieldValidation', async () => {
    const { paths } = await json('/openapi/v3/apis/apps/v1');
    for (const { patch } of Object.values<any>(paths)) {
      if (!patch) continue;
      const names = patch.parameters.map(({ name }: any) => name);
      expect(names).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    }
    const { patch } = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
    expect(patch['x-kubernetes-group-version-kind']).toEqual({
      group: 'apps',
      kind: 'Deployment',
      version: 'v1',
    });
    expect(Object.keys(patch.requestBody.content)).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ]);
  });

  it('tells of the versions that options come in those of the document', async () => {
    const versionsIn = async (key: string): Promise<string[]> => {
      const { schemas } = (await json(`/openapi/v3/${key}`)).components;
      const { 'x-kubernetes-group-version-kind': kinds } =
        schemas['io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'];
      return kinds.map(({ group, version }: any) => `${group}/${version}`);
    };
    expect(await versionsIn('api/v1')).toEqual(['/v1']);
    expect(await versionsIn('apis/apps/v1')).toEqual(['/v1', 'apps/v1']);
  });

  it('has defaults of what Go holds by value alone', async () => {
    const { schemas } = (await json('/openapi/v3/api/v1')).components;
    const { secretNamespace, shareName } =
      schemas['io.k8s.api.core.v1.AzureFilePersistentVolumeSource'].properties;
    expect([secretNamespace.default, shareName.default]).toEqual([undefined, '']);
    const info = (await json('/openapi/v3/version')).components.schemas[
      'io.k8s.apimachinery.pkg.version.Info'
    ];
    expect([info.properties.major.default, info.properties.emulationMajor.default]).toEqual(['', undefined]);
  });

  it.each([
    ['.well-known/openid-configuration', 'application/json', 'getServiceAccountIssuerOpenIDConfiguration'],
    ['openid/v1/jwks', 'application/jwk-set+json', 'getServiceAccountIssuerOpenIDKeyset'],
  ])('tells of %s', async (key, media, operationId) => {
    const { paths, components } = await json(`/openapi/v3/${key}`);
    expect(Object.keys(components)).toEqual(['securitySchemes']);
    expect(paths[`/${key}/`].get).toMatchObject({
      operationId,
      responses: { 200: { content: { [media]: { schema: { type: 'string' } } } } },
    });
    const { get } = (await json('/openapi/v2')).paths[`/${key}/`];
    expect([get.operationId, get.consumes, get.produces]).toEqual([operationId, undefined, [media]]);
  });

  it('has the closed sets of values, also those of maps and of constants of another type', async () => {
    const property = async (key: string, type: string, name: string) =>
      (await json(`/openapi/v3/${key}`)).components.schemas[type].properties[name];
    const { additionalProperties } = await property(
      'api/v1',
      'io.k8s.api.core.v1.PersistentVolumeClaimStatus',
      'allocatedResourceStatuses',
    );
    expect(additionalProperties.enum).toEqual([
      'ControllerResizeInProgress',
      'ControllerResizeInfeasible',
      'NodeResizeInProgress',
      'NodeResizeInfeasible',
      'NodeResizePending',
    ]);
    const slices = 'apis/discovery.k8s.io/v1';
    expect((await property(slices, 'io.k8s.api.discovery.v1.EndpointSlice', 'addressType')).enum).toEqual([
      'FQDN',
      'IPv4',
      'IPv6',
    ]);
    const claims = 'apis/resource.k8s.io/v1';
    for (const type of ['ExactDeviceRequest', 'DeviceSubRequest']) {
      expect((await property(claims, `io.k8s.api.resource.v1.${type}`, 'allocationMode')).enum).toEqual([
        'All',
        'ExactCount',
      ]);
    }
    expect(
      (await property('apis/networking.k8s.io/v1', 'io.k8s.api.networking.v1.HTTPIngressPath', 'pathType'))
        .enum,
    ).toEqual(['Exact', 'ImplementationSpecific', 'Prefix']);
  });

  it('writes references as OpenAPI 3.0 wants them', async () => {
    const { schemas } = (await json('/openapi/v3/api/v1')).components;
    const { spec } = schemas['io.k8s.api.core.v1.Pod'].properties;
    expect(spec).toEqual({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }],
      default: {},
      description: spec.description,
    });
    const { containers, restartPolicy } = schemas['io.k8s.api.core.v1.PodSpec'].properties;
    expect(containers).toMatchObject({
      type: 'array',
      items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }], default: {} },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(restartPolicy.enum).toEqual(['Always', 'Never', 'OnFailure']);
    const { port } = schemas['io.k8s.api.core.v1.HTTPGetAction'].properties;
    expect(port.allOf).toEqual([
      { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
    ]);
    expect(schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      oneOf: [{ type: 'integer' }, { type: 'string' }],
      format: 'int-or-string',
    });
    const { protocol } = schemas['io.k8s.api.core.v1.ContainerPort'].properties;
    expect(protocol).toMatchObject({ default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'], type: 'string' });
    expect(schemas['io.k8s.api.core.v1.ResourceRequirements'].properties.limits).toEqual({
      type: 'object',
      additionalProperties: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
      description: expect.any(String),
    });
  });
});

describe.each(keysOf(library))('the document %s', (key) => {
  const document = documentV3(library, key)!;
  const text = JSON.stringify(document);
  const schemas: Record<string, any> = document.components.schemas ?? {};
  const names = new Set(Object.keys(schemas));

  it('refers to what it has', () => {
    const referred = new Set(
      [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...referred].filter((name) => !names.has(name!))).toEqual([]);
  });

  it('describes every schema and every field', () => {
    const bare: string[] = [];
    for (const [name, schema] of Object.entries(schemas)) {
      if (!schema.description) bare.push(name);
      for (const [field, property] of Object.entries<any>(schema.properties ?? {})) {
        if (!property.description) bare.push(`${name}.${field}`);
      }
    }
    expect(bare).toEqual([]);
  });

  it('names every operation once', () => {
    const ids = Object.values<any>(document.paths).flatMap((item) =>
      Object.values<any>(item).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });
});

describe('every kind', () => {
  it.each(RESOURCES.map(({ typeName }) => typeName))('%s is described by hand', (typeName) => {
    expect(DESCRIPTIONS[typeName] ?? '').not.toBe('');
  });

  const schemas: Record<string, any> = documentV2(library).definitions;
  it.each(RESOURCES.map(({ group, version, kind }) => ({ group, kind, version })))(
    '$group/$version $kind can be explained',
    (gvk) => {
      const found = Object.values(schemas).filter((schema) =>
        schema['x-kubernetes-group-version-kind']?.some(
          (one: any) => one.group === gvk.group && one.version === gvk.version && one.kind === gvk.kind,
        ),
      );
      expect(found).toHaveLength(1);
      expect(Object.keys(found[0].properties)).toEqual(
        expect.arrayContaining(['apiVersion', 'kind', 'metadata']),
      );
    },
  );
});

describe('/openapi/v2', () => {
  it('says what clients search it for', async () => {
    const text = await (await answer('/openapi/v2')).text();
    for (const words of [
      'list of returned',
      'List of services',
      'Watch for changes to the described resources',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('is compressed only for clients that said so themselves', async () => {
    const request = new Request('https://cluster.example/openapi/v2', {
      headers: { 'Accept-Encoding': 'gzip' },
    });
    const encoding = async () =>
      (await openapi(request, '/openapi/v2', new URLSearchParams()))!.headers.get('Content-Encoding');
    expect(await encoding()).toBe('gzip');
    Object.defineProperty(request, 'cf', { value: { clientAcceptEncoding: '' } });
    expect(await encoding()).toBe('identity');
  });

  it('refers to what it has', async () => {
    const document = await json('/openapi/v2');
    const text = JSON.stringify(document);
    for (const place of ['definitions', 'parameters']) {
      const found = [...text.matchAll(new RegExp(`"#/${place}/([^"]+)"`, 'g'))].map(([, name]) => name!);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((name) => !document[place][name])).toEqual([]);
    }
  });

  it.each([
    'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
  ])('comes as %s', async (Accept) => {
    const response = await answer('/openapi/v2', { Accept });
    expect(response.headers.get('Content-Type')).toBe(
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    );
    const fields = fieldsOf(new Uint8Array(await response.arrayBuffer()));
    expect(text(fields.get(1)![0]!)).toBe('2.0');
    const document = await json('/openapi/v2');
    const paths = fieldsOf(fields.get(8)![0]!).get(2)!;
    expect(paths.map((path) => text(fieldsOf(path).get(1)![0]!))).toEqual(Object.keys(document.paths));
    const definitions = fieldsOf(fields.get(9)![0]!).get(1)!;
    expect(definitions.map((one) => text(fieldsOf(one).get(1)![0]!))).toEqual(
      Object.keys(document.definitions),
    );
  });
});

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The length-delimited fields of a message, by number. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const tag = reader.varint(bytes.length);
    if (tag % 8 !== BYTES) {
      reader.varint(bytes.length);
      continue;
    }
    const length = reader.length(bytes.length);
    const value = bytes.subarray(reader.at, reader.at + length);
    reader.at += length;
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

describe('custom resources', () => {
  const name = customSchemaName('stable.example.com', 'v1', 'CronTab');
  const gvk = { group: 'stable.example.com', kind: 'CronTab', version: 'v1' };
  const shape = { type: 'object', 'x-kubernetes-group-version-kind': [gvk] };
  const custom: OpenApiSource = {
    catalog: [
      {
        group: gvk.group,
        version: gvk.version,
        resource: 'crontabs',
        singular: 'crontab',
        kind: gvk.kind,
        namespaced: true,
        verbs: ALL_VERBS,
        typeName: name,
        strategy: {},
        subresources: [statusOf('CronTab'), SCALE],
      },
    ],
    custom: new Map([
      [name, { v2: shape, v3: shape, references: ['meta.v1.ObjectMeta'] }],
      [
        `${name}List`,
        { v2: { type: 'object' }, v3: { type: 'object' }, references: ['meta.v1.ListMeta', name] },
      ],
    ]),
  };
  const get = async (path: string): Promise<any> => (await ask(path, {}, 'GET', custom))!.json();

  it('have a document of their own, beside those of the built-in ones', async () => {
    const own = (await get('/openapi/v3')).paths;
    const builtIn = (await json('/openapi/v3')).paths;
    expect(Object.keys(own).filter((key) => !builtIn[key])).toEqual(['apis/stable.example.com/v1']);
    expect(own).toMatchObject(builtIn);
  });

  it('are told of under a name of their own, by their objects alone', async () => {
    const { info, components, paths } = await get('/openapi/v3/apis/stable.example.com/v1');
    expect(info).toEqual({ title: 'Kubernetes CRD Swagger', version: 'v0.1.0' });
    expect(Object.keys(components)).toEqual(['schemas']);
    const root = '/apis/stable.example.com/v1';
    const own = `${root}/namespaces/{namespace}/crontabs`;
    expect(Object.keys(paths)).toEqual([
      `${root}/crontabs`,
      own,
      `${own}/{name}`,
      `${own}/{name}/scale`,
      `${own}/{name}/status`,
    ]);
    const names = (operation: any): string[] => operation.parameters.map((one: any) => one.name);
    expect(names(paths[`${own}/{name}`].get)).toEqual(['resourceVersion']);
    expect(names(paths[own].delete)).toContain('watch');
    expect(paths[own].delete.requestBody).toBeUndefined();
    expect(Object.keys(paths[`${own}/{name}`].patch.responses)).toEqual(['200', '401']);
    expect(paths[`${own}/{name}/scale`].get['x-kubernetes-group-version-kind']).toEqual(gvk);
  });

  it('are written like others, without protobuf and strategic merge', async () => {
    const { paths, components } = await get('/openapi/v3/apis/stable.example.com/v1');
    const { patch } = paths['/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}'];
    expect(patch).toMatchObject({
      operationId: 'patchStableExampleComV1NamespacedCronTab',
      tags: ['stableExampleCom_v1'],
      'x-kubernetes-group-version-kind': gvk,
    });
    expect(Object.keys(patch.requestBody.content)).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    expect(Object.keys(patch.responses[200].content)).toEqual(['application/json', 'application/yaml']);
    expect(components.schemas[name]).toEqual(shape);
    expect(Object.keys(components.schemas)).toContain('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  });

  it('are in the document of version 2 too, which keeps all that it had', async () => {
    const own = await get('/openapi/v2');
    const builtIn = await json('/openapi/v2');
    expect(own.definitions[name]).toEqual(shape);
    expect(own.definitions).toMatchObject(builtIn.definitions);
    expect(own.paths).toMatchObject(builtIn.paths);
    expect(own.paths['/apis/stable.example.com/v1/crontabs'].get.operationId).toBe(
      'listStableExampleComV1CronTabForAllNamespaces',
    );
  });
});

describe('the protobuf of version 2', () => {
  it('is that of gnostic', () => {
    const bytes = encodeDocument({
      swagger: '2.0',
      paths: { '/p': { get: { operationId: 'o', parameters: [{ $ref: '#/parameters/a' }] } } },
      definitions: { D: { type: 'string', 'x-a': [1] } },
      parameters: { a: { in: 'query', name: 'a', type: 'string' } },
    });
    const hex = (value: string) =>
      [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
      [
        `0a03${hex('2.0')}`,
        // Paths, their first one, GET there; its parameter is a reference.
        `4221 121f 0a02${hex('/p')} 1219 1217 2a01${hex('o')} 4212 1210 0a0e${hex('#/parameters/a')}`,
        `4a21 0a1f 0a01${hex('D')} 121a b20108 0a06${hex('string')} fa010c 0a03${hex('x-a')} 1205 1203${hex('[1]')}`,
        `521d 0a1b 0a01${hex('a')} 1216 1214 1a12 1205${hex('query')} 2201${hex('a')} 3206${hex('string')}`,
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });
});
