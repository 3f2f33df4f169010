import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';
import type { JSONObject } from './values.ts';

function fields(entries: Record<string, Schema>): ReadonlyMap<string, Field> {
  return new Map(
    Object.entries(entries).map(([name, schema]) => [name, { name, schema, required: false, path: [] }]),
  );
}

const string: Schema = { type: 'string' };
const item: Schema = {
  type: 'struct',
  fields: fields({
    name: string,
    value: string,
    tags: { type: 'array', items: string, patchStrategies: ['merge'] },
    ports: {
      type: 'array',
      items: { type: 'struct', fields: fields({ port: { type: 'integer' }, label: string }) },
      patchStrategies: ['merge'],
      patchMergeKey: 'port',
    },
  }),
};
const root: Schema = {
  type: 'struct',
  fields: fields({
    name: string,
    /** Merged by name. */
    items: { type: 'array', items: item, patchStrategies: ['merge'], patchMergeKey: 'name' },
    /** Merged by name, and its items may say what to retain. */
    sources: { type: 'array', items: item, patchStrategies: ['merge', 'retainKeys'], patchMergeKey: 'name' },
    /** A set of scalars. */
    tags: { type: 'array', items: string, patchStrategies: ['merge'] },
    /** No strategy: replaced. */
    args: { type: 'array', items: string },
    steps: { type: 'array', items: item },
    labels: { type: 'map', values: string },
    /** Merge without a merge key: a fault of the schema. */
    keyless: { type: 'array', items: item, patchStrategies: ['merge'] },
    nested: {
      type: 'struct',
      fields: fields({ a: string, b: string, items: { type: 'array', items: string } }),
    },
    selector: { type: 'struct', fields: fields({ a: string, b: string }), patchStrategies: ['replace'] },
    byName: { type: 'map', values: item },
  }),
};

const named = (...names: string[]): JSONObject[] => names.map((name) => ({ name }));
const apply = (live: JSONObject, patch: unknown, schema = root): JSONObject => {
  const before = structuredClone([live, patch]);
  try {
    return applyStrategicMergePatch(live, patch, schema);
  } finally {
    expect([live, patch]).toEqual(before);
  }
};

type Case = [title: string, live: JSONObject, patch: JSONObject, expected: JSONObject];

describe('maps', () => {
  it.each<Case>([
    [
      'an empty patch is the identity',
      { name: 'x', labels: { a: '1' } },
      {},
      { name: 'x', labels: { a: '1' } },
    ],
    ['a scalar is set', { name: 'x' }, { name: 'y' }, { name: 'y' }],
    [
      'null deletes',
      { name: 'x', labels: { a: '1', b: '2' } },
      { labels: { a: null } },
      { name: 'x', labels: { b: '2' } },
    ],
    ['null for an absent key is nothing', {}, { name: null, labels: { a: null } }, { labels: {} }],
    ['maps merge', { labels: { a: '1' } }, { labels: { b: '2' } }, { labels: { a: '1', b: '2' } }],
    ['structs merge', { nested: { a: '1' } }, { nested: { b: '2' } }, { nested: { a: '1', b: '2' } }],
    [
      'unknown fields merge like maps',
      { odd: { a: { x: 1 } } },
      { odd: { a: { y: 2 } } },
      { odd: { a: { x: 1, y: 2 } } },
    ],
    [
      'lists of unknown fields are replaced',
      { odd: [{ name: 'a' }] },
      { odd: [{ name: 'b' }] },
      { odd: [{ name: 'b' }] },
    ],
    [
      'maps of structs merge',
      { byName: { a: { name: 'a', tags: ['x'] } } },
      { byName: { a: { tags: ['y'] } } },
      { byName: { a: { name: 'a', tags: ['y', 'x'] } } },
    ],
    ['another type replaces', { nested: { a: '1' } }, { nested: 'x' }, { nested: 'x' }],
    [
      'a null of the object is replaced',
      { labels: null },
      { labels: { a: '1', b: null } },
      { labels: { a: '1' } },
    ],
    [
      'strategy replace takes the patch',
      { selector: { a: '1' } },
      { selector: { b: '2' } },
      { selector: { b: '2' } },
    ],
    [
      '$patch: replace takes the patch',
      { labels: { a: '1' } },
      { labels: { $patch: 'replace', b: '2' } },
      { labels: { b: '2' } },
    ],
    [
      '$patch: delete empties',
      { labels: { a: '1' } },
      { labels: { $patch: 'delete', b: '2' } },
      { labels: {} },
    ],
    [
      '$patch: replace at the root',
      { name: 'x', labels: {} },
      { $patch: 'replace', name: 'y' },
      { name: 'y' },
    ],
    [
      'directives do not reach a new field',
      {},
      { labels: { $patch: 'delete' }, nested: { a: '1', items: { $patch: 'replace' } } },
      { nested: { a: '1' } },
    ],
    [
      '$retainKeys drops what it does not list',
      { nested: { a: '1', b: '2' } },
      { nested: { $retainKeys: ['b'], b: '3' } },
      { nested: { b: '3' } },
    ],
    [
      '$retainKeys allows nulls of others',
      { nested: { a: '1', b: '2' } },
      { nested: { $retainKeys: ['b'], a: null } },
      { nested: { b: '2' } },
    ],
  ])('%s', (_, live, patch, expected) => expect(apply(live, patch)).toEqual(expected));

  it('keeps __proto__ a key', () => {
    const result = apply({}, JSON.parse('{"labels":{"__proto__":{"polluted":true}}}'));
    expect(Object.keys(result.labels as JSONObject)).toEqual(['__proto__']);
    expect(({} as JSONObject).polluted).toBeUndefined();
  });
});

