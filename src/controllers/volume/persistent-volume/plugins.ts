/**
 * What the volume plug-ins of upstream's controller manager say of making, deleting and recycling volumes. Nothing is
 * stored on any disk here, so what they would do to one is done at once.
 * Source: kubernetes pkg/volume/plugins.go, pkg/volume/hostpath, pkg/volume/nfs, cmd/kube-controller-manager/app/plugins.go.
 */
import type { PersistentVolume } from '../../../apimachinery/types/core.v1.gen.ts';
import { PROVISIONED_BY } from '../../../apis/core/volume-binding.ts';

const HOST_PATH = 'kubernetes.io/host-path';
const NFS = 'kubernetes.io/nfs';
const IN_TREE = 'kubernetes.io/';

/** In-tree provisioners whose work CSI drivers do. Source: k8s.io/csi-translation-lib plugins. */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
};

/** Who makes the volumes of a class: somebody outside of the control plane, or nobody. */
export type Provisioner = { readonly external: string } | { readonly error: string };

export function provisionerOf(name: string): Provisioner {
  const driver = MIGRATED[name];
  if (driver !== undefined) return { external: driver };
  if (name === HOST_PATH) {
    return {
      error: `Failed to create provisioner: provisioning in volume plugin "${HOST_PATH}" is disabled`,
    };
  }
  if (!name.startsWith(IN_TREE)) return { external: name };
  return {
    error: name === NFS ? 'no provisionable volume plugin matched' : `no volume plugin matched name: ${name}`,
  };
}

/** What comes of deleting a volume: done, left to somebody else, or an error. */
export type Deleter = 'done' | 'external' | { readonly error: string };

export function deleteVolume({ metadata, spec }: PersistentVolume): Deleter {
  const by = metadata?.annotations?.[PROVISIONED_BY];
  if (by && by !== HOST_PATH) {
    if (!by.startsWith(IN_TREE)) return 'external';
    return {
      error: by === NFS ? 'no deletable volume plugin matched' : `no volume plugin matched name: ${by}`,
    };
  }
  if (!by && spec?.csi) return 'external';
  const path = spec?.hostPath?.path;
  if (path === undefined) {
    const reason = spec?.nfs ? 'no deletable volume plugin matched' : 'no volume plugin matched';
    return { error: `error getting deleter volume plugin for volume "${metadata?.name}": ${reason}` };
  }
  if (/\/tmp\/.+/.test(path)) return 'done';
  return { error: `host_path deleter only supports /tmp/.+ but received provided ${path}` };
}

/** Whether there is somebody to recycle the volume. */
export const isRecyclable = ({ spec }: PersistentVolume): boolean =>
  spec?.hostPath !== undefined || spec?.nfs !== undefined;
