/** PersistentVolumeClaim. Source: kubernetes pkg/registry/core/persistentvolumeclaim/strategy.go. */
import type { PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, wideColumn } from '../printing.ts';
import { keepStatus } from '../strategy.ts';
import { normalizeDataSources } from './claim-data-source.ts';
import {
  persistentVolumeClaimWarnings,
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatus,
  validatePersistentVolumeClaimUpdate,
} from './persistent-volume-claim-validation.ts';
import { defaultResourceList, defaultResourceRequirements } from './resource-list.ts';
import { accessModes, storageClassOf } from './volume-printing.ts';

export const persistentVolumeClaims = define<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['pvc'],
  typeName: 'core.v1.PersistentVolumeClaim',
  subresources: [statusOf('PersistentVolumeClaim')],
  strategy: {
    generation: 'none',
    default(object) {
      object.status = { ...object.status, phase: object.status?.phase || 'Pending' };
      object.spec ??= {};
      const { spec } = object;
      spec.volumeMode ??= 'Filesystem';
      defaultResourceRequirements(spec.resources);
      defaultResourceList(object.status.capacity);
      defaultResourceList(object.status.allocatedResources);
    },
    prepareForCreate(object) {
      object.status = { phase: 'Pending' };
      normalizeDataSources(object.spec ?? {});
    },
    prepareForUpdate(object, old) {
      keepStatus(object, old);
      normalizeDataSources(object.spec ?? {}, old.spec);
    },
    validateName: nameIsDNSSubdomain,
    validate: validatePersistentVolumeClaim,
    validateUpdate: validatePersistentVolumeClaimUpdate,
    warningsOnCreate: persistentVolumeClaimWarnings,
    warningsOnUpdate: persistentVolumeClaimWarnings,
    status: { validateUpdate: validatePersistentVolumeClaimStatus },
  },
  printer: {
    columns: [
      NAME,
      column('Status', 'Phase of the claim'),
      column('Volume', 'The volume the claim is bound to'),
      column('Capacity', 'Size of the bound volume'),
      column('Access Modes', 'How the bound volume can be mounted'),
      column('StorageClass', 'Storage class of the claim'),
      column('VolumeAttributesClass', 'Volume attributes class of the claim'),
      AGE,
      wideColumn('VolumeMode', 'Filesystem or Block'),
    ],
    cells(object, now) {
      const { spec = {}, status = {}, metadata } = object;
      const bound = Boolean(spec.volumeName);
      return [
        nameOf(object),
        metadata?.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
        spec.volumeName ?? '',
        bound ? (status.capacity?.storage ?? '0') : '',
        bound ? accessModes(status.accessModes) : '',
        storageClassOf(object),
        spec.volumeAttributesClassName ?? '<unset>',
        age(object, now),
        spec.volumeMode ?? '<unset>',
      ];
    },
  },
});
