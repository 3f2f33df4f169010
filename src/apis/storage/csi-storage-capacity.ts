import type { CSIStorageCapacity } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from './csi-validation.ts';
import { nodeTopologyWarnings } from './warnings.ts';

/** Has no printer upstream either. Source: kubernetes pkg/registry/storage/csistoragecapacity/strategy.go. */
export const csiStorageCapacities = define<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  kind: 'CSIStorageCapacity',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'storage.v1.CSIStorageCapacity',
  strategy: {
    validate: validateCSIStorageCapacity,
    validateUpdate: validateCSIStorageCapacityUpdate,
    warningsOnCreate: nodeTopologyWarnings,
    warningsOnUpdate: nodeTopologyWarnings,
    allowUnconditionalUpdate: false,
  },
});
