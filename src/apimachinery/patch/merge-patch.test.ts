import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMergePatch } from './merge-patch.ts';
import type { JSONObject } from './values.ts';

describe('applyMergePatch', () => {
  it.each<[string, JSONObject, JSONObject, JSONObject]>([
    ['sets a key', { a: 'b' }, { a: 'c' }, { a: 'c' }],
    ['adds a key', { a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    ['removes a key by null', { a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    ['ignores null for an absent key', { a: 'b' }, { x: null }, { a: 'b' }],
    ['replaces a list', { a: ['b'] }, { a: ['c', null] }, { a: ['c', null] }],
    ['replaces a scalar by a list', { a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    ['merges objects', { a: { b: 'c', d: 1 } }, { a: { b: 'd', c: null } }, { a: { b: 'd', d: 1 } }],
    ['replaces a list by an object without its nulls', { a: [1] }, { a: { b: 1, c: null } }, { a: { b: 1 } }],
    ['adds an object without its nulls', {}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ['prunes nulls from objects in an added list', {}, { a: [{ b: null, c: 1 }] }, { a: [{ c: 1 }] }],
    ['keeps them in a list that replaces an object', { a: {} }, { a: [{ b: null }] }, { a: [{ b: null }] }],
    ['replaces a null', { a: null }, { a: 1 }, { a: 1 }],
    ['removes a null', { a: null }, { a: null }, {}],
  ])('%s', (_, document, patch, expected) => {
    const before = structuredClone(document);
    expect(applyMergePatch(document, patch)).toEqual(expected);
    expect(document).toEqual(before);
  });

  it.each<[unknown, string]>([
    [null, 'Invalid JSON Patch'],
    [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [
      'x',
      'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}',
    ],
  ])('refuses %j', (patch, message) => {
    expect(() => applyMergePatch({}, patch)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('keeps __proto__ a key', () => {
    const result = applyMergePatch(
      {},
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}'),
    );
    expect(Object.keys(result)).toEqual(['__proto__', 'constructor']);
    expect(({} as JSONObject).polluted).toBeUndefined();
    expect(({} as JSONObject).x).toBeUndefined();
  });

  const object = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', '__proto__'),
    fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<unknown>(null, 1, 'x'),
        // Items are never objects with nulls: of those the library keeps or prunes the nulls by what was there before.
        fc.array(fc.constantFrom<unknown>(null, 1, { x: [2] }), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
      ),
    })).value,
    { noNullPrototype: true },
  ) as fc.Arbitrary<JSONObject>;

  it('gives the document itself for an empty patch', () => {
    fc.assert(fc.property(object, (document) => void expect(applyMergePatch(document, {})).toBe(document)));
  });
  it('does nothing the second time', () => {
    fc.assert(
      fc.property(object, object, (document, patch) => {
        const once = applyMergePatch(document, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
      }),
    );
  });
});
