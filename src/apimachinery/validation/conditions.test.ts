import { describe, expect, it } from 'vitest';
import { validateConditions } from './conditions.ts';

const good = {
  type: 'Ready',
  status: 'True',
  reason: 'Up',
  message: '',
  lastTransitionTime: '2024-05-01T12:00:00Z',
};
const check = (...conditions: object[]) =>
  validateConditions(conditions as (typeof good)[], 'status.conditions').map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('validateConditions', () => {
  it('accepts good ones', () => {
    expect(check(good, { ...good, type: 'example.com/Other', observedGeneration: 3 })).toEqual([]);
    expect(validateConditions(undefined, 'status.conditions')).toEqual([]);
  });

  it('refuses repeats', () => {
    expect(check(good, good)).toEqual(['status.conditions[1].type: Duplicate value: "Ready"']);
  });

  it('names every wrong field', () => {
    expect(check({ ...good, status: 'Maybe' })).toEqual([
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    ]);
    expect(check({ ...good, observedGeneration: -1 })).toEqual([
      'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    ]);
    expect(check({ ...good, lastTransitionTime: undefined, reason: '' })).toEqual([
      'status.conditions[0].lastTransitionTime: Required value',
      'status.conditions[0].reason: Required value',
    ]);
    expect(check({ ...good, reason: 'R'.repeat(1025), message: 'é'.repeat(16_385) })).toEqual([
      'status.conditions[0].reason: Too long: may not be more than 1024 bytes',
      'status.conditions[0].message: Too long: may not be more than 32768 bytes',
    ]);
    expect(check({ ...good, reason: 'a-b' })[0]).toMatch(
      /reason: Invalid value: "a-b": a condition reason must start with/,
    );
    expect(check({ ...good, type: '' })).toHaveLength(2);
  });
});
