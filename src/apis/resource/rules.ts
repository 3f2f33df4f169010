/** Rules for names and lists that the kinds of this group share. Source: kubernetes pkg/apis/resource/validation/validation.go. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  internal,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/field-error.ts';
import type {
  DeviceSelector,
  DeviceTaint,
  DeviceToleration,
  OpaqueDeviceConfiguration,
} from '../../apimachinery/types/resource.v1.gen.ts';
import {
  byteLength,
  isCIdentifier,
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidLabelValue,
} from '../../apimachinery/validation/content.ts';
import { compileSelector, SELECTOR_COST_MAX, selectorCost } from './device-selector.ts';
import { invalidEach, validateCSIDriverName, validateQualifiedName } from '../meta-validation.ts';

const POOL_NAME_BYTES = 253;
const DEVICE_ID_BYTES = 32;
const SELECTORS_MAX = 32;
const EXPRESSION_BYTES = 10 * 1024;
export const OPAQUE_BYTES = 10 * 1024;
const CONDITIONS_MAX = 4;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const OPERATORS = ['Equal', 'Exists'];

/** The allowed names of drivers are exactly those of CSI drivers. */
export const validateDriverName = validateCSIDriverName;

export const validateLabelName = (name: string, path: string): FieldError[] =>
  invalidEach(path, name, isDNS1123Label(name));

export function validatePoolName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const errors = byteLength(name) > POOL_NAME_BYTES ? [tooLong(path, POOL_NAME_BYTES)] : [];
  return [...errors, ...name.split('/').flatMap((part) => invalidEach(path, part, isDNS1123Subdomain(part)))];
}

type ValidateItem<T> = (item: T, path: string) => FieldError[];

/** All items of a list that is not too long; of one that is, nothing else is said. */
export function validateSlice<T>(
  items: readonly T[] | undefined,
  max: number,
  path: string,
  validateItem: ValidateItem<T>,
): FieldError[] {
  const count = items?.length ?? 0;
  if (count > max) return [tooMany(path, count, max)];
  return (items ?? []).flatMap((item, index) => validateItem(item, at(path, index)));
}

/** The same for a list whose items differ by their keys. */
export function validateSet<T>(
  items: readonly T[] | undefined,
  max: number,
  path: string,
  validateItem: ValidateItem<T>,
  keyOf: (item: T) => string,
  shownKey: (item: T, key: string) => unknown = (_, key) => key,
): FieldError[] {
  const errors = validateSlice(items, max, path, validateItem);
  if ((items?.length ?? 0) > max) return errors;
  const seen = new Set<string>();
  for (const [index, item] of (items ?? []).entries()) {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(duplicate(at(path, index), shownKey(item, key)));
    seen.add(key);
  }
  return errors;
}

/** Keys, at the path of the map, and values of a map. Keys are cut in the middle where a path shows them. */
export function validateMap<T>(
  map: Readonly<Record<string, T>> | undefined,
  max: number,
  shownKeyBytes: number,
  path: string,
  validateKey: ValidateItem<string>,
  validateItem: ValidateItem<T>,
): FieldError[] {
  const entries = Object.entries(map ?? {});
  if (entries.length > max) return [tooMany(path, entries.length, max)];
  return entries.flatMap(([key, item]) => {
    const here = at(path, shorten(key, shownKeyBytes));
    return [...validateKey(key, path), ...validateItem(item, here)];
  });
}

function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = max - 3;
  return `${text.slice(0, Math.floor((kept + 1) / 2))}...${text.slice(text.length - Math.floor(kept / 2))}`;
}

/** Name of an attribute or a capacity: `[domain/]identifier`. */
export function validateAttributeName(name: string, path: string): FieldError[] {
  const parts = name.split('/');
  if (parts.length > 2) return [];
  const errors: FieldError[] = [];
  const identifier = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  if (domain === '') errors.push(invalid(path, '', 'the domain must not be empty'));
  else if (domain !== undefined) errors.push(...validateDriverName(domain, path));
  if (domain !== undefined && identifier === '') {
    errors.push(invalid(path, '', 'the name must not be empty'));
    return errors;
  }
  if (byteLength(identifier) > DEVICE_ID_BYTES) errors.push(tooLong(path, DEVICE_ID_BYTES));
  return [...errors, ...invalidEach(path, identifier, isCIdentifier(identifier))];
}

/** The same with a domain. */
export function validateFullyQualifiedAttribute(name: string, path: string): FieldError[] {
  const errors = validateAttributeName(name, path);
  if (!name.includes('/')) {
    errors.push(
      invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash'),
    );
  }
  return errors;
}

