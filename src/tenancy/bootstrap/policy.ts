/**
 * Policy that stands in every cluster from its first moment: roles and their bindings, priority levels and flow schemas,
 * and the registrations of the server's own APIs. The same everywhere but for uids and times, so it is made once in an
 * isolate and stamped for each cluster, and committed in one transaction.
 * Source: kubernetes pkg/registry/rbac/rest, pkg/registry/flowcontrol/rest, pkg/controlplane/apiserver/aggregator.go.
 */
import { type Random, seeded, uuid } from '../../apimachinery/random.ts';
import { showZeros } from '../../apimachinery/serializer/unknown-fields.ts';
import { struct } from '../../apimachinery/schema/table.ts';
import { internalError } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { PolicyRule, RoleRef, Subject } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { flowControlUid } from '../../apis/flowcontrol/uid.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { keyOf, toValue } from '../../registry/commit.ts';
import { startsGeneration } from '../../registry/generation.ts';
import { applied, recordUpdate } from '../../registry/managed-fields.ts';
import { adopt } from '../../registry/metadata.ts';
import type { Storage } from '../../storage/types.ts';
import { API_SERVICES } from './api-services.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, type SubjectFacts } from './cluster-roles.ts';
import { CONTROLLER_ROLES } from './controller-roles.ts';
import { FLOW_SCHEMAS, PRIORITY_LEVELS } from './flow-control.ts';
import { NAMESPACE_ROLES } from './namespace-roles.ts';
import { policyRule } from './policy-rules.ts';

export interface PolicyObject {
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly object: KubeObject;
}

const RBAC = 'rbac.authorization.k8s.io';
const FLOW_CONTROL = 'flowcontrol.apiserver.k8s.io';
const CONTROLLER = 'system:controller:';

const rbacMeta = (name: string, labels: Record<string, string> = {}) => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});
const aggregateLabel = (to: string): string => `rbac.authorization.k8s.io/aggregate-to-${to}`;

/** The rules of a role: its own, or those of the roles it is made of, in the order of their names. */
function rulesOf(name: string): PolicyRule[] {
  const { rules = [], aggregates } = CLUSTER_ROLES[name]!;
  if (!aggregates) return rules.map(policyRule);
  const lines = new Map<string, PolicyRule>();
  for (const part of Object.keys(CLUSTER_ROLES).sort()) {
    if (CLUSTER_ROLES[part]!.aggregateTo !== aggregates) continue;
    for (const rule of rulesOf(part)) lines.set(JSON.stringify(rule), rule);
  }
  return [...lines.values()];
}

function subject([kind, name]: SubjectFacts): Subject {
  if (kind === 'account') {
    const [namespace = '', account = ''] = name.split('/');
    return { kind: 'ServiceAccount', name: account, namespace };
  }
  return { kind: kind === 'group' ? 'Group' : 'User', apiGroup: RBAC, name };
}

const roleRef = (kind: 'ClusterRole' | 'Role', name: string): RoleRef => ({ apiGroup: RBAC, kind, name });

function binding(name: string, ref: RoleRef, subjects: readonly SubjectFacts[]): KubeObject {
  return {
    metadata: rbacMeta(name),
    ...(subjects.length > 0 ? { subjects: subjects.map(subject) } : {}),
    roleRef: ref,
  };
}

/** All of it, as a client would send it. */
export function policyObjects(): PolicyObject[] {
  const made: PolicyObject[] = [];
  const add = (group: string, resource: string, object: KubeObject, namespace = ''): void => {
    made.push({ group, resource, namespace, object });
  };
  const settings = { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } };
  for (const [name, spec] of Object.entries(PRIORITY_LEVELS)) {
    add(FLOW_CONTROL, 'prioritylevelconfigurations', { metadata: { name, ...settings }, spec });
  }
  for (const [name, spec] of Object.entries(FLOW_SCHEMAS)) {
    add(FLOW_CONTROL, 'flowschemas', { metadata: { name, ...settings }, spec });
  }
  for (const [name, spec] of Object.entries(API_SERVICES)) {
    const labels = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' };
    add('apiregistration.k8s.io', 'apiservices', { metadata: { name, labels }, spec });
  }
  for (const [name, { aggregates, aggregateTo }] of Object.entries(CLUSTER_ROLES)) {
    const labels = aggregateTo ? { [aggregateLabel(aggregateTo)]: 'true' } : {};
    const selector = aggregates && { matchLabels: { [aggregateLabel(aggregates)]: 'true' } };
    add(RBAC, 'clusterroles', {
      metadata: rbacMeta(name, labels),
      ...(selector ? { aggregationRule: { clusterRoleSelectors: [selector] } } : {}),
      rules: rulesOf(name),
    });
  }
  for (const [name, subjects] of Object.entries(CLUSTER_ROLE_BINDINGS)) {
    add(RBAC, 'clusterrolebindings', binding(name, roleRef('ClusterRole', name), subjects));
  }
  for (const [controller, rules] of Object.entries(CONTROLLER_ROLES)) {
    const name = CONTROLLER + controller;
    add(RBAC, 'clusterroles', { metadata: rbacMeta(name), rules: rules.map(policyRule) });
    const subjects: SubjectFacts[] = [['account', `kube-system/${controller}`]];
    add(RBAC, 'clusterrolebindings', binding(name, roleRef('ClusterRole', name), subjects));
  }
  for (const { namespace, name, rules, subjects, binding: bindingName = name } of NAMESPACE_ROLES) {
    add(RBAC, 'roles', { metadata: rbacMeta(name), rules: rules.map(policyRule) }, namespace);
    add(RBAC, 'rolebindings', binding(bindingName, roleRef('Role', name), subjects), namespace);
  }
  return made;
}

