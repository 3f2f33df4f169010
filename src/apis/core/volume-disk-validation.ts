/**
 * Volumes on disks and file systems elsewhere.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateNFSVolumeSource, validateISCSIVolumeSource, …).
 */
import {
  child,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from '../../apimachinery/types/core.v1.gen.ts';
import { inclusiveRangeError, isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkDNS1123Label, checkLocalDescendingPath, checkOneOf, invalidEach } from './field-rules.ts';
import type { VolumeRule } from './volume-rule.ts';

/** Required for each of these fields of the source that is missing or empty. */
const needs = (source: object | undefined, path: string, ...fields: string[]): FieldError[] =>
  fields
    .filter((field) => {
      const value = (source as Record<string, unknown> | undefined)?.[field];
      return !value || (Array.isArray(value) && value.length === 0);
    })
    .map((field) => required(child(path, field)));

const checkPartition = (partition: number | undefined, path: string): FieldError[] =>
  (partition ?? 0) < 0 || (partition ?? 0) > 255
    ? [invalid(child(path, 'partition'), partition, inclusiveRangeError(1, 255))]
    : [];

export const NETWORK_DISK_RULES: readonly VolumeRule[] = [
  {
    source: 'gitRepo',
    validate: ({ gitRepo }, path) => [
      ...needs(gitRepo, path, 'repository'),
      ...checkLocalDescendingPath(gitRepo?.directory ?? '', child(path, 'directory')),
    ],
  },
  {
    source: 'gcePersistentDisk',
    errorName: 'persistentDisk',
    surplusName: 'gcePersistentDisk',
    validate: ({ gcePersistentDisk: disk }, path) => [
      ...needs(disk, path, 'pdName'),
      ...checkPartition(disk?.partition, path),
    ],
  },
  {
    source: 'awsElasticBlockStore',
    validate: ({ awsElasticBlockStore: disk }, path) => [
      ...needs(disk, path, 'volumeID'),
      ...checkPartition(disk?.partition, path),
    ],
  },
  { source: 'nfs', validate: ({ nfs }, path) => validateNFS(nfs!, path) },
  { source: 'iscsi', validate: ({ iscsi }, path) => validateISCSI(iscsi!, path) },
  { source: 'glusterfs', validate: ({ glusterfs }, path) => needs(glusterfs, path, 'endpoints', 'path') },
  { source: 'flocker', validate: ({ flocker }, path) => validateFlocker(flocker!, path) },
  { source: 'rbd', validate: ({ rbd }, path) => needs(rbd, path, 'monitors', 'image') },
  {
    source: 'cinder',
    validate: ({ cinder }, path) => [
      ...needs(cinder, path, 'volumeID'),
      ...(cinder?.secretRef ? needs(cinder.secretRef, child(path, 'secretRef'), 'name') : []),
    ],
  },
  {
    source: 'cephfs',
    surplusName: 'cephFS',
    validate: ({ cephfs }, path) => needs(cephfs, path, 'monitors'),
  },
  { source: 'quobyte', validate: ({ quobyte }, path) => validateQuobyte(quobyte!, path) },
  { source: 'fc', validate: ({ fc }, path) => validateFC(fc!, path) },
  {
    source: 'flexVolume',
    validate: ({ flexVolume }, path) => [
      ...needs(flexVolume, path, 'driver'),
      ...Object.keys(flexVolume?.options ?? {})
        .filter((key) => /\.(?:kubernetes|k8s)\.io$/.test(`.${key.split('/', 2)[0]!.toLowerCase()}`))
        .map((key) =>
          invalid(
            `${child(path, 'options')}[${key}]`,
            key,
            'kubernetes.io and k8s.io namespaces are reserved',
          ),
        ),
    ],
  },
  {
    source: 'azureFile',
    validate: ({ azureFile }, path) => needs(azureFile, path, 'secretName', 'shareName'),
  },
  {
    source: 'vsphereVolume',
    validate: ({ vsphereVolume }, path) => needs(vsphereVolume, path, 'volumePath'),
  },
  {
    source: 'photonPersistentDisk',
    validate: ({ photonPersistentDisk }, path) => needs(photonPersistentDisk, path, 'pdID'),
  },
  {
    source: 'portworxVolume',
    validate: ({ portworxVolume }, path) => needs(portworxVolume, path, 'volumeID'),
  },
  { source: 'azureDisk', validate: ({ azureDisk }, path) => validateAzureDisk(azureDisk!, path) },
  { source: 'storageos', validate: ({ storageos }, path) => validateStorageOS(storageos!, path) },
  {
    source: 'scaleIO',
    validate: ({ scaleIO }, path) => needs(scaleIO, path, 'gateway', 'system', 'volumeName'),
  },
  { source: 'csi', validate: ({ csi }, path) => validateCSI(csi!, path) },
];

function validateNFS(nfs: NFSVolumeSource, path: string): FieldError[] {
  const errors = needs(nfs, path, 'server', 'path');
  if (!nfs.path?.startsWith('/')) {
    errors.push(invalid(child(path, 'path'), nfs.path ?? '', 'must be an absolute path'));
  }
  return errors;
}

const ISCSI_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

function checkISCSIName(name: string, path: string): FieldError[] {
  const format = ISCSI_NAMES[name.slice(0, 3)];
  if (!format) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')];
  return format.test(name) ? [] : [invalid(path, name, 'must be valid format')];
}

function validateISCSI(iscsi: ISCSIVolumeSource, path: string): FieldError[] {
  const { iqn, lun = 0, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = iscsi;
  const errors = needs(iscsi, path, 'targetPortal', 'iqn');
  if (iqn) errors.push(...checkISCSIName(iqn, child(path, 'iqn')));
  if (lun < 0 || lun > 255) errors.push(invalid(child(path, 'lun'), lun, inclusiveRangeError(0, 255)));
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) errors.push(required(child(path, 'secretRef')));
  if (initiatorName !== undefined)
    errors.push(...checkISCSIName(initiatorName, child(path, 'initiatorname')));
  return errors;
}

function validateFlocker({ datasetName = '', datasetUUID }: FlockerVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID) {
    errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName && datasetUUID) {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) {
    errors.push(invalid(child(path, 'datasetName'), datasetName, "must not contain '/'"));
  }
  return errors;
}

