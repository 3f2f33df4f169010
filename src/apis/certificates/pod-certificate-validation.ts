/** Source: kubernetes pkg/apis/certificates/validation/validation.go. */
import {
  child,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type {
  PodCertificateRequest,
  PodCertificateRequestSpec,
  PodCertificateRequestStatus,
} from '../../apimachinery/types/certificates.v1.gen.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateSignerName } from '../core/signer-name-validation.ts';
import type { StrategyContext } from '../definition.ts';
import { invalidEach } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { type Certificate, parseCertificate, pemBlocks } from './der.ts';

const UID_BYTES = 128;
const KEY_BYTES = 10 * 1024;
const CHAIN_BYTES = 100 * 1024;
const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
/** 91 days. */
const MAX_EXPIRATION_SECONDS = 7_862_400;
const DECISIONS = ['Issued', 'Denied', 'Failed'];
const CHAIN = 'status.certificateChain';

export function validatePodCertificateRequest(request: PodCertificateRequest): FieldError[] {
  const spec: Partial<PodCertificateRequestSpec> = request.spec ?? {};
  const errors = validateSignerName(spec.signerName ?? '', 'spec.signerName');
  for (const owner of ['pod', 'serviceAccount', 'node'] as const) {
    const [name, uid] = [spec[`${owner}Name`] ?? '', spec[`${owner}UID`] ?? ''];
    errors.push(...invalidEach(`spec.${owner}Name`, name, nameIsDNSSubdomain(name, false)));
    if (uid === '') errors.push(invalid(`spec.${owner}UID`, uid, 'must not be empty'));
    if (byteLength(uid) > UID_BYTES) errors.push(tooLong(`spec.${owner}UID`, UID_BYTES));
  }
  errors.push(...validateExpiration(spec));
  for (const field of ['stubPKCS10Request', 'pkixPublicKey', 'proofOfPossession'] as const) {
    // The limit is on bytes, which base64 spells with a third more.
    if (((spec[field]?.length ?? 0) * 3) / 4 > KEY_BYTES) errors.push(tooLong(`spec.${field}`, KEY_BYTES));
  }
  if (!spec.stubPKCS10Request && !spec.pkixPublicKey) errors.push(required('spec.stubPKCS10Request'));
  return errors;
}

/** Kubernetes' own signers give a day at most. */
function validateExpiration({
  maxExpirationSeconds: seconds,
  signerName = '',
}: Partial<PodCertificateRequestSpec>): FieldError[] {
  const path = 'spec.maxExpirationSeconds';
  if (seconds === undefined) return [required(path, 'must be set')];
  const own = /^(?:[^/]*\.)?kubernetes\.io\//.test(signerName);
  const max = own ? DAY_SECONDS : MAX_EXPIRATION_SECONDS;
  if (seconds >= HOUR_SECONDS && seconds <= max) return [];
  return [invalid(path, seconds, `must be in the range [${HOUR_SECONDS}, ${max}]`)];
}

export const validatePodCertificateRequestUpdate = (
  request: PodCertificateRequest,
  old: PodCertificateRequest,
): FieldError[] =>
  semanticEqual(request.spec, old.spec) ? [] : [invalid('spec', request.spec, 'field is immutable')];

/** The decision on a request is made once, and says everything at once. */
export function validatePodCertificateRequestStatusUpdate(
  request: PodCertificateRequest,
  old: PodCertificateRequest,
  ctx: StrategyContext,
): FieldError[] {
  const status: PodCertificateRequestStatus = request.status ?? {};
  const conditions = status.conditions ?? [];
  const errors: FieldError[] = [];
  for (const [index, condition] of conditions.entries()) {
    // Upstream joins the index with a dot here.
    const path = `status.conditions.[${index}]`;
    if (!DECISIONS.includes(condition.type)) {
      errors.push(unsupported(child(path, 'type'), condition.type, DECISIONS));
      continue;
    }
    if (index > 0) {
      const detail = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
      errors.push(invalid(child(path, 'type'), condition.type, detail));
    }
    if (condition.status !== 'True')
      errors.push(notSupported(child(path, 'status'), condition.status, ['True']));
  }
  errors.push(...validateConditions(conditions, 'status.conditions'));
  if (errors.length) return errors;
  const decided = (old.status?.conditions ?? []).some((one) => DECISIONS.includes(one.type));
  if (decided) {
    const detail = 'immutable after PodCertificateRequest is issued, denied, or failed';
    return unlessSame(status, old.status, detail);
  }
  const decision = conditions[0]?.type;
  if (decision === 'Issued') return validateIssued(status, request.spec?.maxExpirationSeconds ?? 0, ctx.now);
  if (decision !== undefined) {
    const detail =
      'non-condition status fields must be empty when denying or failing the PodCertificateRequest';
    return unlessSame(status, { conditions }, detail);
  }
  return unlessSame(
    status,
    old.status,
    'status is immutable unless transitioning to "Issued", "Denied", or "Failed"',
  );
}

/** The value is left out of this message. */
const unlessSame = (now: unknown, wanted: unknown, detail: string): FieldError[] =>
  semanticEqual(now, wanted)
    ? []
    : [{ type: 'FieldValueInvalid', field: 'status', message: `Invalid value: ${detail}` }];

function validateIssued(status: PodCertificateRequestStatus, maxSeconds: number, now: number): FieldError[] {
  const chain = status.certificateChain ?? '';
  if (byteLength(chain) > CHAIN_BYTES) return [tooLong(CHAIN, CHAIN_BYTES)];
  const blocks = pemBlocks(chain);
  const bad = (detail: string): FieldError[] => [invalid(CHAIN, chain, detail)];
  if (!blocks[0]) return bad('issued certificate chain must contain at least one certificate');
  if (blocks.some((block) => block.type !== 'CERTIFICATE')) {
    return bad('issued certificate chain must consist entirely of CERTIFICATE PEM blocks');
  }
  const [leaf, ...intermediates] = blocks.map((block) => parseCertificate(block.bytes));
  if (!leaf) return bad('leaf certificate does not parse as valid X.509');
  const errors = validateTimes(status, leaf, maxSeconds, now);
  if (errors.length) return errors;
  return intermediates.every((one) => one)
    ? []
    : bad('intermediate certificate does not parse as valid X.509');
}

/** The times in the status are those of the certificate, and leave time to refresh it. */
function validateTimes(
  status: PodCertificateRequestStatus,
  leaf: Certificate,
  maxSeconds: number,
  now: number,
): FieldError[] {
  const consistent = 'must be present and consistent with the issued certificate';
  const missing: FieldError[] = [];
  if (!status.notBefore) missing.push(required('status.notBefore', consistent));
  if (!status.notAfter) missing.push(required('status.notAfter', consistent));
  if (!status.beginRefreshAt) {
    const detail = 'must be present and in the range [notbefore+10min, notafter-10min]';
    missing.push(required('status.beginRefreshAt', detail));
  }
  if (missing.length) return missing;
  const [notBefore, notAfter, refresh] = [status.notBefore!, status.notAfter!, status.beginRefreshAt!].map(
    Date.parse,
  );
  const lifetime = (leaf.notAfter - leaf.notBefore) / 1000;
  const before = (detail: string): FieldError[] => [invalid('status.notBefore', status.notBefore, detail)];
  const refreshing = (detail: string): FieldError[] => [
    invalid('status.beginRefreshAt', status.beginRefreshAt, detail),
  ];
  if (notBefore !== leaf.notBefore)
    return before('must be set to the NotBefore time encoded in the leaf certificate');
  if (Math.abs(notBefore - now) >= 5 * MINUTE_MS) {
    return before("must be set to within 5 minutes of kube-apiserver's current time");
  }
  if (notAfter !== leaf.notAfter) {
    const detail = 'must be set to the NotAfter time encoded in the leaf certificate';
    return [invalid('status.notAfter', status.notAfter, detail)];
  }
  if (lifetime < HOUR_SECONDS)
    return [invalid(CHAIN, lifetime * 1e9, 'leaf certificate lifetime must be >= 1 hour')];
  if (lifetime > maxSeconds) {
    const detail = `leaf certificate lifetime must be <= spec.maxExpirationSeconds (${maxSeconds})`;
    return [invalid(CHAIN, lifetime * 1e9, detail)];
  }
  if (refresh! < notBefore + 10 * MINUTE_MS)
    return refreshing('must be at least 10 minutes after status.notBefore');
  if (refresh! > notAfter - 10 * MINUTE_MS)
    return refreshing('must be at least 10 minutes before status.notAfter');
  return [];
}
