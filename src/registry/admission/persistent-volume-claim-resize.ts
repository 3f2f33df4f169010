/** A claim grows only when it is bound and its class allows it. Source: kubernetes plugin/pkg/admission/storage/persistentvolume/resize. */
import { cmp, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import type { ReadSet } from '../cache.ts';
import { type AdmissionPlugin, isFor, refuse } from './plugin.ts';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  handles: (attributes) =>
    attributes.operation === 'UPDATE' && isFor(attributes, '', 'persistentvolumeclaims'),
  async validate(attributes) {
    const claim = attributes.object as PersistentVolumeClaim;
    const old = attributes.old as PersistentVolumeClaim;
    if (cmp(storageOf(claim), storageOf(old)) <= 0) return;
    if (old.status?.phase !== 'Bound') {
      throw refuse(attributes, 'Only bound persistent volume claims can be expanded');
    }
    if (!(await allowsResize(claim, old, attributes.reads))) {
      throw refuse(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    }
  },
};

const storageOf = ({ spec }: PersistentVolumeClaim) =>
  parseQuantity(spec?.resources?.requests?.storage ?? '0');

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';

async function allowsResize(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  reads: ReadSet,
): Promise<boolean> {
  const name = classOf(claim);
  if (!name || name !== classOf(old)) return false;
  const found = await reads.get<StorageClass>('storage.k8s.io', 'storageclasses', '', name);
  return found?.allowVolumeExpansion ?? false;
}
