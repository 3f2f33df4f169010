/** Validation of HorizontalPodAutoscalers. Source: kubernetes pkg/apis/autoscaling/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { nonNegativeFields } from '../apps/validation.ts';
import { NEGATIVE } from '../core/field-rules.ts';
import { validateMetric } from './metric-validation.ts';
import { apiVersionError, type ReferenceOptions, validateReference } from './reference-validation.ts';

const MAX_PERIOD_SECONDS = 1800;
const MAX_STABILIZATION_WINDOW_SECONDS = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

interface Options {
  readonly minReplicas: number;
  readonly target: ReferenceOptions;
  readonly described: ReferenceOptions;
}

export const validateAutoscaler = ({ spec }: HorizontalPodAutoscaler): FieldError[] =>
  validateSpec(spec, 'spec', optionsFor(spec, undefined));

export const validateAutoscalerUpdate = (
  { spec }: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler,
): FieldError[] => validateSpec(spec, 'spec', optionsFor(spec, old.spec));

export const validateAutoscalerStatusUpdate = ({ status }: HorizontalPodAutoscaler): FieldError[] =>
  nonNegativeFields('status', status, ['currentReplicas', 'desiredReplicas']);

/** Rules that are younger than an object are not held against what it already says. */
function optionsFor(
  spec: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
): Options {
  const { kind, apiVersion } = spec.scaleTargetRef;
  const described: ReferenceOptions = { allowEmptyAPIGroup: true };
  const wasInvalid = old?.metrics?.some(
    ({ type, object }) =>
      type === 'Object' && object && apiVersionError(object.describedObject.apiVersion, described),
  );
  const sameTarget = old?.scaleTargetRef.kind === kind && old.scaleTargetRef.apiVersion === apiVersion;
  return {
    minReplicas: old?.minReplicas === 0 ? 0 : 1,
    // The only kind of the core group that scales.
    target: sameTarget
      ? { allowInvalidAPIVersion: true }
      : { allowEmptyAPIGroup: kind === 'ReplicationController' },
    described: wasInvalid ? { allowInvalidAPIVersion: true } : described,
  };
}

function validateSpec(spec: HorizontalPodAutoscalerSpec, path: string, options: Options): FieldError[] {
  const { minReplicas, maxReplicas, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < options.minReplicas) {
    const detail = `must be greater than or equal to ${options.minReplicas}`;
    errors.push(invalid(child(path, 'minReplicas'), minReplicas, detail));
  }
  const max = child(path, 'maxReplicas');
  if (maxReplicas === 0) errors.push(required(max, 'must be set and greater than 0'));
  if (maxReplicas < 0) errors.push(invalid(max, maxReplicas, 'must be greater than or equal to 1'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid(max, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  errors.push(...validateReference(spec.scaleTargetRef, child(path, 'scaleTargetRef'), options.target));
  const metricsPath = child(path, 'metrics');
  for (const [index, metric] of metrics.entries()) {
    errors.push(...validateMetric(metric, at(metricsPath, index), options.described));
  }
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden(metricsPath, detail));
  }
  for (const direction of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[direction];
    if (rules) errors.push(...validateScalingRules(rules, child(path, 'behavior', direction)));
  }
  return errors;
}

function validateScalingRules(rules: HPAScalingRules, path: string): FieldError[] {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const windowPath = child(path, 'stabilizationWindowSeconds');
  if (window !== undefined && window < 0) {
    errors.push(invalid(windowPath, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > MAX_STABILIZATION_WINDOW_SECONDS) {
    const detail = `must be less than or equal to ${MAX_STABILIZATION_WINDOW_SECONDS}`;
    errors.push(invalid(windowPath, window, detail));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(child(path, 'selectPolicy'), selectPolicy, SELECT_POLICIES));
  }
  const policiesPath = child(path, 'policies');
  if (policies.length === 0) errors.push(required(policiesPath, 'must specify at least one Policy'));
  for (const [index, policy] of policies.entries()) {
    errors.push(...validateScalingPolicy(policy, at(policiesPath, index)));
  }
  if (tolerance !== undefined && sign(parseQuantity(tolerance)) < 0) {
    errors.push(invalid(child(path, 'tolerance'), tolerance, NEGATIVE));
  }
  return errors;
}

function validateScalingPolicy({ type, value, periodSeconds }: HPAScalingPolicy, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!POLICY_TYPES.includes(type)) {
    errors.push(notSupported(child(path, 'type'), type ?? '', POLICY_TYPES));
  }
  if (!(value > 0)) errors.push(invalid(child(path, 'value'), value ?? 0, 'must be greater than zero'));
  const period = child(path, 'periodSeconds');
  if (!(periodSeconds > 0)) errors.push(invalid(period, periodSeconds ?? 0, 'must be greater than zero'));
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    errors.push(invalid(period, periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`));
  }
  return errors;
}
