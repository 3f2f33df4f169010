/**
 * Defaults of a pod's volumes.
 * Source: kubernetes pkg/apis/core/v1/defaults.go, the +default markers of k8s.io/api core/v1 types.go.
 */
import type {
  DownwardAPIVolumeFile,
  Volume,
  VolumeProjection,
} from '../../apimachinery/types/core.v1.gen.ts';
import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import { defaultFieldRef, defaultResourceFieldRef } from './container-defaults.ts';
import { defaultPullPolicy } from './container-image.ts';
import { defaultResourceRequirements } from './resource-list.ts';

/** 0644: files of secrets, config maps, projections and the downward API. */
const FILE_MODE = 0o644;
const TOKEN_EXPIRATION_SECONDS = 3600;

/** Fills in one volume in place. A volume without a source is an emptyDir. */
export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  if (volume.emptyDir) {
    const limit = volume.emptyDir.sizeLimit;
    if (limit !== undefined) volume.emptyDir.sizeLimit = canonicalQuantity(String(limit));
  }
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.secret) {
    volume.secret.defaultMode ??= FILE_MODE;
  }
  if (volume.configMap) {
    volume.configMap.defaultMode ??= FILE_MODE;
  }
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    volume.downwardAPI.items?.forEach(defaultDownwardFile);
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= FILE_MODE;
    volume.projected.sources?.forEach(defaultProjection);
  }
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference);
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template) {
    template.metadata ??= {};
    template.spec ??= {};
    template.spec.volumeMode ??= 'Filesystem';
    template.spec.resources ??= {};
    defaultResourceRequirements(template.spec.resources);
  }
  defaultNetworkDisk(volume);
}

/** Storage systems of before CSI, which still have their defaults. */
function defaultNetworkDisk(volume: Volume): void {
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  if (volume.rbd) {
    volume.rbd.pool ||= 'rbd';
    volume.rbd.user ||= 'admin';
    volume.rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (volume.scaleIO) {
    volume.scaleIO.storageMode ||= 'ThinProvisioned';
    volume.scaleIO.fsType ||= 'xfs';
  }
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= 'ReadWrite';
    volume.azureDisk.kind ??= 'Shared';
    volume.azureDisk.fsType ??= 'ext4';
    volume.azureDisk.readOnly ??= false;
  }
}

function defaultProjection(source: VolumeProjection): void {
  source.downwardAPI?.items?.forEach(defaultDownwardFile);
  const token = source.serviceAccountToken;
  if (token) {
    token.expirationSeconds ??= TOKEN_EXPIRATION_SECONDS;
  }
}

function defaultDownwardFile(file: DownwardAPIVolumeFile): void {
  defaultFieldRef(file.fieldRef);
  defaultResourceFieldRef(file.resourceFieldRef);
}
