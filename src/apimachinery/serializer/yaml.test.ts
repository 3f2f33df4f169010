import { describe, expect, it } from 'vitest';
import { parseYaml, YamlError } from './yaml.ts';

const value = (text: string): unknown => parseYaml(text).value;

describe('parseYaml', () => {
  it.each<[string, unknown]>([
    ['', null],
    ['a: 1', { a: 1 }],
    ['a: yes\nb: off\nc: True\nd: "yes"', { a: true, b: false, c: true, d: 'yes' }],
    [
      'a: 0o14\nb: -014\nc: 0x1F\nd: 1_000\ne: 1e3\nf: .5',
      { a: 12, b: -12, c: 31, d: 1000, e: 1000, f: 0.5 },
    ],
    ['- 089\n- 0b11\n- +1\n- 1.\n- 1.2.3\n- "1"\n- 12e', [89, 3, 1, 1, '1.2.3', '1', '12e']],
    ['- y\n- N\n- on', [true, false, true]],
    ['- 22:80\n- 1:30.5\n- 1:00:00', ['22:80', '1:30.5', '1:00:00']],
    ['a: 2020-01-01\nb: 2020-01-01T00:00:00Z', { a: '2020-01-01', b: '2020-01-01T00:00:00Z' }],
    ['a: ~\nb:\nc: null', { a: null, b: null, c: null }],
    ['1: a\ntrue: b\n1.5: c', { 1: 'a', true: 'b', 1.5: 'c' }],
    ['a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2', { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }],
    ['a: 1\n---\nb: 2', { a: 1 }],
    ['{"kind": "Pod", "spec": {"a": [1, "x"]}}', { kind: 'Pod', spec: { a: [1, 'x'] } }],
    ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
  ])('%j', (text, expected) => expect(value(text)).toEqual(expected));

  it('shares nothing between the places of an alias', () => {
    const { a, b } = value('a: &x {c: [1]}\nb: *x') as { a: { c: number[] }; b: { c: number[] } };
    a.c.push(2);
    expect(b).toEqual({ c: [1] });
  });
  it('has its keys in the order of their names, at any depth: mistakes are told in that order', () => {
    expect(JSON.stringify(value('c: 1\nb: [{z: 1, a: 2}]\na: {d: 1, c: 2}'))).toBe(
      '{"a":{"c":2,"d":1},"b":[{"a":2,"z":1}],"c":1}',
    );
  });
  it('keeps __proto__ a key like any other', () => {
    expect(Object.keys(value('__proto__: {a: 1}\nb: &x 1\nc: *x') as object)).toEqual([
      '__proto__',
      'b',
      'c',
    ]);
  });
  it('reports keys that are there twice, with their lines; the last one counts', () => {
    expect(parseYaml('a: 1\nb:\n  c: 1\n  "c": 2\na: 3\n')).toEqual({
      value: { a: 3, b: { c: 2 } },
      duplicates: [
        'yaml: unmarshal errors:\n  line 4: key "c" already set in map\n  line 5: key "a" already set in map',
      ],
    });
    expect(parseYaml('- {a: 1}\n- {a: [a, a]}\n- a\n- a').duplicates).toEqual([]);
  });

  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 0; i < 8; i++)
    bomb.push(`${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${`*${'abcdefgh'[i]},`.repeat(9)}]`);
  it.each([
    ['a bomb of aliases', bomb.join('\n'), /excessive aliasing/],
    ['a wide bomb', `a: &a [${'x,'.repeat(5000)}]\nb: [${'*a,'.repeat(900)}]`, /excessive aliasing/],
    ['very many aliases', `a: &a 1\nb: [${'*a,'.repeat(1001)}]`, /^yaml: /],
    ['an alias of itself', 'a: &a [*a]', /^yaml: /],
    ['deep nesting', '['.repeat(10_000), /^yaml: /],
    ['deep nesting that ends', `${'['.repeat(600)}${']'.repeat(600)}`, /^yaml: /],
    ['a tab for indentation', 'a:\n\tb: 1', /^yaml: line 2: /],
    ['what cannot be parsed', 'a: [', /^yaml: line /],
    ['a mapping as a key', '? {a: 1}\n: b', /unsupported map key/],
    ['infinity', 'a: .inf', /^json: unsupported value: \+Inf$/],
    ['an unknown tag', 'a: !!js/function x', /^yaml: /],
    ['an undefined alias', 'a: *b', /^yaml: /],
  ])('refuses %s', (_, text, message) => {
    let error: unknown;
    try {
      value(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(YamlError);
    expect((error as Error).message).toMatch(message);
  });
});
