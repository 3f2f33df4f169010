/**
 * Validation of a Job's podFailurePolicy and successPolicy.
 * Source: kubernetes pkg/apis/batch/validation/validation.go.
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { goQuote } from '../../apimachinery/go-quote.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../apimachinery/types/batch.v1.gen.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { checkNonNegative, checkQualifiedName } from '../core/field-rules.ts';
import { countIndexes, parseIndexes } from './indexes.ts';
import { invalidWithoutValue } from './omitted-value.ts';

const MAX_FAILURE_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_CONDITION_PATTERNS = 20;
const MAX_SUCCESS_RULES = 20;
const MAX_SUCCEEDED_INDEXES_LENGTH = 64 * 1024;

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** A list as Go's %q prints it. */
const quoted = (values: readonly string[]): string => `[${values.map((value) => goQuote(value)).join(' ')}]`;

/** One of a closed set, and not missing. */
function oneOf(value: string | undefined, path: string, supported: readonly string[]): FieldError[] {
  if (!value) return [required(path, `valid values: ${quoted(supported)}`)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

/** Calls `check` with each item and its path. */
const each = <T>(
  items: readonly T[],
  path: string,
  check: (item: T, path: string) => FieldError[],
): FieldError[] => items.flatMap((item, index) => check(item, at(path, index)));

export function validatePodFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const rulesPath = child(path, 'rules');
  const errors =
    rules.length > MAX_FAILURE_RULES ? [tooMany(rulesPath, rules.length, MAX_FAILURE_RULES)] : [];
  const pod = spec.template.spec;
  const names = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name));
  return [...errors, ...each(rules, rulesPath, (rule, here) => validateFailureRule(spec, rule, here, names))];
}

function validateFailureRule(
  spec: JobSpec,
  rule: PodFailurePolicyRule,
  path: string,
  containers: ReadonlySet<string>,
): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = oneOf(action, child(path, 'action'), ACTIONS);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(child(path, 'action'), action, 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, child(path, 'onExitCodes'), containers));
  if (onPodConditions.length > 0) {
    errors.push(...validatePodConditions(onPodConditions, child(path, 'onPodConditions')));
  }
  if (onExitCodes && onPodConditions.length > 0) {
    const detail = 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push(invalidWithoutValue(path, detail));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.push(invalidWithoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function validatePodConditions(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: string,
): FieldError[] {
  const errors =
    patterns.length > MAX_CONDITION_PATTERNS ? [tooMany(path, patterns.length, MAX_CONDITION_PATTERNS)] : [];
  const all = each(patterns, path, ({ type, status }, here) => [
    ...checkQualifiedName(type ?? '', child(here, 'type')),
    ...oneOf(status, child(here, 'status'), STATUSES),
  ]);
  return [...errors, ...all];
}

function validateExitCodes(
  requirement: PodFailurePolicyOnExitCodesRequirement,
  path: string,
  containers: ReadonlySet<string>,
): FieldError[] {
  const { operator, containerName } = requirement;
  const values = requirement.values ?? [];
  const errors = oneOf(operator, child(path, 'operator'), OPERATORS);
  if (containerName !== undefined && !containers.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(child(path, 'containerName'), containerName, detail));
  }
  const valuesPath = child(path, 'values');
  if (values.length === 0)
    errors.push(invalid(valuesPath, requirement.values ?? null, 'at least one value is required'));
  else if (values.length > MAX_EXIT_CODES) errors.push(tooMany(valuesPath, values.length, MAX_EXIT_CODES));
  const seen = new Set<number>();
  for (const [index, value] of values.entries()) {
    const here = at(valuesPath, index);
    if (operator === 'In' && value === 0) {
      errors.push(invalid(here, value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicate(here, value));
    seen.add(value);
  }
  if (values.some((value, index) => index > 0 && values[index - 1]! > value)) {
    errors.push(invalid(valuesPath, values, 'must be ordered'));
  }
  return errors;
}

export function validateSuccessPolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const rulesPath = child(path, 'rules');
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    errors.push(
      required(rulesPath, 'at least one rules must be specified when the successPolicy is specified'),
    );
  }
  if (rules.length > MAX_SUCCESS_RULES) errors.push(tooMany(rulesPath, rules.length, MAX_SUCCESS_RULES));
  errors.push(
    ...each(rules, rulesPath, (rule, here) => validateSuccessRule(rule, spec.completions ?? 0, here)),
  );
  return errors;
}

function validateSuccessRule(
  { succeededCount, succeededIndexes }: SuccessPolicyRule,
  completions: number,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (succeededIndexes !== undefined) {
    const field = child(path, 'succeededIndexes');
    if (byteLength(succeededIndexes) > MAX_SUCCEEDED_INDEXES_LENGTH) {
      errors.push(tooLong(field, MAX_SUCCEEDED_INDEXES_LENGTH));
    }
    try {
      total = countIndexes(parseIndexes(succeededIndexes, completions));
    } catch (error) {
      const detail = `error parsing succeededIndexes: ${(error as Error).message}`;
      errors.push(invalid(field, succeededIndexes, detail));
    }
  }
  if (succeededCount === undefined) return errors;
  const field = child(path, 'succeededCount');
  errors.push(...checkNonNegative(succeededCount, field));
  const limits: [number, string][] = [[completions, 'specified completions']];
  if (succeededIndexes !== undefined) limits.push([total, 'indexes in the specified succeededIndexes field']);
  for (const [limit, what] of limits) {
    if (succeededCount <= limit) continue;
    errors.push(
      invalid(field, succeededCount, `must be less than or equal to ${limit} (the number of ${what})`),
    );
  }
  return errors;
}
