import { expect, it } from 'vitest';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import { context, messages } from '../apps/testing.ts';
import { podDisruptionBudgets } from './pod-disruption-budget.ts';

const { strategy, printer } = podDisruptionBudgets;
const budget = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
  metadata: { name: 'web' },
  spec,
});

it.each<[string, PodDisruptionBudget['spec'], string[]]>([
  ['nothing', {}, []],
  ['a number', { minAvailable: 2, selector: {} }, []],
  ['a share', { maxUnavailable: '50%', unhealthyPodEvictionPolicy: 'AlwaysAllow' }, []],
  [
    'both',
    { minAvailable: 1, maxUnavailable: '30%' },
    [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"30%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ],
  ],
  [
    'too much',
    { maxUnavailable: '130%' },
    ['spec.maxUnavailable: Invalid value: "130%": must not be greater than 100%'],
  ],
  [
    'negative',
    { minAvailable: -1 },
    ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'policy',
    { unhealthyPodEvictionPolicy: 'Never' },
    [
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
  ],
])('validates: %s', (_, spec, expected) => {
  expect(messages(strategy.validate!(budget(spec), context()))).toEqual(expected);
  // The spec may change in all its parts.
  expect(messages(strategy.validateUpdate!(budget(spec), budget({ minAvailable: 9 }), context()))).toEqual(
    expected,
  );
});

it('starts with a status of zeros, and checks later ones', () => {
  const object = budget({});
  strategy.prepareForCreate!(object, context());
  expect(object.status).toEqual({
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  });
  object.status!.disruptionsAllowed = -1;
  expect(messages(strategy.status!.validateUpdate!(object, object, context()))).toEqual([
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

it('demands a resourceVersion of updates', () => {
  expect(strategy.allowUnconditionalUpdate).toBe(false);
});

it('prints a row, also of an empty object', () => {
  const object = { ...budget({ minAvailable: '50%' }), status: { disruptionsAllowed: 2 } };
  expect(printer!.cells(object, 0)).toEqual(['web', '50%', 'N/A', 2, '<unknown>']);
  expect(printer!.cells({}, 0)).toEqual(['', 'N/A', 'N/A', 0, '<unknown>']);
});
