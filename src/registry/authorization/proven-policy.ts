import type { ReadSet } from '../cache.ts';
import { Policy, RBAC } from './policy.ts';

/** The policy as of the reads of an operation, so that what it permits is proved when the operation is committed. */
export async function provenPolicy(reads: ReadSet, namespace: string): Promise<Policy> {
  const [clusterRoles, clusterRoleBindings, roles, roleBindings] = await Promise.all([
    reads.list(RBAC, 'clusterroles'),
    reads.list(RBAC, 'clusterrolebindings'),
    namespace ? reads.list(RBAC, 'roles', namespace) : [],
    namespace ? reads.list(RBAC, 'rolebindings', namespace) : [],
  ]);
  return new Policy({ clusterRoles, clusterRoleBindings, namespace, roles, roleBindings });
}
