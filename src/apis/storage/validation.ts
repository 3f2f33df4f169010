import type { FieldError } from '../../apimachinery/field-error.ts';

export const validateStorageClass = (..._objects: unknown[]): FieldError[] => [];
export const validateStorageClassUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateVolumeAttachment = (..._objects: unknown[]): FieldError[] => [];
export const validateVolumeAttachmentUpdate = (..._objects: unknown[]): FieldError[] => [];
export const validateVolumeAttributesClass = (..._objects: unknown[]): FieldError[] => [];
export const validateVolumeAttributesClassUpdate = (..._objects: unknown[]): FieldError[] => [];
