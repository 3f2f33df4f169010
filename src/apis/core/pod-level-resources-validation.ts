/**
 * spec.resources, what a pod as a whole requests and may use.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validatePodResources, validatePodResourceConsistency).
 */
import { at, child, type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import { cmp, formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { aggregateContainerLimits, aggregateContainerRequests } from './pod-resources.ts';
import { isHugePageResource } from './resource-list.ts';
import {
  validatePodResourceName,
  validateResourceRequirements,
} from './resources-requirements-validation.ts';

export function validatePodLevelResources(
  spec: PodSpec,
  claimNames: ReadonlySet<string>,
  options: PodValidationOptions,
  path: string,
): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (resources.claims) {
    errors.push(forbidden(child(path, 'claims'), 'claims may not be set for Resources at pod-level'));
  }
  errors.push(...validateResourceRequirements(resources, validatePodResourceName, claimNames, path, options));
  errors.push(...validateConsistency(spec, path));
  return errors;
}

/** The pod requests at least what its containers do together, and no container may use more than the pod. */
function validateConsistency(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, requested] of Object.entries(aggregateContainerRequests({ spec }))) {
    const own = spec.resources?.requests?.[name];
    if (own === undefined) continue;
    const amount = parseQuantity(own);
    if (cmp(requested, amount) <= 0) continue;
    const text = `must be greater than or equal to aggregate container requests of ${formatQuantity(requested)}`;
    errors.push(invalid(at(child(path, 'requests'), name), formatQuantity(amount), text));
  }
  for (const [name, limited] of Object.entries(aggregateContainerLimits({ spec }))) {
    const own = spec.resources?.limits?.[name];
    if (own === undefined || !isHugePageResource(name)) continue;
    const amount = parseQuantity(own);
    if (cmp(limited, amount) <= 0) continue;
    const text = `must be greater than or equal to aggregate container limits of ${formatQuantity(limited)}`;
    errors.push(invalid(at(child(path, 'limits'), name), formatQuantity(amount), text));
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
