/**
 * The spec of a persistent volume within a VolumeAttachment.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec for inline volumes).
 */
import { child, type FieldError, forbidden, required } from '../../apimachinery/field-error.ts';
import type { PersistentVolumeSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { checkAccessModes } from '../core/persistent-volume-validation.ts';
import { validateVolumeSource } from '../core/volume-source-rules.ts';

const NOT_INLINE = 'may not be specified in the context of inline volumes';

/** An inline volume is of a CSI driver, and nobody's claim. `path` is the spec's own. */
export function validateInlineVolume(spec: PersistentVolumeSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (broken: boolean, field: string, detail = NOT_INLINE): void => {
    if (broken) errors.push(forbidden(child(path, field), detail));
  };
  refuse(spec.claimRef !== undefined, 'claimRef');
  refuse(Object.keys(spec.capacity ?? {}).length > 0, 'capacity');
  if (!spec.csi)
    errors.push(required(child(path, 'csi'), 'has to be specified in the context of inline volumes'));
  errors.push(...checkAccessModes(spec.accessModes ?? [], child(path, 'accessModes')));
  const policy = spec.persistentVolumeReclaimPolicy ?? '';
  refuse(
    policy !== '' && policy !== 'Retain',
    'persistentVolumeReclaimPolicy',
    'may only be Retain in the context of inline volumes',
  );
  refuse(spec.nodeAffinity !== undefined, 'nodeAffinity');
  errors.push(...validateVolumeSource(spec, path, ''));
  refuse(Boolean(spec.storageClassName), 'storageClassName');
  refuse(
    spec.volumeMode !== undefined && spec.volumeMode !== 'Filesystem',
    'volumeMode',
    'may not specify volumeMode other than Filesystem in the context of inline volumes',
  );
  return errors;
}
