import { describe, expect, it } from 'vitest';
import { nameIsDNS1035Label, nameIsDNSLabel, nameIsDNSSubdomain, nameIsPathSegment } from './names.ts';

describe('rules for names', () => {
  it('lets a prefix, and only a prefix, end with a dash', () => {
    for (const rule of [nameIsDNSSubdomain, nameIsDNSLabel, nameIsDNS1035Label]) {
      expect(rule('web-', true)).toEqual([]);
      expect(rule('web-', false)).not.toEqual([]);
      expect(rule('-', true)).not.toEqual([]);
      expect(rule('Web-', true)).not.toEqual([]);
    }
  });

  it('differs in dots and leading digits', () => {
    expect(nameIsDNSSubdomain('a.b', false)).toEqual([]);
    expect(nameIsDNSLabel('a.b', false)).toEqual(['must not contain dots']);
    expect(nameIsDNSLabel('1a', false)).toEqual([]);
    expect(nameIsDNS1035Label('1a', false)).toHaveLength(1);
  });

  it('takes nearly everything as a path segment', () => {
    expect(nameIsPathSegment('system:node:A', false)).toEqual([]);
    expect(nameIsPathSegment('.', false)).toEqual(["may not be '.'"]);
    expect(nameIsPathSegment('.', true)).toEqual([]);
  });
});
