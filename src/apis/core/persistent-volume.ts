/** PersistentVolume. Source: kubernetes pkg/registry/core/persistentvolume/strategy.go. */
import { formatTime } from '../../apimachinery/time.ts';
import type { PersistentVolume, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, wideColumn } from '../printing.ts';
import { keepStatus } from '../strategy.ts';
import {
  persistentVolumeWarnings,
  validatePersistentVolume,
  validatePersistentVolumeUpdate,
} from './persistent-volume-validation.ts';
import { defaultResourceList } from './resource-list.ts';
import { defaultVolume } from './volume-defaults.ts';
import { accessModes, storageClassOf } from './volume-printing.ts';

export const persistentVolumes = define<PersistentVolume>({
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  singular: 'persistentvolume',
  kind: 'PersistentVolume',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['pv'],
  typeName: 'core.v1.PersistentVolume',
  subresources: [statusOf('PersistentVolume')],
  strategy: {
    generation: 'none',
    default(object) {
      object.status = { ...object.status, phase: object.status?.phase || 'Pending' };
      object.spec ??= {};
      const { spec } = object;
      spec.persistentVolumeReclaimPolicy ||= 'Retain';
      spec.volumeMode ??= 'Filesystem';
      defaultResourceList(spec.capacity);
      // Sources have the defaults they have in pods.
      defaultVolume(spec as unknown as Volume);
    },
    prepareForCreate(object, ctx) {
      object.status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(ctx.now) };
    },
    prepareForUpdate: keepStatus,
    validateName: nameIsDNSSubdomain,
    validate: validatePersistentVolume,
    validateUpdate: validatePersistentVolumeUpdate,
    warningsOnCreate: persistentVolumeWarnings,
    warningsOnUpdate: persistentVolumeWarnings,
    status: {
      prepareForUpdate(object, old, ctx) {
        const { status } = object;
        if (!status || status.phase === old.status?.phase) return;
        const time = status.lastPhaseTransitionTime;
        if (time === undefined || time === old.status?.lastPhaseTransitionTime) {
          status.lastPhaseTransitionTime = formatTime(ctx.now);
        }
      },
    },
  },
  printer: {
    columns: [
      NAME,
      column('Capacity', 'Size of the volume'),
      column('Access Modes', 'How the volume can be mounted'),
      column('Reclaim Policy', 'What happens to the volume when its claim is gone'),
      column('Status', 'Phase of the volume'),
      column('Claim', 'The claim the volume is bound to'),
      column('StorageClass', 'Storage class of the volume'),
      column('VolumeAttributesClass', 'Volume attributes class of the volume'),
      column('Reason', 'Why the volume is in its phase'),
      AGE,
      wideColumn('VolumeMode', 'Filesystem or Block'),
    ],
    cells(object, now) {
      const { spec = {}, status, metadata } = object;
      return [
        nameOf(object),
        spec.capacity?.storage ?? '0',
        accessModes(spec.accessModes),
        spec.persistentVolumeReclaimPolicy ?? '',
        metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
        storageClassOf(object),
        spec.volumeAttributesClassName ?? '<unset>',
        status?.reason ?? '',
        age(object, now),
        spec.volumeMode ?? '<unset>',
      ];
    },
  },
});
