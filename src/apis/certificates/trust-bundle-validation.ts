/** Source: kubernetes pkg/apis/certificates/validation/validation.go, pkg/apis/core/validation/names.go. */
import { type FieldError, invalid, tooLong } from '../../apimachinery/field-error.ts';
import type { ClusterTrustBundle } from '../../apimachinery/types/certificates.v1.gen.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateSignerName } from '../core/signer-name-validation.ts';
import { invalidEach } from '../meta-validation.ts';
import { parseCertificate, pemBlocks } from './der.ts';

const PATH = 'spec.trustBundle';
const MAX_BUNDLE_BYTES = 1024 * 1024;

/** The rule for the name depends on the signer: see `validateClusterTrustBundle`. */
export const validateTrustBundleName = (): readonly string[] => [];

/** A signer's bundles begin with its name, `example.com:signer:`; other bundles have no colon. */
function nameProblems(name: string, signerName: string): readonly string[] {
  if (signerName === '') {
    if (name.includes(':')) return ['ClusterTrustBundle without signer name must not have ":" in its name'];
    return nameIsDNSSubdomain(name, false);
  }
  const prefix = `${signerName.replaceAll('/', ':')}:`;
  if (!name.startsWith(prefix)) {
    return [`ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`];
  }
  return nameIsDNSSubdomain(name.slice(prefix.length), false);
}

function validateMetadata({ metadata, spec }: ClusterTrustBundle): FieldError[] {
  const name = metadata?.name ?? '';
  const signerName = spec?.signerName ?? '';
  const errors = invalidEach('metadata.name', name, nameProblems(name, signerName));
  return signerName === '' ? errors : [...errors, ...validateSignerName(signerName, 'spec.signerName')];
}

export const validateClusterTrustBundle = (bundle: ClusterTrustBundle): FieldError[] => [
  ...validateMetadata(bundle),
  ...validateAnchors(bundle.spec?.trustBundle ?? ''),
];

export function validateClusterTrustBundleUpdate(
  bundle: ClusterTrustBundle,
  old: ClusterTrustBundle,
): FieldError[] {
  const errors = validateMetadata(bundle);
  if (bundle.spec?.trustBundle !== old.spec?.trustBundle) {
    errors.push(...validateAnchors(bundle.spec?.trustBundle ?? ''));
  }
  const signerName = bundle.spec?.signerName ?? '';
  if (signerName !== (old.spec?.signerName ?? '')) {
    errors.push(invalid('spec.signerName', signerName, 'field is immutable'));
  }
  return errors;
}

/** Certificates of authorities, at least one, none of them twice. */
function validateAnchors(text: string): FieldError[] {
  if (byteLength(text) > MAX_BUNDLE_BYTES) return [tooLong(PATH, MAX_BUNDLE_BYTES)];
  const problem = (detail: string): FieldError => invalid(PATH, '<value omitted>', detail);
  const errors: FieldError[] = [];
  const places = new Map<string, number[]>();
  for (const [index, { type, hasHeaders, bytes }] of pemBlocks(text).entries()) {
    const certificate = parseCertificate(bytes);
    if (type !== 'CERTIFICATE') errors.push(problem(`entry ${index} has bad block type: ${type}`));
    else if (hasHeaders) errors.push(problem(`entry ${index} has PEM block headers`));
    else if (!certificate) errors.push(problem(`entry ${index} does not parse as X.509`));
    else if (!certificate.isCA) errors.push(problem(`entry ${index} does not have the CA bit set`));
    const key = bytes.join();
    places.set(key, [...(places.get(key) ?? []), index]);
  }
  if (errors.length) return errors;
  if (places.size === 0) return [problem('at least one trust anchor must be provided')];
  return [...places.values()]
    .filter((indices) => indices.length > 1)
    .map((indices) => problem(`duplicate trust anchor (indices [${indices.join(' ')}])`));
}
