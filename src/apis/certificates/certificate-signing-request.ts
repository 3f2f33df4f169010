import type { CertificateSigningRequest } from '../../apimachinery/types/certificates.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import {
  keepSigningRequest,
  prepareSigningRequest,
  prepareSigningRequestStatus,
  requestedDuration,
  signingRequestState,
} from './signing-request-strategy.ts';
import {
  validateSigningRequest,
  validateSigningRequestStatusUpdate,
  validateSigningRequestUpdate,
} from './signing-request-validation.ts';

/** Source: kubernetes pkg/registry/certificates/certificates/strategy.go. */
export const certificateSigningRequests = define<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  kind: 'CertificateSigningRequest',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['csr'],
  typeName: 'certificates.v1.CertificateSigningRequest',
  subresources: [
    { name: 'approval', verbs: ['get', 'patch', 'update'], kind: 'CertificateSigningRequest' },
    statusOf('CertificateSigningRequest'),
  ],
  strategy: {
    prepareForCreate: prepareSigningRequest,
    prepareForUpdate: keepSigningRequest,
    validateName: () => [],
    validate: validateSigningRequest,
    validateUpdate: validateSigningRequestUpdate,
    status: {
      prepareForUpdate: prepareSigningRequestStatus,
      validateUpdate: validateSigningRequestStatusUpdate,
    },
    generation: 'none',
    // What is signed is the server's to keep, from the first.
    resets: {
      '': ['spec', 'status'],
      status: ['spec', 'status.conditions'],
      approval: ['spec', 'status.certificate'],
    },
  },
  printer: {
    columns: [
      NAME,
      AGE,
      column('SignerName', 'Who is asked to sign'),
      column('Requestor', 'The user who made the request'),
      column('RequestedDuration', 'How long the certificate should be valid'),
      column('Condition', 'What became of the request'),
    ],
    cells: (request, now) => [
      nameOf(request),
      age(request, now),
      request.spec?.signerName || '<none>',
      request.spec?.username ?? '',
      requestedDuration(request.spec?.expirationSeconds),
      signingRequestState(request),
    ],
  },
  selectableFields: { 'spec.signerName': (request) => request.spec?.signerName ?? '' },
});
