import type { FieldError } from '../../apimachinery/field-error.ts';

export const validatePriorityLevelConfiguration = (..._objects: unknown[]): FieldError[] => [];
export const validatePriorityLevelConfigurationStatus = (..._objects: unknown[]): FieldError[] => [];
