/** Conditions of flow control need a type and nothing else. Source: kubernetes pkg/apis/flowcontrol/validation/validation.go. */
import { at, child, duplicate, type FieldError, required } from '../../apimachinery/field-error.ts';

export function validateConditionTypes(conditions: readonly { type?: string }[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { type = '' }] of (conditions ?? []).entries()) {
    const path = child(at('status.conditions', index), 'type');
    if (seen.has(type)) errors.push(duplicate(path, type));
    seen.add(type);
    if (type === '') errors.push(required(path));
  }
  return errors;
}
