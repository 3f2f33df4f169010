import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import type { JSONSchemaProps } from './types.ts';
import { validateUpdate, validateValue } from './validate.ts';

const texts = (errors: readonly FieldError[]): string[] =>
  errors.map((error) => `${error.field}: ${error.message}`);
/** What is wrong with `x` of an object. */
const of = (x: JSONSchemaProps, value: unknown): string[] =>
  texts(validateValue({ x: value }, { type: 'object', properties: { x } }));

describe('a value', () => {
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    ['of the right type', { type: 'integer' }, 1, []],
    ['of integers that are numbers', { type: 'number' }, 1, []],
    [
      'of a wrong type',
      { type: 'integer' },
      'a',
      ['x: Invalid value: "string": x in body must be of type integer: "string"'],
    ],
    [
      'of a wrong type with a format',
      { type: 'integer', format: 'int32' },
      true,
      ['x: Invalid value: "": x in body must be of type int32: ""'],
    ],
    [
      'with a fraction',
      { type: 'integer' },
      1.5,
      [
        'x: Invalid value: "number": x in body must be of type integer: "number"',
        '<nil>: Invalid value: "": Checked value must be of type integer (default format) in x',
      ],
    ],
    [
      'null',
      { type: 'string' },
      null,
      ['x: Invalid value: "null": x in body must be of type string: "null"'],
    ],
    ['null where it may be', { type: 'string', nullable: true }, null, []],
    [
      'neither integer nor string',
      { 'x-kubernetes-int-or-string': true },
      true,
      ['x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
    ],
    ['an integer or a string', { 'x-kubernetes-int-or-string': true }, '10%', []],
    [
      'too large',
      { type: 'integer', maximum: 3 },
      5,
      ['x: Invalid value: 5: x in body should be less than or equal to 3'],
    ],
    [
      'as large as an exclusive bound',
      { type: 'number', minimum: 0.5, exclusiveMinimum: true },
      0.5,
      ['x: Invalid value: 0.5: x in body should be greater than 0.5'],
    ],
    [
      'beyond int32',
      { type: 'integer', format: 'int32' },
      2 ** 40,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in x'],
    ],
    [
      'below a bound that no integer can have',
      { type: 'integer', maximum: 2.5 },
      1,
      ['<nil>: Invalid value: "": Maximum boundary value must be of type integer (default format) in x'],
    ],
    [
      'not a multiple',
      { type: 'integer', multipleOf: 3 },
      4,
      ['x: Invalid value: 4: x in body should be a multiple of 3'],
    ],
    ['a multiple of a fraction', { type: 'number', multipleOf: 0.1 }, 1.1, []],
    ['of integers that no double holds', { type: 'integer', multipleOf: 2 }, 2n ** 62n, []],
    [
      'beyond int64',
      { type: 'integer' },
      2n ** 64n,
      [
        'x: Invalid value: "number": x in body must be of type integer: "number"',
        '<nil>: Invalid value: "": Checked value must be of type integer (default format) in x',
      ],
    ],
    ['too long', { type: 'string', maxLength: 1 }, '😀😀', ['x: Too long: may not be more than 1 byte']],
    ['long enough in code points', { type: 'string', maxLength: 2 }, '😀😀', []],
    [
      'too short',
      { type: 'string', minLength: 1 },
      '',
      ['x: Invalid value: "": x in body should be at least 1 chars long'],
    ],
    [
      'not matching',
      { type: 'string', pattern: '^a+$' },
      'b',
      [`x: Invalid value: "b": x in body should match '^a+$'`],
    ],
    [
      'of a wrong format',
      { type: 'string', format: 'ipv4' },
      'a',
      ['x: Invalid value: "a": x in body must be of type ipv4: "a"'],
    ],
    ['of a format nobody knows', { type: 'string', format: 'iban' }, 'a', []],
    [
      'outside an enum',
      { type: 'string', enum: ['b', 'a'] },
      'c',
      ['x: Unsupported value: "c": supported values: "b", "a"'],
    ],
    [
      'outside an enum of objects',
      { type: 'object', enum: [{ a: 1 }] },
      { b: 1 },
      ['x: Unsupported value: {"b":1}: supported values: "{\\"a\\":1}"'],
    ],
    [
      'with too many items',
      { type: 'array', maxItems: 1, items: { type: 'integer' } },
      [1, 'b'],
      [
        'x[1]: Invalid value: "string": x[1] in body must be of type integer: "string"',
        'x: Too many: 2: must have at most 1 item',
      ],
    ],
    [
      'with too few items',
      { type: 'array', minItems: 2 },
      [1],
      ['x: Invalid value: 1: x in body should have at least 2 items'],
    ],
    [
      'with items twice',
      { type: 'array', uniqueItems: true },
      [{ a: 1 }, { a: 1 }],
      [`x: Invalid value: "": x in body shouldn't contain duplicates`],
    ],
    [
      'with too many fields',
      { type: 'object', maxProperties: 1 },
      { a: 1, b: 2 },
      ['x: Too many: 2: must have at most 1 item'],
    ],
    [
      'with too few fields',
      { type: 'object', minProperties: 1 },
      {},
      ['x: Invalid value: 0: x in body should have at least 1 properties'],
    ],
    ['without what is required', { type: 'object', required: ['a'] }, {}, ['x.a: Required value']],
    [
      'with a wrong value in a map',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { 'a.b': 'c' },
      ['x.a.b: Invalid value: "string": x.a.b in body must be of type integer: "string"'],
    ],
  ])('%s', (_, schema, value, errors) => {
    expect(of(schema, value)).toEqual(errors);
  });

  it('is said to fail the alternative it comes closest to', () => {
    const anyOf: JSONSchemaProps[] = [
      { required: ['a'] },
      { required: ['b'], properties: { b: { minimum: 3 } } },
    ];
    expect(of({ type: 'object', anyOf }, { b: 1 })).toEqual([
      '<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)',
      'x.b: Invalid value: 1: x.b in body should be greater than or equal to 3',
    ]);
    expect(of({ type: 'object', anyOf }, { b: 3 })).toEqual([]);
  });

  it('fits one of the alternatives, all of the conditions, and not what is excluded', () => {
    const small: JSONSchemaProps = { maximum: 5 };
    expect(of({ type: 'integer', oneOf: [small, { minimum: 3 }] }, 4)).toEqual([
      '<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]);
    expect(of({ type: 'integer', allOf: [small, { maximum: 4 }] }, 6)).toEqual([
      'x: Invalid value: 6: x in body should be less than or equal to 5',
      'x: Invalid value: 6: x in body should be less than or equal to 4',
      '<nil>: Invalid value: "": "x" must validate all the schemas (allOf). None validated',
    ]);
    expect(of({ type: 'integer', not: small }, 4)).toEqual([
      '<nil>: Invalid value: "": "x" must not validate the schema (not)',
    ]);
  });

  it('is reported below the path it is given', () => {
    const schema: JSONSchemaProps = { type: 'object', properties: { a: { type: 'string' } } };
    expect(texts(validateValue(1, schema, 'status'))).toEqual([
      'status: Invalid value: "integer":  in body must be of type object: "integer"',
    ]);
    expect(texts(validateValue({ a: 1 }, schema, 'status'))).toEqual([
      'status.a: Invalid value: "integer": a in body must be of type string: "integer"',
    ]);
  });

  it('may be matched by patterns that would take others forever', () => {
    const schema: JSONSchemaProps = { type: 'string', pattern: '^(a+)+$' };
    expect(of(schema, `${'a'.repeat(50_000)}b`)).toHaveLength(1);
  });
});

describe('an update', () => {
  const item: JSONSchemaProps = {
    type: 'object',
    properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 3 } },
  };
  const props: JSONSchemaProps = {
    type: 'object',
    properties: {
      kind: { type: 'string', maxLength: 1 },
      size: { type: 'integer', maximum: 3 },
      list: { type: 'array', items: item },
      map: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: item,
      },
    },
  };
  const update = (value: unknown, old: unknown): string[] =>
    validateUpdate(value, old, props).map((error) => error.field);

  it('keeps what was wrong before and has not changed', () => {
    expect(update({ size: 9, list: [] }, { size: 9 })).toEqual([]);
    expect(update({ size: 8 }, { size: 9 })).toEqual(['size']);
    expect(update({ size: 9 }, {})).toEqual(['size']);
  });

  it('knows items by their keys, and other lists as a whole', () => {
    const bad = { name: 'a', size: 9 };
    expect(update({ map: [{ name: 'b' }, bad] }, { map: [bad] })).toEqual([]);
    expect(update({ map: [{ ...bad, name: 'b' }] }, { map: [bad] })).toEqual(['map[0].size']);
    expect(update({ list: [bad], size: 1 }, { list: [bad] })).toEqual([]);
    expect(update({ list: [{ name: 'b' }, bad] }, { list: [bad] })).toEqual(['list[1].size']);
  });

  it('forgives neither kind nor apiVersion', () => {
    expect(update({ kind: 'ab', size: 1 }, { kind: 'ab' })).toEqual(['kind']);
  });
});

describe('validation', () => {
  it('is bounded where upstream says the same a million times', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `e${n}`);
    const many = Array.from({ length: 20_000 }, () => 'x');
    const chosen = texts(validateValue(many, { type: 'array', items: { type: 'string', enum: names } }));
    expect(chosen.at(-1)).toBe('<nil>: Invalid value: "": there is too much to validate');
    expect(chosen.join('').length).toBeLessThan(20_000_000);
    const tree = (depth: number): JSONSchemaProps =>
      depth === 0 ? { pattern: '^y' } : { anyOf: [tree(depth - 1), tree(depth - 1)] };
    const found = texts(validateValue(many, { type: 'array', items: { type: 'string', ...tree(12) } }));
    expect(found.at(-1)).toBe('<nil>: Invalid value: "": there is too much to validate');
    // What is negated does not pass because it was not looked at.
    const negated: JSONSchemaProps = { not: { type: 'array', items: { not: tree(12) } } };
    expect(validateValue(many, negated)).not.toEqual([]);
    expect(
      texts(validateValue(['x'], { type: 'array', items: { type: 'string', enum: names } })),
    ).toHaveLength(1);
  });
});
