/**
 * Acting as somebody else. There are several modes; the first one that the user is allowed to use counts. The constrained
 * ones ask whether this very request may be made as another, and then who the other may be; the old one asks the latter alone.
 * Source: apiserver pkg/endpoints/filters/impersonation/{constrained_impersonation,mode}.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { badRequest, type StatusError } from '../../apimachinery/status.ts';
import { nameIsDNSSubdomain, validateNamespaceName } from '../../apimachinery/validation/names.ts';
import type { UserInfo } from '../../apis/definition.ts';
import { type Attributes, resourceAttributes, SUPERUSERS } from '../../registry/authorization/attributes.ts';
import { refusal } from '../../registry/authorization/forbidden.ts';

/** Whether somebody may do something, and if not, why. */
export type Ask = (attributes: Attributes) => Promise<{ allowed: boolean; reason: string }>;

const EXTRA = 'impersonate-extra-';
const MAX_VALUES = 100;
const NODE = 'system:node:';
const NODE_NAME = 'authentication.kubernetes.io/node-name';
const AUTHENTICATION = 'authentication.k8s.io';

/** Who is named, as the headers have it. */
interface Wanted {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, string[]>>;
}

/** A repeated header's values, which the platform joins like this. A value may have commas of its own. */
const listOf = (value: string | null): string[] =>
  (value ?? '').split(', ').filter(Boolean).slice(0, MAX_VALUES);

