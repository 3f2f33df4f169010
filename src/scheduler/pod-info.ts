/**
 * A pod with what the scheduler asks of it again and again, computed once.
 * Follows kubernetes pkg/scheduler/framework/types.go (PodInfo) and util/utils.go.
 */
import type { Pod, PodAffinityTerm } from '../apimachinery/types/core.v1.gen.ts';
import { type PodRequests, type ReadonlyResources, requestsOf } from './resources.ts';
import { compileLabelSelector, type LabelMatcher, type Labels } from './selector.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** A term of pod affinity, with its selectors compiled. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelMatcher;
  readonly selector: LabelMatcher;
  /** 0 for required terms. */
  readonly weight: number;
}

export interface PodInfo {
  readonly pod: Pod;
  /** namespace/name. */
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: ReadonlyResources;
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

const NO_LABELS: Labels = Object.freeze({});

/** namespace/name of a pod. */
export function podKey(pod: Pod): string {
  return `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
}

/**
 * Describes a pod. `previous` is an earlier version of the same pod, whose computed parts are kept while the spec
 * (by its generation) is the same: most events of a pod are about its status.
 */
export function newPodInfo(pod: Pod, previous?: PodInfo): PodInfo {
  const metadata = pod.metadata ?? {};
  const labels = metadata.labels ?? NO_LABELS;
  const terminating = metadata.deletionTimestamp !== undefined;
  const generation = metadata.generation;
  if (
    previous !== undefined &&
    generation !== undefined &&
    previous.uid === metadata.uid &&
    previous.pod.metadata?.generation === generation &&
    !isResizing(pod) &&
    !isResizing(previous.pod)
  ) {
    return { ...previous, pod, labels, terminating };
  }
  const namespace = metadata.namespace ?? '';
  const requests: PodRequests = requestsOf(pod);
  const affinity = pod.spec?.affinity;
  const required = (terms: readonly PodAffinityTerm[] | undefined): AffinityTerm[] =>
    (terms ?? []).map((term) => affinityTerm(term, namespace, 0));
  const preferred = (
    terms: readonly { podAffinityTerm: PodAffinityTerm; weight: number }[] | undefined,
  ): AffinityTerm[] =>
    (terms ?? []).map((term) => affinityTerm(term.podAffinityTerm, namespace, term.weight));
  return {
    pod,
    key: podKey(pod),
    uid: metadata.uid ?? podKey(pod),
    namespace,
    name: metadata.name ?? '',
    labels,
    priority: pod.spec?.priority ?? 0,
    terminating,
    ...requests,
    hostPorts: hostPortsOf(pod),
    requiredAffinity: required(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(
      affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
    ),
  };
}

const described = new WeakMap<Pod, PodInfo>();

/** The pod of an event, described once however many waiting pods are asked about it. */
export function describePod(pod: Pod): PodInfo {
  let info = described.get(pod);
  if (!info) {
    info = newPodInfo(pod);
    described.set(pod, info);
  }
  return info;
}

/** While a pod is resized in place its status has a say in what it takes. */
function isResizing(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some((condition) => condition.type.startsWith('PodResize'));
}

/** A term without namespaces and without a namespace selector is about the pod's own namespace. */
function affinityTerm(term: PodAffinityTerm, namespace: string, weight: number): AffinityTerm {
  const namespaces = new Set(term.namespaces);
  if (namespaces.size === 0 && term.namespaceSelector === undefined) namespaces.add(namespace);
  return {
    topologyKey: term.topologyKey,
    namespaces,
    namespaceSelector: compileLabelSelector(term.namespaceSelector),
    selector: compileLabelSelector(term.labelSelector),
    weight,
  };
}

/** True when the term is about that pod. `namespaceLabels` gives the labels of a namespace. */
export function termMatches(
  term: AffinityTerm,
  pod: PodInfo,
  namespaceLabels: (namespace: string) => Labels,
): boolean {
  if (!term.namespaces.has(pod.namespace) && !term.namespaceSelector(namespaceLabels(pod.namespace)))
    return false;
  return term.selector(pod.labels);
}

export function hasAffinity(pod: PodInfo): boolean {
  return (
    pod.requiredAffinity.length > 0 ||
    pod.preferredAffinity.length > 0 ||
    pod.requiredAntiAffinity.length > 0 ||
    pod.preferredAntiAffinity.length > 0
  );
}

/** Host ports of the containers and of the sidecars (init containers that keep running). */
function hostPortsOf(pod: Pod): HostPort[] {
  const ports: HostPort[] = [];
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars]) {
    for (const port of container.ports ?? []) {
      if (!port.hostPort || port.hostPort <= 0) continue;
      ports.push({ ip: port.hostIP || '0.0.0.0', protocol: port.protocol || 'TCP', port: port.hostPort });
    }
  }
  return ports;
}
