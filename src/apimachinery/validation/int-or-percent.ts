/**
 * Rules for IntOrString fields that mean a number or a percentage.
 * Source: kubernetes pkg/apis/apps/validation/validation.go.
 */
import { type FieldError, invalid } from '../field-error.ts';
import { type IntOrString, isPercent } from '../intstr.ts';
import { isValidPercent } from './content.ts';
import { validateNonnegativeField } from './object-meta.ts';

/** Zero or more, or a percentage. */
export const validatePositiveIntOrPercent = (value: IntOrString, path: string): FieldError[] =>
  typeof value === 'number'
    ? validateNonnegativeField(value, path)
    : isValidPercent(value).map((message) => invalid(path, value, message));

export const isNotMoreThan100Percent = (value: IntOrString, path: string): FieldError[] =>
  isPercent(value) && Number(value.slice(0, -1)) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
