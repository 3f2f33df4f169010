/**
 * The runtime that `npm start` serves from forbids the generation of code, which the runtime of the unit tests allows.
 * Everything that a library might compile is done once through the running server: decoding, validation, schemas,
 * patches, selectors, OpenAPI, tokens, schedules, regular expressions.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope } from '../../src/apimachinery/protobuf/envelope.ts';
import { encode } from '../../src/apimachinery/protobuf/encode.ts';
import { struct } from '../../src/apimachinery/schema/table.ts';
import { adminClient, type Client, eventually, makeCluster } from '../support/client.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

it('the plain runtime forbids the generation of code', async () => {
  const script = `export default {
    fetch() {
      const refused = (make) => { try { make(); return 'made'; } catch (error) { return error.name; } };
      return Response.json([refused(() => new Function('return 1')), refused(() => (0, eval)('1'))]);
    },
  };`;
  const options = { name: 'plain', modules: true, script, compatibilityDate: '2026-11-01' };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options as never));
  try {
    const answer = await miniflare.dispatchFetch('http://plain/');
    expect(await answer.json()).toEqual(['EvalError', 'EvalError']);
  } finally {
    await miniflare.dispose();
  }
});

describe('the bundle works there', () => {
  let admin: Client;
  let id: string;
  let client: Client;

  beforeAll(async () => {
    admin = adminClient();
    ({ id, client } = await makeCluster(admin, 1));
    await eventually('the default service account', async () => {
      return (await client.get('/api/v1/namespaces/default/serviceaccounts/default')).status === 200;
    });
  });
  afterAll(async () => {
    await admin.delete(`/clusters/${id}`);
  });

  it('OpenAPI v2 and every document of v3', async () => {
    expect((await client.get('/openapi/v2')).json.swagger).toBe('2.0');
    const { paths } = (await client.get('/openapi/v3')).json;
    expect(Object.keys(paths).length).toBeGreaterThan(20);
    for (const { serverRelativeURL } of Object.values<{ serverRelativeURL: string }>(paths)) {
      const path = serverRelativeURL.slice(serverRelativeURL.indexOf('/openapi'));
      expect((await client.get(path)).json.openapi, path).toMatch(/^3\./);
    }
  });

  it('YAML, server-side apply and the other patches', async () => {
    const path = `${CONFIG_MAPS}/smoke`;
    const applied = await client.patch(
      `${path}?fieldManager=smoke`,
      'apply',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: smoke, labels: {part: a}}\ndata: {a: "1"}\n',
    );
    expect(applied.status).toBe(201);
    await client.patch(path, 'strategic', { data: { b: '2' } });
    await client.patch(path, 'merge', { data: { c: '3' } });
    const { data } = (await client.patch(path, 'json', [{ op: 'add', path: '/data/d', value: '4' }])).json;
    expect(data).toEqual({ a: '1', b: '2', c: '3', d: '4' });
    const yaml = await client.get(path, { accept: 'application/yaml' });
    expect(yaml.text).toMatch(/^apiVersion: v1\ndata:\n {2}a: "1"\n/);
    const posted = await client.post(
      CONFIG_MAPS,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\n',
      {
        type: 'application/yaml',
      },
    );
    expect(posted.status).toBe(201);
  });

  it('protobuf in and out', async () => {
    const object = { metadata: { name: 'binary' }, data: { a: '1' } };
    const raw = encode(struct('core.v1.ConfigMap'), object);
    const body = encodeEnvelope('v1', 'ConfigMap', raw);
    const made = await client.post(CONFIG_MAPS, body, { type: PROTOBUF, accept: PROTOBUF });
    expect(made.status).toBe(201);
    expect(decodeEnvelope(made.bytes)).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect((await client.get(`${CONFIG_MAPS}/binary`)).json.data).toEqual({ a: '1' });
  });

  it('tables and selectors', async () => {
    const query = 'labelSelector=part%20in%20(a%2Cb)%2C!other&fieldSelector=metadata.name%3Dsmoke';
    const { columnDefinitions, rows } = (await client.get(`${CONFIG_MAPS}?${query}`, { accept: TABLE })).json;
    expect(columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'Data', 'Age']);
    expect(rows.map(({ cells }: { cells: unknown[] }) => cells.slice(0, 2))).toEqual([['smoke', 4]]);
  });

  it('watches', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const types = [];
    for await (const { type, object } of watch) {
      types.push(`${type} ${object.metadata.name ?? ''}`.trim());
      if (type === 'BOOKMARK') break;
    }
    watch.close();
    expect(types).toEqual([
      'ADDED binary',
      'ADDED kube-root-ca.crt',
      'ADDED smoke',
      'ADDED yaml',
      'BOOKMARK',
    ]);
  });

  it('validation by patterns, schedules, quantities and structural schemas', async () => {
    const job = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } };
    const cronJob = (schedule: string): object => ({
      metadata: { name: 'tick' },
      spec: { schedule, timeZone: 'Europe/Zurich', jobTemplate: { spec: job } },
    });
    const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';
    expect((await client.post(cronJobs, cronJob('61 * * * *'))).status).toBe(422);
    expect((await client.post(cronJobs, cronJob('0 5 31 2 *'))).status).toBe(201);
    const pod = {
      metadata: { name: 'Wrong' },
      spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1x' } } }] },
    };
    expect((await client.post('/api/v1/namespaces/default/pods', pod)).status).toBe(400);
    const definition = {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { size: { type: 'string', pattern: '^[SML]$' } } },
                },
              },
            },
          },
        ],
      },
    };
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect((await client.post(definitions, definition)).status).toBe(201);
  });

  it('tokens that are signed', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const { token } = (await client.post(path, { spec: { expirationSeconds: 600 } })).json.status;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256' });
    expect(decodeJwt(token).sub).toBe('system:serviceaccount:default:default');
  });

  it('a pod from the registry to the node', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const spec = { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '100m' } } }] };
    expect((await client.post(pods, { metadata: { name: 'solo' }, spec })).status).toBe(201);
    await eventually('a running pod', async () => {
      return (await client.get(`${pods}/solo`)).json.status.phase === 'Running';
    });
  });
});
