/** Upstream test/e2e/apimachinery/namespace.go. */
import { expect } from 'vitest';
import { conformance, type E2E, eventually, gone, makeNamespace, ok } from './suite.ts';

const path = ({ namespace }: E2E): string => `/api/v1/namespaces/${namespace}`;

conformance(
  'A',
  '[sig-api-machinery] Namespaces should patch a Namespace [Conformance] [Serial]',
  async (e2e) => {
    await ok(e2e.client.patch(path(e2e), 'strategic', { metadata: { labels: { testLabel: 'testValue' } } }));
    const found = await ok(e2e.client.get(path(e2e)));
    expect(found.metadata.labels).toEqual({
      testLabel: 'testValue',
      'kubernetes.io/metadata.name': e2e.namespace,
    });
  },
);

conformance(
  'A',
  '[sig-api-machinery] Namespaces should apply an update to a Namespace [Conformance] [Serial]',
  async (e2e) => {
    const current = await ok(e2e.client.get(path(e2e)));
    current.metadata.labels[e2e.unique] = 'updated';
    const updated = await ok(e2e.client.put(path(e2e), current));
    expect(updated.metadata.labels[e2e.unique]).toBe('updated');
  },
);

conformance(
  'A',
  '[sig-api-machinery] Namespaces should apply changes to a namespace status [Conformance] [Serial]',
  async (e2e) => {
    const { client } = e2e;
    const initial = await ok(client.get(`${path(e2e)}/status`));
    expect(initial.status).toEqual({ phase: 'Active' });
    const patched = await ok(
      client.patch(`${path(e2e)}/status`, 'merge', {
        metadata: { annotations: { e2e: 'patched' } },
        status: {
          conditions: [
            { type: 'StatusPatch', status: 'True', reason: 'E2E', message: 'Patched by an e2e test' },
          ],
        },
      }),
    );
    expect(patched.status.conditions).toMatchObject([{ type: 'StatusPatch', reason: 'E2E' }]);
    const updated = await ok(
      client.put(`${path(e2e)}/status`, {
        ...patched,
        status: {
          ...patched.status,
          conditions: [
            ...patched.status.conditions,
            { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Updated by an e2e test' },
          ],
        },
      }),
    );
    expect(updated.status.conditions.map(({ type }: any) => type)).toEqual(['StatusPatch', 'StatusUpdate']);
    expect(updated.status.phase).toBe('Active');
  },
);

conformance(
  'A',
  '[sig-api-machinery] Namespaces should apply a finalizer to a Namespace [Conformance] [Serial]',
  async (e2e) => {
    const { client } = e2e;
    const fake = 'e2e.example.com/fakeFinalizer';
    const current = await ok(client.get(path(e2e)));
    const added = await ok(
      client.put(`${path(e2e)}/finalize`, {
        ...current,
        spec: { finalizers: [...current.spec.finalizers, fake] },
      }),
    );
    expect(added.spec.finalizers).toEqual(['kubernetes', fake]);
    const removed = await ok(
      client.put(`${path(e2e)}/finalize`, { ...added, spec: { finalizers: ['kubernetes'] } }),
    );
    expect(removed.spec.finalizers).toEqual(['kubernetes']);
  },
);

/** Deletes a namespace with something in it, makes it again, and finds it empty. */
async function emptied(e2e: E2E, collection: string, object: Record<string, unknown>): Promise<void> {
  const { client } = e2e;
  const name = `${e2e.unique}-nsdeletetest`;
  await makeNamespace(client, name);
  const inside = e2e.at(collection, name);
  const made = await ok(client.post(inside, object), 201);
  await ok(client.delete(`/api/v1/namespaces/${name}`));
  await gone(e2e, `/api/v1/namespaces/${name}`);
  await makeNamespace(client, name);
  expect((await client.get(`${inside}/${made.metadata.name}`)).status).toBe(404);
  expect((await ok(client.get(inside))).items).toEqual([]);
  await client.delete(`/api/v1/namespaces/${name}`);
}

conformance(
  'A',
  '[sig-api-machinery] Namespaces should ensure that all services are removed when a namespace is deleted [Conformance] [Serial]',
  (e2e) =>
    emptied(e2e, 'v1/services', {
      metadata: { name: 'test-service' },
      spec: { ports: [{ port: 80, targetPort: 80 }], selector: { foo: 'bar' } },
    }),
);

conformance(
  'B',
  '[sig-api-machinery] Namespaces should ensure that all pods are removed when a namespace is deleted [Conformance] [Serial]',
  (e2e) =>
    emptied(e2e, 'v1/pods', {
      metadata: { name: 'test-pod' },
      spec: { containers: [{ name: 'nginx', image: 'registry.k8s.io/pause:3.10' }] },
    }),
);

conformance(
  'B',
  '[sig-api-machinery] OrderedNamespaceDeletion namespace deletion should delete pod first [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const pod = `${e2e.at('v1/pods')}/testpod`;
    await ok(
      client.post(e2e.at('v1/pods'), {
        metadata: { name: 'testpod', finalizers: ['e2e.example.com/finalizer'] },
        spec: { containers: [{ name: 'nginx', image: 'registry.k8s.io/pause:3.10' }] },
      }),
      201,
    );
    await ok(client.post(e2e.at('v1/configmaps'), { metadata: { name: 'test-configmap' } }), 201);
    await ok(client.delete(path(e2e)));
    await eventually('the condition that content remains', async () => {
      const { status } = await ok(client.get(path(e2e)));
      const remaining = status.conditions?.find(({ type }: any) => type === 'NamespaceContentRemaining');
      const failure = status.conditions?.find(({ type }: any) => type === 'NamespaceDeletionContentFailure');
      return remaining?.status === 'True' || failure?.status === 'True';
    });
    expect((await ok(client.get(pod))).metadata.deletionTimestamp).toBeDefined();
    const kept = await ok(client.get(`${e2e.at('v1/configmaps')}/test-configmap`));
    expect(kept.metadata.deletionTimestamp).toBeUndefined();
    await ok(client.patch(pod, 'merge', { metadata: { finalizers: null } }));
    await gone(e2e, path(e2e));
  },
);
