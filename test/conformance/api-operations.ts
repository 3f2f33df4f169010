/**
 * What upstream's tests "should support ... API operations" have in common: discovery, create, get, list, watch, patch,
 * update, status, delete and deletion of a collection. What differs is data.
 */
import { expect } from 'vitest';
import { SAMPLES } from '../resources/samples.ts';
import { type E2E, eventually, ok, refused, until } from './suite.ts';

export interface Operations {
  /** `networking.k8s.io/v1/ingresses`. */
  readonly collection: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Whether the kind has a status subresource. */
  readonly status?: boolean;
  /** Whether a write of the status leaves labels and annotations alone, as upstream's newer kinds have it. */
  readonly statusOnly?: boolean;
  /** A merge patch of the status; default: the sample's. */
  readonly statusPatch?: Record<string, unknown>;
  /** The object without its type and metadata; default: the sample's. */
  object?(name: string, serial: number, namespace: string): Record<string, any>;
  /** The name of object number `serial`; default: of the sample. */
  name?(id: string, serial: number): string;
  /** False where nobody may delete a collection. */
  readonly collectionDeleted?: boolean;
}

let serial = 1000;

export async function apiOperations(e2e: E2E, operations: Operations): Promise<void> {
  const { client, unique, namespace } = e2e;
  const { collection, kind, namespaced } = operations;
  const sample = SAMPLES[collection]!;
  const groupVersion = collection.slice(0, collection.lastIndexOf('/'));
  const resource = collection.slice(collection.lastIndexOf('/') + 1);
  const path = namespaced ? e2e.at(collection) : e2e.all(collection);
  const selector = `labelSelector=special-label%3D${unique}`;
  const fresh = (id: string): any => {
    const number = serial++;
    const own = `${id}-${unique}`;
    const name = (operations.name ?? sample.name)?.(own, number) ?? own;
    return {
      apiVersion: groupVersion,
      kind,
      metadata: { name, labels: { 'special-label': unique } },
      ...(operations.object ?? sample.object)(name, number, namespace),
    };
  };

  // Discovery: the group, its version, and the resource in it.
  if (groupVersion.includes('/')) {
    const [group, version] = groupVersion.split('/');
    const groups = (await ok(client.get('/apis'))).groups;
    const found = groups.find(({ name }: any) => name === group);
    expect(found.versions).toContainEqual({ groupVersion, version });
    const alone = await ok(client.get(`/apis/${group}`));
    expect(alone.versions).toContainEqual({ groupVersion, version });
  }
  const root = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
  const { resources } = await ok(client.get(root));
  const listed = resources.find(({ name }: any) => name === resource);
  expect(listed).toMatchObject({ kind, namespaced });
  if (operations.status) {
    expect(resources.map(({ name }: any) => name)).toContain(`${resource}/status`);
  }

  // Create, get, list.
  const made: any[] = [];
  for (const id of ['one', 'two', 'three']) made.push(await ok(client.post(path, fresh(id)), 201));
  const [first] = made;
  const own = `${path}/${first.metadata.name}`;
  const gotten = await ok(client.get(own));
  expect(gotten.metadata.uid).toBe(first.metadata.uid);
  const uids = (list: any): string[] => list.items.map((one: any) => one.metadata.uid).sort();
  const all = made.map((one) => one.metadata.uid).sort();
  const list = await ok(client.get(`${path}?${selector}`));
  expect(list.kind).toBe(`${kind}List`);
  expect(uids(list)).toEqual(all);
  if (namespaced) expect(uids(await ok(client.get(`${e2e.all(collection)}?${selector}`)))).toEqual(all);

  // Watch from the list on.
  const watch = await client.watch(
    `${path}?watch=true&timeoutSeconds=60&${selector}&resourceVersion=${list.metadata.resourceVersion}`,
  );
  expect(watch.status).toBe(200);

  // Patch and update.
  const patched = await ok(client.patch(own, 'merge', { metadata: { annotations: { patched: 'true' } } }));
  expect(patched.metadata.annotations.patched).toBe('true');
  const updated = await eventually('an update', async () => {
    const current = await ok(client.get(own));
    current.metadata.annotations.updated = 'true';
    const answer = await client.put(own, current);
    return answer.status === 409 ? undefined : ok(answer);
  });
  expect(updated.metadata.annotations).toMatchObject({ patched: 'true', updated: 'true' });
  for (const annotation of ['patched', 'updated']) {
    const seen = await until(watch, `the event of "${annotation}"`, ({ type, object }) => {
      expect(type).toBe('MODIFIED');
      return object.metadata.annotations?.[annotation] === 'true';
    });
    expect(seen.object.metadata.uid).toBe(first.metadata.uid);
  }

  if (operations.status) {
    await statusOperations(e2e, own, operations.statusPatch ?? sample.status!, operations.statusOnly);
  }

  // Delete one, then the others as a collection.
  await ok(client.delete(own));
  await eventually(`${own} gone`, async () => {
    const answer = await client.get(own);
    if (answer.status !== 404) return false;
    await refused(answer, 404, 'NotFound');
    return true;
  });
  await until(
    watch,
    'the event of the deletion',
    ({ type, object }) => type === 'DELETED' && object.metadata.uid === first.metadata.uid,
  );
  expect((await ok(client.get(`${path}?${selector}`))).items).toHaveLength(2);
  if (operations.collectionDeleted ?? true) await ok(client.delete(`${path}?${selector}`));
  else for (const one of made.slice(1)) await ok(client.delete(`${path}/${one.metadata.name}`));
  await eventually('an empty collection', async () => {
    const { items } = await ok(client.get(`${path}?${selector}`));
    return items.length === 0;
  });
  watch.close();
}

/** The status subresource: patched and updated by itself, and it alone. */
export async function statusOperations(
  e2e: E2E,
  own: string,
  patch: Record<string, unknown>,
  statusOnly = false,
): Promise<void> {
  const { client } = e2e;
  const before = await ok(client.get(`${own}/status`));
  const patched = await ok(
    client.patch(`${own}/status`, 'merge', {
      metadata: { annotations: { patchedstatus: 'true' } },
      ...patch,
    }),
  );
  expect(patched).toMatchObject(patch);
  expect(patched.metadata.annotations?.patchedstatus).toBe(statusOnly ? undefined : 'true');
  expect(patched.spec).toEqual(before.spec);
  const updated = await eventually('an update of the status', async () => {
    const current = await ok(client.get(`${own}/status`));
    const status = { ...current.status, ...(patch.status as object) };
    const answer = await client.put(`${own}/status`, {
      ...current,
      status,
      metadata: {
        ...current.metadata,
        annotations: { ...current.metadata.annotations, updatedstatus: 'true' },
      },
    });
    return answer.status === 409 ? undefined : ok(answer);
  });
  expect(updated).toMatchObject(patch);
  expect(updated.metadata.annotations?.updatedstatus).toBe(statusOnly ? undefined : 'true');
}
