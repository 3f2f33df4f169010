/**
 * Requests for certificates are approved, and signed, by those who may do so for their signer: `approve` and `sign` are verbs on
 * signers, by name or for all of a domain.
 * Nobody may ask for a certificate that makes an administrator of its holder.
 * Source: kubernetes plugin/pkg/admission/certificates/{approval,signing,subjectrestriction}/admission.go,
 * pkg/registry/certificates authorization.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { decodeText, organizationsOf, pemBlocks } from '../../apis/certificates/der.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import { isSuperuser, resourceAttributes } from '../authorization/attributes.ts';
import { provenPolicy } from '../authorization/proven-policy.ts';
import { type AdmissionAttributes, type AdmissionPlugin, isFor, refuse } from './plugin.ts';

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

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const ADMINISTRATORS = 'system:masters';

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (attributes) =>
    attributes.operation === 'CREATE' &&
    isFor(attributes, GROUP, 'certificatesigningrequests') &&
    attributes.object?.spec?.signerName === CLIENT_SIGNER,
  validate(attributes) {
    // Validation has seen that it is a request.
    const [block] = pemBlocks(decodeText(attributes.object?.spec?.request ?? ''));
    if (!block || !organizationsOf(block.bytes).includes(ADMINISTRATORS)) return;
    throw refuse(attributes, `use of ${CLIENT_SIGNER} signer with ${ADMINISTRATORS} group is not allowed`);
  },
};