/** @throws StatusError 400 when groups, uid or extra are named without a user. */
function wantedUser(headers: Headers): Wanted | undefined {
  const username = headers.get('Impersonate-User') ?? '';
  const groups = listOf(headers.get('Impersonate-Group'));
  const uid = headers.get('Impersonate-Uid') ?? '';
  const extra: Record<string, string[]> = {};
  headers.forEach((value, name) => {
    if (name.startsWith(EXTRA)) extra[decodeKey(name.slice(EXTRA.length))] = listOf(value);
  });
  if (username !== '') return { username, uid, groups, extra };
  if (groups.length === 0 && uid === '' && Object.keys(extra).length === 0) return undefined;
  throw badRequest(`requested ${goUser({ username, uid, groups, extra })} without impersonating a user name`);
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

const goSlice = (texts: readonly string[]): string =>
  texts.length > 0 ? `[]string{${texts.map(goQuote).join(', ')}}` : '[]string(nil)';

/** As Go prints the struct. */
function goUser({ username, uid, groups, extra }: Wanted): string {
  const entries = Object.entries(extra).sort(([a], [b]) => (a < b ? -1 : 1));
  const map = entries.map(([key, values]) => `${goQuote(key)}:${goSlice(values)}`).join(', ');
  const shown = entries.length > 0 ? `map[string][]string{${map}}` : 'map[string][]string(nil)';
  return `&user.DefaultInfo{Name:${goQuote(username)}, UID:${goQuote(uid)}, Groups:${goSlice(groups)}, Extra:${shown}}`;
}

/** Namespace and name of a service account's username. */
export function serviceAccountOf(username: string): { namespace: string; name: string } | undefined {
  const [system, kind, namespace = '', name = '', ...more] = username.split(':');
  if (system !== 'system' || kind !== 'serviceaccount' || more.length > 0) return undefined;
  const valid =
    validateNamespaceName(namespace, false).length === 0 && nameIsDNSSubdomain(name, false).length === 0;
  return valid ? { namespace, name } : undefined;
}

function nodeOf(username: string): string | undefined {
  const name = username.startsWith(NODE) ? username.slice(NODE.length) : '';
  return name && nameIsDNSSubdomain(name, false).length === 0 ? name : undefined;
}

const onlyName = ({ uid, groups, extra }: Wanted): boolean =>
  uid === '' && groups.length === 0 && Object.keys(extra).length === 0;

interface Mode {
  readonly name: string;
  readonly constrained: boolean;
  applies(wanted: Wanted, requestor: UserInfo): boolean;
  /** The name that is asked for instead of the node's own. */
  readonly anyNode?: true;
}

const MODES: readonly Mode[] = [
  {
    name: 'associated-node',
    constrained: true,
    anyNode: true,
    applies: (wanted, { username, extra }) => {
      const node = nodeOf(wanted.username);
      const own = extra?.[NODE_NAME];
      return (
        onlyName(wanted) &&
        node !== undefined &&
        serviceAccountOf(username) !== undefined &&
        own?.length === 1 &&
        own[0] === node
      );
    },
  },
  {
    name: 'arbitrary-node',
    constrained: true,
    applies: (wanted) => onlyName(wanted) && nodeOf(wanted.username) !== undefined,
  },
  {
    name: 'serviceaccount',
    constrained: true,
    applies: (wanted) => onlyName(wanted) && serviceAccountOf(wanted.username) !== undefined,
  },
  {
    name: 'user-info',
    constrained: true,
    applies: ({ username }) => nodeOf(username) === undefined && serviceAccountOf(username) === undefined,
  },
  { name: 'legacy', constrained: false, applies: () => true },
];

const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** Why the constrained modes take no such extra. */
function flawOf(extra: Wanted['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    const slash = key.indexOf('/');
    const prefixed = slash > 0 && slash < key.length - 1;
    if (!prefixed) {
      const message = 'must be a domain-prefixed path (such as "acme.io/foo")';
      return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${goQuote(key)}: ${message}`;
    }
    const [problem] = nameIsDNSSubdomain(key.slice(0, slash), false);
    if (problem || !HTTP_PATH.test(key.slice(slash + 1))) {
      return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${goQuote(key)}: ${problem ?? 'Invalid path'}`;
    }
    if (key !== key.toLowerCase()) {
      return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
    }
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
  }
  return undefined;
}

/** What must be allowed: all of it, or as much as one question about everything of that sort. */
interface Question {
  readonly everything?: Attributes;
  readonly each: readonly Attributes[];
}

/** So many values are first asked about at once, in the constrained modes. */
const MANY = 4;

/** What is asked about the other, step by step. Throws what forbids a mode by itself. */
function* questions(mode: Mode, wanted: Wanted, requestor: UserInfo): Generator<Question> {
  const { constrained } = mode;
  const verb = constrained ? `impersonate:${mode.name}` : 'impersonate';
  const group = constrained ? AUTHENTICATION : '';
  const about = (
    of: string,
    resource: string,
    rest: { name?: string; namespace?: string; subresource?: string } = {},
  ): Attributes => resourceAttributes(requestor, verb, of, resource, rest);

  const node = constrained ? nodeOf(wanted.username) : undefined;
  const account = serviceAccountOf(wanted.username);
  if (account) yield { each: [about(group, 'serviceaccounts', account)] };
  else if (node === undefined) yield { each: [about(group, 'users', { name: wanted.username })] };
  else yield { each: [about(group, 'nodes', { name: mode.anyNode ? '*' : node })] };

  if (wanted.uid) yield { each: [about(AUTHENTICATION, 'uids', { name: wanted.uid })] };

  if (constrained && wanted.groups.includes(SUPERUSERS)) {
    const asked = about(group, 'groups', { name: SUPERUSERS });
    throw refusal(asked, 'impersonating the system:masters group is not allowed');
  }
  const groups = wanted.groups.map((name) => about(group, 'groups', { name }));
  const manyGroups = constrained && groups.length >= MANY;
  yield { each: groups, ...(manyGroups ? { everything: about(group, 'groups', { name: '*' }) } : {}) };

  const flaw = constrained ? flawOf(wanted.extra) : undefined;
  if (flaw) throw refusal(about(AUTHENTICATION, 'userextras'), flaw);
  const values = Object.entries(wanted.extra).flatMap(([subresource, names]) =>
    names.map((name) => about(AUTHENTICATION, 'userextras', { subresource, name })),
  );
  const everything = about(AUTHENTICATION, 'userextras', { subresource: '*', name: '*' });
  yield { each: values, ...(constrained && values.length >= MANY ? { everything } : {}) };
}

/** The user that is meant; those of a node or a service account have the groups that follow from it. */
function userOf(mode: Mode, { username, uid, groups: named, extra }: Wanted): UserInfo {
  const account = named.length === 0 ? serviceAccountOf(username) : undefined;
  const groups = account
    ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`]
    : mode.constrained && nodeOf(username) !== undefined
      ? ['system:nodes']
      : [...named];
  const unknown = username === 'system:anonymous' || groups.includes('system:unauthenticated');
  const kind = unknown ? 'system:unauthenticated' : 'system:authenticated';
  if (!groups.includes(kind)) groups.push(kind);
  return {
    username,
    ...(uid ? { uid } : {}),
    groups,
    ...(Object.keys(extra).length > 0 ? { extra: { ...extra } } : {}),
  };
}

/** Undefined: the mode is not for such users. @throws StatusError 403. */
async function tryMode(
  mode: Mode,
  wanted: Wanted,
  attributes: Attributes,
  ask: Ask,
): Promise<UserInfo | undefined> {
  const requestor = attributes.user;
  if (!mode.applies(wanted, requestor)) return undefined;
  const check = async (asked: Attributes): Promise<void> => {
    const { allowed, reason } = await ask(asked);
    if (!allowed) throw refusal(asked, reason);
  };
  if (mode.constrained) {
    await check({ ...attributes, verb: `impersonate-on:${mode.name}:${attributes.verb}` });
  }
  for (const { everything, each } of questions(mode, wanted, requestor)) {
    if (everything && (await ask(everything)).allowed) continue;
    for (const asked of each) await check(asked);
  }
  return userOf(mode, wanted);
}

/**
 * The user a request is made for: the one who makes it, or the one its headers name.
 * @throws StatusError 400, 403 with what the first mode lacks.
 */
export async function impersonated(headers: Headers, attributes: Attributes, ask: Ask): Promise<UserInfo> {
  const wanted = wantedUser(headers);
  if (!wanted) return attributes.user;
  let first: StatusError | undefined;
  for (const mode of MODES) {
    try {
      const user = await tryMode(mode, wanted, attributes, ask);
      if (user) return user;
    } catch (error) {
      first ??= error as StatusError;
    }
  }
  throw first;
}
