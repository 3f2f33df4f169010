/**
 * Volumes made of single files: secrets, config maps, the downward API and projections of them.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateSecretVolumeSource, validateProjectionSources, …).
 */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type {
  ClusterTrustBundleProjection,
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength, isQualifiedName } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { TOTAL_ANNOTATION_SIZE_LIMIT } from '../../apimachinery/validation/object-meta.ts';
import { labelSelectorForm } from '../meta-forms.ts';
import { validateFieldRef, validateResourceFieldRef } from './env-validation.ts';
import { checkFileMode, checkLocalNonReservedPath, invalidEach } from './field-rules.ts';
import { internalForm } from './internal-form.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validateSignerName } from './signer-name-validation.ts';

const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

export function validateSecretVolume(source: SecretVolumeSource, path: string): FieldError[] {
  return [
    ...(source.secretName ? [] : [required(child(path, 'secretName'))]),
    ...checkFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateItems(source.items, path),
  ];
}

export function validateConfigMapVolume(source: ConfigMapVolumeSource, path: string): FieldError[] {
  return [
    ...(source.name ? [] : [required(child(path, 'name'))]),
    ...checkFileMode(source.defaultMode, child(path, 'defaultMode')),
    ...validateItems(source.items, path),
  ];
}

const validateItems = (items: readonly KeyToPath[] | undefined, path: string): FieldError[] =>
  (items ?? []).flatMap((item, index) => validateKeyToPath(item, at(child(path, 'items'), index)));

function validateKeyToPath({ key, path: file = '', mode }: KeyToPath, path: string): FieldError[] {
  return [
    ...(key ? [] : [required(child(path, 'key'))]),
    ...(file ? [] : [required(child(path, 'path'))]),
    ...checkLocalNonReservedPath(file, child(path, 'path')),
    ...checkFileMode(mode, child(path, 'mode')),
  ];
}

export function validateDownwardAPIVolume(source: DownwardAPIVolumeSource, path: string): FieldError[] {
  return [
    ...checkFileMode(source.defaultMode, child(path, 'defaultMode')),
    // Upstream names the source in errors of its files, not the file.
    ...(source.items ?? []).flatMap((file) => validateDownwardFile(file, path)),
  ];
}

function validateDownwardFile(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const { path: name = '', fieldRef, resourceFieldRef, mode } = file;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(child(path, 'path')));
  errors.push(...checkLocalNonReservedPath(name, child(path, 'path')));
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, VOLUME_FIELDS, child(path, 'fieldRef')));
    if (resourceFieldRef) {
      const text = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(path, 'resource', text));
    }
  } else if (resourceFieldRef) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, true, child(path, 'resourceFieldRef')));
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  errors.push(...checkFileMode(mode, child(path, 'mode')));
  return errors;
}

export function validateProjectedVolume(
  volume: ProjectedVolumeSource,
  options: PodValidationOptions,
  path: string,
): FieldError[] {
  const errors = checkFileMode(volume.defaultMode, child(path, 'defaultMode'));
  const paths = new Set<string>();
  const claim: Claim = (file, shown) => {
    const taken = paths.has(file);
    paths.add(file);
    return taken ? [invalid(path, shown, 'conflicting duplicate paths')] : [];
  };
  for (const [index, source] of (volume.sources ?? []).entries()) {
    const here = at(child(path, 'sources'), index);
    errors.push(...validateProjection(source, options, here, path, claim));
    if (Object.values(source).filter((value) => value !== undefined).length > 1) {
      errors.push(forbidden(here, 'may not specify more than 1 volume type per source'));
    }
  }
  return errors;
}

/** Takes a path for a file. `shown`: what upstream prints when it is taken already. */
type Claim = (file: string, shown: string) => FieldError[];

function validateProjection(
  source: VolumeProjection,
  { allowNonLocalTokenPath }: PodValidationOptions,
  path: string,
  volumePath: string,
  claim: Claim,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const kind of ['secret', 'configMap'] as const) {
    const keys = source[kind];
    if (!keys) continue;
    const here = child(path, kind);
    if (!keys.name) errors.push(required(child(here, 'name')));
    for (const [index, item] of (keys.items ?? []).entries()) {
      errors.push(...validateKeyToPath(item, at(child(here, 'items'), index)));
      if (item.path) errors.push(...claim(item.path, keys.name ?? ''));
    }
  }
  for (const file of source.downwardAPI?.items ?? []) {
    errors.push(...validateDownwardFile(file, child(path, 'downwardAPI')));
    if (file.path) errors.push(...claim(file.path, file.path));
  }
  const { serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (serviceAccountToken) {
    const here = child(path, 'serviceAccountToken');
    errors.push(...validateToken(serviceAccountToken, allowNonLocalTokenPath, here, volumePath));
  }
  if (clusterTrustBundle) {
    errors.push(...validateTrustBundle(clusterTrustBundle, child(path, 'clusterTrustBundle')));
    // Also of bundles without a path there is only one.
    errors.push(...claim(clusterTrustBundle.path ?? '', clusterTrustBundle.path ?? ''));
  }
  if (podCertificate) {
    errors.push(...validatePodCertificate(podCertificate, child(path, 'podCertificate'), claim));
  }
  return errors;
}

