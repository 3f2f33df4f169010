import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FakeClock } from '../../apimachinery/clock.ts';
import type { TokenRequest } from '../../apimachinery/types/authentication.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { NAMESPACE, type TestCluster, testCluster } from '../../registry/admission/testing.ts';
import { signingKey } from '../../registry/service-account-keys.ts';
import { ISSUER, legacyToken, requestToken } from '../../registry/subresources/token.ts';
import { authenticatorOf } from './authenticate.ts';
import { authenticateServiceAccount } from './service-account-tokens.ts';

let cluster: TestCluster;
const USER = `system:serviceaccount:${NAMESPACE}:robot`;
const ROBOT = { metadata: { name: 'robot', namespace: NAMESPACE, uid: 'robot-uid' } };

beforeEach(async () => {
  cluster = await testCluster();
  await cluster.put('', 'serviceaccounts', ROBOT);
});

const issue = async (spec: TokenRequest['spec'] = {}): Promise<string> =>
  (await requestToken(cluster.ctx, NAMESPACE, 'robot', { spec })).status!.token!;
const pass = (ms: number): void => (cluster.ctx.clock as FakeClock).advance(ms);

/** The user's name, or why there is none. */
async function who(token: string, audiences?: string[], on = cluster): Promise<string> {
  try {
    const found = await authenticateServiceAccount(on.ctx, token, audiences);
    return found?.user.username ?? 'none of ours';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a token of the token subresource', () => {
  it('stands for its account', async () => {
    const token = await issue();
    expect(await authenticateServiceAccount(cluster.ctx, token)).toEqual({
      audiences: [ISSUER],
      user: {
        username: USER,
        uid: 'robot-uid',
        groups: ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`, 'system:authenticated'],
        extra: {
          'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=[0-9a-f-]{36}$/)],
        },
      },
    });
  });

  it('tells its pod and node', async () => {
    await cluster.put('', 'nodes', { metadata: { name: 'n', uid: 'node-uid' } });
    await cluster.put('', 'pods', {
      metadata: { name: 'p', namespace: NAMESPACE, uid: 'pod-uid' },
      spec: { serviceAccountName: 'robot', nodeName: 'n' },
    });
    const token = await issue({
      audiences: [],
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
    });
    expect((await authenticateServiceAccount(cluster.ctx, token))!.user.extra).toMatchObject({
      'authentication.kubernetes.io/node-name': ['n'],
      'authentication.kubernetes.io/node-uid': ['node-uid'],
      'authentication.kubernetes.io/pod-name': ['p'],
      'authentication.kubernetes.io/pod-uid': ['pod-uid'],
    });
    // The end of the node is not that of its pod.
    await cluster.remove('', 'nodes', '', 'n');
    pass(1000);
    expect(await who(token)).toBe(USER);
    await cluster.remove('', 'pods', NAMESPACE, 'p');
    pass(1000);
    expect(await who(token)).toBe('service account token has been invalidated');
  });

  it('is for its audiences alone', async () => {
    const token = await issue({ audiences: ['vault', 'bank'] });
    expect(await who(token, ['bank', 'x'])).toBe(USER);
    expect((await authenticateServiceAccount(cluster.ctx, token, ['bank', 'x']))!.audiences).toEqual([
      'bank',
    ]);
    expect(await who(token)).toBe(
      `token audiences ["vault" "bank"] is invalid for the target audiences ["${ISSUER}"]`,
    );
  });

  it('ends, a minute being nothing between clocks', async () => {
    const token = await issue({ audiences: [], expirationSeconds: 600 });
    pass(660_000);
    expect(await who(token)).toBe(USER);
    pass(1000);
    expect(await who(token)).toBe('service account token has expired');
    pass(-1_000_000);
    expect(await who(token)).toBe('service account token is not valid yet');
  });

  it('is taken for good for a second after its account is gone', async () => {
    const token = await issue();
    expect(await who(token)).toBe(USER);
    await cluster.remove('', 'serviceaccounts', NAMESPACE, 'robot');
    pass(999);
    expect(await who(token)).toBe(USER);
    pass(1);
    expect(await who(token)).toBe('serviceaccounts "robot" not found');
    await cluster.put('', 'serviceaccounts', { metadata: { ...ROBOT.metadata, uid: 'another' } });
    expect(await who(token)).toBe('service account UID (another) does not match claim (robot-uid)');
  });

  it.each([
    ['Secret', 'secrets', NAMESPACE, 'secret'],
    ['Node', 'nodes', '', 'node'],
  ])('ends with the %s it is bound to', async (kind, resource, namespace, what) => {
    const metadata = { name: 'o', ...(namespace ? { namespace } : {}), uid: 'first' };
    await cluster.put('', resource, { metadata });
    const token = await issue({ audiences: [], boundObjectRef: { apiVersion: 'v1', kind, name: 'o' } });
    expect(await who(token)).toBe(USER);
    pass(1000);
    const leaving = new Date(cluster.ctx.clock.now() - 61_000).toISOString();
    await cluster.put('', resource, { metadata: { ...metadata, deletionTimestamp: leaving } });
    expect(await who(token)).toBe('service account token has been invalidated');
    await cluster.put('', resource, { metadata: { ...metadata, uid: 'second' } });
    expect(await who(token)).toBe(
      `${what} UID (second) does not match service account ${what} ref claim (first)`,
    );
    await cluster.remove('', resource, namespace, 'o');
    expect(await who(token)).toBe('service account token has been invalidated');
  });
});

describe('a signature', () => {
  it('is that of this cluster', async () => {
    const other = await testCluster();
    await other.put('', 'serviceaccounts', ROBOT);
    const token = await issue();
    expect(await who(token, undefined, cluster.other())).toBe(USER);
    // A cluster that never issued a token has no key, and makes none for a stranger's.
    const head = await other.storage.head();
    expect(await who(token, undefined, other)).toBe('invalid signature, no keys found');
    expect(await other.storage.head()).toBe(head);
    await signingKey(other.ctx);
    expect(await who(token, undefined, other)).toBe('invalid signature, no keys found');
  });

  it('covers the claims', async () => {
    const [header, payload, signature] = (await issue()).split('.') as [string, string, string];
    const claims = JSON.parse(atob(payload));
    const forged = btoa(JSON.stringify({ ...claims, sub: 'system:serviceaccount:kube-system:default' }));
    expect(await who([header, forged.replace(/=+$/, ''), signature].join('.'))).toBe(
      'go-jose/go-jose: error in cryptographic primitive',
    );
    const { kid } = JSON.parse(atob(header));
    const none = btoa(JSON.stringify({ alg: 'none', kid })).replace(/=+$/, '');
    expect(await who([none, payload, ''].join('.'))).toBe(
      'go-jose/go-jose: error in cryptographic primitive',
    );
  });

  it.each(['', 'x', 'a.b.c', 'e30.e30.e30', `${btoa('{')}.${btoa('{"iss":1}')}.x`])(
    'is not looked for in %j',
    async (token) => {
      expect(await who(token)).toBe('none of ours');
    },
  );
});

describe('a token of a secret', () => {
  const secret = (data: Record<string, string> = {}, labels: Record<string, string> = {}): Stored => ({
    metadata: {
      name: 's',
      namespace: NAMESPACE,
      uid: 'secret-uid',
      labels,
      annotations: { 'kubernetes.io/service-account.name': 'robot' },
    },
    type: 'kubernetes.io/service-account-token',
    data,
  });
  let token: string;
  beforeEach(async () => {
    token = await legacyToken(cluster.ctx, ROBOT as Stored, secret());
    await cluster.put('', 'secrets', secret({ token: btoa(token) }));
  });
  const labels = async (): Promise<unknown> =>
    ((await cluster.get('', 'secrets', NAMESPACE, 's')) as KubeObject).metadata!.labels;

  it('stands for the account, and notes on which day', async () => {
    expect(await authenticateServiceAccount(cluster.ctx, token)).toEqual({
      audiences: [ISSUER],
      user: {
        username: USER,
        uid: 'robot-uid',
        groups: ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`, 'system:authenticated'],
      },
    });
    expect(await labels()).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-01' });
    const head = await cluster.storage.head();
    pass(5000);
    expect(await who(token)).toBe(USER);
    expect(await cluster.storage.head()).toBe(head);
    pass(86_400_000);
    expect(await who(token)).toBe(USER);
    expect(await labels()).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-02' });
  });

  it('is good as long as the secret keeps it', async () => {
    await cluster.put('', 'secrets', secret({ token: btoa('another') }));
    expect(await who(token)).toBe("Token does not match server's copy");
    await cluster.remove('', 'secrets', NAMESPACE, 's');
    expect(await who(token)).toBe('Token has been invalidated');
  });

  it('may be marked invalid', async () => {
    const marked = { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' };
    await cluster.put('', 'secrets', secret({ token: btoa(token) }, marked));
    expect(await who(token)).toMatch(
      /^the token in secret shop\/s for service account shop\/robot has been marked/,
    );
  });

  it('ends with the account', async () => {
    await cluster.put('', 'serviceaccounts', { metadata: { ...ROBOT.metadata, uid: 'another' } });
    expect(await who(token)).toBe('ServiceAccount UID (another) does not match claim (robot-uid)');
  });

  it('has all its claims', async () => {
    const { algorithm, id, key } = await signingKey(cluster.ctx);
    const sign = (claims: Record<string, string>): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid: id })
        .setIssuer('kubernetes/serviceaccount')
        .sign(key);
    expect(await who(await sign({}))).toBe('sub claim is missing');
    expect(
      await who(
        await sign({
          sub: 'system:serviceaccount:kube-system:robot',
          'kubernetes.io/serviceaccount/namespace': NAMESPACE,
          'kubernetes.io/serviceaccount/secret.name': 's',
          'kubernetes.io/serviceaccount/service-account.name': 'robot',
          'kubernetes.io/serviceaccount/service-account.uid': 'robot-uid',
        }),
      ),
    ).toBe('sub claim is invalid');
  });
});

describe('the authenticators', () => {
  const admin = { username: 'admin', groups: ['system:masters'] };
  const authenticate = () =>
    authenticatorOf(async (token) => (token === 'secret' ? admin : undefined), cluster.ctx);

  it('know the tokens a server was given, for the API server alone', async () => {
    expect(await authenticate()('secret')).toEqual({ user: admin, audiences: [ISSUER] });
    await expect(authenticate()('secret', ['vault'])).rejects.toThrow('invalid bearer token');
  });

  it('know those of service accounts, when there is a cluster', async () => {
    const token = await issue();
    expect((await authenticate()(token)).user.username).toBe(USER);
    await expect(authenticatorOf(async () => undefined, undefined)(token)).rejects.toThrow(
      'invalid bearer token',
    );
  });
});
