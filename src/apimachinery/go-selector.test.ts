import { expect, it } from 'vitest';
import { goSelector } from './go-selector.ts';

it('writes selectors as Go does', () => {
  expect(goSelector(undefined)).toBe('nil');
  expect(
    goSelector({
      matchLabels: { b: '2', a: '1' },
      matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'y'] }],
    }),
  ).toBe(
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}',
  );
});
