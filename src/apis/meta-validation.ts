/** Rules that many kinds share. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../apimachinery/field-error.ts';
import type {
  Condition,
  LabelSelector,
  LabelSelectorRequirement,
} from '../apimachinery/types/meta.v1.gen.ts';
import {
  byteLength,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidConditionReason,
  isValidLabelValue,
} from '../apimachinery/validation/content.ts';

/** One `Invalid value` for each message. */
export const invalidEach = (path: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((message) => invalid(path, value, message));

export const validateQualifiedName = (name: string, path: string): FieldError[] =>
  invalidEach(path, name, isQualifiedName(name));

/** Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go. */
export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const labels = child(path, 'matchLabels');
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    errors.push(
      ...validateQualifiedName(key, labels),
      ...invalidEach(labels, value, isValidLabelValue(value)),
    );
  }
  for (const [index, requirement] of (selector?.matchExpressions ?? []).entries()) {
    errors.push(...validateRequirement(requirement, at(child(path, 'matchExpressions'), index)));
  }
  return errors;
}

function validateRequirement(requirement: LabelSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { key = '', operator = '', values = [] } = requirement;
  const valuesPath = child(path, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be specified when `operator` is 'In' or 'NotIn'";
    if (!values.length) errors.push(required(valuesPath, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (values.length) errors.push(forbidden(valuesPath, detail));
  } else {
    errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  }
  errors.push(...validateQualifiedName(key, child(path, 'key')));
  for (const [index, value] of values.entries()) {
    errors.push(...invalidEach(at(valuesPath, index), value, isValidLabelValue(value)));
  }
  return errors;
}

const STATUSES = ['False', 'True', 'Unknown'];
const MAX_REASON_BYTES = 1024;
const MAX_MESSAGE_BYTES = 32 * 1024;

/** Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go ValidateConditions. */
export function validateConditions(conditions: readonly Condition[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, condition] of (conditions ?? []).entries()) {
    const here = at(path, index);
    if (seen.has(condition.type)) errors.push(duplicate(here, condition.type));
    seen.add(condition.type);
    errors.push(...validateCondition(condition, here));
  }
  return errors;
}

function validateCondition(condition: Partial<Condition>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '', status = '', reason = '', message = '', observedGeneration = 0 } = condition;
  if (type === '') errors.push(required(child(path, 'type'), 'is required'));
  else errors.push(...validateQualifiedName(type, child(path, 'type')));
  if (status === '') errors.push(required(child(path, 'status')));
  else if (!STATUSES.includes(status)) errors.push(notSupported(child(path, 'status'), status, STATUSES));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(child(path, 'observedGeneration'), observedGeneration, detail));
  }
  if (!condition.lastTransitionTime) errors.push(required(child(path, 'lastTransitionTime')));
  if (reason === '') {
    errors.push(required(child(path, 'reason')));
  } else {
    errors.push(...invalidEach(child(path, 'reason'), reason, isValidConditionReason(reason)));
    if (byteLength(reason) > MAX_REASON_BYTES) errors.push(tooLong(child(path, 'reason'), MAX_REASON_BYTES));
  }
  if (byteLength(message) > MAX_MESSAGE_BYTES)
    errors.push(tooLong(child(path, 'message'), MAX_MESSAGE_BYTES));
  return errors;
}

/** Source: kubernetes/apimachinery pkg/util/validation/validation.go IsFullyQualifiedName. */
export function validateFullyQualifiedName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const messages = isDNS1123Subdomain(name);
  if (messages.length) return [invalid(path, name, messages.join(','))];
  return name.split('.').length < 3
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}

/** Source: kubernetes pkg/apis/core/validation/validation.go ValidateCSIDriverName. */
export function validateCSIDriverName(name: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(path));
  if (byteLength(name) > 63) errors.push(tooLong(path, 63));
  return [...errors, ...invalidEach(path, name, isDNS1123Subdomain(name.toLowerCase()))];
}
