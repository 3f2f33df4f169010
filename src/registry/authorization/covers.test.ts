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
    const parts = breakdown(rule(['', 'apps'], ['a', 'b'], ['get', 'list'], ['x', 'y']));
    expect(parts).toHaveLength(16);
    expect(parts[0]).toEqual(rule([''], ['a'], ['get'], ['x']));
    expect(breakdown(paths(['/a', '/b'], ['get']))).toEqual([paths(['/a'], ['get']), paths(['/b'], ['get'])]);
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
});

describe('what is missing', () => {
  it('is told with the verbs of a resource together', () => {
    const parts = breakdown(rule(['', 'apps'], ['pods'], ['get', 'list'], ['x']));
    expect(compact([...parts, paths(['/x'], ['get'])]).map(describeRule)).toEqual([
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
      '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "list"]}',
      '{APIGroups:["apps"], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "list"]}',
    ]);
  });
});
