/**
 * What lets others verify the tokens of service accounts.
 * Source: kubernetes pkg/serviceaccount/openidmetadata.go, pkg/routes/openidmetadata.go.
 */
import type { RequestContext } from '../registry/context.ts';
import { signingKey } from '../registry/service-account-keys.ts';
import { ISSUER } from '../registry/subresources/token.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/openid/v1/jwks';
/** An hour, as upstream: keys change rarely. */
const CACHE = 'public, max-age=3600';

const withoutSlash = (path: string): string => path.replace(/\/$/, '');

const answer = (value: unknown, type: string): Response =>
  new Response(JSON.stringify(value), { headers: { 'Content-Type': type, 'Cache-Control': CACHE } });

export const isIssuerPath = (path: string): boolean => [CONFIGURATION, KEYS].includes(withoutSlash(path));

/** The answer to a path of isIssuerPath. `url` is the whole one, which ends in the path. */
export async function issuer(ctx: RequestContext, path: string, url: URL): Promise<Response> {
  const { algorithm, jwks } = await signingKey(ctx);
  if (withoutSlash(path) === KEYS) return answer(jwks, 'application/jwk-set+json');
  const base = url.origin + url.pathname.slice(0, url.pathname.length - path.length);
  return answer(
    {
      issuer: ISSUER,
      jwks_uri: base + KEYS,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [algorithm],
    },
    'application/json',
  );
}
