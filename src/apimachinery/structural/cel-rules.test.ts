import { describe, expect, it } from 'vitest';
import { validateDefaultRules, validateRules } from './cel-rules.ts';
import type { Json, JSONSchemaProps, ValidationRule } from './types.ts';

const rules = (...list: (string | ValidationRule)[]): Pick<JSONSchemaProps, 'x-kubernetes-validations'> => ({
  'x-kubernetes-validations': list.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
const integer: JSONSchemaProps = { type: 'integer' };
const of = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
});
const root = (spec: JSONSchemaProps): JSONSchemaProps => of({ spec });
const object = (spec: unknown): Json => ({ apiVersion: 'a/v1', kind: 'A', metadata: { name: 'x' }, spec });

/** What is wrong with the spec, and what is warned of. */
function ask(props: JSONSchemaProps, spec: unknown, old?: unknown): { errors: string[]; warnings: string[] } {
  const warnings: string[] = [];
  const before = old === undefined ? undefined : object(old);
  const errors = validateRules(object(spec), before, root(props), (text) => warnings.push(text));
  return { errors: errors.map((error) => `${error.field}: ${error.message}`), warnings };
}
const errors = (props: JSONSchemaProps, spec: unknown, old?: unknown): string[] =>
  ask(props, spec, old).errors;

describe('a rule', () => {
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    ['that holds says nothing', { ...integer, ...rules('self < 5') }, 4, []],
    [
      'shows the value that breaks it',
      { ...integer, ...rules('self < 5') },
      5,
      ['spec: Invalid value: 5: failed rule: self < 5'],
    ],
    [
      'shows no objects',
      of({ a: integer }, rules({ rule: 'self.a < 5', message: ' too big ' })),
      { a: 5 },
      ['spec: Invalid value: too big'],
    ],
    [
      'can say why, and where',
      of(
        { 'a-b': integer },
        rules({ rule: 'self.a__dash__b < 5', reason: 'FieldValueForbidden', fieldPath: "['a-b']" }),
      ),
      { 'a-b': 5 },
      ['spec.a-b: Forbidden: failed rule: self.a__dash__b < 5'],
    ],
    [
      'can say it in the words of an expression, if these are words',
      {
        ...integer,
        ...rules(
          { rule: 'self < 5', messageExpression: '"not " + string(self)' },
          { rule: 'self < 4', messageExpression: '" "', message: 'fallback' },
          { rule: 'self < 3', messageExpression: 'string(1 / (self - self))' },
        ),
      },
      5,
      [
        'spec: Invalid value: 5: not 5',
        'spec: Invalid value: 5: fallback',
        'spec: Invalid value: 5: failed rule: self < 3',
      ],
    ],
    [
      'that comes to no result is broken',
      of({ a: integer }, rules('self.a > 0', '1 / (size(self.kind()) - 1) == 0')),
      {},
      [
        'spec: Invalid value: "object": no such key: a evaluating rule: self.a > 0',
        expect.stringContaining(
          'rule compile error: compilation failed: ERROR: <input>:1:',
        ) as unknown as string,
      ],
    ],
    [
      'tells apart what may be an integer or a string',
      { 'x-kubernetes-int-or-string': true, ...rules('self > 0') },
      'a',
      [
        `spec: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self > 0`,
      ],
    ],
    ['is not asked of null', { ...integer, nullable: true, ...rules('self > 5') }, null, []],
    [
      'is asked of items, of values and of fields',
      of({
        list: { type: 'array', items: { ...integer, ...rules('self > 0') } },
        map: { type: 'object', additionalProperties: { ...integer, ...rules('self > 1') } },
      }),
      { list: [1, 0], map: { 'a.b': 1 } },
      [
        'spec.list[1]: Invalid value: 0: failed rule: self > 0',
        'spec.map[a.b]: Invalid value: 1: failed rule: self > 1',
      ],
    ],
  ])('%s', (_, props, spec, expected) => {
    expect(errors(props, spec)).toEqual(expected);
  });

  it('sees of metadata the names', () => {
    const props = { ...of({}), ...rules('self.metadata.name != "x"') };
    expect(validateRules(object({}), undefined, props).map((error) => error.field)).toEqual(['<nil>']);
  });
});

describe('a transition rule', () => {
  const grows = { ...integer, ...rules('self >= oldSelf') };
  it('is asked where there is an old value', () => {
    expect(errors(of({ a: grows }), { a: 1 })).toEqual([]);
    expect(errors(of({ a: grows }), { a: 1 }, {})).toEqual([]);
    expect(errors(of({ a: grows }), { a: 1 }, { a: 2 })).toHaveLength(1);
    expect(errors(of({ a: grows }), { a: 3 }, { a: 2 })).toEqual([]);
  });

  it('knows items by their keys', () => {
    const list: JSONSchemaProps = {
      type: 'array',
      items: of({ k: { type: 'string' }, v: grows }),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
    };
    const [a, b] = [
      { k: 'a', v: 1 },
      { k: 'b', v: 2 },
    ];
    expect(errors(list, [b, a], [a, b])).toEqual([]);
    expect(errors(list, [{ k: 'b', v: 1 }, a], [a, b])).toEqual([
      'spec[0].v: Invalid value: 1: failed rule: self >= oldSelf',
    ]);
  });

  it('can do without an old value', () => {
    const rule = 'oldSelf.hasValue() ? self >= oldSelf.value() : self == 1';
    const props = { ...integer, ...rules({ rule, optionalOldSelf: true, message: 'm' }) };
    expect(errors(of({ a: props }), { a: 2 })).toHaveLength(1);
    expect(errors(of({ a: props }), { a: 1 })).toEqual([]);
    expect(errors(of({ a: props }), { a: 2 }, { a: 1 })).toEqual([]);
    expect(errors(of({ a: props }), { a: 0 }, { a: 1 })).toHaveLength(1);
  });
});

describe('what did not change', () => {
  const props = of({ a: { ...integer, ...rules('self < 5') }, b: integer });
  it('is warned of', () => {
    expect(ask(props, { a: 9, b: 1 }, { a: 9 })).toEqual({
      errors: [],
      warnings: ['spec.a: Invalid value: 9: failed rule: self < 5'],
    });
    expect(ask(props, { a: 8 }, { a: 9 }).warnings).toEqual([]);
  });
});

describe('the cost', () => {
  const nested = 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))';
  const list = Array.from({ length: 400 }, (_, i) => i);
  it('of one rule is limited', () => {
    const props: JSONSchemaProps = { type: 'array', items: integer, ...rules(nested, 'false') };
    const [first, ...others] = errors(props, list);
    expect(first).toContain('no further validation rules will be run due to call cost exceeds limit');
    expect(others).toEqual([]);
  });
  it('of all together is limited', () => {
    const pairs = 'self.all(a, self.all(b, a + b >= 0))';
    const props: JSONSchemaProps = {
      type: 'array',
      items: integer,
      ...rules(...Array.from({ length: 40 }, () => pairs)),
    };
    expect(errors(props, list.slice(0, 250))).toEqual([
      'spec: Invalid value: "array": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
  });
});

it('judges defaults with and without an old value', () => {
  const judge = (rule: ValidationRule): string[] =>
    validateDefaultRules(3, { ...integer, ...rules(rule) }, false, 'default', 1000).errors.map(
      (error) => error.field,
    );
  expect(judge({ rule: 'self == 3' })).toEqual([]);
  expect(judge({ rule: 'self == 4' })).toEqual(['default']);
  expect(judge({ rule: 'oldSelf.hasValue()', optionalOldSelf: true })).toEqual(['default']);
});