function validateToken(
  { expirationSeconds = 0, path: file }: ServiceAccountTokenProjection,
  anyPath: boolean | undefined,
  path: string,
  volumePath: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const here = child(path, 'expirationSeconds');
  if (expirationSeconds < 600) {
    errors.push(invalid(here, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  }
  if (expirationSeconds > 2 ** 32) {
    errors.push(invalid(here, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (!file) errors.push(required(child(volumePath, 'path')));
  else if (!anyPath) errors.push(...checkLocalNonReservedPath(file, child(volumePath, 'path')));
  return errors;
}

function validateTrustBundle(bundle: ClusterTrustBundleProjection, path: string): FieldError[] {
  const { name, signerName, labelSelector, path: file = '' } = bundle;
  const errors: FieldError[] = [];
  if (name !== undefined && signerName !== undefined) {
    errors.push(
      invalid(
        path,
        internalForm('ClusterTrustBundleProjection', bundle),
        'only one of name and signerName may be used',
      ),
    );
  } else if (name !== undefined) {
    if (name === '') errors.push(required(child(path, 'name'), 'must be a valid object name'));
    errors.push(...validateTrustBundleName(name, child(path, 'name')));
    if (labelSelector) {
      const text = 'labelSelector must be unset if name is specified';
      errors.push(invalid(child(path, 'labelSelector'), labelSelectorForm(labelSelector), text));
    }
  } else if (signerName !== undefined) {
    const here = child(path, 'signerName');
    if (signerName === '') errors.push(required(here, 'must be a valid signer name'));
    errors.push(...validateSignerName(signerName, here));
    errors.push(...validateLabelSelector(labelSelector, child(path, 'labelSelector')));
  } else {
    errors.push(required(path, 'either name or signerName must be specified'));
  }
  if (file === '') errors.push(required(child(path, 'path')));
  errors.push(...checkLocalNonReservedPath(file, child(path, 'path')));
  return errors;
}

/** `domain:path:name` for a bundle of a signer `domain/path`, else a plain name. */
function validateTrustBundleName(name: string, path: string): FieldError[] {
  const own = name.slice(name.lastIndexOf(':') + 1);
  const messages = nameIsDNSSubdomain(own, false);
  return invalidEach(
    path,
    name,
    messages.map((message) => `not a valid clustertrustbundlename: ${message}`),
  );
}

const CERTIFICATE_PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;
const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const MIN_CERTIFICATE_SECONDS = 3600;
const MAX_CERTIFICATE_SECONDS = 91 * 24 * 3600;
const MAX_KUBERNETES_SECONDS = 24 * 3600;

function validatePodCertificate(source: PodCertificateProjection, path: string, claim: Claim): FieldError[] {
  const { signerName = '', keyType = '', userAnnotations = {}, maxExpirationSeconds: seconds } = source;
  const errors = validateSignerName(signerName, child(path, 'signerName'));
  errors.push(...validateUserAnnotations(userAnnotations, child(path, 'userAnnotations')));
  if (!KEY_TYPES.includes(keyType)) errors.push(unsupported(child(path, 'keyType'), keyType, KEY_TYPES));
  if (seconds !== undefined) {
    const here = child(path, 'maxExpirationSeconds');
    const max = isKubernetesSigner(signerName) ? MAX_KUBERNETES_SECONDS : MAX_CERTIFICATE_SECONDS;
    if (seconds < MIN_CERTIFICATE_SECONDS) {
      errors.push(
        invalid(here, seconds, `if provided, maxExpirationSeconds must be >= ${MIN_CERTIFICATE_SECONDS}`),
      );
    }
    if (seconds > max) {
      errors.push(invalid(here, seconds, `if provided, maxExpirationSeconds must be <= ${max}`));
    }
  }
  const files = CERTIFICATE_PATHS.filter((field) => source[field]);
  for (const field of files) {
    const file = source[field]!;
    errors.push(...checkLocalNonReservedPath(file, child(path, field)), ...claim(file, file));
  }
  if (files.length === 0) {
    errors.push(
      required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'),
    );
  }
  return errors;
}

/** Signers of Kubernetes itself. Source: kubernetes pkg/apis/core/validation/names.go. */
const isKubernetesSigner = (signerName: string): boolean => {
  const [domain = ''] = signerName.split('/');
  return domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io');
};

/** Keys with a domain; case does not matter. */
function validateUserAnnotations(annotations: Readonly<Record<string, string>>, path: string): FieldError[] {
  const errors = Object.keys(annotations).flatMap((name) => {
    const key = name.toLowerCase();
    if (key === '') return [required(path)];
    const wrong = invalidEach(path, key, isQualifiedName(key));
    if (wrong.length > 0 || key.includes('/')) return wrong;
    return [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
  });
  const size = Object.entries(annotations).reduce((sum, pair) => sum + byteLength(pair.join('')), 0);
  if (size > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}
