/**
 * Defaults of spec.resources, what a pod as a whole requests and may use (KEP-2837).
 * Source: kubernetes pkg/apis/core/v1/defaults.go (defaultHugePagePodLimits, defaultPodRequests).
 */
import type { PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { formatQuantity } from '../../apimachinery/quantity.ts';
import {
  aggregateContainerLimits,
  aggregateContainerRequests,
  isSupportedPodLevelResource,
} from './pod-resources.ts';
import { isHugePageResource, isOvercommitAllowed } from './resource-list.ts';

/** Completes a spec.resources that says something, in place. Containers must have their defaults. */
export function defaultPodLevelResources(spec: PodSpec): void {
  if (!spec.resources) return;
  const pod = { spec };
  const isSet = (list: Record<string, string> | undefined): boolean => Object.keys(list ?? {}).length > 0;
  if (isSet(spec.resources.limits) || isSet(spec.resources.requests)) {
    fill(spec.resources, 'limits', hugePageLimits(spec));
  }
  if (isSet(spec.resources.limits)) {
    const requests: Record<string, string> = {};
    for (const [name, quantity] of Object.entries(aggregateContainerRequests(pod))) {
      if (isSupportedPodLevelResource(name) && isOvercommitAllowed(name))
        requests[name] = formatQuantity(quantity);
    }
    fill(spec.resources, 'requests', requests);
    fill(spec.resources, 'requests', onlyPodLevel(spec.resources.limits!));
  }
}

/** What containers may use of huge pages, where the pod requests none. */
function hugePageLimits(spec: PodSpec): Record<string, string> {
  const limits: Record<string, string> = {};
  for (const [name, quantity] of Object.entries(aggregateContainerLimits({ spec }))) {
    const requested = Object.hasOwn(spec.resources?.requests ?? {}, name);
    if (isHugePageResource(name) && !requested) limits[name] = formatQuantity(quantity);
  }
  return limits;
}

const onlyPodLevel = (list: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(list).filter(([name]) => isSupportedPodLevelResource(name)));

function fill(
  resources: { limits?: Record<string, string>; requests?: Record<string, string> },
  side: 'limits' | 'requests',
  defaults: Readonly<Record<string, string>>,
): void {
  const merged = { ...defaults, ...resources[side] };
  if (Object.keys(merged).length > 0) resources[side] = merged;
}
