/**
 * Pods and pod templates as a whole. The rules of their parts stand in files of their own.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodTemplateSpec).
 */
import { child, type FieldError, forbidden } from '../../apimachinery/field-error.ts';
import type { Pod, PodSpec, PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../apimachinery/validation/object-meta.ts';
import { validatePodAnnotations, validateProfilesMatch } from './pod-annotation-validation.ts';
import { validatePodMetadataAndSpec } from './pod-metadata-validation.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

export { validateBinding as validatePodBinding } from './binding.ts';
export { validatePodResize } from './pod-resize-validation.ts';
export type { PodValidationOptions } from './pod-options.ts';
export { templateUpdateOptions } from './pod-ratcheting.ts';
export { validatePodSpec } from './pod-spec-validation.ts';
export { validatePodStatusUpdate } from './pod-status-validation.ts';
export { validatePodEphemeralContainersUpdate, validatePodUpdate } from './pod-update-validation.ts';

const EMPTY: PodSpec = { containers: [] };

/** A new pod, after its defaults. */
export function validatePod(pod: Pod): FieldError[] {
  const spec = pod.spec ?? EMPTY;
  const errors = validatePodMetadataAndSpec(pod);
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  errors.push(...validateProfilesMatch(pod.metadata?.annotations, spec, 'spec'));
  return errors;
}

/**
 * The template of a workload, after its defaults. `path` is the template's own; `options`: those of the stored template
 * (templateUpdateOptions), none for a new one.
 */
export function validatePodTemplateSpec(
  template: PodTemplateSpec,
  path: string,
  options: PodValidationOptions = {},
): FieldError[] {
  const { metadata } = template;
  const spec = template.spec ?? EMPTY;
  const annotationsPath = child(path, 'annotations');
  const specPath = child(path, 'spec');
  const errors = [
    ...validateLabels(metadata?.labels, child(path, 'labels')),
    ...validateAnnotations(metadata?.annotations, annotationsPath),
    ...validatePodAnnotations(metadata?.annotations, spec, annotationsPath, options),
    ...validatePodSpec(spec, undefined, specPath, options),
    ...validateProfilesMatch(metadata?.annotations, spec, specPath),
  ];
  if (spec.ephemeralContainers?.length) {
    errors.push(
      forbidden(child(specPath, 'ephemeralContainers'), 'ephemeral containers not allowed in pod template'),
    );
  }
  return errors;
}