export const validateSelectors = (
  selectors: readonly DeviceSelector[] | undefined,
  path: string,
): FieldError[] =>
  validateSlice(selectors, SELECTORS_MAX, path, ({ cel }, here) =>
    cel
      ? validateExpression(cel.expression ?? '', child(here, 'cel', 'expression'))
      : [required(child(here, 'cel'))],
  );

/** One that is too long is not compiled. */
function validateExpression(expression: string, path: string): FieldError[] {
  if (byteLength(expression) > EXPRESSION_BYTES) return [tooLong(path, EXPRESSION_BYTES)];
  const compiled = compileSelector(expression);
  if (!compiled.ok) {
    return [
      compiled.internal ? internal(path, compiled.problem) : invalid(path, expression, compiled.problem),
    ];
  }
  if (selectorCost(expression) <= SELECTOR_COST_MAX) return [];
  return [forbidden(path, 'too complex, exceeds cost limit')];
}

export function validateOpaque(opaque: OpaqueDeviceConfiguration | undefined, path: string): FieldError[] {
  const here = child(path, 'opaque');
  if (!opaque) return [required(here)];
  return [
    ...validateDriverName(opaque.driver ?? '', child(here, 'driver')),
    ...validateObject(opaque.parameters, OPAQUE_BYTES, child(here, 'parameters')),
  ];
}

/** Any JSON object that is not too large. */
export function validateObject(value: unknown, maxBytes: number, path: string): FieldError[] {
  if (value === undefined || value === null) return [required(path)];
  if (byteLength(JSON.stringify(value)) > maxBytes) return [tooLong(path, maxBytes)];
  if (typeof value === 'object' && !Array.isArray(value)) return [];
  return [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}

/** `old` is the taint before an update, whose effect may stay whatever it was. */
export function validateTaint(
  taint: Partial<DeviceTaint>,
  old: DeviceTaint | undefined,
  path: string,
): FieldError[] {
  const { key = '', value = '', effect = '' } = taint;
  const errors = validateQualifiedName(key, child(path, 'key'));
  if (value !== '') errors.push(...invalidEach(child(path, 'value'), value, isValidLabelValue(value)));
  if (old && (old.effect ?? '') === effect) return errors;
  const effectPath = child(path, 'effect');
  if (effect === '') errors.push(required(effectPath));
  else if (!EFFECTS.includes(effect)) errors.push(notSupported(effectPath, effect, EFFECTS));
  return errors;
}

export function validateToleration(toleration: DeviceToleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '' } = toleration;
  const errors = key === '' ? [] : validateQualifiedName(key, child(path, 'key'));
  const valuePath = child(path, 'value');
  const operatorPath = child(path, 'operator');
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(valuePath, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') {
    errors.push(...invalidEach(valuePath, value, isValidLabelValue(value)));
  } else {
    errors.push(operator === '' ? required(operatorPath) : notSupported(operatorPath, operator, OPERATORS));
  }
  if (effect !== '' && !EFFECTS.includes(effect)) {
    errors.push(notSupported(child(path, 'effect'), effect, EFFECTS));
  }
  return errors;
}

/** Conditions that say whether a device is ready for a pod, and those that say it never will be. */
export function validateBindingConditions(
  conditions: readonly string[] = [],
  failures: readonly string[] = [],
  path: string,
): FieldError[] {
  const [conditionsPath, failuresPath] = [
    child(path, 'bindingConditions'),
    child(path, 'bindingFailureConditions'),
  ];
  const errors = validateSlice(conditions, CONDITIONS_MAX, conditionsPath, validateQualifiedName);
  errors.push(...validateSlice(failures, CONDITIONS_MAX, failuresPath, validateQualifiedName));
  for (const [index, condition] of conditions.entries()) {
    if (conditions.indexOf(condition) < index) errors.push(duplicate(at(conditionsPath, index), condition));
  }
  for (const [index, failure] of failures.entries()) {
    if (failures.indexOf(failure) < index) errors.push(duplicate(at(failuresPath, index), failure));
    if (conditions.includes(failure)) {
      const detail = 'bindingFailureConditions must not overlap with bindingConditions';
      errors.push(invalid(at(failuresPath, index), failure, detail));
    }
  }
  if (!conditions.length && failures.length) {
    const detail = 'bindingConditions are required to use bindingFailureConditions';
    errors.push(invalid(conditionsPath, null, detail));
  }
  if (!failures.length && conditions.length) {
    const detail = 'bindingFailureConditions are required to use bindingConditions';
    errors.push(invalid(failuresPath, null, detail));
  }
  return errors;
}
