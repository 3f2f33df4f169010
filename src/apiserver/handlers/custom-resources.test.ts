import { beforeEach, describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { catalogWith } from '../../apis/catalog.ts';
import type { KubeObject } from '../../apis/object.ts';
import { encodeStored } from '../../storage/encoding.ts';
import { objectKey } from '../../storage/keys.ts';
import { customResourcesOf } from '../../apis/custom/custom-resource.ts';
import { crontabs, established } from '../../apis/custom/testing.ts';
import { NAMESPACE, type TestCluster, testCluster } from '../../registry/admission/testing.ts';
import { call, type TestAnswer } from './testing.ts';

const text: JSONSchemaProps = { type: 'string' };
const schemaOf = (properties: JSONSchemaProps['properties']) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties },
      status: { type: 'object', properties: { replicas: { type: 'integer' } } },
    },
  } satisfies JSONSchemaProps,
});
const subresources = {
  status: {},
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
};
const crd = crontabs({
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      subresources,
      schema: schemaOf({ a: text, b: { ...text, default: 'x' }, replicas: { type: 'integer' } }),
    },
    {
      name: 'v1beta1',
      served: true,
      storage: false,
      subresources,
      schema: schemaOf({ a: text, old: { ...text, default: 'y' }, replicas: { type: 'integer' } }),
    },
  ],
});
const catalog = catalogWith(customResourcesOf(established(crd)));

const MERGE = 'application/merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const pathIn = (version: string): string =>
  `/apis/stable.example.com/${version}/namespaces/${NAMESPACE}/crontabs`;
const PATH = pathIn('v1');
const object = (spec: object, version = 'v1', more: object = {}) => ({
  apiVersion: `stable.example.com/${version}`,
  kind: 'CronTab',
  metadata: { name: 'c', ...more },
  spec,
});

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
  const key = objectKey('apiextensions.k8s.io', 'customresourcedefinitions', '', crd.metadata!.name!);
  const value = encodeStored(established(crd) as KubeObject);
  await cluster.ctx.storage.commit({ writes: [{ key, expect: 0, deleted: false, value }] });
});
const ask = (
  method: string,
  path: string,
  body?: unknown,
  type?: string,
  accept?: string,
): Promise<TestAnswer> => call(cluster, method, path, body, type, { catalog, ...(accept ? { accept } : {}) });
const create = (spec: object, version = 'v1') => ask('POST', pathIn(version), object(spec, version));
const patch = (body: unknown, path = `${PATH}/c`) => ask('PATCH', path, body, MERGE);

