/**
 * Rules for lists of metav1.Condition.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go (ValidateConditions).
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
} from '../field-error.ts';
import type { Condition } from '../types/meta.v1.gen.ts';
import { byteLength, isValidConditionReason } from './content.ts';
import { validateLabelName } from './labels.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;

export function validateConditions(conditions: readonly Condition[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  conditions?.forEach((condition, i) => {
    const place = at(path, i);
    if (types.has(condition.type)) errors.push(duplicate(child(place, 'type'), condition.type));
    types.add(condition.type);
    errors.push(...validateCondition(condition, place));
  });
  return errors;
}

export function validateCondition(condition: Condition, path: string): FieldError[] {
  const {
    type = '',
    status = '',
    reason = '',
    message = '',
    observedGeneration = 0,
    lastTransitionTime,
  } = condition;
  const errors = validateLabelName(type, child(path, 'type'));
  if (!STATUSES.includes(status)) errors.push(notSupported(child(path, 'status'), status, STATUSES));
  if (observedGeneration < 0) {
    errors.push(
      invalid(child(path, 'observedGeneration'), observedGeneration, 'must be greater than or equal to zero'),
    );
  }
  if (!lastTransitionTime) errors.push(required(child(path, 'lastTransitionTime')));
  const reasonPath = child(path, 'reason');
  if (reason === '') errors.push(required(reasonPath));
  else {
    for (const text of isValidConditionReason(reason)) errors.push(invalid(reasonPath, reason, text));
    if (byteLength(reason) > MAX_REASON) errors.push(tooLong(reasonPath, MAX_REASON));
  }
  if (byteLength(message) > MAX_MESSAGE) errors.push(tooLong(child(path, 'message'), MAX_MESSAGE));
  return errors;
}
