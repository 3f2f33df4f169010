import { describe, expect, it } from 'vitest';
import { escapeName, unescapeName } from './escaping.ts';

describe('escaping', () => {
  it.each([
    ['a', 'a'],
    ['namespace', '__namespace__'],
    ['x-prop', 'x__dash__prop'],
    ['redact__d', 'redact__underscores__d'],
    ['a.b/c', 'a__dot__b__slash__c'],
    ['self', 'self'],
    ['int', 'int'],
    ['___', '__underscores___'],
  ])('%s is %s', (name, escaped) => {
    expect(escapeName(name)).toBe(escaped);
    expect(unescapeName(escaped)).toBe(name);
  });

  it.each(['', '1a', 'a b', 'ä', '$x'])('%j has no identifier', (name) => {
    expect(escapeName(name)).toBeUndefined();
  });

  it.each(['__foo__', 'a__true__'])('%s is no escape', (escaped) => {
    expect(unescapeName(escaped)).toBeUndefined();
  });
});
