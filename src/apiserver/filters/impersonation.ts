/** Acting as somebody else. Source: apiserver pkg/endpoints/filters/impersonation.go. */
import { badRequest } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apis/definition.ts';

const EXTRA = 'impersonate-extra-';
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const MAX_VALUES = 100;

const listOf = (value: string | null): string[] =>
  (value ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
    .slice(0, MAX_VALUES);

/**
 * The user a request is made for: the one who makes it, or the one it names. Whoever holds a cluster's token is its
 * administrator and may act as anybody.
 * @throws StatusError 400 when groups, uid or extra are named without a user.
 */
export function impersonated(headers: Headers, user: UserInfo): UserInfo {
  const username = headers.get('Impersonate-User') ?? '';
  const groups = listOf(headers.get('Impersonate-Group'));
  const uid = headers.get('Impersonate-Uid') ?? '';
  const extra: Record<string, string[]> = {};
  headers.forEach((value, name) => {
    if (name.startsWith(EXTRA)) extra[decodeKey(name.slice(EXTRA.length))] = listOf(value);
  });
  if (username === '') {
    if (groups.length > 0 || uid !== '' || Object.keys(extra).length > 0) {
      throw badRequest('requested groups, a uid or extra fields without impersonating a user');
    }
    return user;
  }
  return {
    username,
    ...(uid ? { uid } : {}),
    groups: groupsOf(username, groups),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** Those of a service account follow from its name unless groups are named; everybody but anonymous is authenticated. */
function groupsOf(username: string, named: readonly string[]): string[] {
  const account = SERVICE_ACCOUNT.exec(username);
  const groups =
    named.length === 0 && account
      ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`]
      : [...named];
  const kind = username === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return groups.includes(kind) ? groups : [...groups, kind];
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
