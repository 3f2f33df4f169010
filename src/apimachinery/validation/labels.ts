/**
 * Rules for labels and LabelSelector objects.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go.
 */
import { at, child, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../types/meta.v1.gen.ts';
import { isQualifiedName, isValidLabelValue } from './content.ts';

export const validateLabelName = (name: string, path: string): FieldError[] =>
  isQualifiedName(name).map((message) => invalid(path, name, message));

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    for (const message of isQualifiedName(key)) errors.push(invalid(path, key, message));
    const value = labels[key]!;
    for (const message of isValidLabelValue(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export interface LabelSelectorOptions {
  /** Values need not be label values: for objects that were stored before the rule. */
  readonly allowInvalidLabelValue?: boolean;
  /** Operators need not be known: for access reviews. */
  readonly allowUnknownOperator?: boolean;
}

export function validateLabelSelector(
  selector: LabelSelector | null | undefined,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, child(path, 'matchLabels'));
  selector.matchExpressions?.forEach((expression, i) => {
    errors.push(
      ...validateLabelSelectorRequirement(expression, at(child(path, 'matchExpressions'), i), options),
    );
  });
  return errors;
}

function validateLabelSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  path: string,
  options: LabelSelectorOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(child(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbidden(
          child(path, 'values'),
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
    }
  } else if (!options.allowUnknownOperator) {
    errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(key, child(path, 'key')));
  if (!options.allowInvalidLabelValue) {
    values.forEach((value, i) => {
      for (const message of isValidLabelValue(value))
        errors.push(invalid(at(child(path, 'values'), i), value, message));
    });
  }
  return errors;
}
