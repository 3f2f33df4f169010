import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allFields,
  escapeValue,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiresExactField,
} from './fields.ts';
import type { StatusError } from './status.ts';

const messageOf = (text: string): string => {
  try {
    parseFieldSelector(text);
  } catch (error) {
    expect((error as StatusError).code).toBe(400);
    return (error as Error).message;
  }
  return '(accepted)';
};

describe('parseFieldSelector', () => {
  const canonical: [string, string][] = [
    ['', ''],
    ['a=b', 'a=b'],
    ['a==b', 'a=b'],
    ['a!=b', 'a!=b'],
    ['a=', 'a='],
    ['=', ''],
    ['=a', '=a'],
    ['b=1,a=2,', 'a=2,b=1'],
    [',,a=1', 'a=1'],
    ['a=x\\,y', 'a=x\\,y'],
    ['a=x\\=y\\\\', 'a=x\\=y\\\\'],
    [' a = b ', ' a = b '],
    ['a=!', 'a=!'],
  ];
  it.each(canonical)('reads %j as %j', (text, expected) => {
    expect(formatFieldSelector(parseFieldSelector(text))).toBe(expected);
  });

  const refused: [string, string][] = [
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['b=1,a', "invalid selector: 'b=1,a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a===b', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\c', 'invalid field selector: invalid escape sequence: \\c'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a=\\😀', 'invalid field selector: invalid escape sequence: \\😀'],
  ];
  it.each(refused)('refuses %j', (text, message) => expect(messageOf(text)).toBe(message));

  it('refuses a selector that is far too long', () => {
    expect(messageOf(`a=${'b'.repeat(70_000)}`)).toContain('too long');
  });
});

describe('matchesFields', () => {
  const get = (field: string) => ({ 'metadata.name': 'a', 'spec.nodeName': '' })[field];
  const cases: [string, boolean][] = [
    ['', true],
    ['metadata.name=a', true],
    ['metadata.name=b', false],
    ['metadata.name!=b', true],
    ['spec.nodeName=', true],
    ['spec.nodeName!=', false],
    ['absent=', true],
    ['absent!=x', true],
    ['metadata.name=a,spec.nodeName!=', false],
  ];
  it.each(cases)('%j: %s', (text, expected) =>
    expect(matchesFields(parseFieldSelector(text), get)).toBe(expected),
  );
});

describe('requiresExactField', () => {
  it('finds the demanded value', () => {
    const selector = parseFieldSelector('metadata.name=a,status.phase!=Running');
    expect(requiresExactField(selector, 'metadata.name')).toBe('a');
    expect(requiresExactField(selector, 'status.phase')).toBeUndefined();
    expect(requiresExactField(allFields, 'metadata.name')).toBeUndefined();
  });
});

describe('round trip', () => {
  it('keeps any value through escaping', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const { requirements } = parseFieldSelector(`f=${escapeValue(value)}`);
        expect(requirements).toEqual([{ field: 'f', operator: '=', value }]);
      }),
    );
  });

  it('keeps any selector', () => {
    const requirement = fc.record({
      field: fc.stringMatching(/^[a-zA-Z.]{1,8}$/),
      operator: fc.constantFrom('=' as const, '!=' as const),
      value: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), (requirements) => {
        const text = formatFieldSelector(parseFieldSelector(formatFieldSelector({ requirements })));
        expect(formatFieldSelector(parseFieldSelector(text))).toBe(text);
        expect(parseFieldSelector(text).requirements).toHaveLength(requirements.length);
      }),
    );
  });
});
