import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepCopy } from './deep-copy.ts';

describe('deepCopy', () => {
  it('is equal to any JSON value, and shares no object with it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = deepCopy(value);
        expect(copy).toEqual(value);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
    const value = { list: [{ a: 1 }], map: { b: { c: 2n ** 60n } } };
    const copy = deepCopy(value);
    copy.list[0]!.a = 5;
    copy.map.b.c = 0n;
    expect(value).toEqual({ list: [{ a: 1 }], map: { b: { c: 2n ** 60n } } });
  });

  it('keeps a key that is a name of the language', () => {
    const value = JSON.parse('{"labels":{"__proto__":{"a":"b"},"constructor":"c"}}');
    const copy = deepCopy(value);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(Object.getPrototypeOf(copy.labels)).toBe(Object.prototype);
  });
});
