import type { ResourceDefinition } from '../definition.ts';
import { certificateSigningRequests } from './certificate-signing-request.ts';
import { clusterTrustBundles } from './cluster-trust-bundle.ts';
import { podCertificateRequests } from './pod-certificate-request.ts';

export const certificatesResources: readonly ResourceDefinition[] = [
  certificateSigningRequests,
  clusterTrustBundles,
  podCertificateRequests,
];
