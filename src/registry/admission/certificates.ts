/**
 * Requests for certificates are approved, and signed, by those who may do so for their signer: `approve` and `sign` are verbs on
 * signers, by name or for all of a domain.
 * Source: kubernetes plugin/pkg/admission/certificates/{approval,signing}/admission.go, pkg/registry/certificates authorization.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import { isSuperuser, resourceAttributes } from '../authorization/attributes.ts';
import { provenPolicy } from '../authorization/proven-policy.ts';
import { type AdmissionAttributes, type AdmissionPlugin, refuse } from './plugin.ts';

const GROUP = 'certificates.k8s.io';

const concerns = ({ definition, operation, user }: AdmissionAttributes): boolean =>
  definition.group === GROUP &&
  definition.resource === 'certificatesigningrequests' &&
  operation === 'UPDATE' &&
  !isSuperuser(user);

/** Of the request as it was: its signer cannot change. @throws StatusError 403. */
async function check(attributes: AdmissionAttributes, verb: 'approve' | 'sign'): Promise<void> {
  const { user, old, reads } = attributes;
  const signer: string = old?.spec?.signerName ?? '';
  const policy = await provenPolicy(reads, '');
  const allowed = [signer, `${signer.split('/')[0]}/*`].some(
    (name) => policy.authorize(resourceAttributes(user, verb, GROUP, 'signers', { name })).allowed,
  );
  if (!allowed) {
    throw refuse(attributes, `user not permitted to ${verb} requests with signerName ${goQuote(signer)}`);
  }
}

export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  handles: (attributes) => concerns(attributes) && attributes.subresource === 'approval',
  validate: (attributes) => check(attributes, 'approve'),
};

export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  handles: (attributes) => concerns(attributes) && attributes.subresource === 'status',
  async validate(attributes) {
    const [before, after] = [attributes.old?.status ?? {}, attributes.object?.status ?? {}];
    const same =
      before.certificate === after.certificate && semanticEqual(before.conditions, after.conditions);
    if (!same) await check(attributes, 'sign');
  },
};
