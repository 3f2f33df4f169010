/** Binding: the scheduler's word that a pod goes to a node. Never stored. */
import type { Binding } from '../../apimachinery/types/core.v1.gen.ts';
import { type FieldError, required, unsupported } from '../../apimachinery/field-error.ts';
import { define } from '../definition.ts';

/**
 * What a Binding must say, for `bindings` and for `pods/binding`.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodBinding).
 */
export function validateBinding(binding: Binding): FieldError[] {
  const errors: FieldError[] = [];
  const { kind, name } = binding.target ?? {};
  if (kind && kind !== 'Node') errors.push(unsupported('target.kind', kind, ['Node', '<empty>']));
  if (!name) errors.push(required('target.name'));
  return errors;
}

export const bindings = define<Binding>({
  group: '',
  version: 'v1',
  resource: 'bindings',
  singular: 'binding',
  kind: 'Binding',
  namespaced: true,
  verbs: ['create'],
  typeName: 'core.v1.Binding',
  strategy: { validate: validateBinding },
});
