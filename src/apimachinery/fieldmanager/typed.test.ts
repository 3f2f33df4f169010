import { describe, expect, it } from 'vitest';
import type { JSONObject } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import { struct as builtIn } from '../schema/table.ts';
import { compare } from './compare.ts';
import { fromPaths, paths } from './field-set.ts';
import { merge } from './merge.ts';
import { reconcileWithSchema } from './reconcile.ts';
import { removePaths, withNamedFields } from './remove.ts';
import { list, map, string, struct, thing } from './testing.ts';
import { toFieldSet, wholeSet } from './typed.ts';
import { validateApplied } from './validate.ts';

const show = (set: ReturnType<typeof toFieldSet>): string[] => paths(set).map((path) => path.join(' '));
const named = (...names: string[]): JSONObject[] => names.map((name) => ({ name }));
const A = 'k:{"name":"a"}';
const B = 'k:{"name":"b"}';

describe('toFieldSet', () => {
  it.each<[string, JSONObject, string[]]>([
    ['scalars', { text: 'x', number: 1 }, ['f:number', 'f:text']],
    ['null', { text: null, labels: null, items: null }, ['f:items', 'f:labels', 'f:text']],
    [
      'fields, not their containers',
      { labels: { a: '1' }, nested: { b: { c: 'x' } } },
      ['f:labels f:a', 'f:nested f:b f:c'],
    ],
    ['empty maps, not empty lists', { labels: {}, items: [], set: [] }, ['f:labels']],
    [
      'atomic things as a whole',
      { atomicMap: { a: '1' }, atomicStruct: { a: '1' }, atomicList: named('a') },
      ['f:atomicList', 'f:atomicMap', 'f:atomicStruct'],
    ],
    [
      'items and their fields',
      { items: [{ name: 'a', value: 1 }] },
      [`f:items ${A}`, `f:items ${A} f:name`, `f:items ${A} f:value`],
    ],
    [
      'keys sorted by name',
      { pairs: [{ a: 'x', b: 1 }] },
      ['f:pairs k:{"a":"x","b":1}', 'f:pairs k:{"a":"x","b":1} f:a', 'f:pairs k:{"a":"x","b":1} f:b'],
    ],
    ['absent keys left out', { pairs: [{ b: 1 }] }, ['f:pairs k:{"b":1}', 'f:pairs k:{"b":1} f:b']],
    [
      'items that are there twice once',
      {
        items: [
          { name: 'a', value: 1 },
          { name: 'a', value: 2 },
        ],
      },
      [`f:items ${A}`],
    ],
    ['members of sets', { set: ['b', 'a'] }, ['f:set v:"a"', 'f:set v:"b"']],
    [
      'deduced values: maps granular, lists atomic',
      { any: { a: { b: [1], c: 2 } } },
      ['f:any f:a', 'f:any f:a f:b', 'f:any f:a f:c'],
    ],
    [
      'undeclared fields',
      { open: { known: 'x', other: { a: 1 } } },
      ['f:open f:known', 'f:open f:other', 'f:open f:other f:a'],
    ],
    [
      'the values of maps of structs',
      { byName: { x: { name: 'n' } } },
      ['f:byName f:x', 'f:byName f:x f:name'],
    ],
    ['nothing for undefined', { text: undefined }, []],
  ])('has %s', (_, object, expected) => expect(show(toFieldSet(object, thing)).sort()).toEqual(expected));

  it('deduces an object without a schema', () => {
    expect(show(toFieldSet({ spec: { list: named('a'), map: { x: 1 } } }, undefined))).toEqual([
      'f:spec',
      'f:spec f:list',
      'f:spec f:map',
      'f:spec f:map f:x',
    ]);
  });
  it('takes what Object.prototype has for absent, and what an object has for present', () => {
    expect(
      show(toFieldSet({ labels: JSON.parse('{"constructor":"x","__proto__":"y"}') }, thing)).sort(),
    ).toEqual(['f:labels f:__proto__', 'f:labels f:constructor']);
  });
  it('has the containers of what is new as a whole', () => {
    expect(show(wholeSet({ b: { c: 'x' } }, thing.fields!.get('nested')!.schema))).toEqual([
      'f:b',
      'f:b f:c',
    ]);
  });
  it.each<[JSONObject, string]>([
    [
      { items: [{ value: 1 }] },
      `associative list with keys has an element that omits all key fields ["name"] (and doesn't have default values for any key fields)`,
    ],
    [{ items: [null] }, 'associative list with keys may not have a null element'],
    [{ items: ['x'] }, 'associative list with keys may not have non-map elements'],
    [{ set: [{}] }, "associative list without keys has an element that's a map type"],
    [{ set: [['x']] }, 'not supported: associative list with lists as elements'],
    [{ set: [null] }, "associative list without keys has an element that's an explicit null"],
  ])('refuses %j', (object, message) => expect(() => toFieldSet(object, thing)).toThrow(message));

  it('knows the defaults of built-in keys', () => {
    const set = toFieldSet({ spec: { ports: [{ port: 80 }] } }, builtIn('core.v1.Service'));
    expect(show(set)).toEqual([
      'f:spec f:ports k:{"port":80,"protocol":"TCP"}',
      'f:spec f:ports k:{"port":80,"protocol":"TCP"} f:port',
    ]);
    const pod = { spec: { imagePullSecrets: [{}], containers: [{ ports: [{ protocol: 'UDP' }] }] } };
    expect(show(toFieldSet(pod, builtIn('core.v1.Pod')))).toEqual([
      'f:spec f:containers k:{"name":""}',
      'f:spec f:containers k:{"name":""} f:ports k:{"containerPort":0,"protocol":"UDP"}',
      'f:spec f:containers k:{"name":""} f:ports k:{"containerPort":0,"protocol":"UDP"} f:protocol',
      'f:spec f:imagePullSecrets k:{"name":""}',
    ]);
  });
});

