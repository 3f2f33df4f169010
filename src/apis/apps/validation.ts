/**
 * Rules that the workload kinds share: counts, percentages, selectors and pod templates.
 * Source: kubernetes pkg/apis/apps/validation/validation.go, apimachinery pkg/api/validation/objectmeta.go.
 */
import { child, type FieldError, forbidden, invalid, notSupported } from '../../apimachinery/field-error.ts';
import { type IntOrString, intValue, isPercent } from '../../apimachinery/intstr.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { checkNonNegative } from '../core/field-rules.ts';
import { internalForm } from '../core/internal-form.ts';
import { semanticEqual } from '../strategy.ts';

/** Several counts of one struct, in the order upstream looks at them. */
export function nonNegativeFields(
  path: string,
  values: object | undefined,
  names: readonly string[],
): FieldError[] {
  const record = (values ?? {}) as Record<string, number | undefined>;
  return names.flatMap((name) => checkNonNegative(record[name], child(path, name)));
}

/**
 * The field must be what it was; absent and empty are the same.
 * @param type how upstream calls the type of a struct (see internalForm), whose form the refusal shows.
 */
export function immutable(path: string, value: unknown, old: unknown, type?: string): FieldError[] {
  if (semanticEqual(value, old)) return [];
  return [invalid(path, type === undefined ? value : internalForm(type, value), 'field is immutable')];
}

/** A percentage's number, or the number itself; text that is neither counts as 0. */
export const intOrPercentValue = (value: IntOrString): number =>
  isPercent(value) ? Number(value.slice(0, -1)) : intValue(value);

/** Counts of a status that cannot exceed another count of it. */
export function notGreater(
  path: string,
  status: object,
  names: readonly string[],
  limit: string,
  message: string,
): FieldError[] {
  const counts = status as Record<string, number | undefined>;
  return names
    .filter((name) => (counts[name] ?? 0) > (counts[limit] ?? 0))
    .map((name) => invalid(child(path, name), counts[name] ?? 0, message));
}

/** status.collisionCount only grows. */
export function notDecremented(
  path: string,
  value: number | undefined,
  old: number | undefined,
): FieldError[] {
  if (old === undefined || (value !== undefined && value >= old)) return [];
  return [invalid(path, value ?? 0, 'cannot be decremented')];
}

/** Pods of these kinds are always restarted and have no deadline. `kind` is the one upstream's text names. */
export function restartsAlways(template: PodTemplateSpec, path: string, kind: string): FieldError[] {
  const errors: FieldError[] = [];
  const policy = template.spec?.restartPolicy ?? '';
  if (policy !== 'Always') {
    errors.push(notSupported(child(path, 'spec', 'restartPolicy'), policy, ['Always']));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const field = child(path, 'spec', 'activeDeadlineSeconds');
    errors.push(forbidden(field, `activeDeadlineSeconds in ${kind} is not Supported`));
  }
  return errors;
}
