/** PersistentVolume. Source: kubernetes pkg/registry/core/persistentvolume/strategy.go. */
import type { PersistentVolume } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, wideColumn } from '../printing.ts';
import { keepStatus } from '../strategy.ts';
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
    },
    prepareForCreate(object, ctx) {
      object.status = { phase: 'Pending', lastPhaseTransitionTime: seconds(ctx.now) };
    },
    prepareForUpdate: keepStatus,
    status: {
      prepareForUpdate(object, old, ctx) {
        const status = object.status;
        if (!status) return;
        if (status.phase !== old.status?.phase) {
          if (status.lastPhaseTransitionTime === old.status?.lastPhaseTransitionTime) {
            status.lastPhaseTransitionTime = seconds(ctx.now);
          }
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

/** RFC 3339 in whole seconds, as metav1.Time is written. */
const seconds = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`;