describe('compare', () => {
  const diff = (
    before: JSONObject,
    after: JSONObject,
    schema: Schema | undefined = thing,
    skip?: string[][],
  ) => {
    const { changed, removed } = compare(before, after, schema, skip && fromPaths(...skip));
    return [show(changed).sort(), show(removed).sort()];
  };
  it.each<[string, JSONObject, JSONObject, changed: string[], removed: string[]]>([
    ['nothing', { text: 'x', labels: { a: '1' } }, { text: 'x', labels: { a: '1' } }, [], []],
    ['a scalar', { text: 'x' }, { text: 'y' }, ['f:text'], []],
    ['an added scalar', {}, { number: 0 }, ['f:number'], []],
    ['a removed scalar', { text: '' }, {}, [], ['f:text']],
    ['a scalar set to null', { text: 'x' }, { text: null }, ['f:text'], []],
    [
      'an entry of a map',
      { labels: { a: '1', b: '2' } },
      { labels: { a: '2', c: '3' } },
      ['f:labels f:a', 'f:labels f:c'],
      ['f:labels f:b'],
    ],
    ['an added map', {}, { labels: { a: '1' } }, ['f:labels', 'f:labels f:a'], []],
    ['an added empty map', {}, { labels: {} }, ['f:labels'], []],
    ['null for an empty map', { labels: {} }, { labels: null }, ['f:labels'], []],
    ['a map that is emptied', { labels: { a: '1' } }, { labels: {} }, [], ['f:labels f:a']],
    [
      'a removed map',
      { nested: { b: { c: 'x' } } },
      {},
      [],
      ['f:nested', 'f:nested f:b', 'f:nested f:b f:c'],
    ],
    ['an atomic map', { atomicMap: { a: '1' } }, { atomicMap: { a: '2' } }, ['f:atomicMap'], []],
    [
      'an atomic struct in another order',
      { atomicStruct: { a: '1', b: '2' } },
      { atomicStruct: { b: '2', a: '1' } },
      [],
      [],
    ],
    ['an atomic list', { atomicList: named('a') }, { atomicList: named('a', 'b') }, ['f:atomicList'], []],
    [
      'a field of an item',
      { items: [{ name: 'a', value: 1 }] },
      { items: [{ name: 'a', value: 2 }] },
      [`f:items ${A} f:value`],
      [],
    ],
    [
      'an added and a removed item',
      { items: named('a') },
      { items: named('b') },
      [`f:items ${B}`, `f:items ${B} f:name`],
      [`f:items ${A}`, `f:items ${A} f:name`],
    ],
    ['an added list', {}, { items: named('a') }, ['f:items', `f:items ${A}`, `f:items ${A} f:name`], []],
    ['items in another order', { items: named('a', 'b') }, { items: named('b', 'a') }, [], []],
    ['an emptied list', { items: named('a') }, { items: [] }, [], [`f:items ${A}`, `f:items ${A} f:name`]],
    ['two empty lists', { items: [] }, { items: [] }, [], []],
    ['null for an empty list', { items: [] }, { items: null }, ['f:items'], []],
    ['members of a set', { set: ['a', 'b'] }, { set: ['b', 'c'] }, ['f:set v:"c"'], ['f:set v:"a"']],
    ['a set in another order', { set: ['a', 'b'] }, { set: ['b', 'a'] }, [], []],
    [
      'an item that comes to be there twice',
      { items: named('a') },
      { items: named('a', 'a') },
      [`f:items ${A}`],
      [`f:items ${A}`, `f:items ${A} f:name`],
    ],
    [
      'an item that is no longer there twice',
      { items: named('a', 'a') },
      { items: named('a') },
      [`f:items ${A}`, `f:items ${A} f:name`],
      [`f:items ${A}`],
    ],
    ['items that are there twice, the same', { items: named('a', 'a') }, { items: named('a', 'a') }, [], []],
    [
      'items that are there twice, changed',
      { items: named('a', 'a') },
      { items: [{ name: 'a', value: 1 }, { name: 'a' }] },
      [`f:items ${A}`],
      [],
    ],
    [
      'items that are there twice and go',
      { items: named('a', 'a') },
      { items: named('b') },
      [`f:items ${B}`, `f:items ${B} f:name`],
      [`f:items ${A}`],
    ],
    ['a deduced list', { any: { a: [1] } }, { any: { a: [2] } }, ['f:any f:a'], []],
    [
      'a deduced map that becomes a list',
      { any: { a: { b: 1 } } },
      { any: { a: [1] } },
      ['f:any f:a'],
      ['f:any f:a f:b'],
    ],
    [
      'a deduced list that becomes a map',
      { any: { a: [1] } },
      { any: { a: { b: 1 } } },
      ['f:any f:a', 'f:any f:a f:b'],
      [],
    ],
    ['a deduced scalar that becomes null', { any: { a: 1 } }, { any: { a: null } }, ['f:any f:a'], []],
    [
      'a label named constructor',
      { labels: {} },
      { labels: { constructor: 'x', a: 'y' } },
      ['f:labels f:a', 'f:labels f:constructor'],
      [],
    ],
  ])('sees %s', (_, before, after, changed, removed) =>
    expect(diff(before, after)).toEqual([changed, removed]),
  );

  it('skips what it is told to, with all below', () => {
    const before = { text: 'x', status: { phase: 'a' } };
    const after = { text: 'y', status: { phase: 'b' }, nested: { a: '1', b: { c: 'x' } } };
    expect(diff(before, after, thing, [['f:status'], ['f:nested', 'f:b']])).toEqual([
      ['f:nested', 'f:nested f:a', 'f:text'],
      [],
    ]);
  });

  it('counts what Go always shows as there, in built-in kinds', () => {
    const deployment = {
      spec: { selector: {}, template: { spec: { containers: [{ name: 'a' }] } } },
      status: {},
    };
    expect(diff({}, deployment, builtIn('apps.v1.Deployment'))).toEqual([
      [
        'f:spec f:selector',
        'f:spec f:template f:spec f:containers k:{"name":"a"}',
        'f:spec f:template f:spec f:containers k:{"name":"a"} f:name',
      ],
      [],
    ]);
    expect(diff({}, { status: { replicas: 0 } }, builtIn('apps.v1.ReplicaSet'))).toEqual([[], []]);
    expect(diff({}, { status: { replicas: 1 } }, builtIn('apps.v1.ReplicaSet'))).toEqual([
      ['f:status f:replicas'],
      [],
    ]);
  });
});

