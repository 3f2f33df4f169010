import { expect, it } from 'vitest';
import type { PodDisruptionBudgetStatus } from '../../apimachinery/types/policy.v1.gen.ts';
import { isDisruptionAllowedUpToDate, updateDisruptionAllowed } from './disruption-allowed.ts';

const status = (disruptionsAllowed: number): PodDisruptionBudgetStatus => ({
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
  disruptionsAllowed,
  observedGeneration: 3,
});

it.each([
  [0, 'False', 'InsufficientPods'],
  [2, 'True', 'SufficientPods'],
])('%i disruptions: %s, %s', (allowed, value, reason) => {
  const given = status(allowed);
  expect(isDisruptionAllowedUpToDate(given)).toBe(false);
  updateDisruptionAllowed(given, '2026-01-01T00:00:00Z');
  expect(given.conditions).toEqual([
    {
      type: 'DisruptionAllowed',
      status: value,
      reason,
      message: '',
      observedGeneration: 3,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ]);
  expect(isDisruptionAllowedUpToDate(given)).toBe(true);
});

it('is out of date when the status or the generation changes', () => {
  const given = status(1);
  updateDisruptionAllowed(given, '2026-01-01T00:00:00Z');
  expect(isDisruptionAllowedUpToDate({ ...given, disruptionsAllowed: 0 })).toBe(false);
  expect(isDisruptionAllowedUpToDate({ ...given, observedGeneration: 4 })).toBe(false);
});
