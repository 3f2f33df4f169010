/** The finalize subresource of namespaces. Source: kubernetes pkg/registry/core/namespace/strategy.go (namespaceFinalizeStrategy). */
import type { Namespace } from '../../apimachinery/types/core.v1.gen.ts';
import { namespaceFinalize } from '../../apis/core/namespace.ts';
import type { UpdateStrategy } from './strategy.ts';

/** Only spec.finalizers changes; a namespace that is going and has none left goes. */
export const FINALIZE: UpdateStrategy = {
  subresource: 'finalize',
  countsGeneration: false,
  prepare: (_definition, object, old) =>
    namespaceFinalize.prepareForUpdate(object as Namespace, old as Namespace),
  validate: (_definition, object) => namespaceFinalize.validateUpdate(object as Namespace),
};
