import type { FieldError } from '../../apimachinery/field-error.ts';

export const validatePodCertificateRequest = (..._objects: unknown[]): FieldError[] => [];
export const validatePodCertificateRequestStatusUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validatePodCertificateRequestUpdate = (..._objects: unknown[]): FieldError[] => [];
