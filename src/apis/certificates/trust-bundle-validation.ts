import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateClusterTrustBundle = (..._objects: unknown[]): FieldError[] => [];
export const validateClusterTrustBundleUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateTrustBundleName = (..._objects: unknown[]): string[] => [];
