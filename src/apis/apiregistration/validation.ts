import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateAPIService = (..._objects: unknown[]): FieldError[] => [];
export const validateAPIServiceStatus = (..._objects: unknown[]): FieldError[] => [];