describe('merge', () => {
  it.each<[string, JSONObject, JSONObject, JSONObject]>([
    ['sets and keeps', { text: 'x', number: 1 }, { text: 'y' }, { text: 'y', number: 1 }],
    [
      'merges maps and structs',
      { labels: { a: '1' }, nested: { a: '1' } },
      { labels: { b: '2' }, nested: { b: {} } },
      { labels: { a: '1', b: '2' }, nested: { a: '1', b: {} } },
    ],
    [
      'keeps a map for null and for an empty one',
      { labels: { a: '1' }, nested: { a: '1' } },
      { labels: null, nested: {} },
      { labels: { a: '1' }, nested: { a: '1' } },
    ],
    ['sets a scalar to null', { text: 'x' }, { text: null }, { text: null }],
    [
      'replaces atomic things',
      { atomicMap: { a: '1' }, atomicList: named('a') },
      { atomicMap: { b: '2' }, atomicList: [] },
      { atomicMap: { b: '2' }, atomicList: [] },
    ],
    [
      'merges items by key',
      { items: [{ name: 'a', value: 1 }, { name: 'b' }] },
      { items: [{ name: 'a', tags: ['x'] }] },
      { items: [{ name: 'a', value: 1, tags: ['x'] }, { name: 'b' }] },
    ],
    ['keeps a list for an empty one', { items: named('a') }, { items: [] }, { items: named('a') }],
    ['unites sets', { set: ['a', 'b'] }, { set: ['b', 'c'] }, { set: ['a', 'b', 'c'] }],
    [
      'replaces what is there twice',
      {
        items: [
          { name: 'a', value: 1 },
          { name: 'a', value: 2 },
        ],
      },
      { items: [{ name: 'a', value: 3 }] },
      { items: [{ name: 'a', value: 3 }] },
    ],
    ['replaces by another type', { any: { a: [1] } }, { any: { a: { b: 1 } } }, { any: { a: { b: 1 } } }],
  ])('%s', (_, live, applied, expected) => {
    const before = structuredClone([live, applied]);
    expect(merge(live, applied, thing)).toEqual(expected);
    expect([live, applied]).toEqual(before);
  });

  it.each<[title: string, live: string, applied: string, merged: string]>([
    ['keeps the live order', 'abc', 'b', 'abc'],
    ['appends', 'ab', 'c', 'abc'],
    ['takes the applied order of what both have', 'abc', 'ca', 'bca'],
    ['inserts before what follows in the applied order', 'ab', 'axb', 'axb'],
    ['keeps live items where they are', 'a1b2c', 'abc', 'a1b2c'],
    ['puts new items in front', 'b', 'ab', 'ab'],
    ['reorders around live items', '1a2b3', 'ba', '12b3a'],
    ['is the applied one for an empty list', '', 'ba', 'ba'],
  ])('%s: %s + %s', (_, live, applied, merged) => {
    expect(merge({ set: [...live] }, { set: [...applied] }, thing)).toEqual({ set: [...merged] });
  });
});

