import type { VolumeAttachment } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { keepStatus } from '../strategy.ts';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validation.ts';

/** Source: kubernetes pkg/registry/storage/volumeattachment/strategy.go. */
export const volumeAttachments = define<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattachments',
  singular: 'volumeattachment',
  kind: 'VolumeAttachment',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'storage.v1.VolumeAttachment',
  subresources: [statusOf('VolumeAttachment')],
  strategy: {
    prepareForCreate(attachment) {
      attachment.status = { attached: false };
    },
    prepareForUpdate: keepStatus,
    validate: validateVolumeAttachment,
    validateUpdate: validateVolumeAttachmentUpdate,
    status: { keptMetadata: 'all', validateUpdate: validateVolumeAttachmentUpdate },
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [
      NAME,
      { ...column('Attacher', 'The driver that attaches the volume'), format: 'name' },
      column('PV', 'The persistent volume to attach'),
      column('Node', 'The node to attach it to'),
      column('Attached', 'Whether it is attached', 'boolean'),
      AGE,
    ],
    cells: (attachment, now) => [
      nameOf(attachment),
      attachment.spec?.attacher ?? '',
      attachment.spec?.source?.persistentVolumeName ?? '',
      attachment.spec?.nodeName ?? '',
      attachment.status?.attached ?? false,
      age(attachment, now),
    ],
  },
});
