/**
 * What a Job's policies say of failed pods and of succeeded indexes.
 * Source: kubernetes pkg/controller/job/pod_failure_policy.go, success_policy.go.
 */
import type {
  Job,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
} from '../../apimachinery/types/batch.v1.gen.ts';
import type { ContainerStatus, Pod, PodCondition } from '../../apimachinery/types/core.v1.gen.ts';
import { countIndexes, hasIndex, type Interval, readIndexes } from './indexes.ts';

export interface Verdict {
  /** The action of the rule that matched: `FailJob`, `FailIndex`, `Ignore`, `Count`. */
  readonly action?: string;
  /** Whether the failure counts towards the limits. */
  readonly counts: boolean;
  /** Why the whole Job fails. */
  readonly message?: string;
}

/** What the first rule that matches a failed pod says. Without one every failure counts. */
export function judgeFailure({ spec }: Job, pod: Pod): Verdict {
  for (const [index, { action, onExitCodes, onPodConditions }] of (
    spec?.podFailurePolicy?.rules ?? []
  ).entries()) {
    const cause = onExitCodes ? exitedWith(pod, onExitCodes) : conditionOf(pod, onPodConditions ?? []);
    if (!cause) continue;
    if (action !== 'FailJob') return { action, counts: action !== 'Ignore' };
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    const rule = `matching ${action} rule at index ${index}`;
    const message =
      'name' in cause
        ? `Container ${cause.name} for pod ${name} failed with exit code ${cause.state?.terminated?.exitCode} ${rule}`
        : `Pod ${name} has condition ${cause.type} ${rule}`;
    return { action, counts: true, message };
  }
  return { counts: true };
}

function exitedWith(
  { status }: Pod,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
    ({ name, state }) => {
      const code = state?.terminated?.exitCode;
      if (!code || (containerName !== undefined && containerName !== name)) return false;
      const listed = values?.includes(code) ?? false;
      return operator === 'In' ? listed : operator === 'NotIn' && !listed;
    },
  );
}

const conditionOf = (
  { status }: Pod,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
): PodCondition | undefined =>
  status?.conditions?.find((condition) =>
    patterns.some(({ type, status = 'True' }) => condition.type === type && condition.status === status),
  );

/** Why the Job counts as successful by its success policy; undefined when it does not. */
export function metSuccessPolicy({ spec }: Job, succeeded: readonly Interval[]): string | undefined {
  if (!spec?.successPolicy || succeeded.length === 0) return undefined;
  const completions = spec.completions ?? 0;
  const rules = spec.successPolicy.rules ?? [];
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) {
      return succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
    }
    const required = readIndexes(succeededIndexes, completions);
    return countCommon(required, succeeded) >= (succeededCount ?? countIndexes(required));
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function countCommon(required: readonly Interval[], succeeded: readonly Interval[]): number {
  let common = 0;
  for (const { first, last } of required) {
    for (let index = first; index <= last; index++) if (hasIndex(succeeded, index)) common++;
  }
  return common;
}