describe('removePaths', () => {
  const object = {
    text: 'x',
    labels: { a: '1', b: '2' },
    items: [{ name: 'a', value: 1 }, { name: 'b' }],
    set: ['x', 'y'],
    atomicMap: { a: '1' },
  };
  it.each<[string, string[][], JSONObject]>([
    [
      'a field',
      [['f:text']],
      { labels: object.labels, items: object.items, set: object.set, atomicMap: object.atomicMap },
    ],
    ['entries', [['f:labels', 'f:a']], { ...object, labels: { b: '2' } }],
    ['an item', [['f:items', A]], { ...object, items: [{ name: 'b' }] }],
    ['a field of an item', [['f:items', A, 'f:value']], { ...object, items: named('a', 'b') }],
    ['a member', [['f:set', 'v:"x"']], { ...object, set: ['y'] }],
    ['nothing of an atomic map', [['f:atomicMap', 'f:a']], object],
    ['nothing that is not there', [['f:number'], ['f:items', 'k:{"name":"z"}']], object],
  ])('takes %s', (_, gone, expected) => {
    const before = structuredClone(object);
    expect(removePaths(object, fromPaths(...gone), thing)).toEqual(expected);
    expect(object).toEqual(before);
  });
  it('leaves containers that become empty, but for those that are named', () => {
    const full = { nested: { b: { c: 'x' } }, items: named('a') };
    const gone = [
      ['f:nested', 'f:b', 'f:c'],
      ['f:items', A],
    ];
    expect(removePaths(full, fromPaths(...gone), thing)).toEqual({ nested: { b: {} }, items: [] });
    expect(removePaths(full, fromPaths(...gone, ['f:nested', 'f:b'], ['f:items']), thing)).toEqual({
      nested: {},
    });
  });
});

