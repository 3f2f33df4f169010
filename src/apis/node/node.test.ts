import { expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);

it('has a handler that stays', () => {
  expect(validateRuntimeClass({ handler: 'runc', overhead: { podFixed: { cpu: '1' } } })).toEqual([]);
  expect(texts(validateRuntimeClass({ handler: 'a.b' }))).toEqual([
    'handler: Invalid value: "a.b": must not contain dots',
  ]);
  expect(texts(validateRuntimeClassUpdate({ handler: 'runsc' }, { handler: 'runc' }))).toEqual([
    'handler: Invalid value: "runsc": field is immutable',
  ]);
});

it('tolerates each taint once', () => {
  const tolerations = [{ operator: 'Exists' }, { operator: 'Exists' }];
  expect(texts(validateRuntimeClass({ handler: 'runc', scheduling: { tolerations } }))).toEqual([
    'scheduling.tolerations[1]: Duplicate value: {"Key":"","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
  ]);
});
