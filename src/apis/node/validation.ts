/** Source: kubernetes pkg/apis/node/validation/validation.go. */
import { at, duplicate, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { RuntimeClass, Scheduling } from '../../apimachinery/types/node.v1.gen.ts';
import { isDNS1123Label } from '../../apimachinery/validation/content.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { internalForm } from '../core/internal-form.ts';
import { validateTolerations } from '../core/pod-scheduling-validation.ts';
import {
  validateContainerResourceName,
  validateResourceRequirements,
} from '../core/resources-requirements-validation.ts';
import { invalidEach } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';

const NO_CLAIMS: ReadonlySet<string> = new Set();

export function validateRuntimeClass({ handler = '', overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors =
    handler === '' ? [required('handler')] : invalidEach('handler', handler, isDNS1123Label(handler));
  if (overhead) {
    // Upstream reads the overhead as the limits of a container, and its messages show it.
    const limits = { limits: overhead.podFixed ?? {} };
    errors.push(
      ...validateResourceRequirements(limits, validateContainerResourceName, NO_CLAIMS, 'overhead'),
    );
  }
  return scheduling ? [...errors, ...validateScheduling(scheduling, 'scheduling')] : errors;
}

function validateScheduling({ nodeSelector, tolerations = [] }: Scheduling, path: string): FieldError[] {
  const errors = validateLabels(nodeSelector, `${path}.nodeSelector`);
  const tolerationsPath = `${path}.tolerations`;
  errors.push(...validateTolerations(tolerations, tolerationsPath));
  for (const [index, toleration] of tolerations.entries()) {
    const repeated = tolerations.slice(0, index).some((one) => semanticEqual(one, toleration));
    if (repeated) errors.push(duplicate(at(tolerationsPath, index), internalForm('Toleration', toleration)));
  }
  return errors;
}

export function validateRuntimeClassUpdate(runtimeClass: RuntimeClass, old: RuntimeClass): FieldError[] {
  const errors = validateRuntimeClass(runtimeClass);
  if (runtimeClass.handler !== old.handler) {
    errors.push(invalid('handler', runtimeClass.handler, 'field is immutable'));
  }
  return errors;
}
