/** The official JavaScript client, unmodified: informers, patches, and watches through compression. */
import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Client, eventually, makeCluster } from '../support/client.ts';

const NAMESPACE = 'default';
const admin = adminClient();
const config = new KubeConfig();
let client: Client;
let cluster: string;
let core: CoreV1Api;

beforeAll(async () => {
  const made = await makeCluster(admin);
  ({ client, id: cluster } = made);
  config.loadFromString(made.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});
afterAll(async () => {
  await admin.delete(`/clusters/${cluster}`);
});

const map = (
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): V1ConfigMap => ({
  metadata: { name, labels: { set: 'informer', ...labels } },
  data,
});
const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

describe('an informer', () => {
  it('sees what is there, and what is created, changed and deleted', async () => {
    await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('before') });
    const selector = 'set=informer';
    const informer = makeInformer<V1ConfigMap>(
      config,
      path,
      () => core.listNamespacedConfigMap({ namespace: NAMESPACE, labelSelector: selector }),
      selector,
    );
    const seen: string[] = [];
    for (const event of ['add', 'update', 'delete'] as const) {
      informer.on(
        event,
        ({ metadata, data }) => void seen.push(`${event} ${metadata!.name} ${data?.v ?? ''}`.trim()),
      );
    }
    const errors: unknown[] = [];
    informer.on('error', (error) => void errors.push(error));
    await informer.start();
    await eventually('the first object', async () => seen.includes('add before'));
    await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: map('one', { v: '1' }) });
    await core.createNamespacedConfigMap({
      namespace: NAMESPACE,
      body: { metadata: { name: 'unselected' } },
    });
    await core.replaceNamespacedConfigMap({
      namespace: NAMESPACE,
      name: 'one',
      body: map('one', { v: '2' }),
    });
    await core.deleteNamespacedConfigMap({ namespace: NAMESPACE, name: 'one' });
    await eventually('the deletion', async () => seen.includes('delete one 2'));
    await informer.stop();
    expect(errors).toEqual([]);
    expect(seen).toEqual(['add before', 'add one 1', 'update one 2', 'delete one 2']);
    expect(informer.list().map(({ metadata }) => metadata!.name)).toEqual(['before']);
  });

  it('misses nothing between the watches it opens one after the other', async () => {
    const selector = 'set=reconnect';
    const body = (name: string): V1ConfigMap => map(name, {}, { set: 'reconnect' });
    // Every watch ends after a second; the next goes on from where it was.
    const watches: string[] = [];
    const watch = new Watch(config);
    const names: string[] = [];
    let version = (await core.listNamespacedConfigMap({ namespace: NAMESPACE, labelSelector: selector }))
      .metadata!.resourceVersion!;
    let stopped = false;
    const follow = (async () => {
      while (!stopped) {
        watches.push(version);
        await new Promise<void>((resolve, reject) => {
          watch
            .watch(
              path,
              {
                labelSelector: selector,
                resourceVersion: version,
                timeoutSeconds: 1,
                allowWatchBookmarks: true,
              },
              (type: string, object: V1ConfigMap) => {
                version = object.metadata!.resourceVersion!;
                if (type === 'ADDED') names.push(object.metadata!.name!);
                else if (type !== 'BOOKMARK') reject(new Error(`${type} ${JSON.stringify(object)}`));
              },
              (error: unknown) => (error ? reject(error) : resolve()),
            )
            .catch(reject);
        });
      }
    })();
    const wanted: string[] = [];
    while (watches.length < 3) {
      const name = `reconnect-${String(wanted.length).padStart(4, '0')}`;
      wanted.push(name);
      await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: body(name) });
    }
    await eventually('the last one', async () => names.at(-1) === wanted.at(-1));
    stopped = true;
    await follow;
    expect(names).toEqual(wanted);
  });
});

describe('the client', () => {
  it('applies', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied', namespace: NAMESPACE },
      data: { a: '1' },
    };
    const made = await objects.patch(
      body,
      undefined,
      undefined,
      'tests',
      undefined,
      PatchStrategy.ServerSideApply,
    );
    expect((made as V1ConfigMap).data).toEqual({ a: '1' });
    const changed = await core.patchNamespacedConfigMap(
      { namespace: NAMESPACE, name: 'applied', body: { ...body, data: { b: '2' } }, fieldManager: 'tests' },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
    expect(changed.data).toEqual({ b: '2' });
    expect(changed.metadata!.managedFields).toHaveLength(1);
  });

  it('reads its errors', async () => {
    const refused = core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'nobody' });
    await expect(refused).rejects.toMatchObject({ code: 404 });
  });
});

describe('a watch for a client that takes gzip', () => {
  it('is neither compressed nor held back', async () => {
    const watch = await client.watch(`${path}?watch=true&timeoutSeconds=60&labelSelector=set%3Dgzip`, {
      headers: { 'Accept-Encoding': 'gzip' },
    });
    expect(watch.status).toBe(200);
    expect([undefined, 'identity']).toContain(watch.headers['content-encoding']);
    // Each event comes before the next write: none waits for a buffer to fill.
    for (const name of ['gzip-one', 'gzip-two', 'gzip-three']) {
      await client.post(path, map(name, {}, { set: 'gzip' }));
      expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name } } });
    }
    watch.close();
  });

  it('is unlike a large list, which is compressed', async () => {
    const data = { text: 'x'.repeat(200_000) };
    await client.post(path, { ...map('large', data), metadata: { name: 'large' } });
    const answer = await client.get(`${path}/large`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    const plain = await client.get(`${path}/large`);
    expect(plain.headers['content-encoding'] ?? 'identity').toBe('identity');
    expect(plain.json.data).toEqual(data);
  });
});