const EPOCH = formatTime(0);
const NO_UID = '00000000-0000-0000-0000-000000000000';

interface Template {
  readonly key: string;
  /** The stored form, with EPOCH for times and NO_UID for its uid. */
  readonly value: string;
  /** Of an object whose uid is known beforehand. */
  readonly fixed?: {
    readonly resource: 'flowschemas' | 'prioritylevelconfigurations';
    readonly name: string;
  };
}

let templates: readonly Template[] | undefined;

function template({ group, resource, namespace, object }: PolicyObject): Template {
  const definition = resourceNamed(group, resource);
  const context = {
    now: 0,
    random: seeded(0),
    user: { username: 'system:apiserver', groups: ['system:masters'] },
    namespace,
  };
  const meta = adopt(definition, namespace, object);
  meta.uid = NO_UID;
  meta.creationTimestamp = EPOCH;
  const schema = struct(definition.typeName);
  definition.strategy.default?.(object, context);
  showZeros(object, schema);
  // What a controller fills in is its own, though it is there from the first.
  const filled = filledLater(object, group, resource);
  const { [filled?.field ?? '']: later, ...sent } = object;
  recordUpdate(definition, sent, undefined, managerOf(group), '', 0);
  definition.strategy.prepareForCreate?.(object, context);
  showZeros(object, schema);
  if (startsGeneration(definition)) meta.generation = 1;
  if (filled) {
    const { apiVersion, kind } = object;
    const { manager, subresource, field } = filled;
    const value = filled.value ?? later;
    const configuration = { apiVersion, kind, metadata: { name: meta.name! }, [field]: value } as KubeObject;
    const { metadata } = applied(definition, sent as never, configuration, manager, subresource, 0, true);
    object.metadata = metadata!;
    object[field] = value;
  }
  const name = meta.name!;
  return {
    key: keyOf(definition, namespace, name),
    value: toValue(definition, object),
    ...(resource === 'flowschemas' || resource === 'prioritylevelconfigurations'
      ? { fixed: { resource, name } }
      : {}),
  };
}

const managerOf = (group: string): string =>
  group === FLOW_CONTROL ? 'api-priority-and-fairness-config-producer-v1' : 'kube-apiserver';

interface Filled {
  readonly field: string;
  /** Absent: what stands there. */
  readonly value?: unknown;
  readonly manager: string;
  readonly subresource: string;
}

/** What a controller applies to an object as soon as it is there. */
function filledLater(object: KubeObject, group: string, resource: string): Filled | undefined {
  if (group === RBAC && object.aggregationRule) {
    return { field: 'rules', manager: 'clusterrole-aggregation-controller', subresource: '' };
  }
  if (resource !== 'flowschemas') return undefined;
  return {
    field: 'status',
    value: { conditions: [found(object)] },
    manager: 'api-priority-and-fairness-config-consumer-v1',
    subresource: 'status',
  };
}

const found = ({ spec }: KubeObject) => ({
  type: 'Dangling',
  status: 'False',
  lastTransitionTime: EPOCH,
  reason: 'Found',
  message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(spec.priorityLevelConfiguration.name)} and it exists`,
});

/** Adds what is missing of the policy. `now` in ms. @throws StatusError 500 when storage does not take it. */
export async function bootstrapPolicy(
  storage: Storage,
  cluster: string,
  now: number,
  random: Random,
): Promise<void> {
  templates ??= policyObjects().map(template);
  const time = formatTime(now);
  const writes = templates.map(({ key, value, fixed }) => ({
    key,
    expect: 0,
    deleted: false,
    value: value
      .replaceAll(EPOCH, time)
      .replace(NO_UID, fixed ? flowControlUid(cluster, fixed.resource, fixed.name) : uuid(random)),
  }));
  const all = await storage.commit({ writes });
  if (all.ok) return;
  // Some are there already: of a cluster that is made again only the others are added.
  const present = new Set((await storage.getMany(writes.map(({ key }) => key))).map(({ key }) => key));
  const missing = writes.filter(({ key }) => !present.has(key));
  if (missing.length === 0) return;
  const rest = await storage.commit({ writes: missing });
  if (!rest.ok) throw internalError(`the policy of the cluster was not stored: ${rest.reason}`);
}
