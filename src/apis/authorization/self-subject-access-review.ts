import type { SelfSubjectAccessReview } from '../../apimachinery/types/authorization.v1.gen.ts';
import { define } from '../definition.ts';
import { validateSelfSubjectAccessReview } from './validation.ts';

/** Answered by the authorizer, never stored. Source: kubernetes pkg/registry/authorization/selfsubjectaccessreview. */
export const selfSubjectAccessReviews = define<SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
  verbs: ['create'],
  typeName: 'authorization.v1.SelfSubjectAccessReview',
  strategy: { generation: 'none', validate: validateSelfSubjectAccessReview },
});