describe('lists without a strategy', () => {
  it.each<Case>([
    ['are replaced', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    ['are replaced by empty ones', { args: ['a'] }, { args: [] }, { args: [] }],
    ['even of objects', { steps: named('a', 'b') }, { steps: named('b') }, { steps: named('b') }],
  ])('%s', (_, live, patch, expected) => expect(apply(live, patch)).toEqual(expected));
});

describe('lists of scalars that merge', () => {
  it.each<Case>([
    ['gain what is new, in front', { tags: ['a', 'b'] }, { tags: ['c'] }, { tags: ['c', 'a', 'b'] }],
    ['hold each once', { tags: ['a', 'b'] }, { tags: ['b', 'c', 'c'] }, { tags: ['a', 'b', 'c'] }],
    [
      'take the order of the patch',
      { tags: ['a', 'b', 'c'] },
      { tags: ['c', 'a'] },
      { tags: ['b', 'c', 'a'] },
    ],
    ['do not change for an empty patch', { tags: ['a'] }, { tags: [] }, { tags: ['a'] }],
    ['stay empty', { tags: [] }, { tags: [] }, { tags: [] }],
    [
      'lose what the parallel list names',
      { tags: ['a', 'b', 'c'] },
      { '$deleteFromPrimitiveList/tags': ['b', 'x'] },
      { tags: ['a', 'c'] },
    ],
    ['may lose all', { tags: ['a'] }, { '$deleteFromPrimitiveList/tags': ['a'] }, { tags: [] }],
    ['that are absent stay so', {}, { '$deleteFromPrimitiveList/tags': ['a'] }, {}],
    [
      'lose and gain',
      { tags: ['a', 'b'] },
      { '$deleteFromPrimitiveList/tags': ['a'], '$setElementOrder/tags': ['c', 'b'], tags: ['c'] },
      { tags: ['c', 'b'] },
    ],
    [
      'are arranged without a change',
      { tags: ['a', 'b', 'c'] },
      { '$setElementOrder/tags': ['c', 'b', 'a'] },
      { tags: ['c', 'b', 'a'] },
    ],
    [
      'keep what only the server has in its place',
      { tags: ['a', 'server', 'b'] },
      { '$setElementOrder/tags': ['a', 'b', 'c'], tags: ['c'] },
      { tags: ['a', 'server', 'b', 'c'] },
    ],
  ])('%s', (_, live, patch, expected) => expect(apply(live, patch)).toEqual(expected));
});

describe('lists of objects that merge', () => {
  it.each<Case>([
    [
      'merge the item with the same key',
      { items: [{ name: 'a', value: '1' }, { name: 'b' }] },
      { items: [{ name: 'b', value: '2' }] },
      {
        items: [
          { name: 'a', value: '1' },
          { name: 'b', value: '2' },
        ],
      },
    ],
    [
      'gain an item with a new key, in front',
      { items: named('a') },
      { items: [{ name: 'b', value: '2' }] },
      { items: [{ name: 'b', value: '2' }, { name: 'a' }] },
    ],
    ['are created', {}, { items: [{ name: 'a', value: null }] }, { items: [{ name: 'a' }] }],
    [
      'merge lists inside items',
      { items: [{ name: 'a', ports: [{ port: 80 }, { port: 81 }] }] },
      { items: [{ name: 'a', ports: [{ port: 81, label: 'x' }] }] },
      { items: [{ name: 'a', ports: [{ port: 80 }, { port: 81, label: 'x' }] }] },
    ],
    [
      'merge twice for two items of one key',
      { items: [] },
      {
        items: [
          { name: 'a', value: '1' },
          { name: 'a', tags: ['x'] },
        ],
      },
      { items: [{ name: 'a', value: '1', tags: ['x'] }] },
    ],
    [
      'lose a field of an item by null',
      { items: [{ name: 'a', value: '1' }] },
      { items: [{ name: 'a', value: null }] },
      { items: named('a') },
    ],
    [
      'lose an item by $patch: delete',
      { items: named('a', 'b') },
      { items: [{ $patch: 'delete', name: 'a' }] },
      { items: named('b') },
    ],
    [
      'ignore the deletion of an absent item',
      { items: named('a') },
      { items: [{ $patch: 'delete', name: 'x' }] },
      { items: named('a') },
    ],
    [
      'lose all items of one key',
      { items: [...named('a', 'b'), { name: 'a', value: '2' }] },
      { items: [{ $patch: 'delete', name: 'a' }] },
      { items: named('b') },
    ],
    [
      'are replaced by $patch: replace',
      { items: named('a', 'b') },
      { items: [{ $patch: 'replace' }, { name: 'c' }] },
      { items: named('c') },
    ],
    [
      'are emptied by $patch: replace',
      { items: named('a', 'b') },
      { items: [{ $patch: 'replace' }] },
      { items: [] },
    ],
    ['are not created by deletions', {}, { items: [{ $patch: 'delete', name: 'a' }] }, { items: [] }],
    [
      'change an item by $retainKeys',
      { sources: [{ name: 'a', value: '1' }] },
      { sources: [{ name: 'a', $retainKeys: ['name', 'tags'], tags: ['x'] }] },
      { sources: [{ name: 'a', tags: ['x'] }] },
    ],
    ['are deleted by null', { items: named('a'), name: 'x' }, { items: null }, { name: 'x' }],
  ])('%s', (_, live, patch, expected) => expect(apply(live, patch)).toEqual(expected));
});

describe('the order of merged lists', () => {
  const order = (...names: string[]) => ({ '$setElementOrder/items': named(...names) });
  it.each<[title: string, live: string[], patch: JSONObject, expected: string[]]>([
    [
      'puts new items in front of server-only ones',
      ['a', 'b', 'c'],
      { items: named('x', 'b') },
      ['x', 'a', 'b', 'c'],
    ],
    ['follows the patch', ['a', 'b', 'c', 'd'], { items: named('d', 'b') }, ['a', 'c', 'd', 'b']],
    ['follows $setElementOrder', ['a', 'b', 'c'], order('c', 'a', 'b'), ['c', 'a', 'b']],
    [
      'puts new items where $setElementOrder has them',
      ['a', 'b'],
      { ...order('a', 'x', 'b'), items: named('x') },
      ['a', 'x', 'b'],
    ],
    [
      'keeps server-only items before what they preceded',
      ['a', 's1', 'b', 's2', 'c'],
      order('a', 'b', 'c'),
      ['a', 's1', 'b', 's2', 'c'],
    ],
    [
      'keeps server-only items in their order when others move',
      ['s1', 'a', 's2', 'b', 's3'],
      order('b', 'a'),
      ['s1', 's2', 'b', 'a', 's3'],
    ],
    [
      'deletes and arranges',
      ['a', 'b', 'c'],
      { ...order('c', 'a'), items: [{ $patch: 'delete', name: 'b' }] },
      ['c', 'a'],
    ],
    ['arranges a new list', [], { ...order('b', 'a'), items: named('b', 'a') }, ['b', 'a']],
    ['is not changed by an order that knows none', ['a', 'b'], order('x', 'y'), ['a', 'b']],
  ])('%s', (_, live, patch, expected) => {
    expect(apply({ items: named(...live) }, patch)).toEqual({ items: named(...expected) });
  });

  it('takes a list that is absent from the patch, without its directives', () => {
    const patch = {
      ...order('b', 'a'),
      items: [{ name: 'b', tags: { $patch: 'delete' } }, { $patch: 'delete', name: 'z' }, { name: 'a' }],
    };
    expect(apply({}, patch)).toEqual({ items: named('b', 'a') });
  });
  it('is nothing for a list that neither has', () => expect(apply({}, order('a'))).toEqual({}));
});

describe('refusals', () => {
  it.each<[title: string, live: JSONObject, patch: unknown, code: number, reason: string, message: string]>([
    [
      'a body that is no object',
      {},
      [],
      400,
      'BadRequest',
      'json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'an unknown directive',
      { labels: {} },
      { labels: { $patch: 'x', a: 1 } },
      400,
      'BadRequest',
      'unknown patch type: x in map: map[$patch:x a:1]',
    ],
    [
      'an unknown directive in a list',
      { items: [] },
      { items: [{ $patch: 'x' }] },
      400,
      'BadRequest',
      'unknown patch type: x in map: map[$patch:x]',
    ],
    [
      '$patch: merge in a list',
      { items: [] },
      { items: [{ $patch: 'merge' }] },
      400,
      'BadRequest',
      'merging lists cannot yet be specified in the patch',
    ],
    [
      'an item without the merge key',
      { items: named('a') },
      { items: [{ value: '1' }] },
      400,
      'BadRequest',
      'map: map[value:1] does not contain declared merge key: name',
    ],
    [
      'a deletion without the merge key',
      { items: named('a') },
      { items: [{ $patch: 'delete' }] },
      400,
      'BadRequest',
      'map: map[$patch:delete] does not contain declared merge key: name',
    ],
    [
      'a live item without the merge key',
      { items: [{ value: '1' }] },
      { items: named('a') },
      400,
      'BadRequest',
      'map: map[value:1] does not contain declared merge key: name',
    ],
    [
      'a merging list without a merge key',
      { keyless: named('a') },
      { keyless: named('b') },
      400,
      'BadRequest',
      'cannot merge lists without merge key for struct',
    ],
    [
      'items of different types',
      { tags: ['a'] },
      { tags: [1] },
      400,
      'BadRequest',
      'list element types are not identical: [[a] [1]]',
    ],
    [
      'lists of lists',
      { tags: [['a']] },
      { tags: [['b']] },
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
    ],
    [
      'an order that is no list',
      {},
      { '$setElementOrder/items': 'x' },
      400,
      'BadRequest',
      'expected a []interface {}, but received a string',
    ],
    [
      'a list that is none',
      { items: { a: 1 } },
      { '$setElementOrder/items': [] },
      400,
      'BadRequest',
      'expected a []interface {}, but received a map[string]interface {}',
    ],
    [
      'an order without a field',
      {},
      { $setElementOrder: [] },
      400,
      'BadRequest',
      'invalid patch format of setElementOrder list',
    ],
    [
      'a deletion without a field',
      {},
      { $deleteFromPrimitiveList: [] },
      400,
      'BadRequest',
      'invalid patch format of primitive list',
    ],
    [
      '$retainKeys that is no list',
      { nested: {} },
      { nested: { $retainKeys: 'a' } },
      400,
      'BadRequest',
      'invalid patch format of retainKeys',
    ],
    [
      'a change that is not retained',
      { nested: {} },
      { nested: { $retainKeys: ['a'], b: '1' } },
      400,
      'BadRequest',
      'invalid patch format of retainKeys',
    ],
    [
      'a patch against its own order',
      { items: [] },
      { '$setElementOrder/items': named('a', 'b'), items: named('b', 'a') },
      400,
      'BadRequest',
      "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
    ],
    [
      'an item that the order does not list',
      { items: [] },
      { '$setElementOrder/items': named('a'), items: named('b') },
      400,
      'BadRequest',
      "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
  ])('%s', (_, live, patch, code, reason, message) => {
    expect(() => apply(live, patch)).toThrow(expect.objectContaining({ code, reason, message }));
  });
});

describe('built-in kinds', () => {
  const deployment = {
    metadata: { name: 'web', finalizers: ['a'] },
    spec: {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] },
            { name: 'sidecar', image: 's:1' },
          ],
          volumes: [{ name: 'data', emptyDir: {} }],
        },
      },
    },
  };
  const patched = (patch: JSONObject): any => apply(deployment, patch, struct('apps.v1.Deployment'));

  it('changes the image of one container', () => {
    const patch = { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } };
    expect(patched(patch).spec.template.spec.containers).toEqual([
      { name: 'web', image: 'web:2', env: [{ name: 'A', value: '1' }] },
      { name: 'sidecar', image: 's:1' },
    ]);
  });
  it('changes the source of a volume', () => {
    const patch = {
      spec: {
        template: {
          spec: { volumes: [{ name: 'data', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] },
        },
      },
    };
    expect(patched(patch).spec.template.spec.volumes).toEqual([{ name: 'data', configMap: { name: 'c' } }]);
  });
  it('changes the strategy', () => {
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(patched(patch).spec.strategy).toEqual({ type: 'Recreate' });
  });
  it('removes a finalizer', () => {
    expect(patched({ metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }).metadata).toEqual({
      name: 'web',
      finalizers: [],
    });
  });
  it('merges ports by number alone', () => {
    const service = {
      spec: {
        ports: [
          { port: 53, protocol: 'UDP', name: 'a' },
          { port: 80, protocol: 'TCP' },
        ],
      },
    };
    const patch = { spec: { ports: [{ port: 53, protocol: 'TCP' }] } };
    expect(apply(service, patch, struct('core.v1.Service'))).toEqual({
      spec: {
        ports: [
          { port: 53, protocol: 'TCP', name: 'a' },
          { port: 80, protocol: 'TCP' },
        ],
      },
    });
  });
});

