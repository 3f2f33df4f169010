/**
 * Nobody gives away more than they have: who writes a role or binds one must hold every permission in it, or be allowed to
 * `escalate` the role, to `bind` it. Upstream checks it in front of the storage of these kinds, after admission has changed
 * the object and before it is validated.
 * Source: kubernetes pkg/registry/rbac/{escalation_check,helpers}.go, the policybased storages below it.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { forbidden, notFound } from '../../apimachinery/status.ts';
import type { PolicyRule, RoleRef } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import { isSuperuser, resourceAttributes } from '../authorization/attributes.ts';
import { compact, describeRule, quotedList, uncovered } from '../authorization/covers.ts';
import { aggregateMessages, type Policy, RBAC } from '../authorization/policy.ts';
import { provenPolicy } from '../authorization/proven-policy.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './plugin.ts';

const ROLES = new Set(['roles', 'clusterroles']);
const BINDINGS = new Set(['rolebindings', 'clusterrolebindings']);
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/** What the garbage collector changes on the way to a deletion gives nobody anything. */
function isForCollection(object: KubeObject, old: KubeObject): boolean {
  const { ownerReferences, finalizers, managedFields, ...kept } = old.metadata ?? {};
  const stomped = { ...object, metadata: { ...object.metadata, ownerReferences, finalizers, managedFields } };
  return semanticEqual(stomped, {
    ...old,
    metadata: { ...kept, ownerReferences, finalizers, managedFields },
  });
}

/** Upstream's words for what the user lacks; undefined: nothing. */
function lacking(
  { user }: AdmissionAttributes,
  policy: Policy,
  rules: readonly PolicyRule[],
): string | undefined {
  const { rules: owned, errors } = policy.rulesFor(user);
  const missing = uncovered(owned, rules);
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compact(missing).map(describeRule))].sort();
  const unresolved = errors.length > 0 ? `; resolution errors: [${aggregateMessages(errors)}]` : '';
  return `user ${goQuote(user.username)} (groups=${quotedList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${unresolved}`;
}

async function checkRole(attributes: AdmissionAttributes, object: KubeObject): Promise<void> {
  const { definition, namespace, user, old, operation, name } = attributes;
  const policy = await provenPolicy(attributes.reads, namespace);
  // A creation names no object in its path.
  const asked = resourceAttributes(user, 'escalate', RBAC, definition.resource, {
    namespace,
    name: operation === 'CREATE' ? '' : name,
  });
  if (policy.authorize(asked).allowed) return;
  const refuse = (message: string): Error => forbidden(definition, object.metadata?.name ?? '', message);
  const missing = lacking(attributes, policy, object.rules ?? []);
  if (missing) throw refuse(missing);
  const aggregates = (role: KubeObject | undefined): boolean =>
    Boolean(role?.aggregationRule?.clusterRoleSelectors?.length);
  // It can gather anything.
  if ((aggregates(object) || aggregates(old)) && lacking(attributes, policy, EVERYTHING)) {
    throw refuse('must have cluster-admin privileges to use the aggregationRule');
  }
}

const RESOURCES: Readonly<Record<string, string>> = { ClusterRole: 'clusterroles', Role: 'roles' };

async function checkBinding(attributes: AdmissionAttributes, object: KubeObject): Promise<void> {
  const { definition, namespace, user } = attributes;
  const { apiGroup = '', kind = '', name = '' }: Partial<RoleRef> = object.roleRef ?? {};
  const resource = RESOURCES[kind];
  // What no binding may name is for validation to refuse.
  if (!resource || (kind === 'Role' && !namespace)) return;
  const policy = await provenPolicy(attributes.reads, namespace);
  if (policy.authorize(resourceAttributes(user, 'bind', apiGroup, resource, { namespace, name })).allowed)
    return;
  const rules = policy.rulesOf({ kind, name }, namespace);
  // Upstream names the resource of the request.
  if (!rules) throw notFound(definition, name);
  const missing = lacking(attributes, policy, rules);
  if (missing) throw forbidden(definition, object.metadata?.name ?? '', missing);
}

export const rbacEscalation: AdmissionPlugin = {
  name: 'RBACEscalation',
  handles: ({ definition: { group, resource }, operation, user }) =>
    group === RBAC &&
    operation !== 'DELETE' &&
    (ROLES.has(resource) || BINDINGS.has(resource)) &&
    !isSuperuser(user),
  async admit(attributes) {
    const { definition, object, old } = attributes;
    if (!object || (old && isForCollection(object, old))) return;
    await (ROLES.has(definition.resource) ? checkRole : checkBinding)(attributes, object as Stored);
  },
};
