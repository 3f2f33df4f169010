import type { SubjectAccessReview } from '../../apimachinery/types/authorization.v1.gen.ts';
import { define } from '../definition.ts';
import { validateSubjectAccessReview } from './validation.ts';

/** Answered by the authorizer, never stored. Source: kubernetes pkg/registry/authorization/subjectaccessreview. */
export const subjectAccessReviews = define<SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  kind: 'SubjectAccessReview',
  namespaced: false,
  verbs: ['create'],
  typeName: 'authorization.v1.SubjectAccessReview',
  strategy: { generation: 'none', validate: validateSubjectAccessReview },
});
