import { expect, it } from 'vitest';
import { findResource } from '../apis/resources.ts';
import type { StatusError } from '../apimachinery/status.ts';
import { PATCH_MEDIA_TYPES } from './patch-body.ts';
import { requestInfo } from './request-info.ts';
import { checkRoute, routeOf } from './routes.ts';

/** `ok`, or the code and the words of the refusal. */
function ask(method: string, path: string, headers: Record<string, string> = {}): string {
  const info = requestInfo(method, path, new URLSearchParams());
  const definition = findResource(info.group, info.version, info.resource)!;
  try {
    checkRoute(routeOf(definition, info), new Request('https://c', { method, headers }), PATCH_MEDIA_TYPES);
    return 'ok';
  } catch (error) {
    const { code, message } = (error as StatusError).status;
    return `${code} ${message}`;
  }
}
const NONE = '404 the server could not find the requested resource';
const NOT_ALLOWED = '405 the server does not allow this method on the requested resource';
const POD = '/api/v1/namespaces/a/pods/p';

it.each([
  ['GET', '/api/v1/pods', 'ok'],
  ['POST', '/api/v1/pods', NOT_ALLOWED],
  ['DELETE', '/api/v1/pods', NOT_ALLOWED],
  ['HEAD', '/api/v1/pods', NOT_ALLOWED],
  ['OPTIONS', POD, NOT_ALLOWED],
  ['GET', '/api/v1/pods/p', NONE],
  ['POST', '/api/v1/namespaces/a/pods', 'ok'],
  ['DELETE', '/api/v1/namespaces/a/pods', 'ok'],
  ['PUT', '/api/v1/namespaces/a/pods', NOT_ALLOWED],
  ['POST', POD, NOT_ALLOWED],
  ['PUT', POD, 'ok'],
  ['GET', `${POD}/status`, 'ok'],
  ['POST', `${POD}/status`, NOT_ALLOWED],
  ['GET', `${POD}/status/x`, NONE],
  ['GET', `${POD}/nothing`, NONE],
  ['GET', '/api/v1/namespaces/a/nodes', NONE],
  ['GET', '/api/v1/namespaces/a/namespaces', NONE],
  ['DELETE', '/api/v1/namespaces', NOT_ALLOWED],
  ['POST', '/api/v1/namespaces/a/bindings', 'ok'],
  ['GET', '/api/v1/namespaces/a/bindings', NOT_ALLOWED],
  ['GET', '/api/v1/bindings', NONE],
  ['POST', '/api/v1/namespaces/a/bindings/b', NONE],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'ok'],
  ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', NOT_ALLOWED],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x', NONE],
  ['GET', '/apis/authorization.k8s.io/v1/localsubjectaccessreviews', NONE],
  ['GET', '/api/v1/watch/pods', 'ok'],
  ['POST', '/api/v1/watch/pods', NOT_ALLOWED],
  ['GET', '/api/v1/watch/pods/p', NONE],
  ['GET', '/api/v1/watch/namespaces/a/pods/p/status', NONE],
  ['GET', '/api/v1/watch/componentstatuses', NONE],
  ['GET', `${POD}/log`, 'ok'],
  ['HEAD', `${POD}/log`, NOT_ALLOWED],
  ['POST', `${POD}/exec`, 'ok'],
  ['PUT', `${POD}/exec`, NOT_ALLOWED],
  ['OPTIONS', `${POD}/proxy/x/y`, 'ok'],
  ['HEAD', `${POD}/proxy`, 'ok'],
])('%s %s: %s', (method, path, answer) => {
  expect(ask(method, path)).toBe(answer);
});

const PLAIN = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const notAcceptable = (types: string): string =>
  `406 406: Not Acceptable\n\nAvailable representations: ${types}`;
it.each([
  [POD, '*/*', 'ok'],
  [POD, 'text/html, application/yaml;q=0.1', 'ok'],
  [POD, 'application/json;as=Table;v=v9;g=x', 'ok'],
  [POD, 'application/*', notAcceptable(PLAIN)],
  [POD, 'APPLICATION/JSON', notAcceptable(PLAIN)],
  [
    '/api/v1/pods',
    'text/html',
    notAcceptable(
      `${PLAIN}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`,
    ),
  ],
  [`${POD}/log`, 'text/plain', 'ok'],
  [`${POD}/exec`, 'text/html', 'ok'],
])('%s as %s: %s', (path, accept, answer) => {
  expect(ask('GET', path, { Accept: accept })).toBe(answer);
});

it.each([
  ['application/merge-patch+json', 'ok'],
  ['application/merge-patch+json; charset=utf-8', 'ok'],
  ['application/json, application/apply-patch+yaml', 'ok'],
  ['application/json', '415 415: Unsupported Media Type'],
  ['Application/Merge-Patch+JSON', '415 415: Unsupported Media Type'],
])('a patch of %s: %s', (type, answer) => {
  expect(ask('PATCH', POD, { 'Content-Type': type })).toBe(answer);
});
