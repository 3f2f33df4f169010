/** Source: kubernetes pkg/apis/node/validation/validation.go. */
import { type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type { RuntimeClass } from '../../apimachinery/types/node.v1.gen.ts';
import { isDNS1123Label } from '../../apimachinery/validation/content.ts';

export function validateRuntimeClass(runtimeClass: RuntimeClass): FieldError[] {
  const handler = runtimeClass.handler ?? '';
  return isDNS1123Label(handler).map((message) => invalid('handler', handler, message));
}

export function validateRuntimeClassUpdate(runtimeClass: RuntimeClass, old: RuntimeClass): FieldError[] {
  const errors = validateRuntimeClass(runtimeClass);
  if (runtimeClass.handler !== old.handler) {
    errors.push(invalid('handler', runtimeClass.handler, 'field is immutable'));
  }
  return errors;
}
