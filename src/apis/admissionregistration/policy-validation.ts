import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateMutatingAdmissionPolicy = (..._objects: unknown[]): FieldError[] => [];
export const validateMutatingAdmissionPolicyBinding = (..._objects: unknown[]): FieldError[] => [];
export const validateMutatingAdmissionPolicyBindingUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateMutatingAdmissionPolicyUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingAdmissionPolicy = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingAdmissionPolicyBinding = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingAdmissionPolicyBindingUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateValidatingAdmissionPolicyUpdate = (..._objects: unknown[]): FieldError[] => [];
