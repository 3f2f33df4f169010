import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import { resourceAttributes } from './attributes.ts';
import { pathCovers, ruleAllows } from './rules.ts';

const user = { username: 'jane', groups: [] };
const rule = (resources: string[], rest: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: ['apps'],
  resources,
  verbs: ['get'],
  ...rest,
});

describe('a rule for resources', () => {
  it.each<[string, PolicyRule, string, boolean]>([
    ['its resource', rule(['pods']), 'get apps pods', true],
    ['another resource', rule(['pods']), 'get apps nodes', false],
    ['another verb', rule(['pods']), 'list apps pods', false],
    ['every verb', rule(['pods'], { verbs: ['*'] }), 'list apps pods', true],
    ['another group', rule(['pods']), 'get batch pods', false],
    ['every group', rule(['pods'], { apiGroups: ['*'] }), 'get batch pods', true],
    ['every resource', rule(['*']), 'get apps pods/status', true],
    ['a subresource', rule(['pods/log']), 'get apps pods/log', true],
    ['a resource whose subresource it names', rule(['pods/log']), 'get apps pods', false],
    ['a subresource of what it names', rule(['pods']), 'get apps pods/log', false],
    ['a subresource of anything', rule(['*/log']), 'get apps pods/log', true],
    ['another subresource', rule(['*/log']), 'get apps pods/catalog', false],
    ['all of a resource', rule(['pods/*']), 'get apps pods/log', false],
    ['its name', rule(['pods'], { resourceNames: ['a'] }), 'get apps pods a', true],
    ['another name', rule(['pods'], { resourceNames: ['a'] }), 'get apps pods b', false],
    ['no name where it has one', rule(['pods'], { resourceNames: ['a'] }), 'get apps pods', false],
    ['a path', { nonResourceURLs: ['*'], verbs: ['*'] }, 'get apps pods', false],
  ])('allows or not %s', (_, given, asked, allowed) => {
    const [verb = '', group = '', path = '', name = ''] = asked.split(' ');
    const [resource = '', subresource = ''] = path.split('/');
    expect(ruleAllows(given, resourceAttributes(user, verb, group, resource, { subresource, name }))).toBe(
      allowed,
    );
  });
});

describe('a rule for paths', () => {
  it('is looked at in a time linear in its length', () => {
    expect(pathCovers(`${'*'.repeat(300_000)}b*`, '/x')).toBe(false);
  });

  it.each([
    ['/healthz', '/healthz', true],
    ['/healthz', '/healthz/etcd', false],
    ['/api/*', '/api/v1', true],
    ['/api/*', '/api', false],
    ['/api**', '/apis', true],
    ['*', '/anything', true],
    ['/a/*/b', '/a/x/b', false],
  ])('%s, asked for %s', (path, asked, covers) => {
    expect(pathCovers(path, asked)).toBe(covers);
    const rules = { nonResourceURLs: [path], verbs: ['get'] };
    expect(ruleAllows(rules, { user, verb: 'get', isResource: false, path: asked })).toBe(covers);
    expect(ruleAllows(rules, { user, verb: 'post', isResource: false, path: asked })).toBe(false);
  });
});
