/** Who may come in and what they may do, over the wire: tokens of service accounts, roles, clusters that are not theirs. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Answer, type Client, eventually, makeCluster } from '../support/client.ts';

const admin = adminClient();
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const HERE = '/api/v1/namespaces/default';

let id: string;
let client: Client;
/** The cluster as somebody else. */
const as = (token: string): Client => admin.at(`/clusters/${id}`, token);

async function done(answer: Promise<Answer>, code = 201): Promise<any> {
  const { status, text, json } = await answer;
  expect(status, text).toBe(code);
  return json;
}

let accounts = 0;
/** A service account with a token, which is bound to nothing unless told. */
async function account(spec = {}): Promise<{ name: string; token: string; bot: Client }> {
  const name = `bot-${++accounts}`;
  await done(client.post(`${HERE}/serviceaccounts`, { metadata: { name } }));
  const { status } = await done(client.post(`${HERE}/serviceaccounts/${name}/token`, { spec }));
  return { name, token: status.token, bot: as(status.token) };
}

/** Lets an account do something in the namespace `default`. */
async function grant(name: string, verbs: string[], resources: string[], apiGroups = ['']): Promise<void> {
  const metadata = { name };
  const rules = [{ apiGroups, resources, verbs }];
  await done(client.post(`${RBAC}/namespaces/default/roles`, { metadata, rules }));
  await done(
    client.post(`${RBAC}/namespaces/default/rolebindings`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    }),
  );
}

beforeAll(async () => {
  ({ id, client } = await makeCluster(admin));
});

