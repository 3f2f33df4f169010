import { describe, expect, it } from 'vitest';
import { decodeStored, decodeText, encodeStored, typeHead } from './encoding.ts';

describe('the stored form', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', resourceVersion: '1' },
    spec: { a: [1] },
  };

  it('is without type and resourceVersion, which come back', () => {
    const value = encodeStored(pod);
    expect(value).toBe('{"metadata":{"name":"a"},"spec":{"a":[1]}}');
    expect(decodeStored(value, 1, { apiVersion: 'v1', kind: 'Pod' })).toEqual(pod);
    expect(JSON.parse(decodeText(value, 1, typeHead('v1', 'Pod')))).toEqual(pod);
    expect(encodeStored({ metadata: {} })).toBe('{"metadata":{}}');
  });

  it('keeps integers beyond 2^53', () => {
    const object = { ...pod, spec: { seconds: 9223372036854775807n } };
    const value = encodeStored(object);
    expect(value).toContain('"seconds":9223372036854775807');
    expect(decodeStored(value, 1, { apiVersion: 'v1', kind: 'Pod' })).toEqual(object);
    expect(decodeText(value, 1, '{')).toContain('"seconds":9223372036854775807');
    expect(() => JSON.parse(`[${decodeText(value, 1, '{')},${decodeText(value, 1, '{')}]`)).not.toThrow();
  });
});
