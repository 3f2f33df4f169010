/** How strictly a pod spec is looked at. Source: kubernetes pkg/apis/core/validation/validation.go (PodValidationOptions). */

/**
 * What holds besides the usual: all but the first let stay what the stored object already has against a rule that is
 * younger than it (see pod-ratcheting.ts).
 */
export interface PodValidationOptions {
  /** The object is a pod, not a template in another kind: rules that templates were never held to apply. */
  readonly resourceIsPod?: boolean;
  readonly allowInvalidDeletionCost?: boolean;
  readonly allowIndivisibleHugePages?: boolean;
  readonly allowInvalidAffinitySelectorValues?: boolean;
  readonly allowInvalidNodeAffinityValues?: boolean;
  readonly allowInvalidSpreadSelector?: boolean;
  /** Keys of spread constraints are held to the rule of before 1.34. */
  readonly legacyMatchLabelKeys?: boolean;
  readonly allowNonLocalTokenPath?: boolean;
  readonly allowHostSysctls?: boolean;
  readonly allowAnySELinuxChangePolicy?: boolean;
  readonly allowRestartingInitContainerResize?: boolean;
  readonly allowUserNamespacesWithDevices?: boolean;
  readonly allowUserNamespacesOnHostNetwork?: boolean;
  readonly allowTolerationComparisons?: boolean;
}
