import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateCSIDriver = (..._objects: unknown[]): FieldError[] => [];
export const validateCSIDriverUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateCSINode = (..._objects: unknown[]): FieldError[] => [];
export const validateCSINodeUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateCSIStorageCapacity = (..._objects: unknown[]): FieldError[] => [];
export const validateCSIStorageCapacityUpdate = (..._objects: unknown[]): FieldError[] => [];
