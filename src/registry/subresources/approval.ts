/** Approving or denying a request for a certificate. Source: kubernetes pkg/registry/certificates/certificates/strategy.go (csrApprovalStrategy). */
import type { CertificateSigningRequest } from '../../apimachinery/types/certificates.v1.gen.ts';
import { prepareSigningRequestApproval } from '../../apis/certificates/signing-request-strategy.ts';
import { validateSigningRequestApprovalUpdate } from '../../apis/certificates/signing-request-validation.ts';
import type { UpdateStrategy } from './strategy.ts';

export const APPROVAL: UpdateStrategy = {
  subresource: 'approval',
  countsGeneration: false,
  prepare: (_definition, object, old, ctx) =>
    prepareSigningRequestApproval(object as CertificateSigningRequest, old as CertificateSigningRequest, ctx),
  validate: (_definition, object, old) =>
    validateSigningRequestApprovalUpdate(
      object as CertificateSigningRequest,
      old as CertificateSigningRequest,
    ),
};
