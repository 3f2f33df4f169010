import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateResourceSlice = (..._objects: unknown[]): FieldError[] => [];
export const validateResourceSliceUpdate = (..._objects: unknown[]): FieldError[] => [];
