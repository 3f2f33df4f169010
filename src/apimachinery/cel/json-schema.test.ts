import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from './cel.ts';
import { declType, type JsonSchema } from './json-schema.ts';
import { display, typeName } from './text.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    name: { type: 'string', maxLength: 10 },
    ratio: { type: 'number' },
    on: { type: 'boolean' },
    when: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    dur: { type: 'string', format: 'duration' },
    data: { type: 'string', format: 'byte' },
    port: { 'x-kubernetes-int-or-string': true },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: { key: { type: 'string' }, v: { type: 'integer' } },
        required: ['key'],
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
    },
    plain: { type: 'array', maxItems: 5, items: { type: 'integer' } },
    'x-prop': { type: 'string' },
    namespace: { type: 'string' },
    'a.b/c': { type: 'string' },
    re__d: { type: 'string' },
    obj: {
      type: 'object',
      properties: { inner: { type: 'object', properties: { deep: { type: 'string' } } } },
    },
    any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    free: { 'x-kubernetes-preserve-unknown-fields': true },
    emb: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
    en: { type: 'string', enum: ['a', 'bbb'] },
    nul: { type: 'string', nullable: true },
    nested: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
  },
  required: ['name', 'replicas'],
};
const self = {
  replicas: 3,
  name: 'abc',
  ratio: 1,
  on: true,
  when: '2024-01-02T03:04:05Z',
  day: '2024-01-02',
  dur: '1h30m',
  data: 'aGVsbG8=',
  port: 80,
  labels: { a: 'b', 'c-d': 'e' },
  tags: ['x', 'y'],
  items: [
    { key: 'k1', v: 1 },
    { key: 'k2', v: 2 },
  ],
  plain: [1, 2, 3],
  'x-prop': 'xp',
  namespace: 'ns',
  'a.b/c': 'abc',
  re__d: 'rd',
  obj: { inner: { deep: 'd' } },
  any: { z: 1 },
  free: { q: 1 },
  emb: { kind: 'K', apiVersion: 'v1', metadata: { name: 'n' } },
  en: 'a',
  nul: null,
  nested: [['a']],
};

