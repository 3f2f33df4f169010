import { expect, it } from 'vitest';
import type { StrategyContext } from '../definition.ts';
import { leases } from './lease.ts';

const ctx = { now: 0 } as StrategyContext;
const { strategy } = leases;

it('checks its numbers', () => {
  const spec = { leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: 'a' };
  expect(strategy.validate!({ spec }, ctx).map(({ field, message }) => `${field}: ${message}`)).toEqual([
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
  ]);
  expect(
    strategy.validateUpdate!({ spec: { leaseDurationSeconds: 15, holderIdentity: 'a' } }, {}, ctx),
  ).toEqual([]);
});

it('takes fields of coordinated election only where they are stored', () => {
  const election = { strategy: 'OldestEmulationVersion', preferredHolder: 'a' };
  const created = { spec: { ...election } };
  strategy.prepareForCreate!(created, ctx);
  expect(created.spec).toEqual({});
  const updated = { spec: { ...election } };
  strategy.prepareForUpdate!(updated, { spec: election }, ctx);
  expect(updated.spec).toEqual(election);
});

it('is written by PUT, never blindly', () => {
  expect([strategy.allowCreateOnUpdate, strategy.allowUnconditionalUpdate]).toEqual([true, false]);
});

it('has cells', () => {
  expect(leases.printer!.cells({ metadata: { name: 'l' }, spec: { holderIdentity: 'a' } }, 0)).toEqual([
    'l',
    'a',
    '<unknown>',
  ]);
  expect(leases.printer!.cells({}, 0)).toEqual(['', '', '<unknown>']);
});
