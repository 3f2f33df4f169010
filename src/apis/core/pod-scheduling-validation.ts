/**
 * Tolerations, topology spread constraints, readiness and scheduling gates, and claims of a pod.
 * Source: kubernetes pkg/apis/core/validation/validation.go.
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  PodReadinessGate,
  PodResourceClaim,
  PodSchedulingGate,
  Toleration,
  TopologySpreadConstraint,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isValidLabelValue } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import {
  checkDNS1123Label,
  checkOneOf,
  checkQualifiedName,
  invalidEach,
  NOT_POSITIVE,
} from './field-rules.ts';

const TAINT_EFFECTS = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, index) => validateToleration(toleration, at(path, index)));
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const here = child(path, 'operator');
  const errors: FieldError[] = key === '' ? [] : checkQualifiedName(key, child(path, 'key'));
  if (key === '' && operator !== 'Exists') {
    const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(here, operator, text));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(child(path, 'effect'), effect, text));
  }
  if (operator === 'Equal' || operator === '') {
    const messages = isValidLabelValue(value);
    if (messages.length > 0) errors.push(invalid(here, value, messages.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(here, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    errors.push(notSupported(here, operator, ['Equal', 'Exists']));
  }
  if (effect !== '') errors.push(...checkOneOf(effect, TAINT_EFFECTS, child(path, 'effect')));
  return errors;
}

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): FieldError[] {
  const list = constraints ?? [];
  return list.flatMap((one, index) => validateConstraint(one, list.slice(index + 1), at(path, index)));
}

function validateConstraint(
  constraint: TopologySpreadConstraint,
  later: readonly TopologySpreadConstraint[],
  path: string,
): FieldError[] {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = '', minDomains, labelSelector } = constraint;
  const errors: FieldError[] = [];
  if (maxSkew <= 0) errors.push(invalid(child(path, 'maxSkew'), maxSkew, NOT_POSITIVE));
  if (!topologyKey) errors.push(required(child(path, 'topologyKey'), 'can not be empty'));
  errors.push(
    ...checkOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], child(path, 'whenUnsatisfiable')),
  );
  if (later.some((one) => one.topologyKey === topologyKey && one.whenUnsatisfiable === whenUnsatisfiable)) {
    const here = child(path, '{topologyKey, whenUnsatisfiable}');
    errors.push(duplicate(here, `{${topologyKey ?? ''}, ${whenUnsatisfiable}}`));
  }
  if (minDomains !== undefined) {
    const here = child(path, 'minDomains');
    if (minDomains <= 0) errors.push(invalid(here, minDomains, NOT_POSITIVE));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(here, minDomains, text));
    }
  }
  for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    errors.push(...checkOneOf(constraint[policy], ['Honor', 'Ignore'], child(path, policy)));
  }
  errors.push(...validateMatchLabelKeys(constraint, child(path, 'matchLabelKeys')));
  errors.push(...validateLabelSelector(labelSelector, child(path, 'labelSelector')));
  return errors;
}

function validateMatchLabelKeys(constraint: TopologySpreadConstraint, path: string): FieldError[] {
  const { matchLabelKeys: keys = [], labelSelector } = constraint;
  if (keys.length === 0) return [];
  const errors: FieldError[] = [];
  if (!labelSelector) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  // The selector already has the requirements made from the keys: only a second one of the same key is at fault.
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const [index, key] of keys.entries()) errors.push(...checkQualifiedName(key, at(path, index)));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = keys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(at(path, index), key, 'exists in both matchLabelKeys and labelSelector'));
    }
    seen.add(key);
  }
  return errors;
}

export const validateReadinessGates = (
  gates: readonly PodReadinessGate[] | undefined,
  path: string,
): FieldError[] =>
  (gates ?? []).flatMap(({ conditionType = '' }, index) =>
    checkQualifiedName(conditionType, child(at(path, index), 'conditionType')),
  );

export function validateSchedulingGates(
  gates: readonly PodSchedulingGate[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { name = '' }] of (gates ?? []).entries()) {
    errors.push(...checkQualifiedName(name, at(path, index)));
    if (seen.has(name)) errors.push(duplicate(at(path, index), name));
    seen.add(name);
  }
  return errors;
}

/** Claims for devices that containers can refer to by name. */
export function validatePodResourceClaims(
  claims: readonly PodResourceClaim[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, claim] of (claims ?? []).entries()) {
    const here = at(path, index);
    const { name, resourceClaimName: own, resourceClaimTemplateName: template } = claim;
    if (!name) errors.push(required(child(here, 'name')));
    else if (seen.has(name)) errors.push(duplicate(child(here, 'name'), name));
    else {
      errors.push(...checkDNS1123Label(name, child(here, 'name')));
      seen.add(name);
    }
    if (own !== undefined && template !== undefined) {
      const text = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(here, claim, text));
    }
    if (own === undefined && template === undefined) {
      const text = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(here, claim, text));
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field];
      if (value !== undefined) {
        errors.push(...invalidEach(child(here, field), value, nameIsDNSSubdomain(value, false)));
      }
    }
  }
  return errors;
}
