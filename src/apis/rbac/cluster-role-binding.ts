import type { ClusterRoleBinding } from '../../apimachinery/types/rbac.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { BINDING_COLUMNS, bindingCells, defaultBinding } from './binding.ts';
import { validateBindingUpdate, validateClusterRoleBinding, validateRbacName } from './validation.ts';

/** Source: kubernetes pkg/registry/rbac/clusterrolebinding/strategy.go. */
export const clusterRoleBindings = define<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  kind: 'ClusterRoleBinding',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'rbac.v1.ClusterRoleBinding',
  strategy: {
    default: defaultBinding,
    validate: validateClusterRoleBinding,
    validateUpdate: (binding, old) => [
      ...validateClusterRoleBinding(binding),
      ...validateBindingUpdate(binding, old),
    ],
    validateName: validateRbacName,
    allowCreateOnUpdate: true,
  },
  printer: { columns: BINDING_COLUMNS, cells: bindingCells },
});
