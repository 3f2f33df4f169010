import type { LocalSubjectAccessReview } from '../../apimachinery/types/authorization.v1.gen.ts';
import { define } from '../definition.ts';
import { validateLocalSubjectAccessReview } from './validation.ts';

/** Answered by the authorizer, never stored. Source: kubernetes pkg/registry/authorization/localsubjectaccessreview. */
export const localSubjectAccessReviews = define<LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  kind: 'LocalSubjectAccessReview',
  namespaced: true,
  verbs: ['create'],
  typeName: 'authorization.v1.LocalSubjectAccessReview',
  strategy: { generation: 'none', validate: validateLocalSubjectAccessReview },
});
