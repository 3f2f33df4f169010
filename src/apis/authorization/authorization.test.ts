import { expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import {
  validateLocalSubjectAccessReview,
  validateSelfSubjectAccessReview,
  validateSubjectAccessReview,
} from './validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);

it('asks of one thing, for somebody, without an identity', () => {
  expect(
    validateSubjectAccessReview({ spec: { user: 'jane', resourceAttributes: { verb: 'get' } } }),
  ).toEqual([]);
  expect(texts(validateSubjectAccessReview({ metadata: { name: 'x' }, spec: {} }))).toEqual([
    'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    'spec.user: Invalid value: "": at least one of user or group must be specified',
    'metadata: Invalid value: {"name":"x"}: must be empty',
  ]);
  const both = { resourceAttributes: {}, nonResourceAttributes: { path: '/' } };
  expect(texts(validateSelfSubjectAccessReview({ spec: both }))).toEqual([
    'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with resourceAttributes',
  ]);
});

it('asks within its namespace', () => {
  const spec = { user: 'jane', resourceAttributes: { namespace: 'b' } };
  expect(texts(validateLocalSubjectAccessReview({ metadata: { namespace: 'a' }, spec }))).toEqual([
    'spec.resourceAttributes.namespace: Invalid value: "b": must match metadata.namespace',
  ]);
});

it('gives selectors as text or in parts', () => {
  const resourceAttributes = {
    fieldSelector: {},
    labelSelector: { requirements: [{ key: 'a', operator: 'In' }] },
  };
  expect(texts(validateSelfSubjectAccessReview({ spec: { resourceAttributes } }))).toEqual([
    'spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required',
    "spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ]);
});
