import type { CSINode } from '../../apimachinery/types/storage.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { validateCSINode, validateCSINodeUpdate } from './csi-validation.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';

/** Source: kubernetes pkg/registry/storage/csinode/strategy.go. */
export const csiNodes = define<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csinodes',
  singular: 'csinode',
  kind: 'CSINode',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'storage.v1.CSINode',
  strategy: {
    validate: validateCSINode,
    validateUpdate: validateCSINodeUpdate,
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [NAME, column('Drivers', 'How many CSI drivers the node has', 'integer'), AGE],
    cells: (node, now) => [nameOf(node), node.spec?.drivers?.length ?? 0, age(node, now)],
  },
});
