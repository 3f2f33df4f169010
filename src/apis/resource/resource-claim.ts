import type { ResourceClaim } from '../../apimachinery/types/resource.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { authorizeClaim } from './claim-authorization.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { claimState, dropDeallocatedDevices } from './claim-status.ts';
import { validateResourceClaim, validateResourceClaimUpdate } from './claim-validation.ts';
import { validateResourceClaimStatusUpdate } from './claim-status-validation.ts';
import { defaultClaimSpec } from './defaults.ts';

/** Source: kubernetes pkg/registry/resource/resourceclaim/strategy.go. */
export const resourceClaims = define<ResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'resourceclaims',
  singular: 'resourceclaim',
  kind: 'ResourceClaim',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'resource.v1.ResourceClaim',
  subresources: [statusOf('ResourceClaim')],
  strategy: {
    default: (claim) => defaultClaimSpec(claim.spec),
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validateInCluster: authorizeClaim,
    validate: validateResourceClaim,
    validateUpdate: validateResourceClaimUpdate,
    status: {
      keptMetadata: 'all',
      prepareForUpdate: dropDeallocatedDevices,
      validateUpdate: validateResourceClaimStatusUpdate,
    },
    generation: 'none',
  },
  printer: {
    columns: [NAME, column('State', 'Whether the claim is allocated, reserved, deleted'), AGE],
    cells: (claim, now) => [nameOf(claim), claimState(claim), age(claim, now)],
  },
});
