import type { ResourceDefinition } from '../definition.ts';
import { clusterRoleBindings } from './cluster-role-binding.ts';
import { clusterRoles } from './cluster-role.ts';
import { roleBindings } from './role-binding.ts';
import { roles } from './role.ts';

export const rbacResources: readonly ResourceDefinition[] = [
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
];
