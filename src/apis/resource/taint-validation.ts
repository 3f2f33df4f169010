import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateDeviceTaintRule = (..._objects: unknown[]): FieldError[] => [];
export const validateDeviceTaintRuleStatusUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateDeviceTaintRuleUpdate = (..._objects: unknown[]): FieldError[] => [];
