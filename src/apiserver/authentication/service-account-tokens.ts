/**
 * Authentication with the tokens of service accounts: what a token is bound to must still be there, as the same object.
 * What was found good is taken for good for a second.
 * Source: kubernetes pkg/serviceaccount/{claims,legacy}.go, apiserver pkg/authentication/serviceaccount/util.go.
 */
import type { Clock } from '../../apimachinery/clock.ts';
import type { Random } from '../../apimachinery/random.ts';
import type { Secret } from '../../apimachinery/types/core.v1.gen.ts';
import type { UserInfo } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import type { AdmissionCache } from '../../registry/cache.ts';
import { fromRow, keyOf } from '../../registry/commit.ts';
import type { RequestContext } from '../../registry/context.ts';
import { findSigningKey } from '../../registry/service-account-keys.ts';
import { LEGACY_ISSUER } from '../../registry/subresources/token.ts';
import { guaranteedUpdate } from '../../registry/update.ts';
import type { Storage } from '../../storage/types.ts';
import {
  API_AUDIENCES,
  audiencesOf,
  checkLegacyClaims,
  checkTimes,
  type Claims,
  isServiceAccountToken,
  LEEWAY,
  TokenError,
  verify,
} from './token-claims.ts';

/** Somebody, and which of the asked audiences the credentials are for. */
export interface Authenticated {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

export interface TokenContext {
  readonly cluster: string;
  readonly storage: Storage;
  readonly cache: AdmissionCache;
  readonly clock: Clock;
  readonly random: Random;
}

const FRESH_MS = 1000;
/** Tokens remembered; the oldest go first. */
const LIMIT = 1000;
const PREFIX = 'authentication.kubernetes.io/';
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const DAY_MS = 86_400_000;

interface Known {
  readonly claims: Claims;
  /** ms: until then nobody looks at the objects again. */
  goodUntil: number;
}

const memories = new WeakMap<AdmissionCache, Map<string, Known>>();

function memoryOf(cache: AdmissionCache): Map<string, Known> {
  let memory = memories.get(cache);
  if (!memory) {
    memory = new Map();
    memories.set(cache, memory);
  }
  return memory;
}

/**
 * Undefined when the token is none of a service account.
 * @throws TokenError when it is, and is not good.
 */
export async function authenticateServiceAccount(
  ctx: TokenContext,
  token: string,
  wanted: readonly string[] = API_AUDIENCES,
): Promise<Authenticated | undefined> {
  if (!isServiceAccountToken(token)) return undefined;
  const known = await verified(ctx, token);
  const { claims } = known;
  const audiences = audiencesOf(claims, wanted);
  const now = ctx.clock.now();
  checkTimes(claims, now / 1000);
  if (now >= known.goodUntil || now < known.goodUntil - FRESH_MS) {
    if (claims.iss === LEGACY_ISSUER) await checkSecret(ctx, claims, token);
    else await checkBound(ctx, claims);
    known.goodUntil = now + FRESH_MS;
  }
  return { user: userOf(claims), audiences };
}

/** Its signature is verified once. */
async function verified(ctx: TokenContext, token: string): Promise<Known> {
  const memory = memoryOf(ctx.cache);
  const found = memory.get(token);
  if (found) return found;
  const known = { claims: await verify(token, await findSigningKey(ctx)), goodUntil: 0 };
  memory.set(token, known);
  if (memory.size > LIMIT) memory.delete(memory.keys().next().value!);
  return known;
}

type Found = Stored | undefined;

/** Objects by resource and name, in one read. */
async function read(
  { storage }: TokenContext,
  wanted: readonly (readonly [resource: string, namespace: string, name: string])[],
): Promise<Found[]> {
  const keys = wanted.map(([resource, namespace, name]) =>
    keyOf(resourceNamed('', resource), namespace, name),
  );
  const rows = new Map((await storage.getMany(keys)).map((row) => [row.key, row]));
  return wanted.map(([resource], index) => {
    const row = rows.get(keys[index]!);
    return row && fromRow(resourceNamed('', resource), row);
  });
}

/** Whether an object was deleted and only waits for its end. */
function isLeaving({ metadata }: Stored, leewaySeconds: number, now: number): boolean {
  const since = metadata.deletionTimestamp;
  return since !== undefined && Date.parse(since) < now - leewaySeconds * 1000;
}

const INVALIDATED = 'service account token has been invalidated';

/** The objects a token of the token subresource is bound to. @throws TokenError. */
async function checkBound(
  ctx: TokenContext,
  { namespace, account, pod, secret, node }: Claims,
): Promise<void> {
  const ofPod = pod !== undefined;
  const bound = [
    { what: 'secret', resource: 'secrets', namespace, claim: secret },
    { what: 'pod', resource: 'pods', namespace, claim: pod },
    // The node of a pod is only told, not checked.
    { what: 'node', resource: 'nodes', namespace: '', claim: ofPod ? undefined : node },
  ].filter(({ claim }) => claim !== undefined);
  const [owner, ...objects] = await read(ctx, [
    ['serviceaccounts', namespace, account.name],
    ...bound.map(({ resource, namespace: home, claim }) => [resource, home, claim!.name] as const),
  ]);
  const now = ctx.clock.now();
  if (!owner) throw new TokenError(`serviceaccounts ${JSON.stringify(account.name)} not found`);
  if (owner.metadata.uid !== account.uid) {
    throw new TokenError(`service account UID (${owner.metadata.uid}) does not match claim (${account.uid})`);
  }
  if (isLeaving(owner, LEEWAY, now)) {
    throw new TokenError(`service account ${namespace}/${account.name} has been deleted`);
  }
  for (const [index, { what, claim }] of bound.entries()) {
    const object = objects[index];
    if (!object) throw new TokenError(INVALIDATED);
    if (object.metadata.uid !== claim!.uid) {
      throw new TokenError(
        `${what} UID (${object.metadata.uid}) does not match service account ${what} ref claim (${claim!.uid})`,
      );
    }
    if (isLeaving(object, LEEWAY, now)) throw new TokenError(INVALIDATED);
  }
}

/** The secret that keeps a token of the old kind must still keep it. @throws TokenError. */
async function checkSecret(ctx: TokenContext, claims: Claims, token: string): Promise<void> {
  checkLegacyClaims(claims);
  const { namespace, account } = claims;
  const name = claims.secret!.name;
  const [secret, owner] = await read(ctx, [
    ['secrets', namespace, name],
    ['serviceaccounts', namespace, account.name],
  ]);
  if (!secret || secret.metadata.deletionTimestamp) throw new TokenError('Token has been invalidated');
  if (decoded(secret.data?.token) !== token) throw new TokenError("Token does not match server's copy");
  if (!owner) throw new TokenError(`serviceaccounts ${JSON.stringify(account.name)} not found`);
  if (owner.metadata.deletionTimestamp) {
    throw new TokenError(`ServiceAccount ${namespace}/${account.name} has been deleted`);
  }
  if (owner.metadata.uid !== account.uid) {
    throw new TokenError(`ServiceAccount UID (${owner.metadata.uid}) does not match claim (${account.uid})`);
  }
  await noteUse(ctx, secret);
  if (secret.metadata.labels?.[INVALID_SINCE]) {
    throw new TokenError(
      `the token in secret ${namespace}/${name} for service account ${namespace}/${account.name} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${INVALID_SINCE}' label from the secret to temporarily allow use of this token`,
    );
  }
}

function decoded(data: unknown): string | undefined {
  try {
    return typeof data === 'string' ? atob(data) : undefined;
  } catch {
    return undefined;
  }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The secret says on which day its token was last used. That it cannot is no ground to refuse the token. */
async function noteUse(ctx: TokenContext, secret: Stored): Promise<void> {
  const now = ctx.clock.now();
  const today = dayOf(now);
  const last = secret.metadata.labels?.[LAST_USED];
  if (last === today || last === dayOf(now + DAY_MS)) return;
  const context: RequestContext = {
    ...ctx,
    user: { username: 'system:apiserver', groups: ['system:masters'] },
    warnings: [],
  };
  const { namespace = '', name = '', uid } = secret.metadata;
  try {
    await guaranteedUpdate<Secret & KubeObject>(
      context,
      resourceNamed('', 'secrets'),
      namespace,
      name,
      (object) =>
        object.metadata.uid === uid
          ? {
              ...object,
              metadata: {
                ...object.metadata,
                labels: { ...object.metadata.labels, [LAST_USED]: today },
              },
            }
          : object,
      { fieldManager: 'kube-apiserver', isPatch: true },
    );
  } catch (error) {
    console.error(`the use of the token in ${namespace}/${name} could not be noted`, error);
  }
}

/** The user a token stands for. */
function userOf({ namespace, account, pod, node, jti }: Claims): UserInfo {
  const extra: Record<string, string[]> = {};
  if (jti) extra[`${PREFIX}credential-id`] = [`JTI=${jti}`];
  if (node?.name) {
    extra[`${PREFIX}node-name`] = [node.name];
    if (node.uid) extra[`${PREFIX}node-uid`] = [node.uid];
  }
  if (pod?.name && pod.uid) {
    extra[`${PREFIX}pod-name`] = [pod.name];
    extra[`${PREFIX}pod-uid`] = [pod.uid];
  }
  return {
    username: `system:serviceaccount:${namespace}:${account.name}`,
    uid: account.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}
