/** ResourceQuota. Source: kubernetes pkg/registry/core/resourcequota/strategy.go. */
import type { ResourceQuota } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';

import { defaultResourceList } from './resource-list.ts';
import {
  resourceQuotaWarnings,
  validateResourceQuota,
  validateResourceQuotaStatus,
  validateResourceQuotaUpdate,
} from './resource-quota-validation.ts';

/** `cpu: 1/2, memory: 0/1Gi` for the resources that are, or are not, limits. */
function usage(object: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = object.status ?? {};
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === limits)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

export const resourceQuotas = define<ResourceQuota>({
  group: '',
  version: 'v1',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  kind: 'ResourceQuota',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['quota'],
  typeName: 'core.v1.ResourceQuota',
  subresources: [statusOf('ResourceQuota')],
  strategy: {
    generation: 'none',
    default(object) {
      defaultResourceList(object.spec?.hard);
      defaultResourceList(object.status?.hard);
      defaultResourceList(object.status?.used);
    },
    validateName: nameIsDNSSubdomain,
    validate: validateResourceQuota,
    warningsOnCreate: resourceQuotaWarnings,
    validateUpdate: validateResourceQuotaUpdate,
    status: { validateUpdate: validateResourceQuotaStatus },
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
  },
  printer: {
    columns: [
      NAME,
      column('Request', 'Requested resources and counted objects: used/hard'),
      column('Limit', 'Resource limits: used/hard'),
      AGE,
    ],
    cells: (object, now) => [nameOf(object), usage(object, false), usage(object, true), age(object, now)],
  },
});
