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
  /** What verifies its signatures, as /openid/v1/jwks has it. */
  readonly jwks: JSONWebKeySet;
}

/** By the memory of a server for one cluster, so no cluster ever sees another's. */
const known = new WeakMap<AdmissionCache, SigningKey>();

/** The cluster's key. @throws StatusError 504 when it cannot be kept. */
export async function signingKey({ storage, cache }: RequestContext): Promise<SigningKey> {
  const found = known.get(cache);
  if (found) return found;
  // Who else makes one at the same time wins or loses: there is only one.
  for (let attempt = 0; attempt < 3; attempt++) {
    const row = await storage.get(KEY);
    if (row) {
      const key = await load(JSON.parse(row.value).jwk);
      known.set(cache, key);
      return key;
    }
    const value = encodeStored({ metadata: { name: NAME }, jwk: await generate() });
    await storage.commit({ writes: [{ key: KEY, expect: 0, deleted: false, value }] });
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
    jwks: { keys: [{ ...publicJwk, use: 'sig', kid: id, alg: ALGORITHM }] },
  };
}
