/** Source: kubernetes pkg/registry/resource/resourceslice/strategy.go, pkg/features/kube_features.go. */
import type { Device, DeviceAttribute, ResourceSlice } from '../../apimachinery/types/resource.v1.gen.ts';
import { goQuote } from '../../apimachinery/go-quote.ts';

const LISTS = ['bools', 'ints', 'strings', 'versions'] as const;
const attributesOf = (slice: ResourceSlice | undefined): DeviceAttribute[] =>
  devicesOf(slice).flatMap(({ attributes }) => Object.values(attributes ?? {}));
const devicesOf = (slice: ResourceSlice | undefined): Device[] => slice?.spec?.devices ?? [];
const hasMappings = ({ nodeAllocatableResourceMappings: mappings }: Device): boolean =>
  Object.keys(mappings ?? {}).length > 0;

/** Fields of features that are off in 1.36 go, in place, unless the stored slice has some of them. */
export function dropDisabledFields(slice: ResourceSlice, old?: ResourceSlice): void {
  // DRANodeAllocatableResources.
  if (!devicesOf(old).some(hasMappings)) {
    for (const device of devicesOf(slice)) delete device.nodeAllocatableResourceMappings;
  }
  // DRAListTypeAttributes.
  if (attributesOf(old).some((attribute) => LISTS.some((list) => attribute[list]))) return;
  for (const attribute of attributesOf(slice)) for (const list of LISTS) delete attribute[list];
}

export function resourceSliceWarnings({ spec }: ResourceSlice): string[] {
  const driver = spec?.driver ?? '';
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`];
}
