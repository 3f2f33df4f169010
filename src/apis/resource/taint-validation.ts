/** Source: kubernetes pkg/apis/resource/validation/validation.go. */
import { type FieldError, tooMany } from '../../apimachinery/field-error.ts';
import type { DeviceTaintRule } from '../../apimachinery/types/resource.v1.gen.ts';

import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { validateDriverName, validateLabelName, validatePoolName, validateTaint } from './rules.ts';

const CONDITIONS_MAX = 8;

function validateSpec({ spec }: DeviceTaintRule, old: DeviceTaintRule | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { driver, pool, device } = spec?.deviceSelector ?? {};
  if (driver !== undefined) errors.push(...validateDriverName(driver, 'spec.deviceSelector.driver'));
  if (pool !== undefined) errors.push(...validatePoolName(pool, 'spec.deviceSelector.pool'));
  if (device !== undefined) errors.push(...validateLabelName(device, 'spec.deviceSelector.device'));
  return [...errors, ...validateTaint(spec?.taint ?? {}, old?.spec?.taint, 'spec.taint')];
}

export const validateDeviceTaintRule = (rule: DeviceTaintRule): FieldError[] => validateSpec(rule, undefined);
export const validateDeviceTaintRuleUpdate = (rule: DeviceTaintRule, old: DeviceTaintRule): FieldError[] =>
  validateSpec(rule, old);

export function validateDeviceTaintRuleStatusUpdate({ status }: DeviceTaintRule): FieldError[] {
  const errors = validateConditions(status?.conditions, 'status.conditions');
  const count = status?.conditions?.length ?? 0;
  if (count > CONDITIONS_MAX) errors.push(tooMany('status.conditions', count, CONDITIONS_MAX));
  return errors;
}
