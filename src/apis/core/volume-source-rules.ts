/**
 * Sources of persistent volumes. Most rules are those of pods' volumes; some name a secret in another namespace.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec).
 */
import { child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import type { PersistentVolumeSpec, SecretReference, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { validateNamespaceName } from '../../apimachinery/validation/names.ts';
import {
  checkDNS1123Label,
  checkDNS1123Subdomain,
  checkNoBacksteps,
  checkOneOf,
  invalidEach,
} from './field-rules.ts';
import { NETWORK_DISK_RULES, validateCSIDriverName } from './volume-disk-validation.ts';

type Source = keyof PersistentVolumeSpec & string;
type Rule = (spec: PersistentVolumeSpec, path: string, name: string) => FieldError[];

const HOST_PATH_TYPES = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
];
const CONTEXT = { volumeName: '', podName: '', options: {} };

const needName = (reference: SecretReference | undefined, path: string): FieldError[] =>
  reference && !reference.name ? [required(child(path, 'secretRef', 'name'))] : [];
const needNamespace = (reference: SecretReference | undefined, path: string): FieldError[] =>
  reference && !reference.namespace ? [required(child(path, 'secretRef', 'namespace'))] : [];

/** A secret in any namespace: both names must be good ones. */
function checkSecretReference(reference: SecretReference | undefined, path: string): FieldError[] {
  if (!reference) return [];
  const { name, namespace } = reference;
  return [
    ...(name ? checkDNS1123Subdomain(name, child(path, 'name')) : [required(child(path, 'name'))]),
    ...(namespace
      ? checkDNS1123Label(namespace, child(path, 'namespace'))
      : [required(child(path, 'namespace'))]),
  ];
}

/** The rule of pods' volumes for the same source. */
function shared(source: Source): Rule {
  const rule = NETWORK_DISK_RULES.find((one) => one.source === source)!;
  return (spec, path) => rule.validate(spec as unknown as Volume, path, CONTEXT);
}
const both =
  (one: Rule, other: Rule): Rule =>
  (spec, path, name) => [...one(spec, path, name), ...other(spec, path, name)];

function checkGlusterNamespace({ glusterfs }: PersistentVolumeSpec, path: string): FieldError[] {
  const namespace = glusterfs?.endpointsNamespace;
  if (namespace === undefined) return [];
  const here = child(path, 'endpointsNamespace');
  if (namespace === '') {
    return [invalid(here, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')];
  }
  return invalidEach(here, namespace, validateNamespaceName(namespace, false));
}

/** Names are held to the same forms as in pods; the error does not name the forms. */
const iscsi: Rule = (spec, path, name) =>
  shared('iscsi')(spec, path, name).map((error) => ({
    ...error,
    message: error.message.replace(' starting with iqn, eui, or naa', ''),
  }));

function checkISCSINames({ iscsi }: PersistentVolumeSpec, path: string, name: string): FieldError[] {
  const errors = needName(iscsi?.secretRef, path);
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal}`.length <= 64) return errors;
  const detail =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  return [...errors, invalid(child(path, 'targetportal'), iscsi.targetPortal, detail)];
}

function checkCSI({ csi }: PersistentVolumeSpec, path: string): FieldError[] {
  const secrets = [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ] as const;
  return [
    ...validateCSIDriverName(csi?.driver ?? '', child(path, 'driver')),
    ...(csi?.volumeHandle ? [] : [required(child(path, 'volumeHandle'))]),
    ...secrets.flatMap((field) => checkSecretReference(csi?.[field], child(path, field))),
  ];
}

/** Every source with its rule, in the order in which upstream looks at them. */
const RULES: readonly { source: Source; errorName?: string; surplusName?: string; rule: Rule }[] = [
  {
    source: 'hostPath',
    rule({ hostPath }, path) {
      if (!hostPath?.path) return [required(child(path, 'path'))];
      return [
        ...checkNoBacksteps(hostPath.path, child(path, 'path')),
        ...checkOneOf(hostPath.type, HOST_PATH_TYPES, child(path, 'type')),
      ];
    },
  },
  { source: 'gcePersistentDisk', errorName: 'persistentDisk', rule: shared('gcePersistentDisk') },
  { source: 'awsElasticBlockStore', rule: shared('awsElasticBlockStore') },
  { source: 'glusterfs', rule: both(shared('glusterfs'), checkGlusterNamespace) },
  { source: 'flocker', rule: shared('flocker') },
  { source: 'nfs', rule: shared('nfs') },
  { source: 'rbd', rule: shared('rbd') },
  { source: 'quobyte', rule: shared('quobyte') },
  { source: 'cephfs', surplusName: 'cephFS', rule: shared('cephfs') },
  { source: 'iscsi', rule: both(iscsi, checkISCSINames) },
  {
    source: 'cinder',
    rule: both(shared('cinder'), ({ cinder }, path) => needNamespace(cinder?.secretRef, path)),
  },
  { source: 'fc', rule: shared('fc') },
  { source: 'flexVolume', rule: shared('flexVolume') },
  {
    source: 'azureFile',
    rule: both(shared('azureFile'), ({ azureFile }, path) =>
      azureFile?.secretNamespace === '' ? [required(child(path, 'secretNamespace'))] : [],
    ),
  },
  { source: 'vsphereVolume', rule: shared('vsphereVolume') },
  { source: 'photonPersistentDisk', rule: shared('photonPersistentDisk') },
  { source: 'portworxVolume', rule: shared('portworxVolume') },
  { source: 'azureDisk', rule: shared('azureDisk') },
  { source: 'scaleIO', rule: shared('scaleIO') },
  {
    source: 'local',
    rule({ local, nodeAffinity }, path) {
      const errors = local?.path
        ? checkNoBacksteps(local.path, child(path, 'path'))
        : [required(child(path, 'path'))];
      if (!nodeAffinity) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
      return errors;
    },
  },
  {
    source: 'storageos',
    rule: both(shared('storageos'), ({ storageos }, path) => needNamespace(storageos?.secretRef, path)),
  },
  { source: 'csi', rule: checkCSI },
];

export const VOLUME_SOURCES: readonly Source[] = RULES.map(({ source }) => source);

/** Exactly one source, after its rule. `name` is the volume's. */
export function validateVolumeSource(spec: PersistentVolumeSpec, path: string, name: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const { source, errorName = source, surplusName = source, rule } of RULES) {
    if (spec[source] === undefined) continue;
    // Upstream looks at flexVolume even when there was another source before it.
    if (found && source !== 'flexVolume') {
      errors.push(forbidden(child(path, surplusName), 'may not specify more than 1 volume type'));
    } else errors.push(...rule(spec, child(path, errorName), name));
    found = true;
  }
  return found ? errors : [required(path, 'must specify a volume type')];
}
