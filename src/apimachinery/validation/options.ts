/**
 * Rules for the options of requests, and for field managers.
 * Source: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go.
 */
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  unsupported,
} from '../field-error.ts';
import { isPrint } from '../go-quote.ts';
import type { CreateOptions, DeleteOptions, PatchOptions, UpdateOptions } from '../types/meta.v1.gen.ts';
import { byteLength } from './content.ts';

const MAX_FIELD_MANAGER = 128;
const PROPAGATION_POLICIES = ['Foreground', 'Background', 'Orphan'];
const FIELD_VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

/** Texts that need no closer look. */
const ASCII = /^[ -~]*$/;

/** A rune as Go's %#U shows it. */
function codePoint(ch: string): string {
  const hex = ch.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `U+${hex}`;
}

export function validateFieldManager(fieldManager: string | undefined, path: string): FieldError[] {
  if (!fieldManager) return [];
  const errors: FieldError[] = [];
  if (byteLength(fieldManager) > MAX_FIELD_MANAGER) errors.push(tooLong(path, MAX_FIELD_MANAGER));
  if (ASCII.test(fieldManager)) return errors;
  // Positions are bytes.
  let position = 0;
  for (const ch of fieldManager) {
    if (!isPrint(ch)) {
      errors.push(
        invalid(path, fieldManager, `invalid character ${codePoint(ch)} (at position ${position})`),
      );
    }
    position += byteLength(ch);
  }
  return errors;
}

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
export const validateUpdateOptions: (options: UpdateOptions) => FieldError[] = validateCreateOptions;

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
  errors.push(...validateDryRun(options.dryRun), ...validateIgnoreStoreReadError(options));
  return errors;
}

function validateIgnoreStoreReadError(options: DeleteOptions): FieldError[] {
  if (!options.ignoreStoreReadErrorWithClusterBreakingPotential) return [];
  const others: [name: string, set: boolean][] = [
    ['dryRun', (options.dryRun?.length ?? 0) > 0],
    ['propagationPolicy', options.propagationPolicy !== undefined],
    ['orphanDependents', options.orphanDependents !== undefined],
    ['gracePeriodSeconds', options.gracePeriodSeconds !== undefined],
    ['preconditions', options.preconditions !== undefined],
  ];
  return others
    .filter(([, set]) => set)
    .map(([name]) =>
      invalid(
        'ignoreStoreReadErrorWithClusterBreakingPotential',
        true,
        `cannot be set together with .${name}`,
      ),
    );
}
