import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateResourceClaim = (..._objects: unknown[]): FieldError[] => [];
export const validateResourceClaimTemplate = (..._objects: unknown[]): FieldError[] => [];
export const validateResourceClaimTemplateUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateResourceClaimUpdate = (..._objects: unknown[]): FieldError[] => [];
