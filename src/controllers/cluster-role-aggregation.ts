/**
 * ClusterRoles with an aggregation rule have the rules of all roles that their selectors choose.
 * Source: kubernetes pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
 */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { fromLabelSelector, matches } from '../apimachinery/labels.ts';
import type { ClusterRole, PolicyRule } from '../apimachinery/types/rbac.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { semanticEqual } from '../apis/strategy.ts';
import type { ResourceName } from '../registry/client.ts';
import type { Controller } from './framework.ts';

type Role = Stored<ClusterRole & KubeObject>;

const CLUSTER_ROLES: ResourceName = ['rbac.authorization.k8s.io', 'clusterroles'];
const MANAGER = 'clusterrole-aggregation-controller';

/** The rules of the roles that are chosen, selector by selector, each in the order of names and each rule once. */
export function aggregated({ metadata, aggregationRule }: Role, roles: readonly Role[]): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  const ordered = [...roles].sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1));
  for (const labelSelector of aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = fromLabelSelector(labelSelector);
    for (const role of ordered) {
      if (role.metadata.name === metadata.name || !matches(selector, role.metadata.labels)) continue;
      for (const rule of role.rules ?? []) {
        const id = identity(rule);
        if (!rules.has(id)) rules.set(id, rule);
      }
    }
  }
  return [...rules.values()];
}

/** Equal for rules that are semantically equal. */
const identity = ({ apiGroups, nonResourceURLs, resourceNames, resources, verbs }: PolicyRule): string =>
  JSON.stringify([apiGroups ?? [], nonResourceURLs ?? [], resourceNames ?? [], resources ?? [], verbs ?? []]);

/** Keys are names of ClusterRoles. */
export const clusterRoleAggregationController: Controller = {
  name: MANAGER,
  watches: [
    {
      resource: CLUSTER_ROLES,
      // There are few, and any may be part of any.
      *keys(_, { lister }) {
        for (const { metadata, aggregationRule } of lister<Role>(CLUSTER_ROLES).list()) {
          if (aggregationRule) yield metadata.name!;
        }
      },
    },
  ],
  async reconcile(name, { client, lister }) {
    const roles = lister<Role>(CLUSTER_ROLES);
    const role = roles.get('', name);
    if (!role?.aggregationRule) return;
    const rules = aggregated(role, roles.list());
    if (semanticEqual(rules, role.rules ?? [])) return;
    await client.apply<ClusterRole & KubeObject>(
      CLUSTER_ROLES,
      '',
      { metadata: { name }, rules: deepCopy(rules) },
      MANAGER,
    );
  },
};