/** Expression, value (or the type of one that is no scalar) and cost, as Kubernetes 1.36 has them. */
const values: [string, string, number | undefined][] = [
  ['self.replicas == 3', 'true', 3],
  ['self.replicas > 2.5', 'true', 3],
  ['self.replicas + 1', '4', 3],
  ["self.name + 'x'", 'abcx', 3],
  ['self.ratio == 1.0', 'true', 3],
  ['self.ratio + 1.0', '2', 3],
  ['type(self.ratio)', 'type', 3],
  ['type(self)', 'type', 2],
  ['self.on ? 1 : 2', '1', 2],
  ['self.when.getFullYear()', '2024', 3],
  ["self.when > timestamp('2020-01-01T00:00:00Z')", 'true', 3],
  ['self.day.getDayOfMonth()', '1', 3],
  ["self.dur > duration('1h')", 'true', 3],
  ["self.data == b'hello'", 'true', 3],
  ['self.data.size()', '5', 3],
  ['self.port == 80', 'true', 3],
  ["self.port == '80'", 'false', 3],
  ['type(self.port) == int && self.port > 1', 'true', 7],
  ['self.labels.a', 'b', 3],
  ["self.labels['c-d']", 'e', 3],
  ['self.labels.all(k, k.size() < 5)', 'true', 15],
  ['self.labels.all(k, v, v.size() < 5)', 'true', 15],
  ['self.labels.nope', 'error: no such key: nope', undefined],
  ['has(self.labels.nope)', 'false', 2],
  ["self.tags == ['y', 'x']", 'true', 3],
  ["self.tags == ['y']", 'false', 3],
  ["self.tags + ['z', 'x'] == ['x','y','z']", 'true', 4],
  ["(self.tags + ['z']).size()", '3', 4],
  ['self.items == [self.items[1], self.items[0]]', 'true', 19],
  ["self.items.exists(i, i.key == 'k2' && i.v == 2)", 'true', 20],
  [
    "self.items + [{'key':'k1','v':5}]",
    "ERROR: <input>:1:12: found no matching overload for '_+_' applied to '(list(selfType.items.@idx), list(map(string, dyn)))'",
    undefined,
  ],
  ['self.items.map(i, i.v).sum()', '3', 33],
  ['self.items[5].key', 'error: index out of bounds: 5', undefined],
  ['self.plain[1]', '2', 3],
  ['self.plain.sum()', '6', 5],
  ['self.plain.isSorted()', 'true', 5],
  ['self.plain.map(x, x * 2)', 'list', 45],
  ['self.plain == [1,2,3]', 'true', 3],
  ['self.plain + [4]', 'list', 3],
  ['self.x__dash__prop', 'xp', 2],
  ['self.__namespace__', 'ns', 2],
  ['self.namespace', 'ns', 2],
  ['self.a__dot__b__slash__c', 'abc', 2],
  ['self.re__underscores__d', 'rd', 2],
  ['self.obj.inner.deep', 'd', 4],
  ['has(self.obj.inner)', 'true', 2],
  ['has(self.obj.inner.deep)', 'true', 3],
  ['has(self.obj.nope)', "ERROR: <input>:1:4: undefined field 'nope'", undefined],
  ['self.obj.nope', "ERROR: <input>:1:9: undefined field 'nope'", undefined],
  ['self.any', 'map', 2],
  ['self.any.z', "ERROR: <input>:1:9: undefined field 'z'", undefined],
  ['self.free', "ERROR: <input>:1:5: undefined field 'free'", undefined],
  ['self.emb.metadata.name', 'n', 4],
  ['self.emb.kind', 'K', 3],
  ['self.emb.metadata.labels', "ERROR: <input>:1:18: undefined field 'labels'", undefined],
  ["self.en == 'a'", 'true', 3],
  [
    'self.en == 1',
    "ERROR: <input>:1:9: found no matching overload for '_==_' applied to '(string, int)'",
    undefined,
  ],
  ['has(self.nul)', 'false', 1],
  [
    'self.nul == null',
    "ERROR: <input>:1:10: found no matching overload for '_==_' applied to '(string, null)'",
    undefined,
  ],
  ['self.nul', 'error: no such key: nul', undefined],
  ['self.nested[0][0]', 'a', 4],
  ['self.nested.all(x, x.all(y, y.size() < 5))', 'true', 14],
  ['self.nope', "ERROR: <input>:1:5: undefined field 'nope'", undefined],
  ['self.name.size() > self.replicas', 'false', 6],
  ["self.name.matches('^a.*')", 'true', 3],
  [
    'self.name == null',
    "ERROR: <input>:1:11: found no matching overload for '_==_' applied to '(string, null)'",
    undefined,
  ],
  ['self.obj == null', 'false', 3],
  [
    'self.replicas == null',
    "ERROR: <input>:1:15: found no matching overload for '_==_' applied to '(int, null)'",
    undefined,
  ],
  ['self.items.all(i, has(i.v))', 'true', 11],
  ['self.items.filter(i, i.v > 1)', 'list', 22],
  ["self.items.map(i, {'x': i.key})", 'list', 91],
  ['self.obj == self.obj', 'true', 5],
  ['self == self', 'true', 5],
  ['self.items.all(i, self.items.exists_one(j, j.key == i.key))', 'true', 41],
  ["self.name.startsWith('a') || self.replicas / 0 == 1", 'true', 3],
  ['self.replicas / 0 == 1', 'error: division by zero', undefined],
  ['self.tags.exists(t, t in self.labels)', 'false', 19],
  ['self.name in self.tags', 'false', 6],
  ["self.name in ['a', 'abc']", 'true', 2],
  ["self.?nul.orValue('def')", 'def', 1],
  ["self.?labels['zz'].hasValue()", 'false', 3],
  ["self.labels[?'zz'].orValue('q')", 'q', 2],
  ["self.obj.?inner.?deep.orValue('')", 'd', 4],
  ['string(self.replicas) + self.name', '3abc', 6],
  ['int(self.name)', "error: type conversion error from 'string' to 'int'", undefined],
  [
    'quantity(self.name)',
    "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    undefined,
  ],
  ["self.name.lowerAscii().split('b')", 'list', 4],
  ["self.tags.join(',')", 'x,y', 3],
  ['self.items.sortBy(i, i.v)', 'list', 52],
  ["sets.contains(self.tags, ['x'])", 'true', 5],
  ['self.when + self.dur', 'google.protobuf.Timestamp', 5],
  ['self.plain.exists(x, x > 100)', 'false', 21],
  ["self.labels == {'a': 'b', 'c-d': 'e'}", 'true', 3],
  ['size(self.labels)', '2', 3],
  [
    'self.size()',
    "ERROR: <input>:1:10: found no matching overload for 'size' applied to 'selfType.()'",
    undefined,
  ],
  [
    "self['name']",
    "ERROR: <input>:1:5: found no matching overload for '_[_]' applied to '(selfType, string)'",
    undefined,
  ],
  ['self.replicas in self.plain', 'true', 7],
  ['self.labels.map(k, self.labels[k])', 'list', 33],
  ["self.name.find('b+')", 'b', 3],
  ["self.name.replace('a', 'bb')", 'bbbc', 3],
  ["self.name.contains('bc')", 'true', 3],
  ['self.name.substring(1)', 'bc', 3],
  ["self.name < 'b'", 'true', 3],
  ["self.data < b'x'", 'true', 3],
  ["b'x' + self.data", 'bytes', 3],
  ['self.plain.slice(0,2)', 'list', 15],
  ['self.plain.distinct()', 'list', 31],
  ['self.nested.flatten()', 'list', 14],
  ['self.plain.reverse()', 'list', 16],
  ['self.plain.sort()', 'list', 31],
  ['self.tags.sort()', 'list', 21],
  ["[self.name, 'x']", 'list', 12],
  ["{'a': self.name}", 'map', 32],
  ['self.plain.indexOf(2)', '1', 5],
  ['self.tags.max()', 'y', 2],
  [
    'url(self.name)',
    'error: URL parse error during conversion from string: parse "abc": invalid URI for request',
    undefined,
  ],
  [
    'ip(self.name)',
    'error: IP Address "abc" parse error during conversion from string: ParseAddr("abc"): unable to parse IP',
    undefined,
  ],
  ["'%s %d'.format([self.name, self.replicas])", 'abc 3', 15],
  ['self.name.charAt(1)', 'b', 3],
  ['self.plain.all(x, self.plain.all(y, x + y > 0))', 'true', 84],
  ['self.items.transformMap(i, v, v.key)', 'map', 13],
  ['self.labels.transformList(k, v, k + v)', 'list', 33],
  ['self.name.trim() == self.name.upperAscii()', 'false', 7],
  ['self.tags == self.tags', 'true', 5],
  ["self.plain.min() < 2 ? self.name : 'x'", 'abc', 7],
  ['!self.on', 'false', 3],
  ['-self.replicas', '-3', 3],
  ["cidr('10.0.0.0/8').containsIP(self.name)", 'error: no such overload', undefined],
  ["self.items.map(i, i.key).join('')", 'k1k2', 32],
  ['format.dns1123Label().validate(self.name)', 'optional_type', 11],
  ['semver(self.name).major()', 'error: No Major.Minor.Patch elements found', undefined],
  ['self.plain.exists_one(x, x == 2)', 'true', 12],
  ["self.nested[0].map(x, x + 'y')", 'list', 18],
  [
    'timestamp(self.name)',
    "error: type conversion error from 'string' to 'google.protobuf.Timestamp'",
    undefined,
  ],
  ["self.name.findAll('b', 1)", 'list', 3],
  ['dyn(self.name)', 'abc', 3],
  ['dyn(self) == dyn(self.obj)', 'false', 6],
  ['optional.of(self.name)', 'optional_type', 3],
  ['lists.range(self.replicas)', 'list', 16],
  ['self.name.quote()', "ERROR: <input>:1:16: undeclared reference to 'quote' (in container '')", undefined],
  ['strings.quote(self.name)', '"abc"', 3],
  ["self.items.filter(i, i.key == 'k1').map(i, i.v)[0]", '1', 39],
  ["self.when.getHours('Europe/Vienna')", '4', 3],
];

