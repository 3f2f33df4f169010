import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from '../cel.ts';
import {
  type AuthorizationAnswer,
  type AuthorizationQuery,
  authorizerType,
  authorizerValue,
  requestResourceValue,
  resourceCheckType,
} from './authorizer.ts';

const env = kubernetesEnvironment().extend({
  variables: { authorizer: authorizerType, 'authorizer.requestResource': resourceCheckType },
});

function ask(source: string, answer: AuthorizationAnswer = { allowed: true }) {
  const queries: AuthorizationQuery[] = [];
  const authorize = (query: AuthorizationQuery) => {
    queries.push(query);
    return answer;
  };
  const compiled = compile(source, env);
  if (!compiled.ok) throw new Error(compiled.text);
  const result = compiled.program.evaluate({
    authorizer: authorizerValue(authorize),
    'authorizer.requestResource': requestResourceValue(authorize, {
      group: 'apps',
      resource: 'deployments',
      namespace: 'shop',
    }),
  });
  return { queries, result };
}

describe('authorizer', () => {
  it.each<[string, AuthorizationQuery]>([
    [
      "authorizer.group('').resource('pods').subresource('log').namespace('a').name('b').check('get').allowed()",
      { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'a', name: 'b' },
    ],
    ["authorizer.path('/healthz').check('get').allowed()", { verb: 'get', path: '/healthz' }],
    [
      "authorizer.serviceAccount('ns', 'sa').group('').resource('pods').check('list').allowed()",
      { verb: 'list', group: '', resource: 'pods', serviceAccount: { namespace: 'ns', name: 'sa' } },
    ],
    [
      "authorizer.group('').resource('pods').labelSelector('a=b').fieldSelector('x=y').check('list').allowed()",
      { verb: 'list', group: '', resource: 'pods', labelSelector: 'a=b', fieldSelector: 'x=y' },
    ],
    [
      "authorizer.requestResource.check('custom').allowed()",
      { verb: 'custom', group: 'apps', resource: 'deployments', namespace: 'shop' },
    ],
  ])('%s', (source, query) => {
    const { queries, result } = ask(source);
    expect(result).toMatchObject({ ok: true, value: true });
    expect(queries).toEqual([query]);
  });

  it.each([
    ["authorizer.path(' ')", 'path must not be empty'],
    ["authorizer.group('').resource('')", 'resource must not be empty'],
    ["authorizer.serviceAccount('ns', 'S A')", 'Invalid service account name'],
    ["authorizer.serviceAccount('n.s', 'sa')", 'Invalid service account namespace'],
  ])('%s fails', (source, message) => {
    expect(ask(source).result).toMatchObject({ ok: false, error: { message } });
  });

  it('tells reasons and failures', () => {
    const check = "authorizer.group('').resource('pods').check('get')";
    const denied = { allowed: false, reason: 'no', error: 'broken' };
    expect(ask(`${check}.reason() + ${check}.error()`, denied).result).toMatchObject({ value: 'nobroken' });
    expect(ask(`${check}.errored() && !${check}.allowed()`, denied).result).toMatchObject({ value: true });
  });

  it('allows two questions an expression', () => {
    const check = "authorizer.group('').resource('pods').check('get').allowed()";
    expect(ask(`${check} && ${check}`).result.ok).toBe(true);
    expect(ask(`${check} && ${check} && ${check}`).result).toMatchObject({
      ok: false,
      error: { message: 'operation cancelled: actual cost limit exceeded' },
    });
  });
});
