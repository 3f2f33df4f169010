import { describe, expect, it } from 'vitest';
import type { PolicyRule, Subject } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { resourceAttributes } from './attributes.ts';
import { aggregateMessages, Policy, type PolicyObjects } from './policy.ts';

const NAMESPACE = 'shop';
const rules = (...resources: string[]): PolicyRule[] => [{ apiGroups: [''], resources, verbs: ['get'] }];
const role = (name: string, given: PolicyRule[], namespace = ''): Stored => ({
  metadata: { name, ...(namespace ? { namespace } : {}) },
  rules: given,
});
const binding = (name: string, ref: string, subjects: Subject[], namespace = ''): Stored => {
  const [kind, roleName] = ref.split('/');
  return {
    metadata: { name, ...(namespace ? { namespace } : {}) },
    roleRef: { kind, name: roleName },
    subjects,
  };
};
const policy = (objects: Partial<PolicyObjects>): Policy =>
  new Policy({
    clusterRoles: [],
    clusterRoleBindings: [],
    roles: [],
    roleBindings: [],
    namespace: NAMESPACE,
    ...objects,
  });
const jane = { username: 'jane', groups: ['devs', 'system:authenticated'] };
const ask = (on: Policy, resource: string, user = jane, namespace = NAMESPACE) =>
  on.authorize(resourceAttributes(user, 'get', '', resource, { namespace }));

describe('who is bound', () => {
  const of = (...subjects: Subject[]) =>
    policy({
      roles: [role('r', rules('pods'), NAMESPACE)],
      roleBindings: [binding('b', 'Role/r', subjects, NAMESPACE)],
    });
  const account = { username: 'system:serviceaccount:shop:till', groups: [] };

  it.each<[Subject, typeof jane, string | undefined]>([
    [{ kind: 'User', name: 'jane' }, jane, 'User "jane"'],
    [{ kind: 'User', name: 'devs' }, jane, undefined],
    [{ kind: 'Group', name: 'devs' }, jane, 'Group "devs"'],
    [{ kind: 'Group', name: 'jane' }, jane, undefined],
    [{ kind: 'ServiceAccount', name: 'till' }, account, 'ServiceAccount "till/shop"'],
    [{ kind: 'ServiceAccount', name: 'till', namespace: 'shop' }, account, 'ServiceAccount "till/shop"'],
    [{ kind: 'ServiceAccount', name: 'till', namespace: 'bank' }, account, undefined],
    [{ kind: 'User', name: account.username }, account, `User "${account.username}"`],
    [{ kind: 'Robot', name: 'jane' }, jane, undefined],
  ])('%j for %j', (subject, user, shown) => {
    const decision = ask(of({ kind: 'User', name: 'nobody' }, subject), 'pods', user);
    expect(decision.allowed).toBe(shown !== undefined);
    expect(decision.reason).toBe(
      shown === undefined ? '' : `RBAC: allowed by RoleBinding "b/shop" of Role "r" to ${shown}`,
    );
  });

  it('is nobody by a service account without a namespace in a cluster role binding', () => {
    const on = policy({
      clusterRoles: [role('r', rules('pods'))],
      clusterRoleBindings: [binding('b', 'ClusterRole/r', [{ kind: 'ServiceAccount', name: 'till' }])],
    });
    expect(ask(on, 'pods', account).allowed).toBe(false);
  });
});

describe('a decision', () => {
  const on = policy({
    clusterRoles: [role('reader', rules('pods')), role('writer', rules('secrets'))],
    clusterRoleBindings: [
      binding('all', 'ClusterRole/reader', [{ kind: 'Group', name: 'devs' }]),
      binding('lost', 'ClusterRole/nowhere', [{ kind: 'User', name: 'jane' }]),
    ],
    roles: [role('local', rules('configmaps'), NAMESPACE)],
    roleBindings: [
      binding('a', 'ClusterRole/writer', [{ kind: 'User', name: 'jane' }], NAMESPACE),
      binding('b', 'Role/local', [{ kind: 'User', name: 'jane' }], NAMESPACE),
      binding('c', 'Role/lost', [{ kind: 'User', name: 'jane' }], NAMESPACE),
    ],
  });

  it('rests on a binding and its role', () => {
    expect(ask(on, 'pods')).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "reader" to Group "devs"',
      keys: [
        'rbac.authorization.k8s.io/clusterrolebindings//all',
        'rbac.authorization.k8s.io/clusterroles//reader',
      ],
    });
    expect(ask(on, 'secrets')).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "a/shop" of ClusterRole "writer" to User "jane"',
      keys: [
        'rbac.authorization.k8s.io/rolebindings/shop/a',
        'rbac.authorization.k8s.io/clusterroles//writer',
      ],
    });
    expect(ask(on, 'configmaps').keys[1]).toBe('rbac.authorization.k8s.io/roles/shop/local');
  });

  it('tells what could not be found when it is a refusal', () => {
    expect(ask(on, 'nodes')).toEqual({
      allowed: false,
      reason:
        'RBAC: [clusterrole.rbac.authorization.k8s.io "nowhere" not found, role.rbac.authorization.k8s.io "lost" not found]',
      keys: [],
    });
    expect(ask(on, 'nodes', { username: 'bob', groups: ['devs'] }).reason).toBe('');
  });

  it('asks nobody about administrators', () => {
    const root = { username: 'root', groups: ['system:masters'] };
    expect(ask(policy({}), 'pods', root)).toEqual({ allowed: true, reason: '', keys: [] });
  });

  it('is made of all rules of a user', () => {
    expect(on.rulesFor(jane).rules.map(({ resources }) => resources)).toEqual([
      ['pods'],
      ['secrets'],
      ['configmaps'],
    ]);
  });
});

describe('aggregated messages', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'a'], 'a'],
    [['a', 'b', 'a'], '[a, b]'],
  ])('of %j', (messages, text) => {
    expect(aggregateMessages(messages)).toBe(text);
  });
});
