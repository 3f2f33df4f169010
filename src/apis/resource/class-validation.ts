import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateDeviceClass = (..._objects: unknown[]): FieldError[] => [];
export const validateDeviceClassUpdate = (..._objects: unknown[]): FieldError[] => [];
