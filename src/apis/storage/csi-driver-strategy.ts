/** Source: kubernetes pkg/apis/storage/v1/defaults.go, pkg/registry/storage/csidriver/strategy.go. */
import type { CSIDriver, CSIDriverSpec } from '../../apimachinery/types/storage.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';

export function defaultCSIDriver(driver: CSIDriver): void {
  driver.spec ??= {};
  const { spec } = driver;
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

/** The fields of the spec that may change. */
const MUTABLE: readonly (keyof CSIDriverSpec)[] = [
  'tokenRequests',
  'requiresRepublish',
  'seLinuxMount',
  'nodeAllocatableUpdatePeriodSeconds',
  'serviceAccountTokenInSecrets',
];

/** A changed spec makes the next generation. New objects have none. */
export function countCSIDriverChanges(driver: CSIDriver, old: CSIDriver): void {
  if (MUTABLE.every((field) => semanticEqual(driver.spec?.[field], old.spec?.[field]))) return;
  driver.metadata ??= {};
  driver.metadata.generation = (old.metadata?.generation ?? 0) + 1;
}
