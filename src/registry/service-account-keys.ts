/**
 * The key that signs service account tokens: one for each cluster, made when it is first needed and kept with the
 * cluster's objects, where no API path leads.
 */
import {
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { StatusError } from '../apimachinery/status.ts';
import { encodeStored } from '../storage/encoding.ts';
import { objectKey } from '../storage/keys.ts';
import type { AdmissionCache } from './cache.ts';
import type { RequestContext } from './context.ts';

const NAME = 'serviceaccount';
const KEY = objectKey('kedge', 'keys', '', NAME);
const ALGORITHM = 'ES256';

export interface SigningKey {
  readonly algorithm: string;
  readonly id: string;
  readonly key: CryptoKey;
  readonly publicKey: CryptoKey;
  /** What verifies its signatures, as /openid/v1/jwks has it. */
  readonly jwks: JSONWebKeySet;
}

type KeyContext = Pick<RequestContext, 'storage' | 'cache'>;

/** By the memory of a server for one cluster, so no cluster ever sees another's. */
const known = new WeakMap<AdmissionCache, SigningKey>();

/** The cluster's key, when it has one. */
export async function findSigningKey({ storage, cache }: KeyContext): Promise<SigningKey | undefined> {
  const found = known.get(cache);
  if (found) return found;
  const row = await storage.get(KEY);
  if (!row) return undefined;
  const key = await load(JSON.parse(row.value).jwk);
  known.set(cache, key);
  return key;
}

/** The cluster's key. @throws StatusError 504 when it cannot be kept. */
export async function signingKey(ctx: KeyContext): Promise<SigningKey> {
  // Who else makes one at the same time wins or loses: there is only one.
  for (let attempt = 0; attempt < 3; attempt++) {
    const found = await findSigningKey(ctx);
    if (found) return found;
    const value = encodeStored({ metadata: { name: NAME }, jwk: await generate() });
    await ctx.storage.commit({ writes: [{ key: KEY, expect: 0, deleted: false, value }] });
  }
  throw new StatusError(504, 'Timeout', 'the signing key of service accounts could not be stored');
}

async function generate(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

async function load(jwk: JWK): Promise<SigningKey> {
  const { d: _private, ...publicJwk } = jwk;
  const id = await calculateJwkThumbprint(publicJwk);
  return {
    algorithm: ALGORITHM,
    id,
    key: (await importJWK(jwk, ALGORITHM)) as CryptoKey,
    publicKey: (await importJWK(publicJwk, ALGORITHM)) as CryptoKey,
    jwks: { keys: [{ ...publicJwk, use: 'sig', kid: id, alg: ALGORITHM }] },
  };
}
