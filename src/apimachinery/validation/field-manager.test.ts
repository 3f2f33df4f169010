import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import { managerOfUserAgent, validateFieldManager } from './field-manager.ts';

const texts = (errors: FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);

describe('validateFieldManager', () => {
  it('is bounded in bytes', () => {
    expect(validateFieldManager('é'.repeat(64), 'm')).toEqual([]);
    expect(texts(validateFieldManager('é'.repeat(65), 'm'))).toEqual([
      'm: Too long: may not be more than 128 bytes',
    ]);
  });

  it('is printable', () => {
    expect(validateFieldManager('kubectl edit (v1)', 'm')).toEqual([]);
    expect(validateFieldManager(undefined, 'm')).toEqual([]);
    expect(texts(validateFieldManager('é\n😀\u00a0', 'm')).map((text) => text.replace(/.*: /s, ''))).toEqual([
      'invalid character U+000A (at position 2)',
      'invalid character U+00A0 (at position 7)',
    ]);
  });
});

describe('managerOfUserAgent', () => {
  it.each([
    ['kubectl/v1.36.0 (linux/amd64)', 'kubectl'],
    ['curl', 'curl'],
    ['', ''],
    ['a\u0001b/1', 'ab'],
    ['x'.repeat(200), 'x'.repeat(128)],
    ['é'.repeat(100), 'é'.repeat(64)],
  ])('%j', (userAgent, manager) => {
    expect(managerOfUserAgent(userAgent)).toBe(manager);
    expect(validateFieldManager(managerOfUserAgent(userAgent), 'm')).toEqual([]);
  });
});
