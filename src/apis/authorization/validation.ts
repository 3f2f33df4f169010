/** Source: kubernetes pkg/apis/authorization/validation/validation.go. */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  LocalSubjectAccessReview,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '../../apimachinery/types/authorization.v1.gen.ts';
import { isValidLabelValue } from '../../apimachinery/validation/content.ts';
import { internalForm } from '../core/internal-form.ts';
import { invalidEach, validateQualifiedName } from '../meta-validation.ts';
import type { KubeObject } from '../object.ts';

export const validateSubjectAccessReview = (review: SubjectAccessReview): FieldError[] => [
  ...validateAttributes(review.spec ?? {}),
  ...validateSubject(review.spec ?? {}),
  ...validateSelectors(review.spec?.resourceAttributes),
  ...validateMetadata(review, []),
];

export const validateSelfSubjectAccessReview = (review: SelfSubjectAccessReview): FieldError[] => [
  ...validateAttributes(review.spec ?? {}),
  ...validateSelectors(review.spec?.resourceAttributes),
  ...validateMetadata(review, []),
];

export function validateLocalSubjectAccessReview(review: LocalSubjectAccessReview): FieldError[] {
  const spec: SubjectAccessReviewSpec = review.spec ?? {};
  const errors = [
    ...validateAttributes(spec),
    ...validateSubject(spec),
    ...validateSelectors(spec.resourceAttributes),
    ...validateMetadata(review, ['namespace']),
  ];
  const asked = spec.resourceAttributes?.namespace ?? '';
  if (spec.resourceAttributes && asked !== (review.metadata?.namespace ?? '')) {
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (spec.nonResourceAttributes) {
    const detail = 'disallowed on this kind of request';
    const shown = internalForm('NonResourceAttributes', spec.nonResourceAttributes);
    errors.push(invalid('spec.nonResourceAttributes', shown, detail));
  }
  return errors;
}

function validateAttributes(spec: SelfSubjectAccessReviewSpec): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    const shown = internalForm('NonResourceAttributes', nonResourceAttributes);
    errors.push(invalid('spec.nonResourceAttributes', shown, detail));
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, detail));
  }
  return errors;
}

/** Operators that this server does not know are let through: the client may be newer. */
function validateSelectors({ fieldSelector, labelSelector }: ResourceAttributes = {}): FieldError[] {
  const path = 'spec.resourceAttributes';
  const errors: FieldError[] = [];
  if (fieldSelector) errors.push(...validateSelector(fieldSelector, child(path, 'fieldSelector'), false));
  if (labelSelector) errors.push(...validateSelector(labelSelector, child(path, 'labelSelector'), true));
  return errors;
}

function validateSelector(
  selector: FieldSelectorAttributes | LabelSelectorAttributes,
  path: string,
  labels: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length) {
    const detail = 'may not specified at the same time as requirements';
    errors.push(invalid(child(path, 'rawSelector'), rawSelector, detail));
  }
  if (rawSelector === '' && !requirements.length) {
    const detail = `when ${path} is specified, requirements or rawSelector is required`;
    errors.push(required(child(path, 'requirements'), detail));
  }
  for (const [index, requirement] of requirements.entries()) {
    const here = at(child(path, 'requirements'), index);
    const { key = '', operator = '', values = [] } = requirement;
    const valuesPath = child(here, 'values');
    if ((operator === 'In' || operator === 'NotIn') && !values.length) {
      errors.push(required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
    if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length) {
      errors.push(
        forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
    if (!labels) {
      if (key === '') errors.push(required(child(here, 'key'), 'must be specified'));
      continue;
    }
    errors.push(...validateQualifiedName(key, child(here, 'key')));
    for (const [place, value] of values.entries()) {
      errors.push(...invalidEach(at(valuesPath, place), value, isValidLabelValue(value)));
    }
  }
  return errors;
}

const validateSubject = (spec: SubjectAccessReviewSpec): FieldError[] =>
  spec.user || spec.groups?.length
    ? []
    : [invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified')];

/** A review is a question and has no identity. The registry fills in the namespace of a local one. */
function validateMetadata(review: KubeObject, allowed: readonly string[]): FieldError[] {
  const metadata: Record<string, unknown> = { ...review.metadata };
  const ignored = ['managedFields', 'creationTimestamp', ...allowed];
  const filled = Object.entries(metadata).some(
    ([key, value]) => !ignored.includes(key) && value !== undefined && value !== null && value !== '',
  );
  if (!filled) return [];
  const detail = allowed.length ? 'must be empty except for namespace' : 'must be empty';
  return [invalid('metadata', metadata, detail)];
}
