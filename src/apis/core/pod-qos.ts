/**
 * Quality of service: who is evicted first when a node runs short.
 * Source: kubernetes pkg/apis/core/helper/qos/qos.go.
 */
import type { Pod, ResourceRequirements } from '../../apimachinery/types/core.v1.gen.ts';
import { cmp, sign } from '../../apimachinery/quantity.ts';
import { addResources, parseResources, type Resources } from './resource-list.ts';

export type PodQOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The class that the status keeps, else the one that follows from the spec. */
export const podQOS = (pod: Pod): PodQOSClass =>
  (pod.status?.qosClass as PodQOSClass | undefined) || computePodQOS(pod);

/**
 * BestEffort: no container requests or limits cpu or memory. Guaranteed: all limit both and request as much.
 * Burstable: anything between. What the pod as a whole is given counts instead, where it is given something.
 */
export function computePodQOS(pod: Pod): PodQOSClass {
  const requests: Resources = {};
  const limits: Resources = {};
  let guaranteed = true;
  for (const { requests: requested, limits: limited } of whatCounts(pod)) {
    addResources(requests, compute(requested));
    const own = compute(limited);
    addResources(limits, own);
    if (!own.cpu || !own.memory) guaranteed = false;
  }
  const requestNames = Object.keys(requests);
  const limitNames = Object.keys(limits);
  if (requestNames.length === 0 && limitNames.length === 0) return 'BestEffort';
  const equal = requestNames.every((name) => limits[name] && cmp(limits[name], requests[name]!) === 0);
  return guaranteed && equal && requestNames.length === limitNames.length ? 'Guaranteed' : 'Burstable';
}

function whatCounts(pod: Pod): ResourceRequirements[] {
  // Also when they say nothing.
  if (pod.spec?.resources) return [pod.spec.resources];
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return containers.map((container) => container.resources ?? {});
}

/** Cpu and memory above zero. */
function compute(list: Readonly<Record<string, string>> | undefined): Resources {
  const all = parseResources(list);
  const result: Resources = {};
  for (const name of ['cpu', 'memory']) {
    if (all[name] && sign(all[name]) > 0) result[name] = all[name];
  }
  return result;
}
