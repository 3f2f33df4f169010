/** What claims of devices use. Source: kubernetes pkg/quota/v1/evaluator/core/resource_claims.go. */
import { cmp, quantity } from '../../../apimachinery/quantity.ts';
import type { ResourceClaim } from '../../../apimachinery/types/resource.v1.gen.ts';
import { addResources, type Resources } from '../../../apis/core/resource-list.ts';
import { countName, type Evaluator, ONE } from './evaluator.ts';

const GROUP = 'resource.k8s.io';
const COUNT = countName(GROUP, 'resourceclaims');
const OF_CLASS = '.deviceclass.resource.k8s.io/devices';
/** As many devices as one claim can be given. */
const MAX_DEVICES = 32;

interface Request {
  readonly deviceClassName?: string;
  readonly allocationMode?: string;
  readonly count?: number | bigint;
}

export const resourceClaimEvaluator: Evaluator = {
  group: GROUP,
  resource: 'resourceclaims',
  handles: ({ operation, subresource }) => operation !== 'DELETE' && !subresource,
  matching: (names) => names.filter((name) => name === COUNT || name.endsWith(OF_CLASS)),
  usage(object) {
    const used: Resources = { [COUNT]: ONE };
    for (const { exactly, firstAvailable } of (object as ResourceClaim).spec?.devices?.requests ?? []) {
      // Of alternatives the most that any of a class may take.
      const most: Resources = {};
      for (const request of firstAvailable?.length ? firstAvailable : exactly ? [exactly] : []) {
        const name = (request.deviceClassName ?? '') + OF_CLASS;
        const devices = quantity(devicesOf(request));
        if (!most[name] || cmp(devices, most[name]) > 0) most[name] = devices;
      }
      addResources(used, most);
    }
    return used;
  },
};

function devicesOf({ allocationMode, count }: Request): number {
  if (allocationMode === 'All') return MAX_DEVICES;
  return allocationMode === 'ExactCount' ? Number(count ?? 0) : 0;
}
