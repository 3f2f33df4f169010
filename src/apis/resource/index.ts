import type { ResourceDefinition } from '../definition.ts';
import { deviceClasses } from './device-class.ts';
import { deviceTaintRules } from './device-taint-rule.ts';
import { resourceClaims } from './resource-claim.ts';
import { resourceClaimTemplates } from './resource-claim-template.ts';
import { resourceSlices } from './resource-slice.ts';

export const resourceResources: readonly ResourceDefinition[] = [
  deviceClasses,
  deviceTaintRules,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
];
