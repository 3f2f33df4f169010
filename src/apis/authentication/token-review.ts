import type { TokenReview } from '../../apimachinery/types/authentication.v1.gen.ts';
import { define } from '../definition.ts';

/** Answered by the authenticator, never stored. Source: kubernetes pkg/registry/authentication/tokenreview/storage.go. */
export const tokenReviews = define<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  resource: 'tokenreviews',
  singular: 'tokenreview',
  kind: 'TokenReview',
  namespaced: false,
  verbs: ['create'],
  typeName: 'authentication.v1.TokenReview',
  strategy: { generation: 'none' },
});