it('withNamedFields adds declared fields, not keys of maps or items', () => {
  const set = fromPaths(
    ['f:nested', 'f:b', 'f:c'],
    ['f:byName', 'f:x', 'f:name'],
    ['f:items', A, 'f:tags', 'v:"t"'],
  );
  expect(show(withNamedFields(set, thing)).sort()).toEqual([
    'f:byName',
    'f:byName f:x f:name',
    'f:items',
    `f:items ${A} f:tags`,
    `f:items ${A} f:tags v:"t"`,
    'f:nested',
    'f:nested f:b',
    'f:nested f:b f:c',
  ]);
});

describe('reconcileWithSchema', () => {
  const set = fromPaths(['f:m', 'f:a'], ['f:l', 'k:{"name":"a"}', 'f:name'], ['f:t']);
  it('owns as a whole what has become atomic', () => {
    const now = struct({ m: map(string, { atomic: true }), l: list(struct({ name: string })), t: string });
    expect(show(reconcileWithSchema(set, now))).toEqual(['f:l', 'f:m', 'f:t']);
  });
  it('leaves the rest', () => {
    const now = struct({ m: map(string), l: list(struct({ name: string }), 'map', 'name'), t: string });
    expect(reconcileWithSchema(set, now)).toBe(set);
  });
});

describe('validateApplied', () => {
  const failure = (object: unknown): string => {
    try {
      validateApplied(object, thing);
    } catch (error) {
      return (error as Error).message;
    }
    return 'valid';
  };
  it.each<[unknown, string]>([
    [{ text: 'x', any: [{ a: 1 }], open: { other: 1 }, labels: null }, 'valid'],
    [{ text: 5 }, '.text: expected string, got &value.valueUnstructured{Value:5}'],
    [
      { text: ['a', null] },
      '.text: expected string, got &value.valueUnstructured{Value:[]interface {}{"a", interface {}(nil)}}',
    ],
    [{ number: 'x' }, '.number: expected numeric (int or float), got string'],
    [{ labels: [] }, '.labels: expected map, got &{[]}'],
    [{ items: 'x' }, '.items: expected list, got &{x}'],
    [{ nested: { z: 1 } }, '.nested.z: field not declared in schema'],
    [{ items: [{ name: 'a' }, { name: 'a' }] }, '.items: duplicate entries for key [name="a"]'],
    [
      { items: [{ name: 'a', value: true }] },
      '.items[name="a"].value: expected numeric (int or float), got bool',
    ],
    [
      { atomicList: [{ name: 5 }] },
      '.atomicList[0].name: expected string, got &value.valueUnstructured{Value:5}',
    ],
    [{ items: [null] }, '.items: element 0: associative list with keys may not have a null element'],
    [
      { number: 'x', text: 1 },
      'errors:\n  .number: expected numeric (int or float), got string\n  .text: expected string, got &value.valueUnstructured{Value:1}',
    ],
  ])('%j', (object, message) => expect(failure(object)).toBe(message));
});

it('raw JSON of a RawExtension is owned as a whole', () => {
  expect(toFieldSet({ data: { a: { b: 1 } }, revision: 1 }, builtIn('apps.v1.ControllerRevision'))).toEqual({
    'f:data': {},
    'f:revision': {},
  });
});
