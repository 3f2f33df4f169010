import type { PodCertificateRequest } from '../../apimachinery/types/certificates.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { NAME, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { defaultPodCertificateRequest, podCertificateState } from './pod-certificate-strategy.ts';
import {
  validatePodCertificateRequest,
  validatePodCertificateRequestStatusUpdate,
  validatePodCertificateRequestUpdate,
} from './pod-certificate-validation.ts';

/** Source: kubernetes pkg/registry/certificates/podcertificaterequest/strategy.go. */
export const podCertificateRequests = define<PodCertificateRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'podcertificaterequests',
  singular: 'podcertificaterequest',
  kind: 'PodCertificateRequest',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'certificates.v1.PodCertificateRequest',
  subresources: [statusOf('PodCertificateRequest')],
  strategy: {
    default: defaultPodCertificateRequest,
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validate: validatePodCertificateRequest,
    validateUpdate: validatePodCertificateRequestUpdate,
    status: { keptMetadata: 'all', validateUpdate: validatePodCertificateRequestStatusUpdate },
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [
      NAME,
      column('PodName', 'The pod the certificate is for'),
      column('ServiceAccountName', 'The service account of the pod'),
      column('NodeName', 'The node of the pod'),
      column('SignerName', 'Who is asked to sign'),
      column('State', 'What became of the request'),
    ],
    cells: (request) => [
      nameOf(request),
      request.spec?.podName ?? '',
      request.spec?.serviceAccountName ?? '',
      request.spec?.nodeName ?? '',
      request.spec?.signerName ?? '',
      podCertificateState(request),
    ],
  },
  selectableFields: {
    'spec.signerName': (request) => request.spec?.signerName ?? '',
    'spec.podName': (request) => request.spec?.podName ?? '',
    'spec.nodeName': (request) => request.spec?.nodeName ?? '',
  },
});
