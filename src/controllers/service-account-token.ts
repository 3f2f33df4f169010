/**
 * Secrets of type kubernetes.io/service-account-token are filled with a token of the account they name, and deleted with it.
 * Source: kubernetes pkg/controller/serviceaccount/tokens_controller.go.
 */
import type { ConfigMap, Secret, ServiceAccount } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isConflict, isNotFound } from './errors.ts';
import { type Controller, type ControllerContext, keyOfObject, splitKey } from './framework.ts';
import { ROOT_CA_NAME } from './root-ca-publisher.ts';

const SECRETS: ResourceName = ['', 'secrets'];
const SERVICE_ACCOUNTS: ResourceName = ['', 'serviceaccounts'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';

type SecretObject = Stored<Secret & KubeObject>;
type Account = Stored<ServiceAccount & KubeObject>;

const isToken = ({ type }: KubeObject): boolean => type === TYPE;

/** Whether a secret is, or would be, of this very account. */
function isOf({ metadata: { annotations } }: Stored, account: Stored): boolean {
  const uid = annotations?.[UID];
  return annotations?.[NAME] === account.metadata.name && (!uid || uid === account.metadata.uid);
}

/** Keys are those of secrets. */
export const serviceAccountTokenController: Controller = {
  name: 'tokens-controller',
  watches: [
    {
      resource: SECRETS,
      whole: isToken,
      *keys({ object, old }) {
        if (object && isToken(object)) yield keyOfObject(object);
        else if (old && isToken(old)) yield keyOfObject(old);
      },
    },
    {
      resource: SERVICE_ACCOUNTS,
      *keys({ object, old }, { lister }) {
        // What changes in an account changes nothing for its tokens.
        if (object && old && object.metadata.uid === old.metadata.uid) return;
        const account = (old ?? object)!;
        for (const secret of lister<SecretObject>(SECRETS).list(account.metadata.namespace!)) {
          if (isToken(secret) && secret.metadata.annotations?.[NAME] === account.metadata.name) {
            yield keyOfObject(secret);
          }
        }
      },
    },
  ],
  async reconcile(key, ctx) {
    const { namespace, name } = splitKey(key);
    const secret = ctx.lister<SecretObject>(SECRETS).get(namespace, name);
    if (!secret) return forgetSecret(ctx, namespace, name);
    if (!isToken(secret) || secret.metadata.deletionTimestamp) return;
    const owner = secret.metadata.annotations?.[NAME];
    if (!owner) return;
    // The newest: the secret may have come before its account.
    const account = await ctx.client.get<Account>(SERVICE_ACCOUNTS, namespace, owner);
    if (!account || !isOf(secret, account)) {
      const { uid } = secret.metadata;
      const options = uid ? { preconditions: { uid } } : {};
      await ignoring(ctx.client.delete(SECRETS, namespace, name, options), isConflict);
      return;
    }
    await fill(ctx, secret, account);
  },
};

/** Base64 of a text in UTF-8. */
const encoded = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What of a secret is not as it should be; undefined: nothing. */
async function missing(
  { client }: ControllerContext,
  { data }: SecretObject,
  namespace: string,
): Promise<{ data: Record<string, string>; token: boolean } | undefined> {
  const root = await client.get<ConfigMap & KubeObject>(CONFIG_MAPS, namespace, ROOT_CA_NAME);
  const ca = root?.data?.['ca.crt'];
  const wanted = {
    ...(ca && data?.['ca.crt'] !== encoded(ca) ? { 'ca.crt': encoded(ca) } : {}),
    ...(data?.namespace ? {} : { namespace: encoded(namespace) }),
  };
  const token = !data?.token;
  return token || Object.keys(wanted).length > 0 ? { data: wanted, token } : undefined;
}

async function fill(ctx: ControllerContext, secret: SecretObject, account: Account): Promise<void> {
  const { namespace = '', name = '', resourceVersion } = secret.metadata;
  const lacks = await missing(ctx, secret, namespace);
  if (!lacks) return;
  const token: Record<string, string> = lacks.token
    ? { token: encoded(await ctx.client.legacyToken(account, secret)) }
    : {};
  await ignoring(
    ctx.client.update<Secret & KubeObject>(SECRETS, namespace, name, (object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        // Who changed it meanwhile is looked at again.
        ...(resourceVersion ? { resourceVersion } : {}),
        annotations: {
          ...object.metadata.annotations,
          [NAME]: account.metadata.name!,
          [UID]: account.metadata.uid!,
        },
      },
      data: { ...object.data, ...lacks.data, ...token },
    })),
    isNotFound,
    isConflict,
  );
}

/** No account of the namespace lists a secret that is gone. */
async function forgetSecret(
  { client, lister }: ControllerContext,
  namespace: string,
  name: string,
): Promise<void> {
  for (const { metadata, secrets } of lister<Account>(SERVICE_ACCOUNTS).list(namespace)) {
    if (!secrets?.some((reference) => reference.name === name)) continue;
    await ignoring(
      client.update<ServiceAccount & KubeObject>(SERVICE_ACCOUNTS, namespace, metadata.name!, (account) => ({
        ...account,
        secrets: (account.secrets ?? []).filter((reference) => reference.name !== name),
      })),
      isNotFound,
      isConflict,
    );
  }
}
