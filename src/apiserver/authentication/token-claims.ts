/**
 * What the tokens of service accounts say, once their signature is verified.
 * Source: kubernetes pkg/serviceaccount/{jwt,claims,legacy}.go.
 */
import { compactVerify, decodeProtectedHeader } from 'jose';
import { quotedList } from '../../registry/authorization/covers.ts';
import type { SigningKey } from '../../registry/service-account-keys.ts';
import { ISSUER, LEGACY_ISSUER } from '../../registry/subresources/token.ts';

/** Whom tokens are for that name nobody, and who is asked for when nobody is. */
export const API_AUDIENCES: readonly string[] = [ISSUER];

/** A token that is not good, and why. */
export class TokenError extends Error {}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly jti: string;
  /** Seconds since the epoch; absent: without bounds. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly namespace: string;
  readonly account: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const seconds = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function reference(value: unknown): Reference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, uid } = record(value);
  return { name: text(name), uid: text(uid) };
}

function parse(payload: string): Record<string, unknown> {
  try {
    return record(JSON.parse(payload));
  } catch {
    return {};
  }
}

/** The issuer a token names, unverified; undefined when it is no JWT. */
function issuerOf(token: string): string | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    return text(parse(atob(parts[1]!.replace(/-/g, '+').replace(/_/g, '/'))).iss);
  } catch {
    return undefined;
  }
}

/** Whether it is for this server to judge a token. */
export const isServiceAccountToken = (token: string): boolean => {
  const issuer = issuerOf(token);
  return issuer === ISSUER || issuer === LEGACY_ISSUER;
};

/**
 * The claims of a token whose issuer is this cluster.
 * @throws TokenError when its signature is not the key's.
 */
export async function verify(token: string, key: SigningKey | undefined): Promise<Claims> {
  let id: string | undefined;
  try {
    id = decodeProtectedHeader(token).kid;
  } catch {
    throw new TokenError('invalid bearer token');
  }
  if (!key || (id !== undefined && id !== key.id)) throw new TokenError('invalid signature, no keys found');
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key.publicKey, { algorithms: [key.algorithm] }));
  } catch {
    throw new TokenError('go-jose/go-jose: error in cryptographic primitive');
  }
  const claims = parse(new TextDecoder().decode(payload));
  const { iss, sub, aud, jti, exp, nbf, iat } = claims;
  const own = record(claims['kubernetes.io']);
  const legacy = (name: string): string => text(claims[`kubernetes.io/serviceaccount/${name}`]);
  const isLegacy = iss === LEGACY_ISSUER;
  const account = isLegacy
    ? { name: legacy('service-account.name'), uid: legacy('service-account.uid') }
    : (reference(own.serviceaccount) ?? { name: '', uid: '' });
  const times = { exp: seconds(exp), nbf: seconds(nbf), iat: seconds(iat) };
  const bound = {
    pod: reference(own.pod),
    secret: isLegacy ? { name: legacy('secret.name'), uid: '' } : reference(own.secret),
    node: reference(own.node),
  };
  return {
    iss: text(iss),
    sub: text(sub),
    aud: (Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]).map(text),
    jti: text(jti),
    namespace: isLegacy ? legacy('namespace') : text(own.namespace),
    account,
    ...present(times),
    ...present(bound),
  };
}

/** Only what is there. */
const present = <T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;

/** Which of the wanted audiences a token is for. @throws TokenError when it is for none of them. */
export function audiencesOf({ aud }: Claims, wanted: readonly string[]): string[] {
  const own = aud.length > 0 ? aud : API_AUDIENCES;
  const both = own.filter((one) => wanted.includes(one));
  if (both.length > 0) return both;
  throw new TokenError(
    `token audiences ${quotedList(own)} is invalid for the target audiences ${quotedList(wanted)}`,
  );
}

/** Clocks may differ by so many seconds. */
export const LEEWAY = 60;

/** @throws TokenError; `now` in seconds. */
export function checkTimes({ nbf, exp, iat }: Claims, now: number): void {
  if (nbf !== undefined && now + LEEWAY < nbf) throw new TokenError('service account token is not valid yet');
  if (exp !== undefined && now - LEEWAY > exp) throw new TokenError('service account token has expired');
  if (iat !== undefined && now + LEEWAY < iat) {
    throw new TokenError('service account token is issued in the future');
  }
}

/** @throws TokenError for a token of a secret that lacks a claim or has two that do not agree. */
export function checkLegacyClaims({ sub, namespace, secret, account }: Claims): void {
  const needed: readonly [string, string][] = [
    ['sub', sub],
    ['namespace', namespace],
    ['secretName', secret?.name ?? ''],
    ['serviceAccountName', account.name],
    ['serviceAccountUID', account.uid],
  ];
  for (const [name, value] of needed) if (!value) throw new TokenError(`${name} claim is missing`);
  if (sub !== `system:serviceaccount:${namespace}:${account.name}`) {
    throw new TokenError('sub claim is invalid');
  }
}
