/**
 * Affinity of pods to nodes and to other pods.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateAffinity, ValidateNodeSelector, …).
 */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';
import { isValidLabelValue } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain, validateNamespaceName } from '../../apimachinery/validation/names.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { checkQualifiedName, invalidEach } from './field-rules.ts';
import type { PodValidationOptions } from './pod-options.ts';

export function validateAffinity(
  affinity: Affinity | undefined,
  options: PodValidationOptions,
  path: string,
): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const { allowInvalidNodeAffinityValues = false, allowInvalidAffinitySelectorValues = false } = options;
  const ofPods = (side: PodAffinity, name: string): FieldError[] =>
    validatePodAffinity(side, allowInvalidAffinitySelectorValues, child(path, name));
  return [
    ...(nodeAffinity
      ? validateNodeAffinity(nodeAffinity, allowInvalidNodeAffinityValues, child(path, 'nodeAffinity'))
      : []),
    ...(podAffinity ? ofPods(podAffinity, 'podAffinity') : []),
    ...(podAntiAffinity ? ofPods(podAntiAffinity, 'podAntiAffinity') : []),
  ];
}

const checkWeight = (weight: number | undefined, path: string): FieldError[] =>
  (weight ?? 0) <= 0 || weight! > 100
    ? [invalid(child(path, 'weight'), weight ?? 0, 'must be in the range 1-100')]
    : [];

function validateNodeAffinity(affinity: NodeAffinity, anyValue: boolean, path: string): FieldError[] {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const errors: FieldError[] = [];
  if (required) {
    errors.push(
      ...validateNodeSelector(
        required,
        child(path, 'requiredDuringSchedulingIgnoredDuringExecution'),
        anyValue,
      ),
    );
  }
  for (const [index, { weight, preference }] of preferred.entries()) {
    const here = at(child(path, 'preferredDuringSchedulingIgnoredDuringExecution'), index);
    errors.push(...checkWeight(weight, here));
    // A preference may name values that no label can have: it is never met.
    errors.push(...validateNodeSelectorTerm(preference ?? {}, true, child(here, 'preference')));
  }
  return errors;
}

/** Which nodes are meant. Also for volumes. `anyValue`: values need not be those of labels. */
export function validateNodeSelector(selector: NodeSelector, path: string, anyValue = false): FieldError[] {
  const here = child(path, 'nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(here, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateNodeSelectorTerm(term, anyValue, at(here, index)));
}

function validateNodeSelectorTerm(term: NodeSelectorTerm, anyValue: boolean, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((one, index) =>
      validateNodeExpression(one, anyValue, at(child(path, 'matchExpressions'), index)),
    ),
    ...(term.matchFields ?? []).flatMap((one, index) =>
      validateNodeField(one, at(child(path, 'matchFields'), index)),
    ),
  ];
}

function validateNodeExpression(one: NodeSelectorRequirement, anyValue: boolean, path: string): FieldError[] {
  const { key = '', operator = '', values = [] } = one;
  const here = child(path, 'values');
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(here, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(here, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(here, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  }
  errors.push(...checkQualifiedName(key, child(path, 'key')));
  if (anyValue) return errors;
  for (const [index, value] of values.entries()) {
    errors.push(...invalidEach(at(here, index), value, isValidLabelValue(value)));
  }
  return errors;
}

/** The only field of a node that selects is its name. */
function validateNodeField(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(child(path, 'values'), text));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(child(path, 'key'), key, 'not a valid field selector key')];
  }
  for (const [index, value] of values.entries()) {
    errors.push(...invalidEach(at(child(path, 'values'), index), value, nameIsDNSSubdomain(value, false)));
  }
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, anyValue: boolean, path: string): FieldError[] {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...required.flatMap((term, index) =>
      validatePodAffinityTerm(
        term,
        anyValue,
        at(child(path, 'requiredDuringSchedulingIgnoredDuringExecution'), index),
      ),
    ),
    ...preferred.flatMap(({ weight, podAffinityTerm }, index) => {
      const here = at(child(path, 'preferredDuringSchedulingIgnoredDuringExecution'), index);
      const term = podAffinityTerm ?? { topologyKey: '' };
      return [
        ...checkWeight(weight, here),
        ...validatePodAffinityTerm(term, anyValue, child(here, 'podAffinityTerm')),
      ];
    }),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, anyValue: boolean, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces, topologyKey = '' } = term;
  const options = { allowInvalidLabelValue: anyValue };
  const errors = [
    ...validateLabelSelector(labelSelector, child(path, 'labelSelector'), options),
    ...validateLabelSelector(namespaceSelector, child(path, 'namespaceSelector'), options),
  ];
  for (const name of namespaces ?? []) {
    errors.push(...invalidEach(child(path, 'namespace'), name, validateNamespaceName(name, false)));
  }
  errors.push(...validateMatchLabelKeys(term, path));
  const here = child(path, 'topologyKey');
  if (topologyKey === '') errors.push(required(here, 'can not be empty'));
  errors.push(...checkQualifiedName(topologyKey, here));
  return errors;
}

/** Keys whose values a pod brings itself; `path` is that of what has them. */
export function validateMatchLabelKeys(
  term: Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>,
  path: string,
): FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term;
  const matching = child(path, 'matchLabelKeys');
  const errors = [
    ...checkLabelKeys(matchLabelKeys, labelSelector, matching),
    ...checkLabelKeys(mismatchLabelKeys, labelSelector, child(path, 'mismatchLabelKeys')),
  ];
  // The selector already has the requirements made from the keys: only a second one of the same key is at fault.
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      errors.push(invalid(at(path, index), key, 'exists in both matchLabelKeys and labelSelector'));
    }
    seen.add(key);
  }
  for (const [index, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue;
    errors.push(invalid(at(matching, index), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
  return errors;
}

function checkLabelKeys(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => checkQualifiedName(key, at(path, index)));
}
