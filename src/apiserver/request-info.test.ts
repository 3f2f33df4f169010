import { expect, it } from 'vitest';
import { requestInfo } from './request-info.ts';

const ask = (target: string, method = 'GET') => {
  const [path = '', query = ''] = target.split('?');
  const info = requestInfo(method, path, new URLSearchParams(query));
  const { verb, group, version, namespace, resource, subresource, name, rest } = info;
  if (!info.isResource) return `${verb} ${info.path}`;
  return [
    verb,
    `${group}/${version}`,
    info.inNamespace ? `in ${namespace}` : '',
    resource,
    name,
    subresource,
    ...rest,
  ]
    .filter(Boolean)
    .join(' ');
};

it.each([
  ['/version', 'get /version'],
  ['/api/v1', 'get /api/v1'],
  ['/api/v1/pods', 'list /v1 pods'],
  ['/api/v1/pods/', 'list /v1 pods'],
  ['/api/v1/pods?watch=1', 'watch /v1 pods'],
  ['/api/v1/pods?watch=False', 'list /v1 pods'],
  ['/api/v1/watch/pods', 'watch /v1 pods'],
  ['/api/v1/namespaces/a', 'get /v1 namespaces a'],
  ['/api/v1/namespaces/a/finalize', 'get /v1 namespaces a finalize'],
  ['/api/v1/namespaces/a/namespaces', 'list /v1 in a namespaces'],
  ['/apis/apps/v1/namespaces/a/deployments/b/scale', 'get apps/v1 in a deployments b scale'],
  ['/api/v1/namespaces/a/pods/b/proxy/c/d', 'get /v1 in a pods b proxy c d'],
  // Escapes are undone before the path is taken apart.
  ['/api%2fv1/namespaces%2Fa/pods/b%2fc', 'get /v1 in a pods b c'],
  ['/%61pi/v1/pods/a%20b', 'get /v1 pods a b'],
  // Empty segments are segments.
  ['/api/v1/namespaces//pods', 'list /v1 in  pods'],
  ['/apis//v1/pods', 'get /apis//v1/pods'],
])('%s: %s', (target, wanted) => {
  expect(ask(target)).toBe(wanted);
});

it('has no resource where a segment is empty', () => {
  expect(requestInfo('GET', '/api/v1//pods', new URLSearchParams())).toMatchObject({
    resource: '',
    name: 'pods',
  });
});
