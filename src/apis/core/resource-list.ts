/**
 * Maps of resource quantities (limits, requests, capacity, overhead): how they are stored and how they add up.
 * Source: kubernetes pkg/apis/core/v1/defaults.go SetDefaults_ResourceList, k8s.io/component-helpers resource/helpers.go.
 */
import type { ResourceRequirements } from '../../apimachinery/types/core.v1.gen.ts';
import {
  add,
  canonicalQuantity,
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  roundUp,
} from '../../apimachinery/quantity.ts';

/** Quantities by the name of the resource. */
export type Resources = Record<string, Quantity>;

const MILLI = -3;

/**
 * Writes every quantity in its canonical form (`0.1` becomes `100m`, `1024Mi` becomes `1Gi`), rounded up to
 * thousandths, in place.
 */
export function defaultResourceList(list: Record<string, string> | undefined): void {
  if (!list) return;
  for (const name of Object.keys(list)) {
    const text = list[name]!;
    const quantity = parseQuantity(text);
    list[name] = quantity.scale < MILLI ? formatQuantity(roundUp(quantity, MILLI)) : canonicalQuantity(text);
  }
}

/** Canonical limits and requests, in place. */
export function defaultResourceRequirements(
  resources: Pick<ResourceRequirements, 'limits' | 'requests'> | undefined,
): void {
  if (!resources) return;
  defaultResourceList(resources.limits);
  defaultResourceList(resources.requests);
}

/** The list as numbers. */
export function parseResources(list: Readonly<Record<string, string>> | undefined): Resources {
  const resources: Resources = {};
  for (const name in list) resources[name] = parseQuantity(list[name]!);
  return resources;
}

/** The numbers as they are stored. */
export function formatResources(resources: Readonly<Resources>): Record<string, string> {
  return Object.fromEntries(Object.entries(resources).map(([name, value]) => [name, formatQuantity(value)]));
}

/** Adds `other` to `into`, in place. */
export function addResources(into: Resources, other: Readonly<Resources>): void {
  for (const name in other) {
    const sum = into[name];
    into[name] = sum ? add(sum, other[name]!) : other[name]!;
  }
}

/** Raises each resource of `into` to what `other` has of it, in place. */
export function maxResources(into: Resources, other: Readonly<Resources>): void {
  for (const name in other) {
    const known = into[name];
    if (!known || cmp(other[name]!, known) > 0) into[name] = other[name]!;
  }
}

export const isHugePageResource = (name: string): boolean => name.startsWith('hugepages-');
/** Resources of Kubernetes itself: names without a domain, or with one of its own. */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');
/** Whether limits may exceed requests: of all native resources but huge pages. */
export const isOvercommitAllowed = (name: string): boolean =>
  isNativeResource(name) && !isHugePageResource(name);