describe('a custom resource', () => {
  it('says in lists what each item is, and where the list goes on', async () => {
    await create({ a: 'a' });
    const { body } = await ask('GET', PATH);
    expect(body).toMatchObject({ kind: 'CronTabList', metadata: { continue: '' } });
    expect(body.items[0]).toMatchObject({ apiVersion: 'stable.example.com/v1', kind: 'CronTab' });
  });

  it('has no protobuf, but for its metadata', async () => {
    await create({ a: 'a' });
    const get = (accept: string) => ask('GET', `${PATH}/c`, undefined, undefined, accept);
    expect((await get(PROTOBUF)).code).toBe(406);
    expect((await get(`${PROTOBUF},application/json`)).body.kind).toBe('CronTab');
    const partial = await get(`${PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`);
    expect([partial.code, partial.headers.get('Content-Type')]).toEqual([200, PROTOBUF]);
    expect((await ask('POST', PATH, 'k8s', PROTOBUF)).code).toBe(415);
  });

  it('is no list, which is found late', async () => {
    await create({});
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { code, body } = await ask('GET', `${PATH}/c`, undefined, undefined, accept);
    expect([code, body.message]).toEqual([500, 'content is not a list']);
  });

  it('is refused when a patch makes something else of it', async () => {
    await create({});
    const refusal = async (body: object) => (await patch(body)).body.message;
    expect(await refusal({ kind: 'Other' })).toBe(
      'Other.stable.example.com "c" is invalid: kind: Invalid value: "Other": must be CronTab',
    );
    expect(await refusal({ apiVersion: 'v1' })).toBe(
      'CronTab "c" is invalid: apiVersion: Invalid value: "v1": must be stable.example.com/v1',
    );
    expect(await refusal({ kind: null })).toContain("Object 'Kind' is missing in '{");
    expect(await refusal({ apiVersion: 1 })).toContain(
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string",
    );
    expect(await refusal({ apiVersion: 'a/b/c' })).toContain('unexpected GroupVersion string: a/b/c');
  });

  it('is answered as it will be read: with the defaults of a status that nobody may send', async () => {
    const status = { type: 'object', default: { phase: 'new' }, properties: { phase: text } };
    const schema = { openAPIV3Schema: { type: 'object', properties: { status } } };
    const one = { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema };
    const own = catalogWith(customResourcesOf(established(crontabs({ versions: [one] }))));
    const post = (path: string) =>
      call(cluster, 'POST', path, { ...object({}), status: { phase: 'sent' } }, undefined, { catalog: own });
    expect((await post(`${PATH}?dryRun=All`)).body.status).toEqual({ phase: 'new' });
    expect((await post(PATH)).body.status).toEqual({ phase: 'new' });
    // What is stored knows nothing of it: another default would show at once.
    const key = objectKey('stable.example.com', 'crontabs', NAMESPACE, 'c');
    expect((await cluster.ctx.storage.get(key))!.value).not.toContain('new');
  });

  describe('with nested fields', () => {
    const inner = { type: 'object', properties: { x: text } };
    const schema = schemaOf({ a: text, inner });
    const one = { name: 'v1', served: true, storage: true, schema };
    const own = catalogWith(customResourcesOf(established(crontabs({ versions: [one] }))));
    const apply = (spec: unknown) =>
      call(cluster, 'PATCH', `${PATH}/c?fieldManager=m`, object(spec as object), APPLY, { catalog: own });

    it('keeps what an apply leaves empty, and counts the change', async () => {
      await apply({ a: 'a', inner: { x: 'x' } });
      const emptied = await apply({ a: 'a', inner: {} });
      expect([emptied.body.spec, emptied.body.metadata.generation]).toEqual([{ a: 'a', inner: {} }, 2]);
      const gone = await apply({ a: 'a' });
      expect([gone.body.spec, gone.body.metadata.generation]).toEqual([{ a: 'a' }, 3]);
      expect((await apply({})).body.spec).toEqual({});
    });

    it('is refused with the nulls that an apply names', async () => {
      const { code, body } = await apply({ a: null, inner: { x: null } });
      expect([code, body.message]).toEqual([
        422,
        'CronTab.stable.example.com "c" is invalid: [spec.a: Invalid value: "null": spec.a in body must be of type string: "null", spec.inner.x: Invalid value: "null": spec.inner.x in body must be of type string: "null"]',
      ]);
      const posted = await call(cluster, 'POST', PATH, object({ a: null }), undefined, { catalog: own });
      expect([posted.code, posted.body.spec]).toEqual([201, {}]);
    });
  });

  it('loses what nobody knows of what is applied as a whole, without a word', async () => {
    const list = { type: 'array', items: { type: 'object' } };
    const one = { name: 'v1', served: true, storage: true, schema: schemaOf({ list }) };
    const own = catalogWith(customResourcesOf(established(crontabs({ versions: [one] }))));
    const configuration = object({ list: [{ b: 'b' }] });
    const path = `${PATH}/c?fieldManager=m&fieldValidation=`;
    for (const validation of ['Strict', 'Warn']) {
      const applied = await call(cluster, 'PATCH', path + validation, configuration, APPLY, { catalog: own });
      expect([applied.body.spec, applied.headers.get('Warning')]).toEqual([{ list: [{}] }, null]);
    }
    const patched = await call(cluster, 'PATCH', `${path}Strict`, configuration, MERGE, { catalog: own });
    expect(patched.body.message).toContain('unknown field "spec.list[0].b"');
  });

  it('refuses field selectors in words of its own', async () => {
    const { body } = await ask('GET', `${PATH}?fieldSelector=spec.a=b`);
    expect(body.message).toBe('field label not supported: spec.a');
  });

  it('takes options of its own scheme alone', async () => {
    const { body } = await ask('DELETE', `${PATH}/c`, { kind: 'Foo', apiVersion: 'v1' });
    expect(body.message).toBe(
      'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    );
  });

  it('of another uid is named by its key in storage', async () => {
    const created = await create({});
    const other = { uid: 'x', resourceVersion: created.body.metadata.resourceVersion };
    const { body } = await ask('PUT', `${PATH}/c`, object({}, 'v1', other));
    expect(body.message).toContain(`Key: /registry/stable.example.com/crontabs/${NAMESPACE}/c,`);
  });
});

describe('the creation of a custom resource', () => {
  const key = objectKey('apiextensions.k8s.io', 'customresourcedefinitions', '', crd.metadata!.name!);
  const rewrite = async (conditions: object[] | undefined): Promise<void> => {
    const { storage } = cluster.ctx;
    const { revision } = (await storage.get(key))!;
    const now = established(crd);
    const status = { ...now.status, conditions: [...now.status!.conditions!, ...(conditions ?? [])] };
    const value = encodeStored({ ...now, status } as KubeObject);
    await storage.commit({ writes: [{ key, expect: revision, deleted: conditions === undefined, value }] });
  };
  /** Does something between what a creation looks at and its commit. */
  function interfere(work: () => Promise<void>): void {
    const { storage } = cluster.ctx;
    const commit = storage.commit.bind(storage);
    storage.commit = async (transaction) => {
      storage.commit = commit;
      await work();
      return commit(transaction);
    };
  }

  it('is refused when its definition begins to go while it is under way', async () => {
    await create({ a: 'a' });
    interfere(() => rewrite([{ type: 'Terminating', status: 'True' }]));
    const late = await ask('POST', PATH, { ...object({}), metadata: { name: 'late' } });
    expect([late.code, late.body.message]).toEqual([
      403,
      'crontabs.stable.example.com "late" is forbidden: create not allowed while custom resource definition is terminating',
    ]);
  });

  it('finds nothing when its definition goes while it is under way', async () => {
    interfere(() => rewrite(undefined));
    expect((await create({ a: 'a' })).code).toBe(404);
  });

  it('goes on when the definition has only been written', async () => {
    interfere(() => rewrite([{ type: 'Other', status: 'True' }]));
    expect((await create({ a: 'a' })).code).toBe(201);
  });
});

describe('the scale of a custom resource', () => {
  const SCALE = `${PATH}/c/scale`;

  it('cannot be read when there are no replicas, and not be changed without any', async () => {
    await create({ a: 'a' });
    const read = await ask('GET', SCALE);
    expect([read.code, read.body.message]).toEqual([
      500,
      'Internal error occurred: the spec replicas field ".spec.replicas" does not exist',
    ]);
    const changed = await patch({ metadata: { labels: { a: 'b' } } }, SCALE);
    expect([changed.code, changed.body.message]).toEqual([
      400,
      'the spec replicas field ".spec.replicas" cannot be empty',
    ]);
    expect((await patch({ spec: { replicas: 0 } }, SCALE)).code).toBe(200);
    expect((await ask('GET', SCALE)).body).toMatchObject({ spec: {}, status: { replicas: 0 } });
  });

  it('is judged as the whole object is', async () => {
    await create({ replicas: 1 });
    const { code, body } = await patch({ spec: { replicas: -1 } }, SCALE);
    expect([code, body.details.kind, body.details.causes[0].field]).toEqual([
      422,
      'CronTab',
      '.spec.replicas',
    ]);
  });

  it('is a table with a time, also after a change', async () => {
    await create({ replicas: 1 });
    const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1';
    const { body } = await ask('PATCH', SCALE, { spec: { replicas: 2 } }, MERGE, accept);
    expect(body.columnDefinitions.map(({ name, type }: any) => [name, type])).toEqual([
      ['Name', 'string'],
      ['Desired', 'integer'],
      ['Available', 'integer'],
      ['Age', 'date'],
    ]);
    expect(body.rows[0].cells.slice(0, 3)).toEqual(['c', 2, 0]);
  });
});

describe('a custom resource of several versions', () => {
  it('is answered as it is stored', async () => {
    const { code, body } = await create({ a: 'a', old: 'o' }, 'v1beta1');
    expect([code, body.apiVersion, body.spec]).toEqual([201, 'stable.example.com/v1beta1', { a: 'a' }]);
    expect((await ask('GET', `${PATH}/c`)).body.spec).toEqual({ a: 'a', b: 'x' });
    const patched = await patch({ spec: { a: 'n' } }, `${pathIn('v1beta1')}/c?dryRun=All`);
    expect(patched.body.spec).toEqual({ a: 'n' });
  });

  it('keeps its labels, and their owners, in a write of its status', async () => {
    await ask('POST', PATH, object({ a: 'a' }, 'v1', { labels: { kept: 'x' } }));
    const { body } = await patch(
      { metadata: { labels: { kept: 'y', other: 'z' } }, status: { replicas: 1 } },
      `${PATH}/c/status?fieldManager=status`,
    );
    expect(body.metadata.labels).toEqual({ kept: 'x' });
    const owned = body.metadata.managedFields.map(({ manager, fieldsV1 }: any) => [
      manager,
      Object.keys(fieldsV1),
    ]);
    expect(Object.fromEntries(owned)).toEqual({ tester: ['f:metadata', 'f:spec'], status: ['f:status'] });
  });
});
