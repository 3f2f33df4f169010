import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { NAMESPACE, testCluster } from '../registry/admission/testing.ts';
import { requestToken } from '../registry/subresources/token.ts';
import { isIssuerPath, issuer } from './issuer.ts';

const BASE = 'https://kedge.example/clusters/one';
const ask = (ctx: Parameters<typeof issuer>[0], path: string) => issuer(ctx, path, new URL(BASE + path));

describe('the issuer of service account tokens', () => {
  it('tells where its keys are, which verify its tokens', async () => {
    const { ctx } = await testCluster();
    const configuration = await ask(ctx, '/.well-known/openid-configuration');
    expect(configuration.headers.get('Cache-Control')).toBe('public, max-age=3600');
    const told: any = await configuration.json();
    expect(told).toMatchObject({
      issuer: 'https://kubernetes.default.svc.cluster.local',
      jwks_uri: `${BASE}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    const keys = await ask(ctx, '/openid/v1/jwks/');
    expect(keys.headers.get('Content-Type')).toBe('application/jwk-set+json');
    const { status } = await requestToken(ctx, NAMESPACE, 'default', {});
    const { payload } = await jwtVerify(status!.token!, createLocalJWKSet(await keys.json()), {
      issuer: told.issuer,
      currentDate: new Date(ctx.clock.now()),
    });
    expect(payload.sub).toBe(`system:serviceaccount:${NAMESPACE}:default`);
  });
  it('has no other paths', () => {
    expect(['/.well-known/', '/openid/v1/', '/openid/v1/jwks/x'].some(isIssuerPath)).toBe(false);
  });
});
