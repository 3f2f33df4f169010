/**
 * One behaviour, every kind: what a client may rely on, whatever the resource. Each aspect makes its own objects, and
 * says nothing of what controllers may do to them at the same time.
 */
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../src/apimachinery/protobuf/decode.ts';
import { encode } from '../../src/apimachinery/protobuf/encode.ts';
import { decodeEnvelope, encodeEnvelope } from '../../src/apimachinery/protobuf/envelope.ts';
import { struct } from '../../src/apimachinery/schema/table.ts';
import { adminClient, type Answer, type Client, eventually, makeCluster } from '../support/client.ts';
import { SAMPLES } from './samples.ts';
import { SURFACE, type SurfaceRow } from './surface.ts';

const HOLD = 'samples.example/hold';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const admin = adminClient();
let client: Client;
let cluster: string;
let serial = 0;

beforeAll(async () => {
  ({ client, id: cluster } = await makeCluster(admin));
});
afterAll(async () => {
  await admin.delete(`/clusters/${cluster}`);
});

const stored = SURFACE.filter(({ verbs }) => verbs.includes('watch'));

it('has a sample of every resource that is stored', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(stored.map(({ gv, resource }) => `${gv}/${resource}`).sort());
});

describe.each(stored.map((row) => [`${row.resource}.${row.gv}`, row] as const))('%s', (_title, row) => {
  const sample = SAMPLES[`${row.gv}/${row.resource}`]!;
  const root = row.gv.includes('/') ? `/apis/${row.gv}` : `/api/${row.gv}`;
  // Two resources may share one storage: each has its own namespace.
  const namespace = `${row.resource}-${row.gv.replace(/[./]/g, '-')}`;
  const collection = row.namespaced
    ? `${root}/namespaces/${namespace}/${row.resource}`
    : `${root}/${row.resource}`;
  const group = row.gv.includes('/') ? row.gv.split('/')[0]! : '';
  const qualified = group ? `${row.resource}.${group}` : row.resource;
  const typeName = typeNameOf(row);
  const has = (name: string): boolean => row.subresources?.some((one) => one.startsWith(`${name}:`)) ?? false;

  /** An object that is not made yet. */
  const fresh = (aspect: string, metadata: Record<string, unknown> = {}) => {
    const number = serial++;
    const id = `${aspect}-${row.resource.slice(0, 30)}`;
    const name = sample.name?.(id, number) ?? id;
    return {
      apiVersion: row.gv,
      kind: row.kind,
      ...sample.object(name, number, namespace),
      metadata: { name, ...(row.namespaced ? { namespace } : {}), ...metadata },
    } as Record<string, any>;
  };
  const at = (object: { metadata?: any }): string => `${collection}/${object.metadata.name}`;
  const make = async (aspect: string, metadata?: Record<string, unknown>): Promise<any> => {
    const made = await client.post(collection, fresh(aspect, metadata));
    expect(made.status, made.text).toBe(201);
    return made.json;
  };
  const expectStatus = (answer: Answer, code: number, reason: string, message: string): void => {
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code, reason, message });
    expect(answer.status).toBe(code);
  };
  const gone = (object: any): Promise<true> =>
    eventually(`${row.resource} ${object.metadata.name} gone`, async () => {
      const found = await client.get(at(object));
      return found.status === 404 || (found.json.metadata.uid !== object.metadata.uid && true);
    });
  /** Lets go of what Kubernetes itself puts before a deletion, lest every kind has to wait for its controller. */
  const finish = async (object: any): Promise<void> => {
    const { metadata } = (await client.get(at(object))).json;
    if (metadata.finalizers) await client.patch(at(object), 'merge', { metadata: { finalizers: null } });
    if (row.kind === 'Namespace') {
      const found = await client.get(at(object));
      if (found.status === 200) {
        await client.put(`${at(object)}/finalize`, { ...found.json, spec: { finalizers: [] } });
      }
    }
    await gone(object);
  };
  /** Repeats a write that must change nothing, as somebody else may write in between. */
  const keepsVersion = (object: any, write: (current: any) => Promise<Answer>): Promise<true> =>
    eventually('a write of what is there keeps the resourceVersion', async () => {
      const before = (await client.get(at(object))).json;
      const answer = await write(before);
      if (answer.status === 409) return false;
      expect(answer.status, answer.text).toBe(200);
      return answer.json.metadata.resourceVersion === before.metadata.resourceVersion;
    });

  beforeAll(async () => {
    if (!row.namespaced) return;
    const made = await client.post('/api/v1/namespaces', { metadata: { name: namespace } });
    expect(made.status, made.text).toBe(201);
    // A controller makes it soon; pods need it at once.
    const account = { metadata: { name: 'default' } };
    await client.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  });

  it('creates', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000 - 1000;
    const answer = await client.post(collection, fresh('create'));
    expect(answer.status, answer.text).toBe(201);
    const { apiVersion, kind, metadata } = answer.json;
    expect({ apiVersion, kind }).toEqual({ apiVersion: row.gv, kind: row.kind });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(metadata.creationTimestamp)).toBeGreaterThanOrEqual(before);
    expect(metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
    expect(metadata.namespace).toBe(row.namespaced ? namespace : undefined);
    expect(metadata.generation).toBe(sample.generation);
    if (sample.unowned) expect(metadata.managedFields).toBeUndefined();
    else {
      expect(metadata.managedFields).toMatchObject([
        { manager: 'kedge-test', operation: 'Update', apiVersion: row.gv, fieldsType: 'FieldsV1' },
      ]);
    }
  });

  it('ignores what only the server sets', async () => {
    const made = await make('ignored', {
      uid: 'mine',
      creationTimestamp: '2001-01-01T00:00:00Z',
      generation: 99,
      deletionTimestamp: '2001-01-01T00:00:00Z',
      selfLink: '/mine',
    });
    const { uid, creationTimestamp, generation, deletionTimestamp, selfLink } = made.metadata;
    expect(uid).not.toBe('mine');
    expect(creationTimestamp).not.toContain('2001');
    // Where the kind has no generation nobody looks at the field, and it stays.
    expect({ generation, deletionTimestamp, selfLink }).toEqual({ generation: sample.generation ?? 99 });
  });

  it('refuses a name that is taken', async () => {
    const object = await make('twice');
    const { name } = object.metadata;
    const answer = await client.post(collection, { ...fresh('twice'), metadata: { name } });
    expectStatus(answer, 409, 'AlreadyExists', `${qualified} "${name}" already exists`);
    expect(answer.json.details).toEqual({ name, ...(group ? { group } : {}), kind: row.resource });
  });

  it('refuses a resourceVersion on creation', async () => {
    const answer = await client.post(collection, fresh('versioned', { resourceVersion: '1' }));
    expectStatus(answer, 400, 'BadRequest', 'resourceVersion should not be set on objects to be created');
  });

  it('gets', async () => {
    const object = await make('get');
    const answer = await client.get(at(object));
    expect(answer.status).toBe(200);
    expect(answer.json.metadata.uid).toBe(object.metadata.uid);
    // Unless a controller has changed it already.
    if (answer.json.metadata.resourceVersion === object.metadata.resourceVersion) {
      expect(answer.json).toEqual(object);
    }
  });

  it('says what is missing', async () => {
    const name = fresh('missing').metadata.name;
    const message = `${qualified} "${name}" not found`;
    const path = `${collection}/${name}`;
    expectStatus(await client.get(path), 404, 'NotFound', message);
    expectStatus(await client.delete(path), 404, 'NotFound', message);
    expectStatus(await client.patch(path, 'merge', {}), 404, 'NotFound', message);
  });

  it('lists', async () => {
    const object = await make('list');
    const { json } = await client.get(collection);
    expect({ kind: json.kind, apiVersion: json.apiVersion }).toEqual({
      kind: `${row.kind}List`,
      apiVersion: row.gv,
    });
    expect(Number(json.metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(object.metadata.resourceVersion),
    );
    const found = json.items.find((one: any) => one.metadata.name === object.metadata.name);
    expect(found.metadata.uid).toBe(object.metadata.uid);
    // Within a typed list, items do not repeat their type.
    expect([found.kind, found.apiVersion]).toEqual([undefined, undefined]);
    const names = json.items.map((one: any) => `${one.metadata.namespace ?? ''}/${one.metadata.name}`);
    expect(names).toEqual([...names].sort());
  });

  it('lists by label and by name', async () => {
    const one = await make('select-one', { labels: { pick: 'one', both: 'yes' } });
    const two = await make('select-two', { labels: { pick: 'two', both: 'yes' } });
    const names = async (query: string): Promise<string[]> => {
      const { json } = await client.get(`${collection}?${query}`);
      return json.items.map(({ metadata }: any) => metadata.name);
    };
    const [a, b] = [one.metadata.name, two.metadata.name];
    const both = [a, b].sort();
    expect(await names('labelSelector=both%3Dyes')).toEqual(both);
    expect(await names('labelSelector=pick%3Done')).toEqual([a]);
    expect(await names('labelSelector=pick+in+(one,two)')).toEqual(both);
    expect(await names('labelSelector=both,pick!%3Done')).toEqual([b]);
    expect(await names(`fieldSelector=metadata.name%3D${b}`)).toEqual([b]);
    expect(await names(`labelSelector=pick%3Done&fieldSelector=metadata.name%3D${b}`)).toEqual([]);
    const all = await names('labelSelector=both');
    expect(await names('labelSelector=both&limit=500')).toEqual(all);
    const pages: any[] = [];
    for (let token: string | undefined = ''; token !== undefined; token = pages.at(-1).metadata.continue) {
      const more = token ? `&continue=${token}` : '';
      pages.push((await client.get(`${collection}?labelSelector=both&limit=1${more}`)).json);
      expect(pages.at(-1).items.length).toBeLessThanOrEqual(1);
    }
    const paged = pages.flatMap(({ items }) => items);
    expect(paged.map((item: any) => item.metadata.name)).toEqual(all);
    expect(new Set(pages.map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
    const refused = await client.get(`${collection}?fieldSelector=spec.no.such%3Da`);
    expect(refused.json).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(refused.json.message).toMatch(
      /^(field label .*not supported.*|"spec\.no\.such" is not a known field selector: only "metadata\.name", "metadata\.namespace")$/,
    );
  });

  it('shows a watch everything in order', async () => {
    const object = fresh('watch');
    const { resourceVersion } = (await client.get(`${collection}?limit=1`)).json.metadata;
    const watch = await client.watch(
      `${collection}?watch=true&timeoutSeconds=60&resourceVersion=${resourceVersion}&fieldSelector=metadata.name%3D${object.metadata.name}`,
    );
    expect(watch.status).toBe(200);
    expect(watch.headers['content-type']).toBe('application/json');
    const made = await client.post(collection, object);
    expect(made.status, made.text).toBe(201);
    await client.patch(at(object), 'merge', { metadata: { labels: { seen: 'yes' } } });
    const deleted = await client.delete(at(object));
    expect(deleted.status, deleted.text).toBe(200);
    await finish(made.json);
    const seen: { type: string; object: any }[] = [];
    for await (const event of watch) {
      seen.push(event);
      if (event.type === 'DELETED') break;
    }
    watch.close();
    const types = seen.map(({ type }) => type);
    expect(types[0]).toBe('ADDED');
    expect(types.at(-1)).toBe('DELETED');
    expect(new Set(types.slice(1, -1))).toEqual(new Set(['MODIFIED']));
    expect(new Set(seen.map((event) => event.object.metadata.uid))).toEqual(
      new Set([made.json.metadata.uid]),
    );
    expect(seen[0]!.object).toMatchObject({ apiVersion: row.gv, kind: row.kind });
    expect(seen[0]!.object.metadata.resourceVersion).toBe(made.json.metadata.resourceVersion);
    expect(seen.some(({ type, object }) => type === 'MODIFIED' && object.metadata.labels?.seen)).toBe(true);
    const versions = seen.map((event) => Number(event.object.metadata.resourceVersion));
    expect(versions).toEqual([...new Set(versions)].sort((x, y) => x - y));
  });

  it('updates what is missing by creating it, or not at all', async () => {
    const object = fresh('absent');
    const answer = await client.put(at(object), object);
    if (sample.createsOnUpdate) {
      expect(answer.status, answer.text).toBe(201);
      expect((await client.get(at(object))).json.metadata.uid).toBe(answer.json.metadata.uid);
      const other = await client.put(`${at(object)}-other`, fresh('absent'));
      expect(other.json).toMatchObject({ code: 400, reason: 'BadRequest' });
      return;
    }
    expectStatus(answer, 404, 'NotFound', `${qualified} "${object.metadata.name}" not found`);
  });

  it('refuses an update of something older', async () => {
    const object = await make('stale');
    await client.patch(at(object), 'merge', { metadata: { labels: { newer: 'yes' } } });
    const answer = await client.put(at(object), { ...object, metadata: { ...object.metadata, labels: {} } });
    expectStatus(
      answer,
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  });

  it('updates the newest when no version is named, or wants one', async () => {
    const object = await make('unversioned');
    const { resourceVersion: _, ...metadata } = object.metadata;
    const body = { ...object, metadata: { ...metadata, labels: { ...metadata.labels, a: 'b' } } };
    const answer = await client.put(at(object), body);
    if (!sample.wantsVersion) {
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json.metadata.labels.a).toBe('b');
      return;
    }
    expect(answer.json).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(answer.json.message).toContain(
      'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  it('keeps the resourceVersion when nothing changes', async () => {
    const object = await make('same', { labels: { a: 'b' } });
    await keepsVersion(object, (current) => client.put(at(object), current));
    await keepsVersion(object, () => client.patch(at(object), 'merge', { metadata: { labels: { a: 'b' } } }));
    await keepsVersion(object, () => client.patch(at(object), 'strategic', {}));
    await keepsVersion(object, () => client.patch(at(object), 'json', []));
  });

  it('counts generations by the desired state alone', async () => {
    const object = await make('generation');
    const labelled = await client.patch(at(object), 'merge', { metadata: { labels: { a: 'b' } } });
    expect(labelled.json.metadata.generation).toBe(sample.countsLabels ? 2 : sample.generation);
    if (!sample.change) return;
    const changed = await client.patch(at(object), 'merge', sample.change);
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json).toMatchObject(sample.change);
    const wanted = sample.changedGeneration ?? (sample.generation ? 2 : undefined);
    expect(changed.json.metadata.generation).toBe(wanted);
  });

  it('patches with JSON, merge and strategic merge', async () => {
    const object = await make('patch', { annotations: { a: '1', b: '2' } });
    const json = await client.patch(at(object), 'json', [
      { op: 'test', path: '/metadata/annotations/a', value: '1' },
      { op: 'replace', path: '/metadata/annotations/a', value: '3' },
    ]);
    expect(json.status, json.text).toBe(200);
    expect(json.json.metadata.annotations).toMatchObject({ a: '3', b: '2' });
    const merge = await client.patch(at(object), 'merge', { metadata: { annotations: { a: null, c: '4' } } });
    expect(merge.status, merge.text).toBe(200);
    expect(merge.json.metadata.annotations).toMatchObject({ b: '2', c: '4' });
    expect(merge.json.metadata.annotations.a).toBeUndefined();
    // Finalizers are a set: the patch adds to them.
    const held = await client.patch(at(object), 'merge', { metadata: { finalizers: [HOLD] } });
    expect(held.status, held.text).toBe(200);
    const strategic = await client.patch(at(object), 'strategic', {
      metadata: { annotations: { $patch: 'replace', d: '5' }, finalizers: [`${HOLD}-too`] },
    });
    expect(strategic.status, strategic.text).toBe(200);
    expect(strategic.json.metadata.annotations).toMatchObject({ d: '5' });
    expect(Object.keys(strategic.json.metadata.annotations)).not.toEqual(expect.arrayContaining(['b']));
    expect(strategic.json.metadata.finalizers).toEqual(expect.arrayContaining([HOLD, `${HOLD}-too`]));
    expect(strategic.json.metadata.uid).toBe(object.metadata.uid);
  });

  it('applies', async () => {
    const object = fresh('apply', { labels: { applied: 'one' } });
    const apply = (body: unknown, manager: string, more = ''): Promise<Answer> =>
      client.request('PATCH', `${at(object)}?fieldManager=${manager}${more}`, {
        body: dump(body),
        type: 'application/apply-patch+yaml',
      });
    const made = await apply(object, 'first');
    expect(made.status, made.text).toBe(201);
    expect(made.json.metadata.managedFields).toMatchObject([
      { manager: 'first', operation: 'Apply', apiVersion: row.gv, fieldsType: 'FieldsV1' },
    ]);
    await keepsVersion(object, () => apply(object, 'first'));
    const other = {
      apiVersion: row.gv,
      kind: row.kind,
      metadata: { name: object.metadata.name, labels: { applied: 'two' } },
    };
    const refused = await apply(other, 'second');
    expectStatus(
      refused,
      409,
      'Conflict',
      'Apply failed with 1 conflict: conflict with "first": .metadata.labels.applied',
    );
    expect(refused.json.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "first"', field: '.metadata.labels.applied' },
    ]);
    const forced = await apply(other, 'second', '&force=true');
    expect(forced.status, forced.text).toBe(200);
    expect(forced.json.metadata.labels.applied).toBe('two');
    // Nobody asks for the label any more.
    const dropped = await apply({ ...other, metadata: { name: object.metadata.name } }, 'second');
    expect(dropped.status, dropped.text).toBe(200);
    expect(dropped.json.metadata.labels?.applied).toBeUndefined();
  });

  it.runIf(has('status'))('keeps status and desired state apart', async () => {
    expect(sample.status, 'the sample of a kind with status says how it may change').toBeDefined();
    const object = await make('status');
    const wanted = sample.status!;
    const main = await client.patch(at(object), 'merge', wanted);
    // Some kinds refuse what others drop; none takes it.
    if (main.status === 200) expect(main.json).not.toMatchObject(wanted);
    else expect(main.status, main.text).toBe(422);
    const changed = await client.patch(`${at(object)}/status`, 'merge', {
      ...wanted,
      ...(sample.change ?? {}),
    });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json).toMatchObject(wanted);
    if (sample.change) expect(changed.json).not.toMatchObject(sample.change);
    expect(changed.json.metadata.generation).toBe(sample.generation);
    const owner = expect.objectContaining({
      manager: 'kedge-test',
      operation: 'Update',
      apiVersion: row.gv,
      subresource: 'status',
    });
    if (!sample.unowned) expect(changed.json.metadata.managedFields).toContainEqual(owner);
    const got = await client.get(`${at(object)}/status`);
    expect(got.json.metadata.uid).toBe(object.metadata.uid);
    await eventually('PUT of status', async () => {
      const current = (await client.get(at(object))).json;
      const put = await client.put(`${at(object)}/status`, current);
      expect([200, 409]).toContain(put.status);
      return put.status === 200;
    });
  });

  it.runIf(has('scale'))('scales', async () => {
    const object = await make('scale');
    const path = `${at(object)}/scale`;
    const scale = (await client.get(path)).json;
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: object.metadata.name, namespace, uid: object.metadata.uid },
      spec: {},
      status: { replicas: 0, selector: `app=${object.metadata.name}` },
    });
    const patched = await client.patch(path, 'merge', { spec: { replicas: 1 } });
    expect(patched.json, patched.text).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
    const put = await client.put(path, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: object.metadata.name, namespace },
      spec: { replicas: 0 },
    });
    expect(put.status, put.text).toBe(200);
    const after = (await client.get(at(object))).json;
    expect(after.spec.replicas).toBe(0);
    expect(after.metadata.generation).toBe(3);
    expectStatus(
      await client.patch(path, 'merge', { spec: { replicas: -1 } }),
      422,
      'Invalid',
      `Scale.autoscaling "${object.metadata.name}" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
    );
  });

  it('prints tables', async () => {
    const object = await make('table');
    const one = (await client.get(at(object), { accept: TABLE })).json;
    expect(one).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(one.rows).toHaveLength(1);
    expect(one.columnDefinitions[0]).toMatchObject({ type: 'string' });
    for (const column of one.columnDefinitions) {
      expect(column).toEqual({
        name: expect.stringMatching(/./),
        type: expect.stringMatching(/^(string|integer|number|boolean|date)$/),
        format: expect.any(String),
        description: expect.stringMatching(/./),
        priority: expect.any(Number),
      });
    }
    expect(one.rows[0].object).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: object.metadata.name },
    });
    const list = (await client.get(`${collection}?includeObject=Object`, { accept: TABLE })).json;
    expect(list.columnDefinitions).toEqual(one.columnDefinitions);
    expect(list.metadata.resourceVersion).toMatch(/^\d+$/);
    // Of addresses upstream has the age, too, and no column for it.
    const more = row.resource === 'ipaddresses' ? 1 : 0;
    for (const { cells } of list.rows) expect(cells).toHaveLength(one.columnDefinitions.length + more);
    const found = list.rows.find((item: any) => item.object.metadata.uid === object.metadata.uid);
    expect(found.object).toMatchObject({ kind: row.kind, apiVersion: row.gv });
    expect(found.cells.some((cell: unknown) => String(cell).includes(object.metadata.name))).toBe(true);
    const none = (await client.get(`${collection}?includeObject=None`, { accept: TABLE })).json;
    expect(none.rows.every((item: any) => item.object === null)).toBe(true);
  });

  it('answers metadata alone', async () => {
    const object = await make('partial', { labels: { partial: 'yes' } });
    const one = (await client.get(at(object), { accept: PARTIAL })).json;
    expect(Object.keys(one).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(one).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { uid: object.metadata.uid } });
    const list = (await client.get(`${collection}?labelSelector=partial`, { accept: PARTIAL_LIST })).json;
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    expect(list.items).toHaveLength(1);
    expect(list.items[0].metadata.labels.partial).toBe('yes');
    expect(list.items[0].spec).toBeUndefined();
  });

  it('speaks protobuf', async () => {
    const wanted = fresh('protobuf');
    const sent = await client.post(
      collection,
      encodeEnvelope(row.gv, row.kind, encode(struct(typeName), wanted)),
      { type: PROTOBUF, accept: PROTOBUF },
    );
    expect(sent.status, sent.text).toBe(201);
    expect(sent.headers['content-type']).toBe(PROTOBUF);
    await eventually('the same object in both forms', async () => {
      const json = (await client.get(at(wanted))).json;
      const answer = await client.get(at(wanted), { accept: PROTOBUF });
      const envelope = decodeEnvelope(answer.bytes);
      expect({ apiVersion: envelope.apiVersion, kind: envelope.kind }).toEqual({
        apiVersion: row.gv,
        kind: row.kind,
      });
      const object = decode(struct(typeName), envelope.raw, { kind: row.kind, apiVersion: row.gv }) as any;
      if (object.metadata.resourceVersion !== json.metadata.resourceVersion) return false;
      expect(withoutEmptyLists(object)).toEqual(withoutEmptyLists(json));
      return true;
    });
    const list = await client.get(`${collection}?limit=3`, { accept: PROTOBUF });
    const envelope = decodeEnvelope(list.bytes);
    expect(envelope.kind).toBe(`${row.kind}List`);
    const { items } = decode(struct(`${typeName}List`), envelope.raw) as any;
    expect(items.length).toBeGreaterThan(0);
  });

  it('speaks YAML', async () => {
    const wanted = fresh('yaml');
    const made = await client.post(collection, dump(wanted), {
      type: 'application/yaml',
      accept: 'application/yaml',
    });
    expect(made.status, made.text).toBe(201);
    expect(made.headers['content-type']).toBe('application/yaml');
    const object = load(made.text) as any;
    expect(object).toMatchObject({ apiVersion: row.gv, kind: row.kind });
    await eventually('the same object in both forms', async () => {
      const json = (await client.get(at(wanted))).json;
      const yaml = load((await client.get(at(wanted), { accept: 'application/yaml' })).text) as any;
      if (yaml.metadata.resourceVersion !== json.metadata.resourceVersion) return false;
      expect(yaml).toEqual(json);
      return true;
    });
  });

  it('leaves no trace of a dry run', async () => {
    const missing = fresh('dry');
    const created = await client.post(`${collection}?dryRun=All`, missing);
    expect(created.status, created.text).toBe(201);
    expect(created.json.metadata.uid).toBeDefined();
    expect(created.json.metadata.resourceVersion).toBeUndefined();
    expect((await client.get(at(missing))).status).toBe(404);
    const object = await make('dry-real');
    const patched = await client.request('PATCH', `${at(object)}?dryRun=All`, {
      body: { metadata: { labels: { dry: 'yes' } } },
      type: 'application/merge-patch+json',
    });
    expect(patched.json.metadata.labels.dry, patched.text).toBe('yes');
    const deleted = await client.delete(`${at(object)}?dryRun=All`);
    expect(deleted.status, deleted.text).toBe(200);
    const after = (await client.get(at(object))).json;
    expect(after.metadata.uid).toBe(object.metadata.uid);
    expect(after.metadata.labels?.dry).toBeUndefined();
    expect(after.metadata.deletionTimestamp).toBeUndefined();
  });

  it('deletes', async () => {
    const object = await make('delete');
    const answer = await client.delete(at(object));
    expect(answer.status, answer.text).toBe(200);
    const { name, uid } = object.metadata;
    if (answer.json.kind === 'Status') {
      expect(sample.answersDeleted).toBeUndefined();
      expect(answer.json).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name, ...(group ? { group } : {}), kind: row.resource, uid },
      });
    } else expect(answer.json).toMatchObject({ kind: row.kind, metadata: { name, uid } });
    await finish(object);
    // The name is free again.
    const again = await client.post(collection, { ...fresh('delete'), metadata: { name } });
    if (row.kind !== 'CustomResourceDefinition') expect(again.status, again.text).toBe(201);
  });

  it('waits for finalizers', async () => {
    const object = await make('finalizer', { finalizers: [HOLD] });
    const answer = await client.delete(at(object));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({ kind: row.kind, metadata: { uid: object.metadata.uid } });
    const held = (await client.get(at(object))).json;
    expect(held.metadata.deletionTimestamp).toMatch(/Z$/);
    // Definitions and namespaces are deleted in ways of their own.
    const own = row.kind === 'CustomResourceDefinition';
    expect(held.metadata.deletionGracePeriodSeconds).toBe(own || row.kind === 'Namespace' ? undefined : 0);
    expect(held.metadata.finalizers).toContain(HOLD);
    if (sample.generation) expect(held.metadata.generation).toBe(own ? 1 : 2);
    const more = await client.patch(at(object), 'merge', {
      metadata: { finalizers: [...held.metadata.finalizers, `${HOLD}-late`] },
    });
    expect(more.json).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(more.json.message).toContain(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted',
    );
    const freed = await client.patch(at(object), 'merge', { metadata: { finalizers: null } });
    expect(freed.status, freed.text).toBe(200);
    await finish(object);
  });

  it.runIf(row.verbs.includes('deletecollection'))('deletes a collection by selector', async () => {
    const doomed = [
      await make('collection-one', { labels: { doomed: 'yes' } }),
      await make('collection-two', { labels: { doomed: 'yes' } }),
    ];
    const spared = await make('collection-three', { labels: { doomed: 'no' } });
    const dry = await client.delete(`${collection}?labelSelector=doomed%3Dyes&dryRun=All`);
    expect(dry.status, dry.text).toBe(200);
    expect((await client.get(`${collection}?labelSelector=doomed%3Dyes`)).json.items).toHaveLength(2);
    const answer = await client.delete(`${collection}?labelSelector=doomed%3Dyes`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({ kind: `${row.kind}List`, apiVersion: row.gv });
    expect(answer.json.items.map((one: any) => one.metadata.uid).sort()).toEqual(
      doomed.map((one) => one.metadata.uid).sort(),
    );
    for (const one of doomed) await finish(one);
    expect((await client.get(at(spared))).status).toBe(200);
  });

  it.skipIf(row.verbs.includes('deletecollection'))('has no deletion of collections', async () => {
    expectStatus(
      await client.delete(collection),
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    );
  });

  it.skipIf(sample.name)('makes up names', async () => {
    const { metadata, ...rest } = fresh('any');
    const { name: _, ...others } = metadata;
    const made = await client.post(collection, { ...rest, metadata: { ...others, generateName: 'made-' } });
    expect(made.status, made.text).toBe(201);
    expect(made.json.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(made.json.metadata.generateName).toBe('made-');
  });
});

/** A message cannot tell an empty list from none. */
const withoutEmptyLists = (object: unknown): unknown =>
  JSON.parse(
    JSON.stringify(object, (_key, value) => (Array.isArray(value) && value.length === 0 ? undefined : value)),
  );

/** The struct of a kind, by the name its Go package has. */
function typeNameOf({ gv, kind }: SurfaceRow): string {
  const [group, version] = gv.includes('/') ? (gv.split('/') as [string, string]) : ['core', gv];
  return `${group.replace(/\..*/, '')}.${version}.${kind}`;
}
