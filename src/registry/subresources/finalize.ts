/** The finalize subresource of namespaces. Source: kubernetes pkg/registry/core/namespace/strategy.go (namespaceFinalizeStrategy). */
import type { KubeObject } from '../../apis/object.ts';
import type { UpdateStrategy } from './strategy.ts';

/** Only spec.finalizers changes; a namespace that is going and has none left goes. */
export const FINALIZE: UpdateStrategy = {
  subresource: 'finalize',
  countsGeneration: false,
  prepare(_definition, object, old) {
    const finalizers = (object as KubeObject).spec?.finalizers;
    if (old.status === undefined) delete object.status;
    else object.status = old.status;
    object.spec = { ...old.spec };
    if (finalizers?.length) object.spec.finalizers = finalizers;
    else delete object.spec.finalizers;
  },
  validate: () => [],
};
