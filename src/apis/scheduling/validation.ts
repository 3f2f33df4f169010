/** Source: kubernetes pkg/apis/scheduling/validation/validation.go, pkg/apis/scheduling/helpers.go. */
import {
  type FieldError,
  forbidden,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { PriorityClass } from '../../apimachinery/types/scheduling.v1.gen.ts';

const SYSTEM_PREFIX = 'system-';
/** The highest value that a user's class may have. */
export const HIGHEST_USER_PRIORITY = 1_000_000_000;
export const SYSTEM_CRITICAL_PRIORITY = 2 * HIGHEST_USER_PRIORITY;

/** The only classes whose names may begin with `system-`, and all they may be. */
export const SYSTEM_PRIORITY_CLASSES: Readonly<Record<string, { value: number; description: string }>> = {
  'system-node-critical': {
    value: SYSTEM_CRITICAL_PRIORITY + 1000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  'system-cluster-critical': {
    value: SYSTEM_CRITICAL_PRIORITY,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
};

/** Why a class with a system name is not the one that has that name; undefined when it is. */
function systemClassProblem(priorityClass: PriorityClass): string | undefined {
  const known = SYSTEM_PRIORITY_CLASSES[priorityClass.metadata?.name ?? ''];
  if (!known) return `${priorityClass.metadata?.name} is not a known system priority class`;
  const { name } = priorityClass.metadata!;
  if (priorityClass.value !== known.value) return `value of ${name} PriorityClass must be ${known.value}`;
  if (priorityClass.globalDefault) return `globalDefault of ${name} PriorityClass must be false`;
  return undefined;
}

export function validatePriorityClass(priorityClass: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  const name = priorityClass.metadata?.name ?? '';
  const value = priorityClass.value ?? 0;
  if (name.startsWith(SYSTEM_PREFIX)) {
    const problem = systemClassProblem(priorityClass);
    if (problem !== undefined) {
      const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
      errors.push(forbidden('metadata.name', detail));
    }
  } else if (value > HIGHEST_USER_PRIORITY) {
    const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
    errors.push(forbidden('value', detail));
  }
  return [...errors, ...validatePreemptionPolicy(priorityClass.preemptionPolicy)];
}

function validatePreemptionPolicy(policy: string | undefined): FieldError[] {
  if (policy === undefined || policy === 'PreemptLowerPriority' || policy === 'Never') return [];
  if (policy === '') return [required('preemptionPolicy')];
  return [unsupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never'])];
}

/** The value and the policy of a class were copied into pods: they cannot change. */
export function validatePriorityClassUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  if ((priorityClass.value ?? 0) !== (old.value ?? 0)) {
    errors.push(forbidden('value', 'may not be changed in an update.'));
  }
  if (priorityClass.preemptionPolicy !== old.preemptionPolicy) {
    errors.push(invalid('preemptionPolicy', priorityClass.preemptionPolicy, 'field is immutable'));
  }
  return errors;
}
