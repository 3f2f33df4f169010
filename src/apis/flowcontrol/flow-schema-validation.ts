import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateFlowSchema = (..._objects: unknown[]): FieldError[] => [];
export const validateFlowSchemaStatus = (..._objects: unknown[]): FieldError[] => [];
