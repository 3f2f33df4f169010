import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenRequest } from '../../apimachinery/types/authentication.v1.gen.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from '../admission/testing.ts';
import { signingKey } from '../service-account-keys.ts';
import { ISSUER, requestToken } from './token.ts';

const NOW = Date.UTC(2026, 0, 1) / 1000;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
  await cluster.put('', 'serviceaccounts', {
    metadata: { name: 'robot', namespace: NAMESPACE, uid: 'robot-uid' },
  });
});
const request = (spec: TokenRequest['spec'] = {}, on = cluster) =>
  requestToken(on.ctx, NAMESPACE, 'robot', { spec });

/** Claims of the token, after its signature has been verified with the public keys. */
async function claimsOf({ status }: TokenRequest, on = cluster): Promise<Record<string, any>> {
  const { jwks } = await signingKey(on.ctx);
  const { payload } = await jwtVerify(status!.token!, createLocalJWKSet(jwks), {
    currentDate: new Date(NOW * 1000),
  });
  return payload;
}

describe('requestToken', () => {
  it('signs the claims of the account', async () => {
    const answer = await request();
    expect(answer).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'robot', namespace: NAMESPACE, uid: 'robot-uid' },
      spec: { audiences: [ISSUER], expirationSeconds: 3600 },
      status: { expirationTimestamp: '2026-01-01T01:00:00Z' },
    });
    expect(await claimsOf(answer)).toEqual({
      iss: ISSUER,
      sub: `system:serviceaccount:${NAMESPACE}:robot`,
      aud: [ISSUER],
      iat: NOW,
      nbf: NOW,
      exp: NOW + 3600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': { namespace: NAMESPACE, serviceaccount: { name: 'robot', uid: 'robot-uid' } },
    });
  });

  it('takes audiences and a lifetime', async () => {
    const claims = await claimsOf(await request({ audiences: ['vault'], expirationSeconds: 600 }));
    expect([claims.aud, claims.exp]).toEqual([['vault'], NOW + 600]);
  });

  it('has one key a cluster, on every server, which never leaves it', async () => {
    const servers = [cluster, cluster.other(), cluster.other()];
    const tokens = await Promise.all(servers.map((on) => request({}, on)));
    const ids = tokens.map(({ status }) => decodeProtectedHeader(status!.token!).kid);
    expect(new Set(ids).size).toBe(1);
    await claimsOf(tokens[0]!, servers[2]);
    const { jwks } = await signingKey(cluster.ctx);
    expect(Object.keys(jwks.keys[0]!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect((await signingKey((await testCluster()).ctx)).id).not.toBe(ids[0]);
  });

  describe('bound to an object', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', name: 'p' };
    const create = (spec: Record<string, unknown>) => cluster.create('', 'pods', testPod('p', spec));

    it('names the pod and its node', async () => {
      await cluster.put('', 'nodes', { metadata: { name: 'n', uid: 'n-uid' } });
      const { metadata } = await create({ serviceAccountName: 'robot', nodeName: 'n' });
      const claims = await claimsOf(await request({ boundObjectRef: { ...pod, uid: metadata.uid! } }));
      expect(claims['kubernetes.io']).toMatchObject({
        pod: { name: 'p', uid: metadata.uid },
        node: { name: 'n', uid: 'n-uid' },
      });
    });

    it('lives a year, with a warning, when the pod did not choose', async () => {
      await create({ serviceAccountName: 'robot' });
      const answer = await request({ boundObjectRef: pod, expirationSeconds: 3607 });
      const claims = await claimsOf(answer);
      expect(claims.exp).toBe(NOW + 365 * 24 * 3600);
      expect(claims['kubernetes.io'].warnafter).toBe(NOW + 3607);
      expect(answer.status!.expirationTimestamp).toBe('2026-01-01T01:00:07Z');
    });

    it.each([
      [{ ...pod, name: 'ghost' }, '404 pods "ghost" not found'],
      [
        { ...pod, uid: 'other' },
        /^409 Operation cannot be fulfilled on Pod "p": the UID in the bound object reference \(other\) does not match the UID in record\. The object might have been deleted and then recreated$/,
      ],
      [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'c' },
        '400 cannot bind token to object of type /v1, Kind=ConfigMap',
      ],
      [
        { apiVersion: 'apps/v1', kind: 'Pod', name: 'p' },
        '400 cannot bind token to object of type apps/v1, Kind=Pod',
      ],
    ])('refuses %j', async (boundObjectRef, message) => {
      await create({ serviceAccountName: 'robot' });
      expect(await refusal(request({ boundObjectRef }))).toMatch(message);
    });

    it('refuses a pod of another account', async () => {
      await create({});
      expect(await refusal(request({ boundObjectRef: pod }))).toBe(
        '400 cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.',
      );
    });
  });

  it('refuses lifetimes out of bounds, other names and accounts that are missing', async () => {
    const invalid =
      '422 TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ';
    expect(await refusal(request({ expirationSeconds: 599 }))).toBe(
      `${invalid}599: may not specify a duration less than 10 minutes`,
    );
    expect(await refusal(request({ expirationSeconds: 2 ** 32 + 1 }))).toBe(
      `${invalid}4294967297: may not specify a duration larger than 2^32 seconds`,
    );
    const named = { metadata: { name: 'other' } };
    expect(await refusal(requestToken(cluster.ctx, NAMESPACE, 'robot', named))).toContain(
      'must match the service account name if specified',
    );
    expect(await refusal(requestToken(cluster.ctx, NAMESPACE, 'ghost', {}))).toBe(
      '404 serviceaccounts "ghost" not found',
    );
  });

  it('refuses another uid and another namespace than those of the account', async () => {
    const asking = (metadata: object) => requestToken(cluster.ctx, NAMESPACE, 'robot', { metadata });
    expect(await refusal(asking({ uid: 'other' }))).toBe(
      '409 Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "robot": the UID in the token request (other) does not match the UID of the service account (robot-uid)',
    );
    expect(await refusal(asking({ namespace: 'other' }))).toBe(
      '400 the namespace of the provided object does not match the namespace sent on the request',
    );
    expect((await asking({ uid: 'robot-uid' })).metadata!.uid).toBe('robot-uid');
  });

  it('is refused where nothing new is made', async () => {
    const ask = (namespace: string) => refusal(requestToken(cluster.ctx, namespace, 'robot', {}));
    expect(await ask('nowhere')).toBe('404 namespaces "nowhere" not found');
    await cluster.put('', 'namespaces', {
      metadata: { name: NAMESPACE, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(await ask(NAMESPACE)).toBe(
      `403 serviceaccounts "robot" is forbidden: unable to create new content in namespace ${NAMESPACE} because it is being terminated`,
    );
  });
});
