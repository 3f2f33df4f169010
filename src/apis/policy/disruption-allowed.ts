/**
 * The condition that says whether pods of a budget may be evicted.
 * Source: k8s.io/component-helpers apps/poddisruptionbudget/helpers.go.
 */
import { findCondition, setCondition } from '../../apimachinery/conditions.ts';
import type { PodDisruptionBudgetStatus } from '../../apimachinery/types/policy.v1.gen.ts';

export const DISRUPTION_ALLOWED = 'DisruptionAllowed';
/** Reason of the condition when the status could not be computed. */
export const SYNC_FAILED = 'SyncFailed';

const expected = ({ disruptionsAllowed }: PodDisruptionBudgetStatus): { status: string; reason: string } =>
  (disruptionsAllowed ?? 0) > 0
    ? { status: 'True', reason: 'SufficientPods' }
    : { status: 'False', reason: 'InsufficientPods' };

/** Sets the condition by what the status allows, in place. `now` is RFC 3339. */
export function updateDisruptionAllowed(status: PodDisruptionBudgetStatus, now: string): void {
  const { observedGeneration } = status;
  status.conditions = setCondition(
    status.conditions,
    {
      type: DISRUPTION_ALLOWED,
      ...expected(status),
      message: '',
      lastTransitionTime: now,
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
    },
    now,
  );
}

/** Whether the condition says what the status allows. */
export function isDisruptionAllowedUpToDate(status: PodDisruptionBudgetStatus): boolean {
  const condition = findCondition(status.conditions, DISRUPTION_ALLOWED);
  const { status: wanted, reason } = expected(status);
  return (
    condition !== undefined &&
    condition.status === wanted &&
    condition.reason === reason &&
    condition.observedGeneration === status.observedGeneration
  );
}
