import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFieldsV1,
  difference,
  EMPTY_SET,
  equal,
  type FieldSet,
  fromPaths,
  has,
  hasMember,
  intersection,
  leaves,
  paths,
  recursiveDifference,
  union,
} from './field-set.ts';
import type { Path } from './path-element.ts';

const set = (...texts: string[]): FieldSet => fromPaths(...texts.map((text) => text.split(' ')));
const list = (fields: FieldSet): string[] => paths(fields).map((path) => path.join(' '));

describe('FieldsV1', () => {
  it('holds members, with a dot where they have members below', () => {
    expect(set('f:a', 'f:a f:b', 'f:c f:d')).toEqual({ 'f:a': { '.': {}, 'f:b': {} }, 'f:c': { 'f:d': {} } });
  });
  it('is written in order', () => {
    const text = JSON.stringify(set('f:b', 'k:{"name":"b"}', 'f:a f:z', 'f:a', 'k:{"name":"a"}', 'v:1'));
    expect(text).toBe(
      '{"f:a":{".":{},"f:z":{}},"f:b":{},"k:{\\"name\\":\\"a\\"}":{},"k:{\\"name\\":\\"b\\"}":{},"v:1":{}}',
    );
  });
  it.each<[string, unknown, FieldSet]>([
    ['nothing', undefined, EMPTY_SET],
    ['the empty set', {}, EMPTY_SET],
    ['a lone dot', { 'f:a': { '.': {} } }, { 'f:a': {} }],
    ['a dot at the root', { '.': {}, 'f:a': {} }, { 'f:a': {} }],
    ['unknown elements', { 'f:a': { 'z:?': {} }, 'y:': { 'f:b': {} } }, { 'f:a': {} }],
    ['keys in another order', { 'k:{"b":1,"a":2}': {} }, { 'k:{"a":2,"b":1}': {} }],
    ['two texts of one element', { 'i:1': { 'f:a': {} }, 'i:01': {} }, { 'i:1': { '.': {}, 'f:a': {} } }],
  ])('is read: %s', (_, fields, expected) => expect(decodeFieldsV1(fields)).toEqual(expected));
  it('is sorted when it is read', () => {
    expect(Object.keys(decodeFieldsV1({ 'f:b': {}, 'f:a': {} }))).toEqual(['f:a', 'f:b']);
  });
  it.each([[1], [[]], [{ 'f:a': 1 }], [{ name: {} }], [{ 'k:x': {} }]])('is refused: %j', (fields) => {
    expect(() => decodeFieldsV1(fields)).toThrow();
  });
  it('keeps __proto__ a field', () => {
    const fields = union(set('f:a'), decodeFieldsV1(JSON.parse('{"f:__proto__":{"f:x":{}}}')));
    expect(list(fields)).toEqual(['f:a', 'f:__proto__ f:x'].sort((a, b) => a.length - b.length));
  });
});

describe('algebra', () => {
  it.each<[string, (a: FieldSet, b: FieldSet) => FieldSet, FieldSet, FieldSet, string[]]>([
    ['union', union, set('f:a', 'f:b f:c'), set('f:b', 'f:a f:x'), ['f:a', 'f:b', 'f:a f:x', 'f:b f:c']],
    ['intersection', intersection, set('f:a', 'f:a f:b', 'f:c'), set('f:a', 'f:c f:d'), ['f:a']],
    ['difference keeps parents', difference, set('f:a', 'f:a f:b'), set('f:a f:b'), ['f:a']],
    ['difference keeps children', difference, set('f:a', 'f:a f:b'), set('f:a'), ['f:a f:b']],
    [
      'recursive difference takes children',
      recursiveDifference,
      set('f:a', 'f:a f:b', 'f:c'),
      set('f:a'),
      ['f:c'],
    ],
    [
      'recursive difference keeps parents',
      recursiveDifference,
      set('f:a', 'f:a f:b'),
      set('f:a f:b'),
      ['f:a'],
    ],
  ])('%s', (_, operation, a, b, expected) => expect(list(operation(a, b))).toEqual(expected));

  it('knows members from nodes on the way', () => {
    const fields = set('f:a f:b', 'f:c', 'f:c f:d');
    expect([hasMember(fields, 'f:a'), hasMember(fields, 'f:c'), hasMember(fields, 'f:x')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(has(fields, [])).toBe(false);
  });
  it('finds leaves', () => expect(list(leaves(set('f:a', 'f:a f:b', 'f:c')))).toEqual(['f:c', 'f:a f:b']));
});

describe('laws', () => {
  const element = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'k:{"name":"y"}', 'v:1');
  const path = fc.array(element, { minLength: 1, maxLength: 4 });
  const fieldSet = fc.array(path, { maxLength: 10 }).map((some: Path[]) => fromPaths(...some));
  const key = (one: Path): string => one.join(' ');
  const members = (fields: FieldSet): Set<string> => new Set(paths(fields).map(key));

  /** Every node below the root is a member or has some below, and keys stand in order. */
  const expectCanonical = (fields: FieldSet): void =>
    expect(JSON.stringify(fields)).toBe(JSON.stringify(fromPaths(...paths(fields))));

  it('operations are those of sets of paths', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (a, b) => {
        const before = JSON.stringify([a, b]);
        const [left, right] = [members(a), members(b)];
        const both = union(a, b);
        const common = intersection(a, b);
        const rest = difference(a, b);
        const recursive = recursiveDifference(a, b);
        expect(members(both)).toEqual(new Set([...left, ...right]));
        expect(members(common)).toEqual(new Set([...left].filter((one) => right.has(one))));
        expect(members(rest)).toEqual(new Set([...left].filter((one) => !right.has(one))));
        const under = (one: string): boolean => [...right].some((other) => `${one} `.startsWith(`${other} `));
        expect(members(recursive)).toEqual(new Set([...left].filter((one) => !under(one))));
        for (const fields of [both, common, rest, recursive]) expectCanonical(fields);
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });
  it('a result that equals the first argument is that object', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (a, b) => {
        expect(union(a, intersection(a, b))).toBe(a);
        expect(intersection(a, union(a, b))).toBe(a);
        expect(difference(a, difference(b, a))).toBe(a);
      }),
    );
  });
  it('what is written can be read', () => {
    fc.assert(
      fc.property(fieldSet, (fields) => {
        const text = JSON.stringify(fields);
        expect(JSON.stringify(decodeFieldsV1(JSON.parse(text)))).toBe(text);
      }),
    );
  });
  it('equality is that of the members, whatever the order of insertion', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), fieldSet, (some, other) => {
        const fields = fromPaths(...some);
        expect(equal(fields, fromPaths(...some.toReversed()))).toBe(true);
        expect(equal(fields, other)).toBe(JSON.stringify(fields) === JSON.stringify(other));
        for (const one of some) expect(has(fields, one)).toBe(true);
      }),
    );
  });
});
