/**
 * A pod's volumes. Source: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type { Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkDNS1123Label, checkNoBacksteps, checkOneOf, invalidEach } from './field-rules.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validatePersistentVolumeClaimTemplate } from './volume-claim-validation.ts';
import { NETWORK_DISK_RULES } from './volume-disk-validation.ts';
import type { VolumeContext, VolumeRule } from './volume-rule.ts';
import {
  validateConfigMapVolume,
  validateDownwardAPIVolume,
  validateProjectedVolume,
  validateSecretVolume,
} from './volume-file-validation.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const LOCAL_RULES: readonly VolumeRule[] = [
  {
    source: 'emptyDir',
    validate({ emptyDir }, path) {
      const limit = emptyDir?.sizeLimit;
      if (limit === undefined || sign(parseQuantity(limit)) >= 0) return [];
      return [forbidden(child(path, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity')];
    },
  },
  {
    source: 'hostPath',
    validate({ hostPath }, path) {
      if (!hostPath?.path) return [required(child(path, 'path'))];
      return [
        ...checkNoBacksteps(hostPath.path, child(path, 'path')),
        ...checkOneOf(hostPath.type, HOST_PATH_TYPES, child(path, 'type')),
      ];
    },
  },
  { source: 'secret', validate: ({ secret }, path) => validateSecretVolume(secret!, path) },
  {
    source: 'persistentVolumeClaim',
    validate: ({ persistentVolumeClaim }, path) =>
      persistentVolumeClaim?.claimName ? [] : [required(child(path, 'claimName'))],
  },
  {
    source: 'downwardAPI',
    surplusName: 'downwarAPI',
    validate: ({ downwardAPI }, path) => validateDownwardAPIVolume(downwardAPI!, path),
  },
  { source: 'configMap', validate: ({ configMap }, path) => validateConfigMapVolume(configMap!, path) },
  {
    source: 'projected',
    validate: ({ projected }, path, { options }) => validateProjectedVolume(projected!, options, path),
  },
  { source: 'ephemeral', validate: validateEphemeral },
  {
    source: 'image',
    validate({ image }, path, { options }) {
      const errors: FieldError[] = [];
      if (options.resourceIsPod && !image?.reference) errors.push(required(child(path, 'reference')));
      const policy = child(path, 'pullPolicy');
      if (!image?.pullPolicy) errors.push(required(policy));
      else errors.push(...checkOneOf(image.pullPolicy, PULL_POLICIES, policy));
      return errors;
    },
  },
];

/** The order in which upstream looks at sources: the first one found is the volume's, the others are too many. */
const ORDER: readonly (keyof Volume)[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];
const RULES = [...LOCAL_RULES, ...NETWORK_DISK_RULES].sort(
  (a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source),
);

export interface ValidatedVolumes {
  /** The volumes without faults, by name: what containers can mount. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly errors: FieldError[];
}

/** All volumes of a pod or, with an empty `podName`, of a template. */
export function validateVolumes(
  list: readonly Volume[] | undefined,
  podName: string,
  options: PodValidationOptions,
  path: string,
): ValidatedVolumes {
  const volumes = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(
    podName === '' ? [] : (list ?? []).filter((one) => one.ephemeral).map((one) => `${podName}-${one.name}`),
  );
  for (const [index, volume] of (list ?? []).entries()) {
    const here = at(path, index);
    const { name = '' } = volume;
    const found = validateVolumeSource(volume, here, { volumeName: name, podName, options });
    if (name === '') found.push(required(child(here, 'name')));
    else found.push(...checkDNS1123Label(name, child(here, 'name')));
    if (volumes.has(name)) found.push(duplicate(child(here, 'name'), name));
    if (found.length === 0) volumes.set(name, volume);
    errors.push(...found);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim && created.has(claim)) {
      const text = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(child(here, 'persistentVolumeClaim', 'claimName'), claim, text));
    }
  }
  return { volumes, errors };
}

function validateVolumeSource(volume: Volume, path: string, context: VolumeContext): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const rule of RULES) {
    if (!volume[rule.source]) continue;
    if (found) {
      const here = child(path, rule.surplusName ?? rule.source);
      errors.push(forbidden(here, 'may not specify more than 1 volume type'));
    } else {
      errors.push(...rule.validate(volume, child(path, rule.errorName ?? rule.source), context));
    }
    found = true;
  }
  const portal = volume.iscsi?.initiatorName === undefined ? undefined : volume.iscsi.targetPortal;
  if (portal !== undefined && `${context.volumeName}:${portal}`.length > 64) {
    const text =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.push(invalid(child(path, 'name'), context.volumeName, text));
  }
  if (!found) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

function validateEphemeral(
  { ephemeral }: Volume,
  path: string,
  { volumeName, podName }: VolumeContext,
): FieldError[] {
  const template = ephemeral?.volumeClaimTemplate;
  const errors = template
    ? validatePersistentVolumeClaimTemplate(template, child(path, 'volumeClaimTemplate'))
    : [required(child(path, 'volumeClaimTemplate'))];
  if (podName && volumeName) {
    const claim = `${podName}-${volumeName}`;
    const messages = nameIsDNSSubdomain(claim, false).map(
      (message) => `PVC name ${JSON.stringify(claim)}: ${message}`,
    );
    errors.push(...invalidEach(path.replace(/ephemeral$/, 'name'), volumeName, messages));
  }
  return errors;
}
