import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateCRD = (..._objects: unknown[]): FieldError[] => [];
export const validateCRDStatusUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateCRDUpdate = (..._objects: unknown[]): FieldError[] => [];
