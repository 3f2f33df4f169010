/**
 * What the controllers of Endpoints and of EndpointSlices have in common: which services a pod stands behind, and when
 * what they show was last caused to change.
 * Source: kubernetes k8s.io/endpointslice util/controller_utils.go, trigger_time_tracker.go.
 */
import { matchesSet } from '../apimachinery/labels.ts';
import type { Pod, Service } from '../apimachinery/types/core.v1.gen.ts';
import { getPodCondition, isPodReady, isPodTerminal } from '../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { equalJSON } from '../apis/strategy.ts';
import type { ResourceName } from '../registry/client.ts';
import type { Change, ControllerContext } from './framework.ts';

export const SERVICES: ResourceName = ['', 'services'];
export const PODS: ResourceName = ['', 'pods'];

export const LABEL_HEADLESS = 'service.kubernetes.io/headless';
export const ANNOTATION_TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

export type ServiceObject = Service & KubeObject;
export type PodObject = Pod & KubeObject;

/** Pods change in bursts: what they cause is done at once for all that change within this time, in ms. */
export const BATCH_MS = 100;

/** Whether the service's endpoints are ours to find: it has a selector and is no mere name. */
export function selectsPods({ spec }: Service): boolean {
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0;
}

/** The pods of the service's namespace that its selector selects. */
export function podsOf(service: Stored<ServiceObject>, ctx: ControllerContext): Stored<PodObject>[] {
  const selector = service.spec!.selector!;
  return ctx
    .lister<PodObject>(PODS)
    .list(service.metadata.namespace!)
    .filter((pod) => matchesSet(selector, pod.metadata.labels));
}

/** Whether a pod is to be reached through a service at all. */
export const shouldBeInEndpoints = (pod: Pod, includeTerminating: boolean): boolean =>
  (includeTerminating || !pod.metadata?.deletionTimestamp) &&
  !isPodTerminal(pod) &&
  Boolean(pod.status?.podIP || pod.status?.podIPs?.length);

/** Whether the pod is known by a name of its own below the service's. */
export const shouldSetHostname = ({ spec, metadata }: Pod, service: Service): boolean =>
  Boolean(spec?.hostname) &&
  spec?.subdomain === service.metadata?.name &&
  metadata?.namespace === service.metadata?.namespace;

export const isHeadless = ({ spec }: Service): boolean => !spec?.clusterIP || spec.clusterIP === 'None';

/** What endpoints show of a pod. */
const shown = (pod: Pod): unknown[] => [
  isPodReady(pod),
  Boolean(pod.metadata?.deletionTimestamp),
  isPodTerminal(pod),
  pod.status?.podIP,
  pod.status?.podIPs,
  pod.spec?.nodeName,
  pod.spec?.hostname,
  pod.spec?.subdomain,
];

/** Keys of the services whose endpoints a change of a pod concerns. */
export function* servicesOf({ object, old }: Change<PodObject>, ctx: ControllerContext): Iterable<string> {
  const sameLabels = equalJSON(object?.metadata.labels, old?.metadata.labels);
  if (object && old && sameLabels && equalJSON(shown(object), shown(old))) return;
  const { namespace } = (object ?? old)!.metadata;
  for (const service of ctx.lister<ServiceObject>(SERVICES).list(namespace!)) {
    if (!selectsPods(service)) continue;
    const selector = service.spec!.selector!;
    if (
      (object && matchesSet(selector, object.metadata.labels)) ||
      (old && !sameLabels && matchesSet(selector, old.metadata.labels)) ||
      (!object && old && matchesSet(selector, old.metadata.labels))
    ) {
      yield `${namespace}/${service.metadata.name}`;
    }
  }
}

interface Seen {
  readonly service: string;
  /** Pod name -> when it last became ready or not ready. */
  readonly pods: ReadonlyMap<string, string>;
}

/**
 * Tells when the change came about that a sync carries out: the earliest of the times that are new since the last
 * sync. All times are RFC 3339 in whole seconds, which compare as texts.
 */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** The trigger time; undefined when nothing that has a time has changed. */
  compute(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const before = this.#seen.get(key);
    const created = service.metadata?.creationTimestamp ?? '';
    const times = new Map<string, string>();
    let first: string | undefined = created > (before?.service ?? '') ? created : undefined;
    for (const pod of pods) {
      const time = getPodCondition(pod, 'Ready')?.lastTransitionTime;
      const name = pod.metadata?.name;
      if (!time || !name) continue;
      times.set(name, time);
      if (time > (before?.pods.get(name) ?? '') && (first === undefined || time < first)) first = time;
    }
    this.#seen.set(key, { service: created, pods: times });
    return first;
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
