import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema/schema.ts';
import { struct } from '../schema/table.ts';
import { hasDuplicates, JsonError, parseJson } from './json.ts';
import { strictFieldErrors } from './strict-fields.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJson', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['  ', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a"', 'unexpected end of JSON input'],
    ['[1,', 'unexpected end of JSON input'],
    ['"a', 'unexpected end of JSON input'],
    ['tru', 'unexpected end of JSON input'],
    ['-', 'unexpected end of JSON input'],
    ['kind: Pod', "invalid character 'k' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['{}x', "invalid character 'x' after top-level value"],
    ['{} {}', "invalid character '{' after top-level value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ["['a']", "invalid character '\\'' looking for beginning of value"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ['"\u0001"', "invalid character '\\x01' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-a', "invalid character 'a' in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e+', 'unexpected end of JSON input'],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['nul1', "invalid character '1' in literal null (expecting 'l')"],
  ])('refuses %j: %s', (text, message) =>
    expect(() => parseJson(bytes(text))).toThrow(new JsonError(message)),
  );

  it('takes what JSON.parse takes and finds no duplicates in what it made', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed = parseJson(bytes(text));
        // Integers beyond 2^53 apart, which are bigints.
        expect(JSON.parse(JSON.stringify(parsed.value))).toEqual(JSON.parse(text));
        expect(hasDuplicates(parseJson(bytes(JSON.stringify(parsed.value))))).toBe(false);
      }),
    );
  });
  it('refuses damaged JSON with a message of its own', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', '\\', 'x', '\u0000'),
        (text, at, character) => {
          const damaged = text.slice(0, at % text.length) + character + text.slice((at % text.length) + 1);
          let valid = true;
          try {
            JSON.parse(damaged);
          } catch {
            valid = false;
          }
          if (valid) parseJson(bytes(damaged));
          else
            expect(() => parseJson(bytes(damaged))).toThrow(
              /^(invalid character|unexpected end of JSON input)/,
            );
        },
      ),
      { numRuns: 500 },
    );
  });
  it('is bounded in depth', () => {
    expect(parseJson(bytes(`${'['.repeat(1000)}${']'.repeat(1000)}`)).fields).toBe(0);
    expect(() => parseJson(bytes('['.repeat(1001)))).toThrow(
      new JsonError("invalid character '[' exceeded max depth"),
    );
    expect(() => parseJson(bytes('{"a":'.repeat(100_000)))).toThrow(
      new JsonError("invalid character '{' exceeded max depth"),
    );
    // Brackets in strings nest nothing.
    expect(parseJson(bytes(JSON.stringify('[{"'.repeat(2000)))).fields).toBe(0);
  });
  it.each([
    ['{"a":1,"a":1}', true],
    ['{"a":{"b":1,"b":{}}}', true],
    ['[{"a":1},{"a":1}]', false],
    ['{"a":":","b":"\\":"}', false],
    ['{"__proto__":1,"__proto__":2}', true],
  ])('%s has duplicates: %s', (text, expected) =>
    expect(hasDuplicates(parseJson(bytes(text)))).toBe(expected),
  );
});

describe('strictFieldErrors', () => {
  it('reports in the order of the text, each once', () => {
    const text = `{
      "spec": {
        "unknown1": {"paused": 1, "paused": 2}, "paused": false, "unknownDupe": 1, "unknownDupe": 2, "paused": true,
        "template": {
          "metadata": {"labels": {"a": "1", "a": "2"}},
          "spec": {"containers": [{"name": "x\\"", "image": "a", "unknownNested": "v", "image": "b", "image": "c"}]}
        }
      }
    }`;
    expect(strictFieldErrors(text, struct('apps.v1.Deployment'))).toEqual([
      'unknown field "spec.unknown1"',
      'unknown field "spec.unknownDupe"',
      'duplicate field "spec.paused"',
      'duplicate field "spec.template.metadata.labels.a"',
      'unknown field "spec.template.spec.containers[0].unknownNested"',
      'duplicate field "spec.template.spec.containers[0].image"',
    ]);
  });
  it('looks into no raw JSON, and stops at 100', () => {
    expect(strictFieldErrors('{"data":{"a":1,"a":2}}', struct('apps.v1.ControllerRevision'))).toEqual([]);
    const many = Array.from({ length: 300 }, (_, i) => `"x${i}":${i}`).join(',');
    expect(strictFieldErrors(`{${many}}`, struct('core.v1.Pod'))).toHaveLength(100);
  });
  it('reports nothing but duplicates in a custom resource, wherever they are', () => {
    const schema: Schema = { type: 'struct', fields: new Map() };
    expect(strictFieldErrors('{"spec":{"a":1,"a":[{"b":1,"b":2}]}}', schema)).toEqual([
      'duplicate field "spec.a"',
      'duplicate field "spec.a[0].b"',
    ]);
  });
});
