/** How much of a capacity one claim may ask for. Source: kubernetes pkg/apis/resource/validation/validation.go. */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import {
  add,
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  scaledValue,
} from '../../apimachinery/quantity.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  DeviceCapacity,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { validateSet } from './rules.ts';

const OPTIONS_MAX = 10;

/** Only a device that several claims share has a policy. */
export function validateCapacity(capacity: DeviceCapacity, shared: boolean, path: string): FieldError[] {
  const policy = capacity.requestPolicy;
  const here = child(path, 'requestPolicy');
  if (!policy) return [];
  if (!shared) return [forbidden(here, 'allowMultipleAllocations must be true')];
  if (policy.validValues?.length && policy.validRange) {
    const detail =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    return [forbidden(here, detail)];
  }
  return validatePolicy(parseQuantity(capacity.value ?? '0'), policy, here);
}

function validatePolicy(capacity: Quantity, policy: CapacityRequestPolicy, path: string): FieldError[] {
  const field = policy.validValues?.length ? 'validValues' : policy.validRange ? 'validRange' : undefined;
  if (!field) return [];
  if (policy.default === undefined || policy.default === null) {
    return [required(child(path, 'default'), `required when ${field} is defined`)];
  }
  const standard = parseQuantity(policy.default);
  const here = child(path, field);
  return field === 'validValues'
    ? validateValues(standard, capacity, (policy.validValues ?? []).map(parseQuantity), here)
    : validateRange(standard, capacity, policy.validRange!, here);
}

function validateValues(
  standard: Quantity,
  capacity: Quantity,
  values: readonly Quantity[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before && cmp(before, value) > 0) {
      errors.push(
        invalid(at(path, index), formatQuantity(value), 'values must be sorted in ascending order'),
      );
    }
  }
  const detail = `option is larger than capacity value: ${formatQuantity(capacity)}`;
  const tooLarge = (value: Quantity, here: string): FieldError[] =>
    cmp(value, capacity) > 0 ? [invalid(here, formatQuantity(value), detail)] : [];
  const keyOf = (value: Quantity): string => String(scaledValue(value, 0));
  errors.push(...validateSet(values, OPTIONS_MAX, path, tooLarge, keyOf));
  // Of too many none is looked at, the default's among them.
  const isKnown = values.length <= OPTIONS_MAX && values.some((value) => cmp(value, standard) === 0);
  if (!isKnown) {
    const detail = 'default value is not valid according to the requestPolicy';
    errors.push(invalid(path, formatQuantity(standard), detail));
  }
  return errors;
}

function validateRange(
  standard: Quantity,
  capacity: Quantity,
  range: CapacityRequestPolicyRange,
  path: string,
): FieldError[] {
  if (range.min === undefined) return [required(child(path, 'min'), 'required when validRange is defined')];
  const errors: FieldError[] = [];
  const min = parseQuantity(range.min);
  const max = range.max === undefined ? undefined : parseQuantity(range.max);
  /** An error of `field` when the first quantity is larger than the second. */
  const ordered = (field: string, small: Quantity, large: Quantity, shown: Quantity, text: string): void => {
    if (cmp(small, large) > 0) errors.push(invalid(child(path, field), formatQuantity(shown), text));
  };
  ordered('min', min, capacity, min, `min is larger than capacity value: ${formatQuantity(capacity)}`);
  ordered('min', min, standard, standard, `default is less than min: ${formatQuantity(min)}`);
  if (max) {
    ordered('max', min, max, min, `min is larger than max: ${formatQuantity(max)}`);
    ordered('max', max, capacity, max, `max is larger than capacity value: ${formatQuantity(capacity)}`);
    ordered('max', standard, max, standard, `default is more than max: ${formatQuantity(max)}`);
  }
  if (range.step === undefined) return errors;
  const step = parseQuantity(range.step);
  const first = add(min, step);
  const [firstText, capacityText] = [formatQuantity(first), formatQuantity(capacity)];
  ordered(
    'step',
    first,
    capacity,
    step,
    `one step ${firstText} is larger than capacity value: ${capacityText}`,
  );
  const size = scaledValue(step, 0);
  for (const value of max ? [standard, max] : [standard]) {
    if (size !== 0n && (scaledValue(value, 0) - scaledValue(min, 0)) % size === 0n) continue;
    const detail = `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`;
    errors.push(invalid(child(path, 'step'), formatQuantity(value), detail));
  }
  return errors;
}
