import type { ClusterRole } from '../../apimachinery/types/rbac.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { validateClusterRole, validateRbacName } from './validation.ts';

/** Source: kubernetes pkg/registry/rbac/clusterrole/strategy.go. */
export const clusterRoles = define<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterroles',
  singular: 'clusterrole',
  kind: 'ClusterRole',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'rbac.v1.ClusterRole',
  strategy: {
    validate: validateClusterRole,
    validateUpdate: validateClusterRole,
    validateName: validateRbacName,
    allowCreateOnUpdate: true,
  },
});