const HOST_PORT = /^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/;

function validateQuobyte({ registry, tenant = '', volume }: QuobyteVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const text = 'must be a host:port pair or multiple pairs separated by commas';
  if (!registry) errors.push(required(child(path, 'registry'), text));
  else if (tenant.length >= 65) {
    errors.push(
      required(child(path, 'tenant'), 'must be a UUID and may not exceed a length of 64 characters'),
    );
  } else {
    for (const pair of registry.split(',')) {
      if (!HOST_PORT.test(pair)) errors.push(invalid(child(path, 'registry'), registry, text));
    }
  }
  if (!volume) errors.push(required(child(path, 'volume')));
  return errors;
}

function validateFC({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const here = child(path, 'targetWWNs');
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(required(here, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length > 0 && wwids.length > 0) {
    errors.push(invalid(here, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (targetWWNs.length === 0) return errors;
  if (lun === undefined)
    errors.push(required(child(path, 'lun'), 'lun is required if targetWWNs is specified'));
  else if (lun < 0 || lun > 255) errors.push(invalid(child(path, 'lun'), lun, inclusiveRangeError(0, 255)));
  return errors;
}

const MANAGED_DISK =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function validateAzureDisk(disk: AzureDiskVolumeSource, path: string): FieldError[] {
  const { diskURI = '', cachingMode, kind } = disk;
  const errors = needs(disk, path, 'diskName', 'diskURI');
  errors.push(...checkOneOf(cachingMode, ['None', 'ReadOnly', 'ReadWrite'], child(path, 'cachingMode')));
  errors.push(...checkOneOf(kind, ['Dedicated', 'Managed', 'Shared'], child(path, 'kind')));
  const [prefix, format] = kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK];
  if (kind !== undefined && !diskURI.startsWith(prefix)) {
    errors.push(notSupported(child(path, 'diskURI'), diskURI, [format]));
  }
  return errors;
}

function validateStorageOS(volume: StorageOSVolumeSource, path: string): FieldError[] {
  const { volumeName, volumeNamespace, secretRef } = volume;
  const name = child(path, 'volumeName');
  return [
    ...(volumeName ? checkDNS1123Label(volumeName, name) : [required(name)]),
    ...(volumeNamespace ? checkDNS1123Label(volumeNamespace, child(path, 'volumeNamespace')) : []),
    ...(secretRef ? needs(secretRef, child(path, 'secretRef'), 'name') : []),
  ];
}

const MAX_DRIVER_NAME = 63;

/** The name of a CSI driver: a DNS subdomain in which case does not matter. */
export function validateCSIDriverName(driver: string, path: string): FieldError[] {
  if (driver === '') return [required(path)];
  const errors: FieldError[] = [];
  if (driver.length > MAX_DRIVER_NAME) errors.push(tooLong(path, MAX_DRIVER_NAME));
  errors.push(...invalidEach(path, driver, isDNS1123Subdomain(driver.toLowerCase())));
  return errors;
}

function validateCSI({ driver = '', nodePublishSecretRef }: CSIVolumeSource, path: string): FieldError[] {
  const errors = validateCSIDriverName(driver, child(path, 'driver'));
  if (!nodePublishSecretRef) return errors;
  const name = nodePublishSecretRef.name ?? '';
  if (name === '') errors.push(required(child(path, 'nodePublishSecretRef', 'name')));
  else errors.push(...invalidEach(child(path, 'name'), name, nameIsDNSSubdomain(name, false)));
  return errors;
}
