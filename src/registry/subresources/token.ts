/** Tokens of service accounts. Source: kubernetes pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go. */
import { SignJWT } from 'jose';
import { invalid as invalidField } from '../../apimachinery/field-error.ts';
import { uuid } from '../../apimachinery/random.ts';
import { badRequest, conflict, forbidden, invalid, notFound } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { BoundObjectReference, TokenRequest } from '../../apimachinery/types/authentication.v1.gen.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { whyNothingNew } from '../admission/namespace-lifecycle.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { fromRow, keyOf } from '../commit.ts';
import { checkNamespace } from '../metadata.ts';
import { admitPosted } from './posted.ts';
import { signingKey } from '../service-account-keys.ts';

/** Who issues the tokens, and the audience of those that ask for none. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** Who issues the tokens that are kept in secrets, which have no end of their own. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount';

const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const ACCOUNTS = { group: '', resource: 'serviceaccounts' };
const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
/** What pods ask for that did not choose: such a token goes on being good for a year after clients should have renewed it. */
const WARN_ONLY_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

interface Reference {
  readonly name: string;
  readonly uid?: string;
}

/**
 * Makes a token for a service account.
 * @throws StatusError 404 no such namespace, account or bound object, 403 in a namespace that is going, 422, 400, 409 for an
 * account or a bound object of another uid.
 */
export async function requestToken(
  ctx: RequestContext,
  namespace: string,
  name: string,
  request: TokenRequest,
  options: WriteOptions = {},
): Promise<TokenRequest> {
  const now = ctx.clock.now();
  checkNamespace(namespace, request.metadata ?? {});
  const [home, account] = await Promise.all([
    read(ctx, 'namespaces', '', namespace),
    read(ctx, 'serviceaccounts', namespace, name),
  ]);
  if (!home) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (home.metadata.deletionTimestamp) throw forbidden(ACCOUNTS, name, ...whyNothingNew(namespace));
  checkName(request, name);
  if (!account) throw notFound(ACCOUNTS, name);
  const uid = account.metadata.uid!;
  checkUid(request, name, uid);
  const spec = {
    ...request.spec,
    audiences: request.spec?.audiences?.length ? request.spec.audiences : [ISSUER],
    expirationSeconds: request.spec?.expirationSeconds ?? DEFAULT_SECONDS,
  };
  checkExpiration(spec.expirationSeconds);
  const asked = {
    kind: KIND.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { ...request.metadata, name, namespace, uid, creationTimestamp: formatTime(now) },
    spec,
  };
  const posted = { subresource: 'token', kind: { ...KIND, version: 'v1' }, object: asked };
  await admitPosted(ctx, resourceNamed('', 'serviceaccounts'), namespace, name, posted, options);
  const bound = spec.boundObjectRef ? await bind(ctx, namespace, name, spec.boundObjectRef) : {};
  const extended =
    bound.pod && spec.expirationSeconds === WARN_ONLY_SECONDS && spec.audiences.includes(ISSUER);
  const seconds = Math.floor(now / 1000);
  const { algorithm, id, key } = await signingKey(ctx);
  const token = await new SignJWT({
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: { name, uid },
      ...(extended ? { warnafter: seconds + Number(spec.expirationSeconds) } : {}),
    },
  })
    .setProtectedHeader({ alg: algorithm, kid: id })
    .setIssuer(ISSUER)
    .setSubject(`system:serviceaccount:${namespace}:${name}`)
    .setAudience(spec.audiences)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + (extended ? EXTENDED_SECONDS : Number(spec.expirationSeconds)))
    .setJti(uuid(ctx.random))
    .sign(key);
  return {
    ...asked,
    status: { token, expirationTimestamp: formatTime(now + Number(spec.expirationSeconds) * 1000) },
  };
}

/**
 * The token of a secret of type kubernetes.io/service-account-token: good as long as the secret has it.
 * Source: kubernetes pkg/serviceaccount/legacy.go.
 */
export async function legacyToken(ctx: RequestContext, account: Stored, secret: Stored): Promise<string> {
  const { algorithm, id, key } = await signingKey(ctx);
  const { namespace, name, uid } = account.metadata;
  const claim = (field: string): string => `kubernetes.io/serviceaccount/${field}`;
  return new SignJWT({
    [claim('namespace')]: namespace,
    [claim('secret.name')]: secret.metadata.name,
    [claim('service-account.name')]: name,
    [claim('service-account.uid')]: uid,
  })
    .setProtectedHeader({ alg: algorithm, kid: id })
    .setIssuer(LEGACY_ISSUER)
    .setSubject(`system:serviceaccount:${namespace}:${name}`)
    .sign(key);
}

function checkName({ metadata }: TokenRequest, name: string): void {
  if (!metadata?.name || metadata.name === name) return;
  const message = 'must match the service account name if specified';
  throw invalid(KIND, name, [invalidField('metadata.name', metadata.name, message)]);
}

/** Who names a uid means that account, and not a later one of its name. */
function checkUid({ metadata }: TokenRequest, name: string, uid: string): void {
  if (!metadata?.uid || metadata.uid === uid) return;
  throw conflict(
    { group: KIND.group, resource: KIND.kind },
    name,
    `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
  );
}

function checkExpiration(seconds: number | bigint): void {
  const refuse = (message: string): Error =>
    invalid(KIND, '', [invalidField('spec.expirationSeconds', seconds, message)]);
  if (seconds < MIN_SECONDS) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) throw refuse('may not specify a duration larger than 2^32 seconds');
}

/** The claims of the object whose end is the end of the token. */
async function bind(
  ctx: RequestContext,
  namespace: string,
  account: string,
  { apiVersion = '', kind = '', name = '', uid }: BoundObjectReference,
): Promise<{ pod?: Reference; node?: Reference; secret?: Reference }> {
  const refer = ({ metadata }: Stored): Reference => {
    if (uid && uid !== metadata.uid) {
      throw conflict(
        { group: '', resource: kind },
        name,
        `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    }
    return { name: metadata.name!, uid: metadata.uid! };
  };
  switch (apiVersion === 'v1' ? kind : '') {
    case 'Pod': {
      const pod = await find<Pod>(ctx, 'pods', namespace, name);
      const runsAs = pod.spec?.serviceAccountName ?? '';
      if (runsAs !== account) {
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
        );
      }
      const node = pod.spec?.nodeName ? await nodeOf(ctx, pod.spec.nodeName) : undefined;
      return { ...(node ? { node } : {}), pod: refer(pod) };
    }
    case 'Node':
      return { node: refer(await find(ctx, 'nodes', '', name)) };
    case 'Secret':
      return { secret: refer(await find(ctx, 'secrets', namespace, name)) };
    default: {
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
    }
  }
}

/** A node that is gone is still named. */
async function nodeOf(ctx: RequestContext, name: string): Promise<Reference> {
  const node = await read(ctx, 'nodes', '', name);
  return node ? { name, uid: node.metadata.uid! } : { name };
}

async function read<T extends KubeObject>(
  ctx: RequestContext,
  resource: string,
  namespace: string,
  name: string,
): Promise<Stored<T> | undefined> {
  const definition = resourceNamed('', resource);
  const row = await ctx.storage.get(keyOf(definition, namespace, name));
  return row ? fromRow<T>(definition, row) : undefined;
}

async function find<T extends KubeObject>(
  ctx: RequestContext,
  resource: string,
  namespace: string,
  name: string,
): Promise<Stored<T>> {
  const found = await read<T>(ctx, resource, namespace, name);
  if (!found) throw notFound({ group: '', resource }, name);
  return found;
}
