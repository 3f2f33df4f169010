/**
 * Topology spread constraints, made ready to count with. Upstream: plugins/podtopologyspread/common.go, plugin.go.
 */
import type { Pod, Service, TopologySpreadConstraint } from '../../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import {
  all,
  compileLabelSelector,
  compileLabels,
  isEmptySelector,
  type LabelMatcher,
  type NodeMatcher,
} from '../selector.ts';
import type { ObjectStore } from '../store.ts';
import { requiredNodeAffinity } from './node-affinity.ts';
import { toleratesTaints } from './tolerations.ts';

export const HOSTNAME = 'kubernetes.io/hostname';

export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** undefined for an empty selector, which counts no pod. */
  readonly selector: LabelMatcher | undefined;
  /** Whether the node takes part in the counting. */
  readonly includes: (node: NodeInfo) => boolean;
}

/** What spreads pods that have no constraints of their own: softly, over nodes and zones. */
const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

function constraintSelector(constraint: TopologySpreadConstraint, pod: PodInfo): LabelMatcher | undefined {
  const keys = (constraint.matchLabelKeys ?? []).filter((key) => pod.labels[key] !== undefined);
  if (constraint.labelSelector && isEmptySelector(constraint.labelSelector) && keys.length === 0)
    return undefined;
  const own = compileLabelSelector(constraint.labelSelector);
  if (keys.length === 0 || !constraint.labelSelector) return own;
  return all([own, compileLabels(Object.fromEntries(keys.map((key) => [key, pod.labels[key]!])))]);
}

/** By default a node counts when the pod's node affinity allows it, whatever its taints. */
function inclusion(
  constraint: TopologySpreadConstraint,
  { pod }: PodInfo,
  affinity: NodeMatcher | undefined,
) {
  const honorAffinity = affinity !== undefined && constraint.nodeAffinityPolicy !== 'Ignore';
  const honorTaints = constraint.nodeTaintsPolicy === 'Honor';
  return (node: NodeInfo): boolean => {
    if (honorAffinity && !affinity(node)) return false;
    return !honorTaints || toleratesTaints(pod.spec?.tolerations, node.taints);
  };
}

function prepare(
  constraints: readonly TopologySpreadConstraint[],
  pod: PodInfo,
  selectorOf: (constraint: TopologySpreadConstraint) => LabelMatcher | undefined,
): Constraint[] {
  const spec = pod.pod.spec;
  const affinity =
    spec?.nodeSelector || spec?.affinity?.nodeAffinity ? requiredNodeAffinity(pod.pod) : undefined;
  return constraints.map((constraint) => ({
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector: selectorOf(constraint),
    includes: inclusion(constraint, pod, affinity),
  }));
}

const NO_CONSTRAINTS: readonly Constraint[] = [];
const prepared = {
  DoNotSchedule: new WeakMap<PodInfo, readonly Constraint[]>(),
  ScheduleAnyway: new WeakMap<PodInfo, readonly Constraint[]>(),
};

/** The pod's own constraints of one kind, prepared once: waiting pods are asked for them at each event. */
export function ownConstraints(
  pod: PodInfo,
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
): readonly Constraint[] {
  const own = pod.pod.spec?.topologySpreadConstraints;
  if (!own || own.length === 0) return NO_CONSTRAINTS;
  const known = prepared[whenUnsatisfiable].get(pod);
  if (known) return known;
  const wanted = own.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  const constraints = prepare(wanted, pod, (constraint) => constraintSelector(constraint, pod));
  prepared[whenUnsatisfiable].set(pod, constraints);
  return constraints;
}

/** The system's constraints for a pod that has none: its fellows are those of its services and its owner. */
export function systemConstraints(pod: PodInfo, store: ObjectStore): Constraint[] {
  const selector = fellowSelector(pod, store);
  return selector ? prepare(SYSTEM_DEFAULTS, pod, () => selector) : [];
}

interface SelectingOwner extends KubeObject {
  spec?: { selector?: LabelSelector & Record<string, any> };
}

function controllerOf(pod: Pod): { kind: string; name: string } | undefined {
  return pod.metadata?.ownerReferences?.find((owner) => owner.controller);
}

/** Selects the pods of the same services and owner; undefined: the pod belongs to none. */
function fellowSelector(pod: PodInfo, store: ObjectStore): LabelMatcher | undefined {
  const pairs: Record<string, string> = {};
  const matchers: LabelMatcher[] = [];
  for (const service of store.list<Service>('Service')) {
    const selector = service.spec?.selector;
    if (service.metadata?.namespace !== pod.namespace || !selector || Object.keys(selector).length === 0)
      continue;
    if (Object.entries(selector).every(([key, value]) => pod.labels[key] === value))
      Object.assign(pairs, selector);
  }
  const controller = controllerOf(pod.pod);
  const owner = controller && store.get<SelectingOwner>(controller.kind, pod.namespace, controller.name);
  const selector = owner?.spec?.selector;
  if (selector && controller?.kind === 'ReplicationController') Object.assign(pairs, selector);
  else if (selector && (controller?.kind === 'ReplicaSet' || controller?.kind === 'StatefulSet')) {
    if (!isEmptySelector(selector)) matchers.push(compileLabelSelector(selector));
  }
  if (Object.keys(pairs).length > 0) matchers.push(compileLabels(pairs));
  return matchers.length === 0 ? undefined : all(matchers);
}

/** Pods of the namespace on the node that the selector matches and that are not about to go. */
export function countMatching(node: NodeInfo, selector: LabelMatcher | undefined, namespace: string): number {
  if (!selector || node.pods.size === 0) return 0;
  let count = 0;
  for (const pod of node.pods.values()) {
    if (pod.namespace === namespace && !pod.terminating && selector(pod.labels)) count++;
  }
  return count;
}

export function hasAllKeys(node: NodeInfo, constraints: readonly Constraint[]): boolean {
  for (const { topologyKey } of constraints) if (node.labels[topologyKey] === undefined) return false;
  return true;
}
