/**
 * Custom resources from their definition to their end, as a client sees them. Upstream:
 * apiextensions-apiserver test/integration (basic_test.go, validation_test.go, versioning_test.go, subresources_test.go,
 * table_test.go, defaulting_test.go, apply_test.go), test/e2e/apimachinery (custom_resource_definition.go, crd_watch.go).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Client, eventually, makeCluster, type Watch } from '../support/client.ts';
import { CRDS, define, definitionOf, GROUP, SCHEMA, undefine } from './definition.ts';

const admin = adminClient();
let client: Client;
let cluster: string;
const pathOf = (plural: string, version = 'v1') => `/apis/${GROUP}/${version}/namespaces/shop/${plural}`;
const GADGETS = pathOf('gadgets');
const gadget = (name: string, spec: object, more: object = {}) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Gadget',
  metadata: { name, ...more },
  spec,
});

beforeAll(async () => {
  ({ client, id: cluster } = await makeCluster(admin));
  await client.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
  await define(
    client,
    definitionOf({ plural: 'gadgets', kind: 'Gadget' }, [
      {
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.ready' },
        },
        selectableFields: [{ jsonPath: '.spec.color' }],
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ]),
  );
});
afterAll(async () => {
  await admin.delete(`/clusters/${cluster}`);
});

async function eventsOf(watch: Watch, count: number): Promise<[string, any][]> {
  const events: [string, any][] = [];
  while (events.length < count) {
    const event = await watch.next();
    if (!event) break;
    events.push([event.type, event.object]);
  }
  return events;
}

describe('a custom resource', () => {
  it('is found by discovery and in the OpenAPI documents', async () => {
    const { resources } = (await client.get(`/apis/${GROUP}/v1`)).json;
    expect(resources.map(({ name }: any) => name)).toEqual(['gadgets', 'gadgets/status', 'gadgets/scale']);
    const { paths } = (await client.get('/openapi/v3')).json;
    const document = paths[`apis/${GROUP}/v1`].serverRelativeURL;
    const { components } = (await client.get(document)).json;
    expect(components.schemas['com.example.things.v1.Gadget'].properties.spec.required).toEqual(['size']);
  });

  it('gets defaults, loses what nobody knows, and is refused what does not fit', async () => {
    const made = await client.post(`${GADGETS}?fieldValidation=Warn`, gadget('a', { size: 3, odd: 1 }));
    expect(made.json.spec).toEqual({ size: 3, color: 'red' });
    expect(made.headers.warning).toBe('299 - "unknown field \\"spec.odd\\""');
    const refused = await client.post(GADGETS, gadget('b', { size: 0, color: 'pink', replicas: 9 }));
    expect(refused.status).toBe(422);
    expect(refused.json.details.causes.map(({ field }: any) => field)).toEqual([
      'spec.size',
      'spec.color',
      '<nil>',
    ]);
    const ruled = await client.post(GADGETS, gadget('b', { size: 1, replicas: 9 }));
    expect(ruled.json.message).toContain('too many replicas');
    expect(
      (await client.post(`${GADGETS}?fieldValidation=Strict`, gadget('b', { size: 1, odd: 1 }))).status,
    ).toBe(400);
  });

  it('is changed by patches and by apply, and has owners of its fields', async () => {
    const apply = (manager: string, spec: object, force = false) =>
      client.request('PATCH', `${GADGETS}/a?fieldManager=${manager}&force=${force}`, {
        body: gadget('a', spec),
        type: 'application/apply-patch+yaml',
      });
    expect((await apply('one', { size: 4 })).status).toBe(409);
    expect((await apply('one', { size: 4 }, true)).json.spec.size).toBe(4);
    const merged = await client.patch(`${GADGETS}/a`, 'merge', { spec: { tags: ['x'] } });
    expect([merged.status, merged.json.metadata.generation]).toEqual([200, 3]);
    expect((await client.patch(`${GADGETS}/a`, 'strategic', { spec: {} })).status).toBe(415);
  });

  it('has a status and a scale of its own', async () => {
    const status = await client.patch(`${GADGETS}/a/status`, 'merge', {
      status: { ready: 1 },
      spec: { size: 9 },
    });
    expect([status.json.status, status.json.spec.size]).toEqual([{ ready: 1 }, 4]);
    expect((await client.get(`${GADGETS}/a/scale`)).status).toBe(500);
    const scaled = await client.patch(`${GADGETS}/a/scale`, 'merge', { spec: { replicas: 2 } });
    expect(scaled.json).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 1 } });
    expect((await client.get(`${GADGETS}/a`)).json.spec.replicas).toBe(2);
  });

  it('is listed, selected, printed, and has no protobuf', async () => {
    await client.post(GADGETS, gadget('blue', { size: 1, color: 'blue' }));
    const { json } = await client.get(`${GADGETS}?fieldSelector=spec.color%3Dblue`);
    expect(json).toMatchObject({ kind: 'GadgetList', metadata: { continue: '' } });
    expect(json.items).toMatchObject([{ kind: 'Gadget', metadata: { name: 'blue' } }]);
    const table = await client.get(`${GADGETS}/blue`, {
      accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
    });
    expect(table.json.rows[0].cells).toEqual(['blue', 1]);
    expect((await client.get(GADGETS, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406);
  });

  it('is watched; who removes the last finalizer sees it go as it was', async () => {
    const watch = await client.watch(
      `${GADGETS}?watch=true&fieldSelector=spec.color%3Dblue&resourceVersion=0`,
    );
    await client.patch(`${GADGETS}/blue`, 'merge', { metadata: { finalizers: ['example.com/hold'] } });
    await client.delete(`${GADGETS}/blue`);
    await client.patch(`${GADGETS}/blue`, 'merge', { metadata: { finalizers: null } });
    const events = await eventsOf(watch, 4);
    expect(events.map(([type]) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
    expect(events[3]![1].metadata.finalizers).toEqual(['example.com/hold']);
    watch.close();
  });

  it('is refused below paths that nobody serves as by a server that has never heard of it', async () => {
    for (const path of [
      `/apis/${GROUP}/v9/gadgets`,
      `/apis/${GROUP}/v1/gizmos`,
      `/apis/${GROUP}/v1/gadgets/a`,
    ]) {
      const answer = await client.get(path);
      expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
    }
  });
});

describe('several versions', () => {
  const text = { type: 'string' };
  const schemaOf = (properties: object) => ({
    openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
  });
  beforeAll(() =>
    define(
      client,
      definitionOf({ plural: 'widgets', kind: 'Widget' }, [
        { schema: schemaOf({ both: text, current: { ...text, default: 'x' } }) },
        {
          name: 'v1beta1',
          storage: false,
          deprecated: true,
          schema: schemaOf({ both: text, old: { ...text, default: 'y' } }),
        },
      ]),
    ),
  );

  it('see of an object what they know, and warn of an old one', async () => {
    const path = pathOf('widgets', 'v1beta1');
    const body = {
      apiVersion: `${GROUP}/v1beta1`,
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { both: 'a', old: 'b' },
    };
    const made = await client.post(path, body);
    expect([made.status, made.json.spec]).toEqual([201, { both: 'a' }]);
    const deprecated = `299 - "${GROUP}/v1beta1 Widget is deprecated; use ${GROUP}/v1 Widget"`;
    expect(made.headers.warning).toBe(deprecated);
    expect((await client.get(`${pathOf('widgets')}/w`)).json.spec).toEqual({ both: 'a', current: 'x' });
    const watch = await client.watch(`${path}?watch=true&resourceVersion=0`);
    expect(watch.headers.warning).toBe(deprecated);
    expect((await eventsOf(watch, 1))[0]![1]).toMatchObject({
      apiVersion: `${GROUP}/v1beta1`,
      spec: { both: 'a' },
    });
    watch.close();
  });
});

describe('a definition that changes', () => {
  it('ends the watches of its resource, and is what later requests go by', async () => {
    const names = { plural: 'gizmos', kind: 'Gizmo' };
    await define(client, definitionOf(names));
    const path = pathOf('gizmos');
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Gizmo', metadata: { name: 'g' }, spec: { size: 1 } };
    await client.post(path, body);
    const { resourceVersion } = (await client.get(path)).json.metadata;
    const watch = await client.watch(`${path}?watch=true&resourceVersion=${resourceVersion}`);
    const name = `${CRDS}/gizmos.${GROUP}`;
    await client.patch(name, 'merge', { metadata: { labels: { a: 'b' } } });
    const spec = structuredClone(SCHEMA.properties.spec) as any;
    spec.properties.weight = { type: 'integer', default: 7 };
    const openAPIV3Schema = { ...SCHEMA, properties: { ...SCHEMA.properties, spec } };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
    expect((await client.patch(name, 'merge', { spec: { versions } })).status).toBe(200);
    // Still watched for a moment.
    await client.patch(`${path}/g`, 'merge', { metadata: { labels: { c: 'd' } } });
    expect((await eventsOf(watch, 2)).map(([type]) => type)).toEqual(['MODIFIED']);
    expect((await client.get(`${path}/g`)).json.spec.weight).toBe(7);
  });
});

describe('a definition that goes', () => {
  it('takes its objects with it, however many are being made, and leaves nothing behind', async () => {
    const names = { plural: 'floods', kind: 'Flood' };
    const path = pathOf('floods');
    await define(client, definitionOf(names));
    let going = true;
    let made = 0;
    const body = (name: string) => ({
      apiVersion: `${GROUP}/v1`,
      kind: 'Flood',
      metadata: { name },
      spec: { size: 1 },
    });
    const refusals = new Set<number>();
    const load = Array.from({ length: 16 }, async (_, who) => {
      for (let n = 0; going; n++) {
        const { status } = await client.post(path, body(`f-${who}-${n}`));
        if (status === 201) made++;
        else refusals.add(status);
      }
    });
    await eventually('objects', async () => made > 100);
    await undefine(client, 'floods');
    going = false;
    await Promise.all(load);
    expect([...refusals].filter((status) => status !== 403 && status !== 404)).toEqual([]);
    // What had been left behind would be found by a definition of the same name.
    await define(client, definitionOf(names));
    expect((await client.get(path)).json.items).toEqual([]);
    await undefine(client, 'floods');
    await eventually('the group version to go or to lose it', async () => {
      const { resources = [] } = (await client.get(`/apis/${GROUP}/v1`)).json;
      return !resources.some(({ name }: any) => name === 'floods');
    });
  });
});

describe('many clients', () => {
  it('make objects at once, and none is lost', async () => {
    const made = await Promise.all(
      Array.from({ length: 16 }, async (_, who) => {
        const names: string[] = [];
        for (let n = 0; n < 25; n++) {
          const name = `many-${String(who).padStart(2, '0')}-${String(n).padStart(2, '0')}`;
          const { status } = await client.post(
            GADGETS,
            gadget(name, { size: 1 }, { labels: { many: 'yes' } }),
          );
          expect(status).toBe(201);
          names.push(name);
        }
        return names;
      }),
    );
    const { items } = (await client.get(`${GADGETS}?labelSelector=many`)).json;
    expect(items.map(({ metadata }: any) => metadata.name)).toEqual(made.flat().sort());
  });
});
