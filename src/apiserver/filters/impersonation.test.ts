import { describe, expect, it } from 'vitest';
import type { UserInfo } from '../../apis/definition.ts';
import { type Attributes, resourceAttributes } from '../../registry/authorization/attributes.ts';
import { type Ask, impersonated } from './impersonation.ts';

const admin: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
const jane: UserInfo = { username: 'jane', groups: ['system:authenticated'] };
const listPods = (user: UserInfo): Attributes =>
  resourceAttributes(user, 'list', '', 'pods', { namespace: 'shop' });

const everything: Ask = async () => ({ allowed: true, reason: '' });
const as = (headers: Record<string, string>, ask = everything, user = admin) =>
  impersonated(new Headers(headers), listPods(user), ask);

const shown = (asked: Attributes): string =>
  asked.isResource
    ? `${asked.verb} ${asked.group}/${asked.resource}${asked.subresource && `/${asked.subresource}`} ${asked.namespace && `${asked.namespace}/`}${asked.name}`
    : `${asked.verb} ${asked.path}`;

/** Allows what is in the list, and notes what was asked. */
function only(allowed: readonly string[]): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask: async (attributes) => {
      asked.push(shown(attributes));
      return { allowed: allowed.includes(shown(attributes)), reason: '' };
    },
  };
}

describe('the user that is acted for', () => {
  it('is the one who asks when nobody is named', async () => {
    expect(await as({})).toBe(admin);
  });

  it.each([
    [{ 'Impersonate-User': 'jane' }, { username: 'jane', groups: ['system:authenticated'] }],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Group': 'dev, ops', 'Impersonate-Uid': '7' },
      { username: 'jane', uid: '7', groups: ['dev', 'ops', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Group': 'dev, ,,ops,x, art' },
      { username: 'jane', groups: ['dev', ',,ops,x', 'art', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Group': 'system:masters' },
      { username: 'jane', groups: ['system:masters', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'system:serviceaccount:shop:till' },
      {
        username: 'system:serviceaccount:shop:till',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
      },
    ],
    [
      { 'Impersonate-User': 'system:serviceaccount:shop:till', 'Impersonate-Group': 'dev' },
      { username: 'system:serviceaccount:shop:till', groups: ['dev', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'system:node:node-1' },
      { username: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'system:anonymous' },
      { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    ],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Group': 'system:unauthenticated' },
      { username: 'jane', groups: ['system:unauthenticated'] },
    ],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Extra-a.io%2Fb': 'c' },
      { username: 'jane', groups: ['system:authenticated'], extra: { 'a.io/b': ['c'] } },
    ],
  ])('%j', async (headers, user) => {
    expect(await as(headers as never)).toEqual(user);
  });

  it('must have a name', async () => {
    await expect(as({ 'Impersonate-Group': 'dev', 'Impersonate-Extra-A': 'b' })).rejects.toThrow(
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"dev"}, Extra:map[string][]string{"a":[]string{"b"}}} without impersonating a user name',
    );
  });
});

describe('what is asked before', () => {
  const headers = {
    'Impersonate-User': 'bob',
    'Impersonate-Uid': '7',
    'Impersonate-Group': 'dev',
    'Impersonate-Extra-acme.io%2Fteam': 'a',
  };
  const fields = [
    'impersonate /users bob',
    'impersonate authentication.k8s.io/uids 7',
    'impersonate /groups dev',
    'impersonate authentication.k8s.io/userextras/acme.io/team a',
  ];
  const constrained = [
    'impersonate-on:user-info:list /pods shop/',
    'impersonate:user-info authentication.k8s.io/users bob',
    'impersonate:user-info authentication.k8s.io/uids 7',
    'impersonate:user-info authentication.k8s.io/groups dev',
    'impersonate:user-info authentication.k8s.io/userextras/acme.io/team a',
  ];

  it('is every field, in the old mode after the constrained one has failed', async () => {
    const { ask, asked } = only(fields);
    expect((await as(headers, ask, jane)).username).toBe('bob');
    expect(asked).toEqual([constrained[0], ...fields]);
  });

  it('is the request and every field in the constrained mode', async () => {
    const { ask, asked } = only(constrained);
    expect((await as(headers, ask, jane)).username).toBe('bob');
    expect(asked).toEqual(constrained);
  });

  it.each(fields)('is not enough without %s', async (left) => {
    const { ask } = only(fields.filter((field) => field !== left));
    await expect(as(headers, ask, jane)).rejects.toThrow(
      'pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "shop"',
    );
  });

  it('is about service accounts and nodes by name', async () => {
    const account = 'impersonate /serviceaccounts shop/till';
    const { ask, asked } = only([account]);
    await as({ 'Impersonate-User': 'system:serviceaccount:shop:till' }, ask, jane);
    expect(asked).toEqual(['impersonate-on:serviceaccount:list /pods shop/', account]);
    const node = only([
      'impersonate-on:arbitrary-node:list /pods shop/',
      'impersonate:arbitrary-node authentication.k8s.io/nodes node-1',
    ]);
    expect((await as({ 'Impersonate-User': 'system:node:node-1' }, node.ask, jane)).groups).toContain(
      'system:nodes',
    );
  });

  it('lets a service account be the node of its pod without naming it', async () => {
    const agent = {
      username: 'system:serviceaccount:shop:agent',
      groups: [],
      extra: { 'authentication.kubernetes.io/node-name': ['node-1'] },
    };
    const allowed = [
      'impersonate-on:associated-node:list /pods shop/',
      'impersonate:associated-node authentication.k8s.io/nodes *',
    ];
    const own = await as({ 'Impersonate-User': 'system:node:node-1' }, only(allowed).ask, agent);
    expect(own.username).toBe('system:node:node-1');
    await expect(as({ 'Impersonate-User': 'system:node:node-2' }, only(allowed).ask, agent)).rejects.toThrow(
      'impersonate-on:arbitrary-node:list',
    );
  });

  it('is about four groups or more at once, where that is constrained', async () => {
    const groups = { 'Impersonate-User': 'bob', 'Impersonate-Group': 'a, b, c, d' };
    const allowed = [
      'impersonate-on:user-info:list /pods shop/',
      'impersonate:user-info authentication.k8s.io/users bob',
    ];
    const every = [...allowed, 'impersonate:user-info authentication.k8s.io/groups *'];
    const many = only(every);
    expect((await as(groups, many.ask, jane)).groups).toEqual(['a', 'b', 'c', 'd', 'system:authenticated']);
    expect(many.asked).toEqual(every);
    const single = only([
      ...allowed,
      ...['a', 'b', 'c', 'd'].map((name) => `impersonate:user-info authentication.k8s.io/groups ${name}`),
    ]);
    expect((await as(groups, single.ask, jane)).username).toBe('bob');
    await expect(as(groups, only(allowed).ask, jane)).rejects.toThrow(
      'groups.authentication.k8s.io "a" is forbidden: User "jane" cannot impersonate:user-info resource "groups"',
    );
  });

  it('never gives system:masters in a constrained mode', async () => {
    const { ask } = only([
      'impersonate-on:user-info:list /pods shop/',
      'impersonate:user-info authentication.k8s.io/users bob',
      'impersonate:user-info authentication.k8s.io/groups system:masters',
    ]);
    await expect(
      as({ 'Impersonate-User': 'bob', 'Impersonate-Group': 'system:masters' }, ask, jane),
    ).rejects.toThrow(
      'groups.authentication.k8s.io "system:masters" is forbidden: User "jane" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed',
    );
  });
});
