/** What pods, claims or volumes use is not deleted under them. Source: kubernetes plugin/pkg/admission/storage/storageobjectinuseprotection. */
import { type AdmissionPlugin, isFor } from './plugin.ts';

const FINALIZERS: Readonly<Record<string, { readonly group: string; readonly finalizer: string }>> = {
  persistentvolumeclaims: { group: '', finalizer: 'kubernetes.io/pvc-protection' },
  persistentvolumes: { group: '', finalizer: 'kubernetes.io/pv-protection' },
  volumeattributesclasses: { group: 'storage.k8s.io', finalizer: 'kubernetes.io/vac-protection' },
};

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles(attributes) {
    if (attributes.operation !== 'CREATE') return false;
    const { resource } = attributes.definition;
    const protection = FINALIZERS[resource];
    return protection !== undefined && isFor(attributes, protection.group, resource);
  },
  admit({ definition, object }) {
    const { finalizer } = FINALIZERS[definition.resource]!;
    const metadata = object!.metadata!;
    if (metadata.finalizers?.includes(finalizer)) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
