/** References to objects by kind and name. Source: kubernetes pkg/apis/autoscaling/validation/validation.go. */
import { child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { CrossVersionObjectReference } from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { nameIsPathSegment } from '../../apimachinery/validation/names.ts';
import { invalidEach } from '../core/field-rules.ts';

/** How much is asked of a reference's apiVersion. */
export interface ReferenceOptions {
  readonly allowInvalidAPIVersion?: boolean;
  readonly allowEmptyAPIGroup?: boolean;
}

/** What is wrong with an apiVersion that should name a group, or undefined. */
export function apiVersionError(apiVersion = '', options: ReferenceOptions): string | undefined {
  if (options.allowInvalidAPIVersion) return undefined;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !options.allowEmptyAPIGroup ? 'apiVersion must specify API group' : undefined;
}

export function validateReference(
  reference: CrossVersionObjectReference,
  path: string,
  options: ReferenceOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['kind', 'name'] as const) {
    const value = reference[name] ?? '';
    const field = child(path, name);
    if (value === '') errors.push(required(field));
    else errors.push(...invalidEach(field, value, nameIsPathSegment(value, false)));
  }
  const problem = apiVersionError(reference.apiVersion, options);
  if (problem) errors.push(invalid(child(path, 'apiVersion'), reference.apiVersion ?? '', problem));
  return errors;
}
