/** Source: kubernetes pkg/apis/certificates/validation/validation.go. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../../apimachinery/types/certificates.v1.gen.ts';
import { validateSignerName } from '../core/signer-name-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { decodeText, isCertificateRequest, parseCertificate, pemBlocks } from './der.ts';

const MIN_EXPIRATION_SECONDS = 600;
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** Decisions, which are made once: their conditions are True and stay. */
const DECISIONS = ['Approved', 'Denied', 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];

/** What an update may do besides, by the way it comes. */
interface Allowed {
  readonly approvals?: boolean;
  readonly certificate?: boolean;
}

/** What is not held against an update, as it is stored already. */
interface Tolerated {
  readonly legacySigner?: boolean;
  readonly unknownUsages?: boolean;
  readonly repeatedUsages?: boolean;
  readonly bothDecisions?: boolean;
  readonly repeatedTypes?: boolean;
  readonly emptyType?: boolean;
}

const hasRepeats = (values: readonly string[]): boolean => new Set(values).size < values.length;

function toleratedBy({ spec, status }: CertificateSigningRequest): Tolerated {
  const usages = spec?.usages ?? [];
  const types = (status?.conditions ?? []).map(({ type }) => type ?? '');
  return {
    legacySigner: spec?.signerName === LEGACY_SIGNER,
    unknownUsages: usages.some((usage) => !USAGES.includes(usage)),
    repeatedUsages: hasRepeats(usages),
    bothDecisions: types.includes('Approved') && types.includes('Denied'),
    repeatedTypes: hasRepeats(types),
    emptyType: types.includes(''),
  };
}

export const validateSigningRequest = (request: CertificateSigningRequest): FieldError[] => [
  ...validateSpec(request, {}),
  ...validateStatusConditions(request.status?.conditions ?? [], {}),
  ...validateCertificate(request),
];

function validateSpec({ spec }: CertificateSigningRequest, tolerated: Tolerated): FieldError[] {
  const errors: FieldError[] = [];
  const {
    usages = [],
    signerName = '',
    expirationSeconds,
  }: Partial<CertificateSigningRequest['spec']> = spec ?? {};
  const request = spec?.request ?? '';
  const block = pemBlocks(decodeText(request))[0];
  if (block?.type !== 'CERTIFICATE REQUEST') {
    errors.push(invalid('spec.request', spec?.request ?? null, 'PEM block type must be CERTIFICATE REQUEST'));
  } else if (!isCertificateRequest(block.bytes)) {
    errors.push(invalid('spec.request', request, 'asn1: syntax error: data truncated'));
  }
  if (!usages.length) errors.push(required('spec.usages'));
  for (const [index, usage] of tolerated.unknownUsages ? [] : usages.entries()) {
    if (!USAGES.includes(usage)) errors.push(notSupported(at('spec.usages', index), usage, USAGES));
  }
  for (const [index, usage] of tolerated.repeatedUsages ? [] : usages.entries()) {
    if (usages.indexOf(usage) < index) errors.push(duplicate(at('spec.usages', index), usage));
  }
  if (signerName === LEGACY_SIGNER && !tolerated.legacySigner) {
    const detail = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', signerName, detail));
  } else {
    errors.push(...validateSignerName(signerName, 'spec.signerName'));
  }
  if (expirationSeconds !== undefined && expirationSeconds < MIN_EXPIRATION_SECONDS) {
    const detail = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', expirationSeconds, detail));
  }
  return errors;
}

function validateStatusConditions(
  conditions: readonly CertificateSigningRequestCondition[],
  tolerated: Tolerated,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { type = '', status = '' }] of conditions.entries()) {
    const path = at('status.conditions', index);
    if (type === '' && !tolerated.emptyType) errors.push(required(child(path, 'type')));
    const allowed = DECISIONS.includes(type) ? ['True'] : STATUSES;
    if (status === '') errors.push(required(child(path, 'status')));
    else if (!allowed.includes(status)) errors.push(notSupported(child(path, 'status'), status, allowed));
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (opposite !== undefined && seen.has(opposite) && !tolerated.bothDecisions) {
      errors.push(
        invalid('status.conditions', type, 'Approved and Denied conditions are mutually exclusive'),
      );
    }
    if (seen.has(type) && !tolerated.repeatedTypes) errors.push(duplicate(child(path, 'type'), type));
    seen.add(type);
  }
  return errors;
}

function validateCertificate({ status }: CertificateSigningRequest): FieldError[] {
  if (!status?.certificate) return [];
  const problem = certificateProblem(decodeText(status.certificate));
  return problem === undefined ? [] : [invalid('status.certificate', '<certificate data>', problem)];
}

function certificateProblem(text: string): string | undefined {
  const blocks = pemBlocks(text);
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE')
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (!parseCertificate(bytes)) return 'x509: malformed certificate';
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

type Update = (request: CertificateSigningRequest, old: CertificateSigningRequest) => FieldError[];

const updateThat =
  (allowed: Allowed): Update =>
  (request, old) => {
    const tolerated = toleratedBy(old);
    const sameCertificate = request.status?.certificate === old.status?.certificate;
    const anyCertificate = sameCertificate || validateCertificate(old).length > 0;
    return [
      ...validateSpec(request, tolerated),
      ...validateStatusConditions(request.status?.conditions ?? [], tolerated),
      ...(anyCertificate ? [] : validateCertificate(request)),
      ...validateDecisions(request, old, allowed.approvals ?? false),
      ...validateCertificateChange(request, old, allowed.certificate ?? false),
    ];
  };

export const validateSigningRequestUpdate = updateThat({});
export const validateSigningRequestStatusUpdate = updateThat({ certificate: true });
/** For the approval subresource: its validateUpdate. */
export const validateSigningRequestApprovalUpdate = updateThat({ approvals: true });

function validateDecisions(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  approvals: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const of = (from: CertificateSigningRequest, type: string): CertificateSigningRequestCondition[] =>
    (from.status?.conditions ?? []).filter((condition) => condition.type === type);
  const problem = (text: string, type: string): FieldError =>
    forbidden('status.conditions', `updates may not ${text} a condition of type ${JSON.stringify(type)}`);
  for (const type of DECISIONS) {
    if (of(request, type).length < of(old, type).length) errors.push(problem('remove', type));
  }
  for (const type of approvals ? [] : ['Approved', 'Denied']) {
    const [now, before] = [of(request, type), of(old, type)];
    if (now.length > before.length) errors.push(problem('add', type));
    else if (now.length === before.length && !semanticEqual(now, before))
      errors.push(problem('modify', type));
  }
  return errors;
}

function validateCertificateChange(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  settable: boolean,
): FieldError[] {
  const [now, before] = [request.status?.certificate ?? '', old.status?.certificate ?? ''];
  if (now === before) return [];
  if (!settable) return [forbidden('status.certificate', 'updates may not set certificate content')];
  if (before === '') return [];
  return [forbidden('status.certificate', 'updates may not modify existing certificate content')];
}