describe('properties', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const names = fc.uniqueArray(name, { maxLength: 4 });
  const value = fc.constantFrom('1', '2');
  const items = (extra: Record<string, fc.Arbitrary<unknown>>) =>
    fc.uniqueArray(fc.record({ name, ...extra }, { requiredKeys: ['name'] }), {
      selector: (one) => one.name,
      maxLength: 4,
    });
  const live = fc.record(
    { name: value, labels: fc.dictionary(name, value), tags: names, items: items({ value, tags: names }) },
    { requiredKeys: [] },
  );
  const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(arbitrary, fc.constant(null));
  const change = items({ value: orNull(value), tags: orNull(names) });
  const deletion = name.map((one): JSONObject => ({ name: one, $patch: 'delete' }));
  const patch = fc.record(
    {
      name: orNull(value),
      labels: orNull(fc.dictionary(name, orNull(value))),
      tags: orNull(names),
      items: orNull(change),
    },
    { requiredKeys: [] },
  );
  // A new item keeps its nulls, which decoding drops.
  const dropNulls = (object: unknown): unknown =>
    JSON.parse(JSON.stringify(object, (_, one) => (one === null ? undefined : one)));

  it('an empty patch is the identity', () => {
    fc.assert(fc.property(live, (object) => void expect(apply(object as JSONObject, {})).toEqual(object)));
  });
  it('the same patch again changes nothing', () => {
    fc.assert(
      fc.property(live, patch, (object, one) => {
        const once = dropNulls(apply(object as JSONObject, one)) as JSONObject;
        expect(dropNulls(apply(once, one))).toEqual(once);
      }),
    );
  });
  it('a merged list holds each key once, deletions gone, the rest kept', () => {
    fc.assert(
      fc.property(items({}), change, fc.array(deletion, { maxLength: 2 }), (before, changes, deletions) => {
        const gone = new Set(deletions.map((one) => one.name));
        const after = apply({ items: before }, { items: [...changes, ...deletions] }).items as JSONObject[];
        const expected = new Set([
          ...before.map((one) => one.name).filter((one) => !gone.has(one)),
          ...changes.map((one) => one.name),
        ]);
        expect(after.map((one) => one.name).sort()).toEqual([...expected].sort());
      }),
    );
  });
  it('the result keeps the order of the patch and of what it does not name', () => {
    fc.assert(
      fc.property(names, names, (before, wanted) => {
        const after = (
          apply({ items: named(...before) }, { items: named(...wanted) }).items as JSONObject[]
        ).map((one) => one.name);
        expect(after.filter((one) => wanted.includes(one as never))).toEqual(wanted);
        expect(after.filter((one) => !wanted.includes(one as never))).toEqual(
          before.filter((one) => !wanted.includes(one)),
        );
      }),
    );
  });
});
