import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateJSONPath, JSONPathError, parseJSONPath, printJSONPathValue } from './jsonpath.ts';

const object = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'shop', plain: 'x' } },
  spec: {
    replicas: 3,
    ratio: 0.5,
    paused: false,
    nothing: null,
    items: [
      { name: 'a', port: 80 },
      { name: 'b', port: 443 },
      { name: 'c)', port: 8080, extra: true },
    ],
    matrix: [
      [1, 2],
      [3, 4],
    ],
  },
  status: {
    conditions: [
      { type: 'Progressing', status: 'False' },
      { type: 'Ready', status: 'True' },
    ],
  },
};
const find = (path: string) => evaluateJSONPath(parseJSONPath(path), object);
const [a, b, c] = object.spec.items;

describe('evaluateJSONPath', () => {
  const cases: [string, unknown[]][] = [
    ['', [object]],
    ['$', [object]],
    ['.metadata.name', ['web']],
    ['$.metadata.name', ['web']],
    ['@.metadata.name', ['web']],
    [' .metadata.name ', ['web']],
    ['.metadata.missing', []],
    ['.metadata.name.deeper', []],
    ['.missing[0]', []],
    ['.constructor', []],
    ['.spec.nothing', [null]],
    ['.spec.nothing.deeper', []],
    ['.spec.nothing[0]', []],
    ['.spec.replicas', [3]],
    ['.spec.items[0].name', ['a']],
    ['.spec.items[-1].name', ['c)']],
    ['.spec.items[-3].name', ['a']],
    ['.spec.items[1:].name', ['b', 'c)']],
    ['.spec.items[:2].name', ['a', 'b']],
    ['.spec.items[:-1].name', ['a', 'b']],
    ['.spec.items[0:3:2].name', ['a', 'c)']],
    ['.spec.items[1:1].name', []],
    ['.spec.items[*].port', [80, 443, 8080]],
    ['.spec.items[0,2].name', ['a', 'c)']],
    ['.spec.matrix[*][1]', [2, 4]],
    ['.metadata.labels.*', ['shop', 'x']],
    ["['metadata'].name", ['web']],
    ["['metadata.name']", ['web']],
    ["['metadata']['name','labels']", ['web', object.metadata.labels]],
    ["['metadata.name', 'spec.replicas']", ['web', 3]],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['shop']],
    [".metadata.labels['app\\.kubernetes\\.io/name']", ['shop']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Ready')].status", ['True']],
    ['.status.conditions[?(@.type == "Ready")].status', ['True']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Progressing']],
    ['.spec.items[?(@.port>80)].name', ['b', 'c)']],
    ['.spec.items[?(@.port>=443)].name', ['b', 'c)']],
    ['.spec.items[?(@.port<443)].name', ['a']],
    ['.spec.items[?(@.port<=80.5)].name', ['a']],
    ['.spec.items[?(@.name=="c)")].port', [8080]],
    ['.spec.items[?(@.extra)].name', ['c)']],
    ['.spec.items[?(@.extra==true)].name', ['c)']],
    ['.spec.items[?(@.missing=="x")].name', []],
    ['..port', [80, 443, 8080]],
    ['.spec..name', ['a', 'b', 'c)']],
    ['..items[0]', [a]],
    ['.spec.items', [[a, b, c]]],
    ["'text'", ['text']],
  ];
  it.each(cases)('%j', (path, expected) => expect(find(path)).toEqual(expected));

  const failing: [string, string][] = [
    ['.spec.items[3]', 'array index out of bounds: index 3, length 3'],
    ['.spec.items[-4]', 'array index out of bounds: index -1, length 3'],
    ['.spec.items[0:4]', 'array index out of bounds: index 3, length 3'],
    ['.spec.items[2:1]', 'starting index 2 is greater than ending index 1'],
    ['.spec.items[0:3:0]', 'step must be > 0'],
    ['.spec[0]', 'value is not array or slice'],
    ['.spec[?(@.a)]', 'value is not array or slice and cannot be filtered'],
    ['.spec.items[?(@.port=="80")]', 'incompatible types for comparison'],
    ['.spec.items[?(@.port<true)]', 'incompatible types for comparison'],
    ['.spec.items[?(@.extra<true)]', 'invalid type for comparison'],
    ['.spec.items[?(@.port=<80)]', 'unrecognized filter operator =<'],
    ['.spec.items[?(@.*=="a")]', 'can only compare one element at a time'],
    ['spec.items', 'unrecognized identifier spec'],
  ];
  it.each(failing)('%j cannot be followed', (path, message) => {
    const parsed = parseJSONPath(path);
    expect(() => evaluateJSONPath(parsed, object)).toThrow(new JSONPathError(message));
  });

  it('stops at too many values', () => {
    const wide = { list: Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => ({ a: 1 }))) };
    expect(() => evaluateJSONPath(parseJSONPath('.list[*][*]'), wide)).toThrow('more than 10000 values');
    expect(() => evaluateJSONPath(parseJSONPath('..a'), wide)).toThrow('more than 10000 values');
  });
});

describe('parseJSONPath', () => {
  const refused: [string, string][] = [
    ['.a[', 'unterminated array'],
    ['.a[x]', 'invalid array index x'],
    ['.a[-]', 'array index - is not a number'],
    ['.a[?(@.b', 'unterminated filter'],
    ['.a[?(@.b)', 'unclosed array expect ]'],
    ['.a....b', 'invalid multiple recursive descent'],
    ["'text", 'unterminated quoted string'],
    ['.a}', 'unrecognized character in action: "}"'],
    ['-x', 'cannot parse number -'],
    ['.a\n', 'unclosed action'],
    [`.${'a'.repeat(5000)}`, 'path is too long: at most 4096 characters'],
  ];
  it.each(refused)('refuses %j', (path, message) =>
    expect(() => parseJSONPath(path)).toThrow(new JSONPathError(message)),
  );

  it('throws nothing but its own error, whatever the text is', () => {
    const part = fc.constantFrom(
      '.',
      '..',
      'spec',
      'items',
      '[',
      ']',
      '0',
      '-1',
      ':',
      ',',
      '*',
      '?(',
      '@',
      ')',
      '==',
      '"a"',
      "'a'",
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          find(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(JSONPathError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('printJSONPathValue', () => {
  const cases: [unknown, string][] = [
    ['text', 'text'],
    [3, '3'],
    [0.5, '0.5'],
    [0, '0'],
    [0.00001, '1e-05'],
    [1.5e-12, '1.5e-12'],
    [true, 'true'],
    [null, '<no value>'],
    [[1, 'a'], '[1,"a"]'],
    [{ b: '<&>', a: 1 }, '{"a":1,"b":"\\u003c\\u0026\\u003e"}'],
  ];
  it.each(cases)('%j as %j', (value, text) => expect(printJSONPathValue(value)).toBe(text));
});
