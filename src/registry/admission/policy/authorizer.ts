/**
 * `authorizer` in the expressions of policies: asks the roles of the cluster, as the reads of the operation show them.
 * Expressions do not wait, so the roles have to be read before. Source: apiserver pkg/cel/library/authz.go.
 */
import {
  type AuthorizationAnswer,
  type AuthorizationQuery,
  authorizerValue,
  requestResourceValue,
} from '../../../apimachinery/cel/libraries/authorizer.ts';
import type { UserInfo } from '../../../apis/definition.ts';
import { type Attributes, resourceAttributes } from '../../authorization/attributes.ts';
import { Policy, RBAC } from '../../authorization/policy.ts';
import type { AdmissionAttributes } from '../plugin.ts';
import { namespaceOf } from './matching.ts';

export interface AuthorizerInputs {
  readonly authorizer: unknown;
  readonly 'authorizer.requestResource': unknown;
}

/** Reads what the roles say: of the cluster, and of the namespace of the request. */
export async function authorizerInputs(attributes: AdmissionAttributes): Promise<AuthorizerInputs> {
  const { reads, user, definition, subresource = '', name } = attributes;
  const [clusterRoles, clusterRoleBindings, allRoles, allBindings] = await Promise.all([
    reads.list(RBAC, 'clusterroles'),
    reads.list(RBAC, 'clusterrolebindings'),
    reads.list(RBAC, 'roles'),
    reads.list(RBAC, 'rolebindings'),
  ]);
  const policies = new Map<string, Policy>();
  const policyIn = (namespace: string): Policy => {
    let policy = policies.get(namespace);
    if (!policy) {
      const inside = <T extends { metadata: { namespace?: string } }>(all: readonly T[]): T[] =>
        namespace ? all.filter((one) => one.metadata.namespace === namespace) : [];
      policy = new Policy({
        clusterRoles,
        clusterRoleBindings,
        namespace,
        roles: inside(allRoles),
        roleBindings: inside(allBindings),
      });
      policies.set(namespace, policy);
    }
    return policy;
  };
  const authorize = (query: AuthorizationQuery): AuthorizationAnswer => {
    const asked = attributesOf(query, user);
    const { allowed, reason } = policyIn(asked.isResource ? asked.namespace : '').authorize(asked);
    return { allowed, ...(reason ? { reason } : {}) };
  };
  return {
    authorizer: authorizerValue(authorize),
    'authorizer.requestResource': requestResourceValue(authorize, {
      group: definition.group,
      resource: definition.resource,
      ...(subresource ? { subresource } : {}),
      namespace: namespaceOf(attributes),
      ...(name ? { name } : {}),
    }),
  };
}

function attributesOf(query: AuthorizationQuery, user: UserInfo): Attributes {
  const { verb, serviceAccount, path, group = '', resource = '', subresource, namespace, name } = query;
  const who = serviceAccount ? accountOf(serviceAccount) : user;
  if (path !== undefined) return { user: who, verb, isResource: false, path };
  return resourceAttributes(who, verb, group, resource, {
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  });
}

const accountOf = ({ namespace, name }: { namespace: string; name: string }): UserInfo => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
