import { beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE, type TestCluster, testCluster } from '../../registry/admission/testing.ts';
import { call, type TestAnswer } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
const CONFIGMAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
const send = (method: string, path: string, body?: unknown, type?: string) =>
  call(cluster, method, path, body, type);
const MERGE = 'application/merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const said = ({ code, body }: TestAnswer): string => `${code} ${body.message}`;

async function make(name = 'c'): Promise<any> {
  return (await send('POST', CONFIGMAPS, { metadata: { name }, data: { k: 'v' } })).body;
}

describe('deletecollection', () => {
  it('is not served for the collection of all namespaces', async () => {
    await make();
    expect((await send('DELETE', '/api/v1/configmaps')).code).toBe(405);
    expect((await send('GET', `${CONFIGMAPS}/c`)).code).toBe(200);
    expect((await send('DELETE', CONFIGMAPS)).body.items).toHaveLength(1);
  });
});

describe('delete', () => {
  it('names the kind when a precondition does not hold', async () => {
    const { metadata } = await make();
    expect(said(await send('DELETE', `${CONFIGMAPS}/c`, { preconditions: { uid: 'x' } }))).toBe(
      `409 Operation cannot be fulfilled on ConfigMap "c": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
    expect((await send('DELETE', `${LEASES}/l`)).code).toBe(404);
  });
  it('names the resource when a precondition of a namespace does not hold', async () => {
    const { body } = await send('POST', '/api/v1/namespaces', { metadata: { name: 'held' } });
    const refused = async (preconditions: object) =>
      said(await send('DELETE', '/api/v1/namespaces/held', { preconditions }));
    const { uid, resourceVersion } = body.metadata;
    const begin = '409 Operation cannot be fulfilled on namespaces "held": Precondition failed: ';
    expect(await refused({ uid: 'x' })).toBe(`${begin}UID in precondition: x, UID in object meta: ${uid}`);
    expect(await refused({ uid, resourceVersion: '1' })).toBe(
      `${begin}ResourceVersion in precondition: 1, ResourceVersion in object meta: ${resourceVersion}`,
    );
  });
});

it('keeps the priority classes of the system, unless all are deleted', async () => {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const refusal =
    '403 priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted';
  expect(said(await send('DELETE', `${path}/system-node-critical`))).toBe(refusal);
  const object = { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 };
  expect((await send('POST', path, object)).code).toBe(201);
  expect(said(await send('DELETE', `${path}/system-node-critical?dryRun=All`))).toBe(refusal);
  expect((await send('DELETE', path)).code).toBe(200);
  expect((await send('GET', `${path}/system-node-critical`)).code).toBe(404);
});

describe('of jobs', () => {
  const JOBS = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;
  const warning = async (path: string, body?: unknown) =>
    (await send('DELETE', path, body)).headers.get('Warning') ?? '';

  it('warns that pods stay, also when there is nothing to delete', async () => {
    for (const path of [JOBS, `${JOBS}/none`, `${JOBS}/none?gracePeriodSeconds=0`]) {
      expect(await warning(path)).toContain('child pods are preserved by default when jobs are deleted');
    }
    expect(await warning(`${CONFIGMAPS}/none`)).toBe('');
  });
  it('does not when that is what is asked for', async () => {
    expect(await warning(`${JOBS}/none?propagationPolicy=Orphan`)).toBe('');
    expect(await warning(`${JOBS}/none`, { orphanDependents: true })).toBe('');
  });
});

describe('an object with a uid', () => {
  const key = `StorageError: invalid object, Code: 4, Key: /registry/configmaps/${NAMESPACE}/c, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: `;

  it('replaces no other', async () => {
    const { metadata } = await make();
    expect(said(await send('PUT', `${CONFIGMAPS}/c`, { metadata: { name: 'c', uid: 'x' } }))).toBe(
      `409 Operation cannot be fulfilled on configmaps "c": ${key}${metadata.uid}`,
    );
  });
  it('is not created by an update', async () => {
    expect((await send('PUT', `${LEASES}/l`, { metadata: { name: 'l', uid: 'x' } })).body.message).toContain(
      'UID in precondition: x, UID in object meta: ',
    );
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', uid: 'x' } };
    expect(said(await send('PATCH', `${CONFIGMAPS}/c?fieldManager=m`, applied, APPLY))).toBe(
      '409 Operation cannot be fulfilled on configmaps "c": uid mismatch: the provided object specified uid x, and no existing object was found',
    );
  });
  it('is no patch: the uid of an object does not change', async () => {
    await make();
    expect(said(await send('PATCH', `${CONFIGMAPS}/c`, { metadata: { uid: 'x' } }, MERGE))).toBe(
      '422 ConfigMap "c" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    );
  });
});

describe('a creation with a version', () => {
  const create = (resourceVersion: string, query = '', name = 'c') =>
    send('POST', CONFIGMAPS + query, { metadata: { name, resourceVersion } });

  it('is refused by the storage, after everything else', async () => {
    const refusal = '400 resourceVersion should not be set on objects to be created';
    expect(said(await create('5'))).toBe(refusal);
    expect((await create('5', '', 'C!')).body.message).toContain('metadata.name: Invalid value: "C!"');
    await make();
    expect(said(await create('5'))).toBe(refusal);
  });
  it.each(['0', 'abc', '18446744073709551616'])('is none: %s', async (version) => {
    const { code, body } = await create(version);
    expect(code).toBe(201);
    expect(body.metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
  });
  it('is a rehearsal that tells it as it came', async () => {
    const { code, body } = await create('5', '?dryRun=All');
    expect([code, body.metadata.resourceVersion]).toEqual([201, '5']);
    expect((await send('GET', `${CONFIGMAPS}/c`)).code).toBe(404);
    const lease = { metadata: { name: 'l', resourceVersion: '7' } };
    const updated = await send('PUT', `${LEASES}/l?dryRun=All`, lease);
    expect([updated.code, updated.body.metadata.resourceVersion]).toEqual([201, '7']);
  });
});

it('an object with more mistakes than can be told is refused', async () => {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const pod = (count: number) => ({ metadata: { name: 'p' }, spec: { containers: Array(count).fill({}) } });
  const { code, body } = await send('POST', path, pod(20_000));
  expect(code).toBe(422);
  const { length } = body.message;
  expect([length > 1_000_000, length < 1_200_000]).toEqual([true, true]);
  expect(body.message.slice(0, 60)).toBe('Pod "p" is invalid: [spec.containers[0].name: Required value');
  expect(body.message.slice(-100)).toMatch(/, <nil>: Forbidden: \d+ more errors\]$/);
  expect((await send('POST', path, pod(200_000))).code).toBe(413);
});

it('a name that is taken by what is being deleted is refused as such', async () => {
  await send('POST', CONFIGMAPS, { metadata: { name: 'c', finalizers: ['x.dev/y'] } });
  const again = () => send('POST', CONFIGMAPS, { metadata: { name: 'c' } });
  expect(said(await again())).toBe('409 configmaps "c" already exists');
  await send('DELETE', `${CONFIGMAPS}/c`);
  const { code, body } = await again();
  expect([code, body.reason, body.message]).toEqual([
    409,
    'AlreadyExists',
    'object is being deleted: configmaps "c" already exists',
  ]);
  expect(body.details).toEqual({ name: 'c', kind: 'configmaps' });
});

describe('an update', () => {
  it('of what is missing creates it, whatever version it was made of', async () => {
    const lease = { metadata: { name: 'l', resourceVersion: '7' } };
    const answer = await send('PUT', `${LEASES}/l`, lease);
    expect(answer.code).toBe(201);
    expect(answer.body.metadata.resourceVersion).not.toBe('7');
  });
  it('without a version is refused under the name of the resource', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices';
    const object = {
      metadata: { name: 'v1.x.dev' },
      spec: {
        group: 'x.dev',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 's', namespace: 'n' },
      },
    };
    expect((await send('POST', path, object)).code).toBe(201);
    expect(said(await send('PUT', `${path}/v1.x.dev`, object))).toBe(
      '422 apiservices.apiregistration.k8s.io "v1.x.dev" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });
  it('does not begin a deletion', async () => {
    await make();
    const deleted = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect((await send('PATCH', `${CONFIGMAPS}/c`, deleted, MERGE)).body.message).toContain(
      'metadata.deletionTimestamp: Invalid value: ',
    );
  });
});

describe('owners that are named twice', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
  const ownerReferences = [owner, owner, { ...owner, uid: 'w' }];
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ownerReferences } };
  const FOUND = '.metadata.ownerReferences contains duplicate entries; ';
  const FOUND_LATE =
    '.metadata.ownerReferences contains duplicate entries after mutating admission happens; ';
  const path = `${CONFIGMAPS}/c`;

  it.each<[string, string, string, unknown, string]>([
    ['POST', CONFIGMAPS, 'application/json', object, FOUND],
    ['PUT', path, 'application/json', object, FOUND],
    ['PATCH', path, MERGE, { metadata: { ownerReferences } }, FOUND_LATE],
  ])('%s %s %s: dropped, with a warning', async (method, where, type, body, said) => {
    if (method !== 'POST') await send('POST', CONFIGMAPS, { metadata: { name: 'c' } });
    const answer = await send(method, where, body, type);
    expect(answer.body.metadata.ownerReferences.map(({ uid }: any) => uid)).toEqual(['u', 'w']);
    const warning = answer.headers.get('Warning')!;
    expect(warning).toContain(said);
    expect(warning.match(/duplicate UID\(s\) observed: u/g)).toHaveLength(1);
  });
});
