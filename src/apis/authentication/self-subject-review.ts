import type { SelfSubjectReview } from '../../apimachinery/types/authentication.v1.gen.ts';
import { define } from '../definition.ts';

/** Tells a client who it is; there is nothing to check. Source: kubernetes pkg/registry/authentication/selfsubjectreview. */
export const selfSubjectReviews = define<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  resource: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  kind: 'SelfSubjectReview',
  namespaced: false,
  verbs: ['create'],
  typeName: 'authentication.v1.SelfSubjectReview',
  strategy: { generation: 'none' },
});
