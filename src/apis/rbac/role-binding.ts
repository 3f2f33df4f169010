import type { RoleBinding } from '../../apimachinery/types/rbac.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { BINDING_COLUMNS, bindingCells, defaultBinding } from './binding.ts';
import { validateBindingUpdate, validateRbacName, validateRoleBinding } from './validation.ts';

/** Source: kubernetes pkg/registry/rbac/rolebinding/strategy.go. */
export const roleBindings = define<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'rolebindings',
  singular: 'rolebinding',
  kind: 'RoleBinding',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'rbac.v1.RoleBinding',
  strategy: {
    default: defaultBinding,
    validate: validateRoleBinding,
    validateUpdate: (binding, old) => [
      ...validateRoleBinding(binding),
      ...validateBindingUpdate(binding, old),
    ],
    validateName: validateRbacName,
    allowCreateOnUpdate: true,
  },
  printer: { columns: BINDING_COLUMNS, cells: bindingCells },
});
