import { describe, expect, it } from 'vitest';
import { refusal } from '../../registry/authorization/forbidden.ts';
import { requestInfo } from '../request-info.ts';
import { attributesOf } from './authorization.ts';

const jane = { username: 'jane', groups: ['system:authenticated'] };
function ask(method: string, target: string) {
  const { pathname, searchParams } = new URL(`https://cluster${target}`);
  return attributesOf(jane, requestInfo(method, pathname, searchParams), searchParams);
}

describe('the refusal', () => {
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
    [
      'GET',
      '/api/v1/namespaces/shop',
      'namespaces "shop" is forbidden: User "jane" cannot get resource "namespaces" in API group "" in the namespace "shop"',
    ],
    [
      'GET',
      '/api/v1/secrets?watch=1&fieldSelector=metadata.name%3Da',
      'secrets "a" is forbidden: User "jane" cannot watch resource "secrets" in API group "" at the cluster scope',
    ],
    ['GET', '/metrics', 'forbidden: User "jane" cannot get path "/metrics"'],
    ['POST', '/api', 'forbidden: User "jane" cannot post path "/api"'],
    [
      'GET',
      '/apis/nowhere/v1/things',
      'things.nowhere is forbidden: User "jane" cannot list resource "things" in API group "nowhere" at the cluster scope',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Da',
      'pods is forbidden: User "jane" cannot deletecollection resource "pods" in API group "" in the namespace "shop"',
    ],
    [
      'GET',
      '/api/v1/namespaces/shop/pods/%3Cb%3E&',
      'pods "<b>&" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "shop"',
    ],
  ])('of %s %s', (method, target, message) => {
    expect(refusal(ask(method, target)).message).toBe(message);
  });

  it('says why, and names no path in its details', () => {
    const error = refusal(ask('GET', '/metrics'), 'RBAC: role not found');
    expect(error.status).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'forbidden: User "jane" cannot get path "/metrics": RBAC: role not found',
      details: {},
    });
    expect(refusal(ask('GET', '/api/v1/namespaces/<i>/pods')).message).toContain('"&lt;i&gt;"');
  });
});

describe('the name that is asked for', () => {
  it.each([
    ['/api/v1/pods?fieldSelector=metadata.name%3Da', 'a'],
    ['/api/v1/pods?fieldSelector=metadata.name%3Da,spec.nodeName%3Db', 'a'],
    ['/api/v1/pods?fieldSelector=metadata.name!%3Da', ''],
    ['/api/v1/pods?fieldSelector=metadata.name%3D..', ''],
    ['/api/v1/pods?fieldSelector=x', ''],
    ['/api/v1/namespaces/shop/pods/p?fieldSelector=metadata.name%3Da', 'p'],
  ])('of %s is %j', (target, name) => {
    expect(ask('GET', target)).toMatchObject({ name });
  });
});
