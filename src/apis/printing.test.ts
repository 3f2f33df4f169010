import { describe, expect, it } from 'vitest';
import { age } from './printing.ts';

describe('age', () => {
  it('counts from the creation time', () => {
    const object = { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } };
    expect(age(object, Date.parse('2026-01-01T00:05:30Z'))).toBe('5m30s');
  });
  it('is unknown without one', () => {
    expect(age({}, 0)).toBe('<unknown>');
    expect(age({ metadata: { creationTimestamp: 'soon' } }, 0)).toBe('<unknown>');
  });
});