const SCALARS = ['int', 'string', 'bool', 'double'];
const env = kubernetesEnvironment().extend({ variables: { self: declType(schema, false, 'selfType')! } });

function evaluated(source: string): [string, number | undefined] {
  const compiled = compile(source, env);
  if (!compiled.ok) return [compiled.text.split('\n')[0]!, undefined];
  const result = compiled.program.evaluate({ self });
  if (!result.ok) return [`error: ${result.error.message}`, undefined];
  const type = typeName(result.value);
  return [SCALARS.includes(type) ? display(result.value) : type, result.cost];
}

describe('expressions over a structural schema', () => {
  it.each(values)('%s', (source, value, cost) => {
    expect(evaluated(source)).toEqual([value, cost]);
  });

  it('shows name and kind at the root of a resource', () => {
    const type = declType({ type: 'object', properties: { metadata: { type: 'object' } } }, true)!;
    const root = kubernetesEnvironment().extend({ variables: { self: type } });
    expect(compile('self.metadata.name + self.kind + self.apiVersion', root).ok).toBe(true);
    expect(compile('self.metadata.labels', root).ok).toBe(false);
  });

  it('hides what has no schema', () => {
    expect(declType({ 'x-kubernetes-preserve-unknown-fields': true }, false)).toBeUndefined();
    expect(declType({ type: 'array' }, false)).toBeUndefined();
  });
});
