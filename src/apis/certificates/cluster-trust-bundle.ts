import type { ClusterTrustBundle } from '../../apimachinery/types/certificates.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { NAME, column, nameOf } from '../printing.ts';
import {
  validateClusterTrustBundle,
  validateClusterTrustBundleUpdate,
  validateTrustBundleName,
} from './trust-bundle-validation.ts';

/** Source: kubernetes pkg/registry/certificates/clustertrustbundle/strategy.go. */
export const clusterTrustBundles = define<ClusterTrustBundle>({
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'clustertrustbundles',
  singular: 'clustertrustbundle',
  kind: 'ClusterTrustBundle',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'certificates.v1.ClusterTrustBundle',
  strategy: {
    validate: validateClusterTrustBundle,
    validateUpdate: validateClusterTrustBundleUpdate,
    validateName: validateTrustBundleName,
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [NAME, column('SignerName', 'The signer the bundle belongs to')],
    cells: (bundle) => [nameOf(bundle), bundle.spec?.signerName || '<none>'],
  },
  selectableFields: { 'spec.signerName': (bundle) => bundle.spec?.signerName ?? '' },
});
