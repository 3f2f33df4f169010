import type { ResourceDefinition } from '../definition.ts';
import { selfSubjectReviews } from './self-subject-review.ts';
import { tokenReviews } from './token-review.ts';

export const authenticationResources: readonly ResourceDefinition[] = [selfSubjectReviews, tokenReviews];
