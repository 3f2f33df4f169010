/** IngressClass. Source: kubernetes pkg/registry/networking/ingressclass/strategy.go. */
import type { IngressClass } from '../../apimachinery/types/networking.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

/** `Kind.group/name`. */
function parametersText(object: IngressClass): string {
  const parameters = object.spec?.parameters;
  if (!parameters) return '<none>';
  const { kind, apiGroup, name } = parameters;
  return `${apiGroup == null ? kind : `${kind}.${apiGroup}`}/${name}`;
}

export const ingressClasses = define<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  kind: 'IngressClass',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'networking.v1.IngressClass',
  strategy: {
    default(object) {
      if (object.spec?.parameters) object.spec.parameters.scope ??= 'Cluster';
    },
  },
  printer: {
    columns: [
      NAME,
      column('Controller', 'The controller that serves this class'),
      column('Parameters', 'The object with further parameters'),
      AGE,
    ],
    cells: (object, now) => [
      nameOf(object),
      object.spec?.controller ?? '',
      parametersText(object),
      age(object, now),
    ],
  },
});
