import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateMutatingWebhookConfiguration = (..._objects: unknown[]): FieldError[] => [];
export const validateMutatingWebhookConfigurationUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingWebhookConfiguration = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingWebhookConfigurationUpdate = (..._objects: unknown[]): FieldError[] => [];
