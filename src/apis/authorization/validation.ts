/** Source: kubernetes pkg/apis/authorization/validation/validation.go. */
import { type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '../../apimachinery/types/authorization.v1.gen.ts';
import type { KubeObject } from '../object.ts';

export const validateSubjectAccessReview = (review: SubjectAccessReview): FieldError[] => [
  ...validateAttributes(review.spec ?? {}),
  ...validateSubject(review.spec ?? {}),
  ...validateMetadata(review, []),
];

export const validateSelfSubjectAccessReview = (review: SelfSubjectAccessReview): FieldError[] => [
  ...validateAttributes(review.spec ?? {}),
  ...validateMetadata(review, []),
];

export function validateLocalSubjectAccessReview(review: LocalSubjectAccessReview): FieldError[] {
  const spec: SubjectAccessReviewSpec = review.spec ?? {};
  const errors = [
    ...validateAttributes(spec),
    ...validateSubject(spec),
    ...validateMetadata(review, ['namespace']),
  ];
  const asked = spec.resourceAttributes?.namespace ?? '';
  if (spec.resourceAttributes && asked !== (review.metadata?.namespace ?? '')) {
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (spec.nonResourceAttributes) {
    const detail = 'disallowed on this kind of request';
    errors.push(invalid('spec.nonResourceAttributes', spec.nonResourceAttributes, detail));
  }
  return errors;
}

function validateAttributes(spec: SelfSubjectAccessReviewSpec): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', nonResourceAttributes, detail)];
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    return [invalid('spec.resourceAttributes', null, detail)];
  }
  return [];
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
