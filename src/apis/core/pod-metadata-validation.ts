/**
 * What holds for a pod at creation and after every update.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validatePodMetadataAndSpec).
 */
import { at, child, type FieldError, forbidden } from '../../apimachinery/field-error.ts';
import type { Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { validateImageSpace } from './container-validation.ts';
import { validatePodAnnotations } from './pod-annotation-validation.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

const EMPTY: PodSpec = { containers: [] };

/** What holds for a pod at any time. */
export function validatePodMetadataAndSpec(pod: Pod, options: PodValidationOptions = {}): FieldError[] {
  const spec = pod.spec ?? EMPTY;
  const errors = [
    ...validatePodAnnotations(pod.metadata?.annotations, spec, 'metadata.annotations', options),
    ...validatePodSpec(spec, pod.metadata, 'spec', { ...options, resourceIsPod: true }),
  ];
  if (!spec.serviceAccountName) errors.push(...validateNoTokens(spec));
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      errors.push(...validateImageSpace(container, at(child('spec', list), index)));
    }
  }
  return errors;
}

/** Without a service account there is nobody to make tokens for. */
function validateNoTokens(spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    for (const [position, source] of (volume.projected?.sources ?? []).entries()) {
      if (!source.serviceAccountToken) continue;
      const here = at(child(at('spec.volumes', index), 'projected', 'sources'), position);
      const text = 'must not be specified when serviceAccountName is not set';
      errors.push(forbidden(child(here, 'serviceAccountToken'), text));
    }
  }
  return errors;
}
