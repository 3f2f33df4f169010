import { describe, expect, it } from 'vitest';
import { findResource } from '../../apis/resources.ts';
import { requestInfo } from '../request-info.ts';
import { authorize } from './authorization.ts';
import { impersonated } from './impersonation.ts';

const admin = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
const as = (headers: Record<string, string>) => impersonated(new Headers(headers), admin);

describe('impersonation', () => {
  it('leaves the user alone when nobody is named', () => {
    expect(as({})).toBe(admin);
  });

  it.each([
    [{ 'Impersonate-User': 'jane' }, { username: 'jane', groups: ['system:authenticated'] }],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Group': 'dev, ops', 'Impersonate-Uid': '7' },
      { username: 'jane', uid: '7', groups: ['dev', 'ops', 'system:authenticated'] },
    ],
    [
      { 'Impersonate-User': 'system:serviceaccount:shop:till' },
      {
        username: 'system:serviceaccount:shop:till',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
      },
    ],
    [
      { 'Impersonate-User': 'system:anonymous' },
      { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    ],
    [
      { 'Impersonate-User': 'jane', 'Impersonate-Extra-a%2Fb': 'c' },
      { username: 'jane', groups: ['system:authenticated'], extra: { 'a/b': ['c'] } },
    ],
  ])('takes %j', (headers, user) => {
    expect(as(headers)).toEqual(user);
  });

  it('refuses groups without a user', () => {
    expect(() => as({ 'Impersonate-Group': 'dev' })).toThrow('without impersonating a user');
  });
});

describe('authorization', () => {
  const jane = { username: 'jane', groups: ['system:authenticated'] };
  const ask = (user: typeof jane, method: string, path: string) => {
    const info = requestInfo(method, path, new URLSearchParams());
    return () => authorize(user, info, findResource(info.group, info.version, info.resource)!);
  };

  it('lets administrators do everything', () => {
    expect(ask(admin, 'DELETE', '/api/v1/nodes/a')).not.toThrow();
  });

  it.each([
    [
      'GET',
      '/api/v1/namespaces/default/pods',
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'DELETE',
      '/apis/apps/v1/namespaces/shop/deployments/web',
      'deployments.apps "web" is forbidden: User "jane" cannot delete resource "deployments" in API group "apps" in the namespace "shop"',
    ],
    [
      'PUT',
      '/api/v1/nodes/a/status',
      'nodes "a" is forbidden: User "jane" cannot update resource "nodes/status" in API group "" at the cluster scope',
    ],
  ])('refuses others %s %s', (method, path, message) => {
    expect(ask(jane, method, path)).toThrow(message);
  });

  it('lets everybody ask who they are', () => {
    expect(ask(jane, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews')).not.toThrow();
    const nobody = { username: 'system:anonymous', groups: ['system:unauthenticated'] };
    expect(ask(nobody, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews')).toThrow('forbidden');
  });
});
