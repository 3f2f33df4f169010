/** Clusters of a deployment: made, used, kept apart, and deleted without a trace. */
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import { adminClient, makeCluster } from '../support/client.ts';

const admin = adminClient();
const made = new Set<string>();

async function make(nodes?: number): Promise<Awaited<ReturnType<typeof makeCluster>>> {
  const cluster = await makeCluster(admin, nodes);
  made.add(cluster.id);
  return cluster;
}

afterEach(async () => {
  for (const id of made) await admin.delete(`/clusters/${id}`);
  made.clear();
});

const MAPS = '/api/v1/namespaces/default/configmaps';
const namesOf = (list: any): string[] => list.items.map(({ metadata }: any) => metadata.name);

describe('a cluster', () => {
  it('comes with a kubeconfig that opens it', async () => {
    const answer = await admin.post('/clusters', { nodes: 0 });
    expect(answer.status, answer.text).toBe(201);
    const { name, url, state, nodes, createdAt, kubeconfig } = answer.json;
    made.add(name);
    expect({ state, nodes }).toEqual({ state: 'ready', nodes: 0 });
    expect(new Date(createdAt).toISOString()).toBe(createdAt);
    expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const cluster = config.getCurrentCluster()!;
    expect(cluster.server).toBe(url);
    expect(cluster.skipTLSVerify).toBe(false);
    expect(Buffer.from(cluster.caData!, 'base64').toString()).toContain('BEGIN CERTIFICATE');
    const client = admin.at(`/clusters/${name}`, config.getCurrentUser()!.token!);
    expect(namesOf((await client.get('/api/v1/namespaces')).json)).toEqual(
      expect.arrayContaining(['default', 'kube-node-lease', 'kube-public', 'kube-system']),
    );
    // The administrator may use it as well.
    expect((await admin.get(`/clusters/${name}/api/v1/namespaces`)).status).toBe(200);
  });

  it('is opened by its own token alone', async () => {
    const [a, b] = [await make(), await make()];
    expect((await a.client.get('/api/v1/namespaces')).status).toBe(200);
    for (const path of ['/api', '/api/v1/namespaces', '/version', '/openapi/v3', '/nothing']) {
      const answer = await admin.at(`/clusters/${b.id}`, a.token).get(path);
      expect([path, answer.status, answer.json.reason]).toEqual([path, 401, 'Unauthorized']);
    }
    expect((await admin.at('', a.token).get(`/clusters/${a.id}`)).status).toBe(401);
    expect((await admin.at('', a.token).delete(`/clusters/${b.id}`)).status).toBe(401);
    expect((await b.client.get('/api/v1/namespaces')).status).toBe(200);
  });

  it('is refused to strangers as one that is not there is, and not sooner', async () => {
    const { id } = await make();
    for (const name of [id, 'nobody', 'No-Name']) {
      const stranger = admin.at(`/clusters/${name}`, 'x');
      // The first look-up is remembered.
      await stranger.get('/api/v1/namespaces');
      const began = performance.now();
      const { status, text } = await stranger.get('/api/v1/namespaces');
      expect(performance.now() - began).toBeGreaterThan(45);
      expect([status, text]).toEqual([401, (await admin.at(`/clusters/nobody`, 'x').get('/api')).text]);
    }
  });

  it('is listed, and described', async () => {
    const { id } = await make();
    const { items } = (await admin.get('/clusters')).json;
    const listed = items.find((one: any) => one.name === id);
    expect(listed).toMatchObject({ name: id, state: 'ready', nodes: 0 });
    expect((await admin.get(`/clusters/${id}`)).json).toEqual(listed);
    // What opens it is told once.
    expect(JSON.stringify(items)).not.toMatch(/token|kubeconfig/);
  });

  it('is refused when its name is taken', async () => {
    const { id, client } = await make();
    const answer = await admin.post('/clusters', { name: id });
    expect(answer.json).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: `clusters.kedge.dev "${id}" already exists`,
    });
    expect((await client.get('/api/v1/namespaces')).status).toBe(200);
  });

  it('sees nothing of another', async () => {
    const [a, b] = [await make(), await make()];
    const watch = await b.client.watch(`${MAPS}?watch=true&timeoutSeconds=60&resourceVersion=0`);
    expect((await a.client.post(MAPS, { metadata: { name: 'only-a' }, data: { from: 'a' } })).status).toBe(
      201,
    );
    expect((await b.client.get(`${MAPS}/only-a`)).status).toBe(404);
    expect((await b.client.post(MAPS, { metadata: { name: 'shared' }, data: { from: 'b' } })).status).toBe(
      201,
    );
    expect((await a.client.post(MAPS, { metadata: { name: 'shared' }, data: { from: 'a' } })).status).toBe(
      201,
    );
    expect((await a.client.delete(`${MAPS}/shared`)).status).toBe(200);
    expect((await b.client.get(`${MAPS}/shared`)).json.data).toEqual({ from: 'b' });
    expect((await b.client.post(MAPS, { metadata: { name: 'last' } })).status).toBe(201);
    const seen: string[] = [];
    for await (const { type, object } of watch) {
      if (object.metadata.name !== 'kube-root-ca.crt')
        seen.push(`${type} ${object.metadata.name} ${object.data?.from}`);
      if (object.metadata.name === 'last') break;
    }
    watch.close();
    expect(seen).toEqual(['ADDED shared b', 'ADDED last undefined']);
    expect(namesOf((await a.client.get('/api/v1/configmaps')).json)).not.toContain('last');
  });

  it('is deleted without a trace, and its name is free again', async () => {
    const { id, client } = await make();
    for (let index = 0; index < 20; index++) {
      expect((await client.post(MAPS, { metadata: { name: `m-${index}` } })).status).toBe(201);
    }
    expect((await client.post('/api/v1/namespaces', { metadata: { name: 'extra' } })).status).toBe(201);
    const before = Number((await client.get(MAPS)).json.metadata.resourceVersion);
    const watch = await client.watch(`${MAPS}?watch=true&timeoutSeconds=60&resourceVersion=${before}`);
    const answer = await admin.delete(`/clusters/${id}`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({ name: id, state: 'deleted' });
    // Its watches end, and its token opens nothing.
    for await (const _ of watch);
    expect((await admin.get(`/clusters/${id}`)).status).toBe(404);
    expect((await admin.get(`/clusters/${id}/api/v1/namespaces`)).status).toBe(404);
    expect((await client.get('/api/v1/namespaces')).status).toBe(401);
    expect((await admin.delete(`/clusters/${id}`)).status).toBe(404);

    const again = await admin.post('/clusters', { name: id, nodes: 0 });
    expect(again.status, again.text).toBe(201);
    const token = /token: "([^"]+)"/.exec(again.json.kubeconfig)![1]!;
    expect((await client.get('/api/v1/namespaces')).status).toBe(401);
    const fresh = admin.at(`/clusters/${id}`, token);
    const list = (await fresh.get(MAPS)).json;
    expect(namesOf(list).filter((name) => name !== 'kube-root-ca.crt')).toEqual([]);
    expect(namesOf((await fresh.get('/api/v1/namespaces')).json)).not.toContain('extra');
    // Not even its revisions go on: a version of the old life is one of the future.
    expect(
      Number((await fresh.post(MAPS, { metadata: { name: 'first' } })).json.metadata.resourceVersion),
    ).toBeLessThan(before + 20);
    const events = await fresh.watch(
      `${MAPS}?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3Dfirst`,
    );
    expect(await events.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'first' } } });
    events.close();
  });
});
