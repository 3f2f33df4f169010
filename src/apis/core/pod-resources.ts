/**
 * What a pod as a whole requests and may use. Part of the API: the scheduler, quotas and nodes must agree on it.
 * Source: k8s.io/component-helpers resource/helpers.go.
 */
import type { Container, ContainerStatus, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { add, isZero, type Quantity } from '../../apimachinery/quantity.ts';
import { getContainerStatus, getPodCondition, isRestartableInitContainer } from './pod-util.ts';
import {
  addResources,
  isHugePageResource,
  maxResources,
  parseResources,
  type Resources,
} from './resource-list.ts';

export interface PodResourcesOptions {
  /**
   * Counts what the status says is allocated or actuated as well, and takes the greatest: a pod that is being
   * resized holds both. The scheduler and quotas set it.
   */
  readonly useStatusResources?: boolean;
  readonly excludeOverhead?: boolean;
  /** Leaves out what spec.resources says of the pod as a whole. */
  readonly skipPodLevelResources?: boolean;
  /** Requests of containers that do not say what they request of these resources. */
  readonly nonMissingContainerRequests?: Readonly<Resources>;
}

/** Whether a resource can be given for a pod as a whole: cpu, memory and huge pages. */
export const isSupportedPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || isHugePageResource(name);

const hasPodLevel = (list: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(list ?? {}).some(isSupportedPodLevelResource);
export const isPodLevelRequestsSet = (pod: Pod): boolean => hasPodLevel(pod.spec?.resources?.requests);
export const isPodLevelLimitsSet = (pod: Pod): boolean => hasPodLevel(pod.spec?.resources?.limits);
/** Whether the pod as a whole has requests or limits. */
export const isPodLevelResourcesSet = (pod: Pod): boolean =>
  isPodLevelRequestsSet(pod) || isPodLevelLimitsSet(pod);

/** What the pod requests, overhead included. */
export function podRequests(pod: Pod, options: PodResourcesOptions = {}): Record<string, Quantity> {
  const requests = aggregateContainerRequests(pod, options);
  if (!options.skipPodLevelResources && isPodLevelRequestsSet(pod)) {
    applyPodLevel(requests, pod.spec?.resources?.requests);
  }
  if (!options.excludeOverhead) addResources(requests, parseResources(pod.spec?.overhead));
  return requests;
}

/** What the pod may use, overhead included where there is a limit. */
export function podLimits(pod: Pod, options: PodResourcesOptions = {}): Record<string, Quantity> {
  const limits = aggregateContainerLimits(pod, options);
  if (!options.skipPodLevelResources && isPodLevelResourcesSet(pod)) {
    applyPodLevel(limits, pod.spec?.resources?.limits);
  }
  if (options.excludeOverhead) return limits;
  for (const [name, overhead] of Object.entries(parseResources(pod.spec?.overhead))) {
    const limit = limits[name];
    if (limit && !isZero(limit)) limits[name] = add(limit, overhead);
  }
  return limits;
}

/** Requests of all containers, as they run together and one after another. */
export function aggregateContainerRequests(pod: Pod, options: PodResourcesOptions = {}): Resources {
  const { nonMissingContainerRequests: missing } = options;
  const sum = (read: ReadContainer): Resources =>
    aggregate(pod, options, (...args) => withMissing(read(...args), missing));
  const fromSpec = sum((container) => parseResources(container.resources?.requests));
  if (!options.useStatusResources) return fromSpec;
  const allocated = sum((container, status, infeasible) =>
    parseResources(status?.allocatedResources ?? (infeasible ? undefined : container.resources?.requests)),
  );
  const actuated = sum((container, status, infeasible) =>
    parseResources(
      status?.resources?.requests ??
        status?.allocatedResources ??
        (infeasible ? undefined : container.resources?.requests),
    ),
  );
  const result = isResizeInfeasible(pod) ? {} : fromSpec;
  maxResources(result, actuated);
  maxResources(result, allocated);
  return result;
}

/** Limits of all containers, as they run together and one after another. */
export function aggregateContainerLimits(pod: Pod, options: PodResourcesOptions = {}): Resources {
  const fromSpec = aggregate(pod, options, (container) => parseResources(container.resources?.limits));
  if (!options.useStatusResources) return fromSpec;
  const actuated = aggregate(pod, options, (container, status, infeasible) =>
    parseResources(status?.resources?.limits ?? (infeasible ? undefined : container.resources?.limits)),
  );
  const result = isResizeInfeasible(pod) ? {} : fromSpec;
  maxResources(result, actuated);
  return result;
}

const isResizeInfeasible = (pod: Pod): boolean =>
  getPodCondition(pod, 'PodResizePending')?.reason === 'Infeasible';

function applyPodLevel(resources: Resources, list: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(parseResources(list))) {
    if (isSupportedPodLevelResource(name)) resources[name] = value;
  }
}

type ReadContainer = (
  container: Container,
  status: ContainerStatus | undefined,
  resizeInfeasible: boolean,
) => Resources;

/**
 * Containers add up. An init container runs beside the sidecars before it and needs no more than the greatest of
 * these sums: KEP-753.
 */
function aggregate(pod: Pod, options: PodResourcesOptions, read: ReadContainer): Resources {
  const { useStatusResources = false } = options;
  const infeasible = useStatusResources && isResizeInfeasible(pod);
  const statusOf = (container: Container): ContainerStatus | undefined =>
    useStatusResources ? getContainerStatus(pod, container.name) : undefined;
  const result: Resources = {};
  for (const container of pod.spec?.containers ?? []) {
    addResources(result, read(container, statusOf(container), infeasible));
  }
  const initContainers = pod.spec?.initContainers;
  if (!initContainers?.length) return result;
  const sidecars: Resources = {};
  const initial: Resources = {};
  for (const container of initContainers) {
    const resources = read(container, statusOf(container), infeasible);
    if (isRestartableInitContainer(container)) {
      addResources(result, resources);
      addResources(sidecars, resources);
      maxResources(initial, sidecars);
    } else {
      addResources(resources, sidecars);
      maxResources(initial, resources);
    }
  }
  maxResources(result, initial);
  return result;
}

function withMissing(resources: Resources, missing: Readonly<Resources> | undefined): Resources {
  return missing ? { ...missing, ...resources } : resources;
}