describe('a service account', () => {
  it('is who its token says', async () => {
    const { name, bot } = await account();
    const review = await done(bot.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}));
    expect(review.status.userInfo).toMatchObject({
      username: `system:serviceaccount:default:${name}`,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    });
  });

  it('may look around, and nothing else', async () => {
    const { name, bot } = await account();
    for (const path of ['/api', '/apis/apps/v1', '/openapi/v3', '/version', '/openid/v1/jwks']) {
      expect([path, (await bot.get(path)).status]).toEqual([path, 200]);
    }
    const user = `system:serviceaccount:default:${name}`;
    expect((await bot.get(`${HERE}/secrets`)).json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" in the namespace "default"`,
      reason: 'Forbidden',
      details: { kind: 'secrets' },
      code: 403,
    });
    // What there is not is refused as what there is.
    for (const path of [
      '/nothing',
      '/apis/nowhere/v1/things',
      `${HERE}/pods/nobody`,
      '/api/v1/nodes/x/proxy',
    ]) {
      expect([path, (await bot.get(path)).status]).toEqual([path, 403]);
    }
  });

  it('may do what it is given, at once', async () => {
    const { name, bot } = await account();
    const path = `${HERE}/configmaps`;
    await done(bot.get(path), 403);
    await grant(name, ['create', 'list', 'watch'], ['configmaps']);
    await done(bot.get(path), 200);
    await done(bot.post(path, { metadata: { name } }));
    const watch = await bot.watch(`${path}?watch=true&fieldSelector=metadata.name%3D${name}`);
    expect((await watch.next())?.type).toBe('ADDED');
    watch.close();
    await done(bot.delete(`${path}/${name}`), 403);
    await done(bot.get('/api/v1/configmaps'), 403);
  });

  it('may not write any more from the moment its role is taken', async () => {
    const { name, bot } = await account();
    await grant(name, ['create', 'get'], ['configmaps']);
    await done(bot.post(`${HERE}/configmaps`, { metadata: { name: `${name}-before` } }));
    await done(client.delete(`${RBAC}/namespaces/default/rolebindings/${name}`), 200);
    await done(bot.post(`${HERE}/configmaps`, { metadata: { name: `${name}-after` } }), 403);
    await eventually('no reads either', async () => {
      return (await bot.get(`${HERE}/configmaps/${name}-before`)).status === 403;
    });
  });

  it('may update and not create by updating', async () => {
    const { name, bot } = await account();
    await grant(name, ['update', 'patch'], ['leases'], ['coordination.k8s.io']);
    const path = `/apis/coordination.k8s.io/v1/namespaces/default/leases/${name}`;
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } };
    const { message } = await done(bot.put(path, lease), 403);
    expect(message).toContain('cannot create resource "leases" in API group "coordination.k8s.io"');
    await done(bot.patch(`${path}?fieldManager=test`, 'apply', lease), 403);
    await done(client.put(path, lease));
    await done(bot.patch(`${path}?fieldManager=test`, 'apply', lease), 200);
  });

  it('may not enter a container because it may read', async () => {
    const { name, bot } = await account();
    await grant(name, ['get'], ['pods/exec', 'pods/log']);
    expect(await done(bot.get(`${HERE}/pods/nobody/exec?command=ls`), 403)).toMatchObject({
      message: 'pods "nobody" is forbidden: ',
      details: { name: 'nobody', kind: 'pods' },
    });
    await done(bot.get(`${HERE}/pods/nobody/log`), 404);
  });

  it('is nobody when it is gone', async () => {
    const { name, bot } = await account();
    await done(bot.get('/api'), 200);
    await done(client.delete(`${HERE}/serviceaccounts/${name}`), 200);
    await eventually('its token is refused', async () => (await bot.get('/api')).status === 401);
    await done(client.post(`${HERE}/serviceaccounts`, { metadata: { name } }));
    await done(bot.get('/api'), 401);
  });

  it('is nobody with a token for somebody else', async () => {
    const { token, bot } = await account({ audiences: ['vault'] });
    await done(bot.get('/api'), 401);
    const spec = { token, audiences: ['vault', 'bank'] };
    const { status } = await done(client.post(REVIEWS, { spec }));
    expect(status).toMatchObject({ authenticated: true, audiences: ['vault'] });
  });

  it('is nobody in another cluster', async () => {
    const { token } = await account();
    const other = await makeCluster(admin);
    await done(admin.at(`/clusters/${other.id}`, token).get('/api'), 401);
    await done(admin.at('', token).get('/api'), 401);
    await done(admin.at('/clusters/nowhere', token).get('/api'), 401);
    await done(admin.at('', token).get('/clusters'), 401);
    await admin.delete(`/clusters/${other.id}`);
  });

  it('has a token in a secret, as long as the secret is there', async () => {
    const { name } = await account();
    const path = `${HERE}/secrets/${name}`;
    const annotations = { 'kubernetes.io/service-account.name': name };
    const type = 'kubernetes.io/service-account-token';
    await done(client.post(`${HERE}/secrets`, { metadata: { name, annotations }, type }));
    const { data } = await eventually('a token', async () => {
      const { json } = await client.get(path);
      return json.data?.token && json;
    });
    expect(Object.keys(data).sort()).toEqual(['ca.crt', 'namespace', 'token']);
    const bot = as(atob(data.token));
    await done(bot.get('/api'), 200);
    const { metadata } = (await client.get(path)).json;
    expect(metadata.labels['kubernetes.io/legacy-token-last-used']).toMatch(/^\d{4}-\d\d-\d\d$/);
    await done(client.delete(path), 200);
    await eventually('the token is refused', async () => (await bot.get('/api')).status === 401);
  });

  it('may act as others when it is allowed to', async () => {
    const { name, bot } = await account();
    const path = `${HERE}/configmaps`;
    const jane = { headers: { 'Impersonate-User': 'jane' } };
    const { message } = await done(bot.get(path, jane), 403);
    expect(message).toContain('cannot impersonate-on:user-info:list resource "configmaps"');
    await done(
      client.post(`${RBAC}/clusterroles`, {
        metadata: { name },
        rules: [{ apiGroups: [''], resources: ['users'], resourceNames: ['jane'], verbs: ['impersonate'] }],
      }),
    );
    await done(
      client.post(`${RBAC}/clusterrolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
      }),
    );
    expect((await done(bot.get(path, jane), 403)).message).toContain('User "jane" cannot list');
    const root = { headers: { ...jane.headers, 'Impersonate-Group': 'system:masters' } };
    await done(bot.get(path, root), 403);
    await done(bot.get(path, { headers: { 'Impersonate-User': 'bob' } }), 403);
  });
});

describe('a review of a token', () => {
  const review = async (token: string): Promise<any> =>
    (await done(client.post(REVIEWS, { spec: { token } }))).status;

  it('says why one is not good', async () => {
    const { token } = await account();
    expect(await review(token)).toMatchObject({ authenticated: true });
    expect(await review('nothing')).toEqual({ user: {}, error: 'invalid bearer token' });
    expect(await review(`${token.slice(0, -6)}AAAAAA`)).toEqual({
      user: {},
      error: '[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]',
    });
    await done(client.post(REVIEWS, { spec: { token: '' } }), 400);
  });

  it('ends with the pod the token is bound to', async () => {
    const name = `bot-${++accounts}`;
    await done(client.post(`${HERE}/serviceaccounts`, { metadata: { name } }));
    const spec = { serviceAccountName: name, containers: [{ name: 'c', image: 'nginx' }] };
    const pod = await done(client.post(`${HERE}/pods`, { metadata: { name }, spec }));
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name };
    const request = { spec: { boundObjectRef } };
    const { status } = await done(client.post(`${HERE}/serviceaccounts/${name}/token`, request));
    expect((await review(status.token)).user.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': [name],
      'authentication.kubernetes.io/pod-uid': [pod.metadata.uid],
    });
    await done(client.delete(`${HERE}/pods/${name}`), 200);
    await delay(1100);
    expect(await review(status.token)).toEqual({
      user: {},
      error: '[invalid bearer token, service account token has been invalidated]',
    });
  });
});

describe('who has no credentials', () => {
  const nobody = { token: null };

  it('is system:anonymous at the root', async () => {
    expect((await admin.get('/version', nobody)).status).toBe(200);
    expect((await admin.get('/api', nobody)).json).toMatchObject({
      code: 403,
      message: 'forbidden: User "system:anonymous" cannot get path "/api"',
    });
  });

  it('does not learn which clusters there are', async () => {
    const answers = await Promise.all(
      [id, 'nowhere'].flatMap((cluster) =>
        ['/version', '/api', '/api/v1/pods'].map((path) =>
          admin.at(`/clusters/${cluster}`).get(path, nobody),
        ),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(401);
  });
});
