import { expect, it } from 'vitest';
import type { TopologySpreadConstraint } from '../../apimachinery/types/core.v1.gen.ts';
import { validateTopologySpreadConstraints } from './pod-scheduling-validation.ts';

const constraint = (topologyKey: string, whenUnsatisfiable = 'DoNotSchedule'): TopologySpreadConstraint => ({
  ...{ topologyKey, whenUnsatisfiable, maxSkew: 1, labelSelector: {} },
});
const errors = (...constraints: TopologySpreadConstraint[]): string[] =>
  validateTopologySpreadConstraints(constraints, {}, 'c').map(({ field, message }) => `${field}: ${message}`);

it('a constraint that comes again is told where it stands first', () => {
  expect(
    errors(constraint('a'), constraint('a', 'ScheduleAnyway'), constraint('b'), constraint('a')),
  ).toEqual(['c[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a, DoNotSchedule}"']);
});

it('many constraints are looked at once each', () => {
  expect(errors(...Array.from({ length: 100_000 }, (_, n) => constraint(`k${n}`)))).toEqual([]);
});
