/** Validation of limit ranges. Source: kubernetes pkg/apis/core/validation/validation.go (ValidateLimitRange). */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import {
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantity,
  toFloat,
} from '../../apimachinery/quantity.ts';
import type { LimitRange, LimitRangeItem } from '../../apimachinery/types/core.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { invalidEach } from './field-rules.ts';
import { isOvercommitAllowed } from './resource-list.ts';
import { validateContainerResourceName, validateResourceName } from './resources-requirements-validation.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const ONE = quantity(1);

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const limits = spec?.limits ?? [];
  const types = new Set<string>();
  return limits.flatMap((item, i) => {
    const path = at('spec.limits', i);
    const type = item.type ?? '';
    const repeated = types.has(type) ? [duplicate(child(path, 'type'), type)] : [];
    types.add(type);
    return [...validateType(type, child(path, 'type')), ...repeated, ...validateItem(item, path)];
  });
}

function validateType(type: string, path: string): FieldError[] {
  const errors = invalidEach(path, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || TYPES.includes(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const nameRule =
    item.type === 'Pod' || item.type === 'Container' ? validateContainerResourceName : validateResourceName;
  const names = (list: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'): FieldError[] =>
    Object.keys(item[list] ?? {}).flatMap((name) => nameRule(name, at(child(path, list), name)));
  const errors = [...names('max'), ...names('min')];
  let { default: defaults = {}, defaultRequest = {} } = item;
  if (item.type === 'Pod') {
    const detail = "may not be specified when `type` is 'Pod'";
    if (Object.keys(defaults).length > 0) errors.push(forbidden(child(path, 'default'), detail));
    if (Object.keys(defaultRequest).length > 0) errors.push(forbidden(child(path, 'defaultRequest'), detail));
    defaults = {};
    defaultRequest = {};
  } else errors.push(...names('default'), ...names('defaultRequest'));
  if (
    item.type === 'PersistentVolumeClaim' &&
    item.min?.storage === undefined &&
    item.max?.storage === undefined
  ) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(child(path, 'limits'), detail));
  }
  errors.push(...names('maxLimitRequestRatio'));
  const lists = { ...item, default: defaults, defaultRequest };
  const all = [item.max, item.min, defaults, defaultRequest, item.maxLimitRequestRatio];
  const resources = new Set(all.flatMap((list) => Object.keys(list ?? {})));
  for (const name of resources) errors.push(...validateResource(name, lists, path));
  return errors;
}

const read = (list: Readonly<Record<string, string>> | undefined, name: string): Quantity | undefined => {
  const text = list?.[name];
  return text === undefined ? undefined : parseQuantity(text);
};
const above = (a: Quantity | undefined, b: Quantity | undefined): boolean =>
  a !== undefined && b !== undefined && cmp(a, b) > 0;

/** How the bounds of one resource stand to each other. */
function validateResource(name: string, item: LimitRangeItem, path: string): FieldError[] {
  const min = read(item.min, name);
  const max = read(item.max, name);
  const limit = read(item.default, name);
  const request = read(item.defaultRequest, name);
  const text = (value: Quantity | undefined): string => (value ? formatQuantity(value) : '');
  const errors: FieldError[] = [];
  const wrong = (list: string, value: Quantity | undefined, detail: string): void => {
    errors.push(invalid(at(child(path, list), name), text(value), detail));
  };
  if (above(min, max)) wrong('min', min, `min value ${text(min)} is greater than max value ${text(max)}`);
  if (above(min, request)) {
    const detail = `min value ${text(min)} is greater than default request value ${text(request)}`;
    wrong('defaultRequest', request, detail);
  }
  if (above(request, max)) {
    const detail = `default request value ${text(request)} is greater than max value ${text(max)}`;
    wrong('defaultRequest', request, detail);
  }
  if (above(request, limit)) {
    const detail = `default request value ${text(request)} is greater than default limit value ${text(limit)}`;
    wrong('defaultRequest', request, detail);
  }
  // Upstream shows the bound here, not the default.
  if (above(min, limit))
    wrong('default', min, `min value ${text(min)} is greater than default value ${text(limit)}`);
  if (above(limit, max))
    wrong('default', max, `default value ${text(limit)} is greater than max value ${text(max)}`);
  errors.push(...validateRatio(name, item, path));
  if (!isOvercommitAllowed(name) && limit && request && cmp(limit, request) !== 0) {
    const detail = `default value ${text(limit)} must equal to defaultRequest value ${text(request)} in ${name}`;
    wrong('defaultRequest', request, detail);
  }
  return errors;
}

function validateRatio(name: string, item: LimitRangeItem, path: string): FieldError[] {
  const ratio = read(item.maxLimitRequestRatio, name);
  if (!ratio) return [];
  const here = at(child(path, 'maxLimitRequestRatio'), name);
  const text = formatQuantity(ratio);
  const errors = cmp(ratio, ONE) < 0 ? [invalid(here, text, `ratio ${text} is less than 1`)] : [];
  const min = read(item.min, name);
  const max = read(item.max, name);
  if (!min || !max) return errors;
  const most = toFloat(max) / toFloat(min);
  if (toFloat(ratio) > most) {
    errors.push(invalid(here, text, `ratio ${text} is greater than max/min = ${most.toFixed(6)}`));
  }
  return errors;
}
