/** Source: kubernetes pkg/apis/storage/v1/defaults.go, pkg/registry/storage/csidriver/strategy.go. */
import type { CSIDriver } from '../../apimachinery/types/storage.v1.gen.ts';
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

/** VolumeLimitScaling is off in 1.36: what was not set before cannot be set. */
export function dropDisabledFields({ spec }: CSIDriver, old?: CSIDriver): void {
  if (spec && old?.spec?.preventPodSchedulingIfMissing === undefined)
    delete spec.preventPodSchedulingIfMissing;
}

const TOKENS_IN_SECRETS =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

/** Tokens should reach the driver as secrets. */
export function csiDriverWarnings({ spec }: CSIDriver, old?: CSIDriver): string[] {
  if (!spec?.tokenRequests?.length || spec.serviceAccountTokenInSecrets !== undefined) return [];
  if (old && semanticEqual(spec.tokenRequests, old.spec?.tokenRequests)) return [];
  return [TOKENS_IN_SECRETS];
}

/** A changed spec makes the next generation. New objects have none. */
export function countCSIDriverChanges(driver: CSIDriver, old: CSIDriver): void {
  if (semanticEqual(driver.spec, old.spec)) return;
  driver.metadata ??= {};
  driver.metadata.generation = (old.metadata?.generation ?? 0) + 1;
}
