/** ConfigMap. Source: kubernetes pkg/registry/core/configmap/strategy.go. */
import type { ConfigMap } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

export const configMaps = define<ConfigMap>({
  group: '',
  version: 'v1',
  resource: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['cm'],
  typeName: 'core.v1.ConfigMap',
  strategy: {},
  printer: {
    columns: [NAME, column('Data', 'Number of keys'), AGE],
    cells: (object, now) => [
      nameOf(object),
      Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
      age(object, now),
    ],
  },
});
