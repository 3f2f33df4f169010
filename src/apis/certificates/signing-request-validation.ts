import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateSigningRequest = (..._objects: unknown[]): FieldError[] => [];
export const validateSigningRequestStatusUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateSigningRequestUpdate = (..._objects: unknown[]): FieldError[] => [];
