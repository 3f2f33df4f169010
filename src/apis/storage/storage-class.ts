import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { isDefaultClass } from './default-class.ts';
import { validateStorageClass, validateStorageClassUpdate } from './validation.ts';
import { topologyWarnings } from './warnings.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';

/** Source: kubernetes pkg/registry/storage/storageclass/strategy.go, pkg/apis/storage/v1/defaults.go. */
export const storageClasses = define<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'storageclasses',
  singular: 'storageclass',
  kind: 'StorageClass',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['sc'],
  typeName: 'storage.v1.StorageClass',
  strategy: {
    default(storageClass) {
      storageClass.reclaimPolicy ??= 'Delete';
      storageClass.volumeBindingMode ??= 'Immediate';
    },
    validate: validateStorageClass,
    validateUpdate: validateStorageClassUpdate,
    warningsOnCreate: topologyWarnings,
    warningsOnUpdate: topologyWarnings,
  },
  printer: {
    columns: [
      NAME,
      column('Provisioner', 'What provisions the volumes'),
      column('ReclaimPolicy', 'What happens to a volume whose claim is deleted'),
      column('VolumeBindingMode', 'When volumes are provisioned and bound'),
      column('AllowVolumeExpansion', 'Whether volumes may grow'),
      AGE,
    ],
    cells: (storageClass, now) => [
      nameOf(storageClass) + (isDefaultClass(storageClass.metadata) ? ' (default)' : ''),
      storageClass.provisioner ?? '',
      storageClass.reclaimPolicy ?? 'Delete',
      storageClass.volumeBindingMode ?? 'Immediate',
      storageClass.allowVolumeExpansion ?? false,
      age(storageClass, now),
    ],
  },
});
