import type { Role } from '../../apimachinery/types/rbac.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { validateRbacName, validateRole } from './validation.ts';

/** Source: kubernetes pkg/registry/rbac/role/strategy.go. */
export const roles = define<Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'roles',
  singular: 'role',
  kind: 'Role',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'rbac.v1.Role',
  strategy: {
    validate: validateRole,
    validateUpdate: validateRole,
    validateName: validateRbacName,
    allowCreateOnUpdate: true,
  },
});
