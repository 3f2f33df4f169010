import { expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { PriorityClass } from '../../apimachinery/types/scheduling.v1.gen.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const named = (name: string, rest: PriorityClass): PriorityClass => ({ metadata: { name }, ...rest });
const RESERVED =
  "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error:";

it.each([
  [named('high', { value: 1_000_000_000 }), []],
  [
    named('higher', { value: 1_000_000_001 }),
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  [named('system-node-critical', { value: 2_000_001_000 }), []],
  [
    named('system-cluster-critical', { value: 1 }),
    [`${RESERVED} value of system-cluster-critical PriorityClass must be 2000000000`],
  ],
  [named('system-mine', { value: 1 }), [`${RESERVED} system-mine is not a known system priority class`]],
  [
    named('x', { value: 1, preemptionPolicy: 'Maybe' }),
    ['preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"'],
  ],
])('%j', (priorityClass, errors) => {
  expect(texts(validatePriorityClass(priorityClass))).toEqual(errors);
});

it('keeps value and policy', () => {
  const old = named('x', { value: 1, preemptionPolicy: 'Never' });
  expect(validatePriorityClassUpdate({ ...old, description: 'd' }, old)).toEqual([]);
  expect(
    texts(
      validatePriorityClassUpdate(named('x', { value: 2, preemptionPolicy: 'PreemptLowerPriority' }), old),
    ),
  ).toEqual([
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "PreemptLowerPriority": field is immutable',
  ]);
});
