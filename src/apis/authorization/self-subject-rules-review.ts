import type { SelfSubjectRulesReview } from '../../apimachinery/types/authorization.v1.gen.ts';
import { define } from '../definition.ts';

/** Answered by the authorizer, never stored. Source: kubernetes pkg/registry/authorization/selfsubjectrulesreview. */
export const selfSubjectRulesReviews = define<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  kind: 'SelfSubjectRulesReview',
  namespaced: false,
  verbs: ['create'],
  typeName: 'authorization.v1.SelfSubjectRulesReview',
  strategy: { generation: 'none' },
});
