/**
 * Questions that controllers, the scheduler and the nodes ask of a pod.
 * Source: kubernetes pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go.
 */
import type {
  Container,
  ContainerPort,
  ContainerStatus,
  EphemeralContainer,
  Pod,
  PodCondition,
  PodSpec,
} from '../../apimachinery/types/core.v1.gen.ts';

/** The pod's condition of this type, if it has one. */
export function getPodCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

function conditionIsTrue(pod: Pod, type: string): boolean {
  return getPodCondition(pod, type)?.status === 'True';
}

/** Whether condition Ready is True. */
export function isPodReady(pod: Pod): boolean {
  return conditionIsTrue(pod, 'Ready');
}

/** Whether condition ContainersReady is True. */
export function areContainersReady(pod: Pod): boolean {
  return conditionIsTrue(pod, 'ContainersReady');
}

/** Whether condition Initialized is True. */
export function isPodInitialized(pod: Pod): boolean {
  return conditionIsTrue(pod, 'Initialized');
}

/** When condition Ready last changed (ms since the epoch), while the pod is ready. */
export function podReadyTime(pod: Pod): number | undefined {
  const condition = getPodCondition(pod, 'Ready');
  if (condition?.status !== 'True' || !condition.lastTransitionTime) return undefined;
  const time = Date.parse(condition.lastTransitionTime);
  return Number.isNaN(time) ? undefined : time;
}

/** Whether the pod has been ready for `minReadySeconds`; `now` in ms since the epoch. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = podReadyTime(pod);
  return since !== undefined && since + minReadySeconds * 1000 < now;
}

/** Whether every readiness gate's condition is True. */
export function areReadinessGatesTrue(pod: Pod): boolean {
  return (pod.spec?.readinessGates ?? []).every((gate) => conditionIsTrue(pod, gate.conditionType));
}

/** Whether a phase is final: Succeeded or Failed. */
export function isPodPhaseTerminal(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether all containers have stopped for good. */
export function isPodTerminal(pod: Pod): boolean {
  return isPodPhaseTerminal(pod.status?.phase);
}

/** Whether a controller counts the pod: neither finished nor being deleted. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !pod.metadata?.deletionTimestamp;
}

/** Whether the pod is being deleted but has not finished. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodTerminal(pod) && !!pod.metadata?.deletionTimestamp;
}

/**
 * Sets a condition in place. The transition time stays when the status does, else it is `now` (RFC 3339).
 * @returns whether anything changed.
 */
export function setPodCondition(pod: Pod, condition: PodCondition, now: string): boolean {
  pod.status ??= {};
  pod.status.conditions ??= [];
  const { conditions } = pod.status;
  const index = conditions.findIndex((one) => one.type === condition.type);
  const old = conditions[index];
  if (!old) {
    conditions.push({ ...condition, lastTransitionTime: now });
    return true;
  }
  const sameStatus = old.status === condition.status;
  conditions[index] = { ...condition, lastTransitionTime: sameStatus ? old.lastTransitionTime : now };
  return (
    !sameStatus ||
    (old.reason ?? '') !== (condition.reason ?? '') ||
    (old.message ?? '') !== (condition.message ?? '') ||
    (old.lastProbeTime ?? '') !== (condition.lastProbeTime ?? '')
  );
}

/** Whether an init container is a sidecar: it keeps running beside the main containers. */
export function isRestartableInitContainer(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

/** Init containers, containers and ephemeral containers, in that order. */
export function allContainers(spec: PodSpec | undefined): (Container | EphemeralContainer)[] {
  if (!spec) return [];
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** The status of a container of any sort, by its name. */
export function getContainerStatus(pod: Pod, name: string): ContainerStatus | undefined {
  const status = pod.status;
  for (const list of [
    status?.containerStatuses,
    status?.initContainerStatuses,
    status?.ephemeralContainerStatuses,
  ]) {
    const found = list?.find((one) => one.name === name);
    if (found) return found;
  }
  return undefined;
}

/** Ports that a pod can be reached at: those of its containers and of its sidecars. */
export function podPorts(pod: Pod): ContainerPort[] {
  const sidecars = (pod.spec?.initContainers ?? []).filter(isRestartableInitContainer);
  return [...(pod.spec?.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []);
}

/**
 * The number of a port that a service targets: itself when it is a number, else the container port of that name and
 * protocol. Undefined when no container has it.
 */
export function findPort(pod: Pod, targetPort: number | string, protocol = 'TCP'): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const port = podPorts(pod).find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol);
  return port?.containerPort;
}
