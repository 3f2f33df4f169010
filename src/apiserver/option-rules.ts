/**
 * Rules for the options of writes.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go.
 */
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../apimachinery/field-error.ts';
import type {
  CreateOptions,
  DeleteOptions,
  PatchOptions,
  UpdateOptions,
} from '../apimachinery/types/meta.v1.gen.ts';
import { validateFieldManager } from '../apimachinery/validation/field-manager.ts';

const PROPAGATION_POLICIES = ['Foreground', 'Background', 'Orphan'];
const FIELD_VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

const validateDryRun = (dryRun: readonly string[] = []): FieldError[] =>
  dryRun.every((value) => value === 'All') ? [] : [notSupported('dryRun', dryRun, ['All'])];

const validateFieldValidation = (fieldValidation = ''): FieldError[] =>
  FIELD_VALIDATIONS.includes(fieldValidation)
    ? []
    : [notSupported('fieldValidation', fieldValidation, FIELD_VALIDATIONS)];

export const validateCreateOptions = (options: CreateOptions | UpdateOptions): FieldError[] => [
  ...validateFieldManager(options.fieldManager, 'fieldManager'),
  ...validateDryRun(options.dryRun),
  ...validateFieldValidation(options.fieldValidation),
];

/** `apply`: whether the patch is a server-side apply, the only one that may be forced and must name its manager. */
export function validatePatchOptions(options: PatchOptions, apply: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (apply && !options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'));
  if (!apply && options.force !== undefined) {
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  }
  return [...errors, ...validateCreateOptions(options)];
}

export function validateDeleteOptions(options: DeleteOptions): FieldError[] {
  const { orphanDependents, propagationPolicy } = options;
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push(
      invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy !== undefined && !PROPAGATION_POLICIES.includes(propagationPolicy)) {
    errors.push(unsupported('propagationPolicy', propagationPolicy, [...PROPAGATION_POLICIES, 'nil']));
  }
  return [...errors, ...validateDryRun(options.dryRun)];
}
