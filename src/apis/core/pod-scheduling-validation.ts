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
  unsupported,
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
import { validateMatchLabelKeys } from './affinity-validation.ts';
import {
  checkDNS1123Label,
  checkOneOf,
  checkQualifiedName,
  invalidEach,
  NOT_POSITIVE,
} from './field-rules.ts';
import { internalForm } from './internal-form.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { TAINT_EFFECTS } from './taint-validation.ts';

/** `comparisons`: Lt and Gt may be used. */
export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
  comparisons = false,
): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, index) =>
    validateToleration(toleration, comparisons, at(path, index)),
  );
}

function validateToleration(toleration: Toleration, comparisons: boolean, path: string): FieldError[] {
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
  } else if (operator !== 'Lt' && operator !== 'Gt') {
    errors.push(notSupported(here, operator, ['Equal', 'Exists']));
  } else if (comparisons) errors.push(...validateNumber(value, child(path, 'value')));
  else errors.push(unsupported(here, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
  if (effect !== '' && !TAINT_EFFECTS.includes(effect)) {
    errors.push(unsupported(child(path, 'effect'), effect, TAINT_EFFECTS));
  }
  return errors;
}

function validateNumber(value: string, path: string): FieldError[] {
  const text = value === '' ? 'must be non-empty' : 'must be a valid decimal integer in canonical form';
  const errors = /^(?:0|-?[1-9][0-9]*)$/.test(value) ? [] : [invalid(path, value, text)];
  const problem = parseIntProblem(value);
  return problem === '' ? errors : [...errors, invalid(path, value, problem)];
}

/** What Go's strconv.ParseInt says of a text that is no number of 64 bits; '' for one that is. */
function parseIntProblem(text: string): string {
  const failed = (reason: string): string => `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${reason}`;
  if (!/^[+-]?[0-9]+$/.test(text)) return failed('invalid syntax');
  const number = BigInt(text.replace(/^\+/, ''));
  return number === BigInt.asIntN(64, number) ? '' : failed('value out of range');
}

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  options: PodValidationOptions,
  path: string,
): FieldError[] {
  const list = constraints ?? [];
  const last = new Map(list.map((one, index) => [pairOf(one), index]));
  return list.flatMap((one, index) =>
    validateConstraint(one, last.get(pairOf(one))! > index, options, at(path, index)),
  );
}

/** What a constraint is told apart by. */
const pairOf = ({ topologyKey = '', whenUnsatisfiable = '' }: TopologySpreadConstraint): string =>
  `{${topologyKey}, ${whenUnsatisfiable}}`;

function validateConstraint(
  constraint: TopologySpreadConstraint,
  comesAgain: boolean,
  { legacyMatchLabelKeys, allowInvalidSpreadSelector }: PodValidationOptions,
  path: string,
): FieldError[] {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = '', minDomains, labelSelector } = constraint;
  const errors: FieldError[] = [];
  if (maxSkew <= 0) errors.push(invalid(child(path, 'maxSkew'), maxSkew, NOT_POSITIVE));
  if (!topologyKey) errors.push(required(child(path, 'topologyKey'), 'can not be empty'));
  errors.push(
    ...checkOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], child(path, 'whenUnsatisfiable')),
  );
  if (comesAgain) {
    errors.push(duplicate(child(path, '{topologyKey, whenUnsatisfiable}'), pairOf(constraint)));
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
  if (legacyMatchLabelKeys) {
    errors.push(...validateLegacyMatchLabelKeys(constraint, child(path, 'matchLabelKeys')));
  } else {
    const { matchLabelKeys } = constraint;
    errors.push(...validateMatchLabelKeys({ matchLabelKeys, labelSelector }, path));
  }
  if (!allowInvalidSpreadSelector) {
    errors.push(...validateLabelSelector(labelSelector, child(path, 'labelSelector')));
  }
  return errors;
}

/** A selector does not name the keys itself: pods of before 1.34, whose keys were not made part of it. */
function validateLegacyMatchLabelKeys(constraint: TopologySpreadConstraint, path: string): FieldError[] {
  const { matchLabelKeys: keys = [], labelSelector } = constraint;
  if (keys.length === 0) return [];
  const errors: FieldError[] = [];
  if (!labelSelector) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  const selected = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...(labelSelector?.matchExpressions ?? []).map((one) => one.key),
  ]);
  for (const [index, key] of keys.entries()) {
    const here = at(path, index);
    errors.push(...checkQualifiedName(key, here));
    if (selected.has(key)) errors.push(invalid(here, key, 'exists in both matchLabelKeys and labelSelector'));
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
  isMirror: boolean,
  path: string,
): FieldError[] {
  if (isMirror) {
    return (claims ?? []).map(() => forbidden('[]', 'static pods do not support resource claims'));
  }
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
      errors.push(invalid(here, internalForm('PodResourceClaim', claim), text));
    }
    if (own === undefined && template === undefined) {
      const text = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(here, internalForm('PodResourceClaim', claim), text));
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
