import type { VolumeAttributesClass } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from './validation.ts';

/** Source: kubernetes pkg/registry/storage/volumeattributesclass/strategy.go. */
export const volumeAttributesClasses = define<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  kind: 'VolumeAttributesClass',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['vac'],
  typeName: 'storage.v1.VolumeAttributesClass',
  strategy: {
    validate: validateVolumeAttributesClass,
    validateUpdate: validateVolumeAttributesClassUpdate,
  },
  printer: {
    columns: [NAME, column('DriverName', 'The CSI driver the class is for'), AGE],
    cells: (attributesClass, now) => [
      nameOf(attributesClass),
      attributesClass.driverName ?? '',
      age(attributesClass, now),
    ],
  },
});
