/**
 * spec.resources, what a pod as a whole requests and may use.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validatePodResources, validatePodResourceConsistency).
 */
import { at, child, type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import { cmp, formatQuantity, parseQuantity, zero } from '../../apimachinery/quantity.ts';
import type { PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { aggregateContainerRequests, isSupportedPodLevelResource } from './pod-resources.ts';
import {
  validatePodResourceName,
  validateResourceRequirements,
} from './resources-requirements-validation.ts';

export function validatePodLevelResources(
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const errors: FieldError[] = [];
  if (resources.claims) {
    errors.push(forbidden(child(path, 'claims'), 'claims cannot be set for Resources at pod-level'));
  }
  errors.push(...validateResourceRequirements(resources, validatePodResourceName, claimNames, path));
  errors.push(...validateConsistency(spec, path));
  return errors;
}

/** The pod requests at least what its containers do together, and no container may use more than the pod. */
function validateConsistency(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, requested] of Object.entries(aggregateContainerRequests({ spec }))) {
    if (!isSupportedPodLevelResource(name)) continue;
    const own = spec.resources?.requests?.[name];
    const amount = own === undefined ? zero : parseQuantity(own);
    if (cmp(requested, amount) <= 0) continue;
    const text = `must be greater than or equal to aggregate container requests of ${formatQuantity(requested)}`;
    errors.push(invalid(at(child(path, 'requests'), name), formatQuantity(amount), text));
  }
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = spec.resources?.limits?.[name];
      if (own === undefined || cmp(parseQuantity(limit), parseQuantity(own)) <= 0) continue;
      const here = child(at(at(child(path, 'containers'), index), name), 'limits');
      errors.push(invalid(here, limit, `must be less than or equal to pod limits of ${own}`));
    }
  }
  return errors;
}
