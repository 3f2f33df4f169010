import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateResourceClaimStatusUpdate = (..._objects: unknown[]): FieldError[] => [];
