import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import { breakdown, compact, describeRule, uncovered } from './covers.ts';

const rule = (
  apiGroups: string[],
  resources: string[],
  verbs: string[],
  names: string[] = [],
): PolicyRule => ({
  apiGroups,
  resources,
  verbs,
  ...(names.length > 0 ? { resourceNames: names } : {}),
});
const paths = (nonResourceURLs: string[], verbs: string[]): PolicyRule => ({ nonResourceURLs, verbs });

describe('breakdown', () => {
  it('has one part for each permission', () => {
    const parts = [...breakdown(rule(['', 'apps'], ['a', 'b'], ['get', 'list'], ['x', 'y']))];
    expect(parts).toHaveLength(16);
    expect(parts[0]).toEqual(rule([''], ['a'], ['get'], ['x']));
    expect([...breakdown(paths(['/a', '/b'], ['get']))]).toEqual([
      paths(['/a'], ['get']),
      paths(['/b'], ['get']),
    ]);
  });
});

describe('uncovered', () => {
  it.each<[PolicyRule[], PolicyRule, PolicyRule[]]>([
    [[rule(['*'], ['*'], ['*'])], rule(['apps'], ['pods/log'], ['get'], ['x']), []],
    [
      [rule([''], ['pods'], ['get'])],
      rule([''], ['pods'], ['get', 'list']),
      [rule([''], ['pods'], ['list'])],
    ],
    [
      [rule([''], ['pods'], ['get']), rule([''], ['pods'], ['list'])],
      rule([''], ['pods'], ['get', 'list']),
      [],
    ],
    [[rule([''], ['pods'], ['get'])], rule([''], ['pods'], ['get'], ['x']), []],
    [[rule([''], ['pods'], ['get'], ['x'])], rule([''], ['pods'], ['get']), [rule([''], ['pods'], ['get'])]],
    [[rule([''], ['pods'], ['get'], ['x', 'y'])], rule([''], ['pods'], ['get'], ['y']), []],
    [[rule([''], ['*/scale'], ['get'])], rule([''], ['pods/scale'], ['get']), []],
    [[rule([''], ['*/scale'], ['get'])], rule([''], ['pods'], ['get']), [rule([''], ['pods'], ['get'])]],
    [[rule([''], ['pods'], ['*'])], rule(['*'], ['pods'], ['get']), [rule(['*'], ['pods'], ['get'])]],
    [[paths(['/api/*'], ['get'])], paths(['/api/v1', '/apis'], ['get']), [paths(['/apis'], ['get'])]],
    [[rule(['*'], ['*'], ['*'])], paths(['/x'], ['get']), [paths(['/x'], ['get'])]],
    [[], rule([''], [], ['get']), []],
  ])('of %j by %j', (owned, wanted, left) => {
    expect(uncovered(owned, [wanted])).toEqual(left);
  });

  const many = (letter: string, count = 5000) => Array.from({ length: count }, (_, n) => `${letter}${n}`);

  it('takes a bounded time, however many permissions there are', () => {
    const all = rule(many('g'), many('r'), many('v'), many('n'));
    expect(uncovered([all], [all])).toEqual([]);
    expect(uncovered([rule(['*'], ['*'], ['*'])], [all])).toEqual([]);
    expect(uncovered([], [all])).toHaveLength(1000);
    expect(uncovered([], [rule([''], many('r'), ['x'.repeat(100_000)])])).toHaveLength(2);
    // Each has what the other lacks.
    const most = rule(many('g'), many('r'), many('v'), many('n', 4999));
    expect(uncovered([most], [all]).length).toBeGreaterThan(0);
    const each = many('g').map((group) => rule([group], ['r'], ['get']));
    expect(uncovered(each, [rule(['x'], many('r'), many('v'))]).length).toBeGreaterThan(0);
    expect(uncovered([paths(many('/a'), ['get'])], [paths(many('/b'), ['get'])]).length).toBeGreaterThan(0);
  });
});

describe('what is missing', () => {
  it('is told with the verbs of a resource together', () => {
    const parts = [...breakdown(rule(['', 'apps'], ['pods'], ['get', 'list'], ['x']))];
    expect(compact([...parts, paths(['/x'], ['get'])]).map(describeRule)).toEqual([
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
      '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "list"]}',
      '{APIGroups:["apps"], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "list"]}',
    ]);
  });
});
