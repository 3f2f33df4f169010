/** A claim that names no class gets the default one. Source: kubernetes plugin/pkg/admission/storage/storageclass/setdefault. */
import type { PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { isDefaultClass } from '../../apis/storage/default-class.ts';
import { newestDefault } from './default-class.ts';
import { type AdmissionPlugin, isFor } from './plugin.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  handles: (attributes) =>
    attributes.operation === 'CREATE' && isFor(attributes, '', 'persistentvolumeclaims'),
  async admit({ object, reads }) {
    const { metadata, spec } = object as Stored<PersistentVolumeClaim>;
    // An empty class is a choice: none.
    if (!spec || spec.storageClassName !== undefined) return;
    if (metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return;
    const classes = await reads.list<StorageClass>('storage.k8s.io', 'storageclasses');
    const found = newestDefault(classes, isDefaultClass);
    if (found) spec.storageClassName = found.metadata.name!;
  },
};
