/**
 * The status of a pod's containers.
 * Source: kubernetes pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses).
 */
import { formatTime } from '../apimachinery/time.ts';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  ContainerUser,
  Pod,
  ResourceRequirements,
  VolumeMountStatus,
} from '../apimachinery/types/core.v1.gen.ts';
import { imageID, imageName, parseImage } from './images.ts';
import type { Ended, Member, PodRuntime, Role } from './pod-runtime.ts';
import { healthOf, isProbed, scriptFor } from './program.ts';

/** The statuses of the containers of some roles, in the order of the spec. */
export function containerStatuses(
  pod: Pod,
  runtime: PodRuntime,
  list: readonly Member[],
  roles: readonly Role[],
  now: number,
): ContainerStatus[] {
  return list
    .filter(({ role }) => roles.includes(role))
    .map((member) => containerStatus(pod, runtime, member, now));
}

function containerStatus(pod: Pod, pods: PodRuntime, member: Member, now: number): ContainerStatus {
  const { spec, runtime } = member;
  const { id, restartCount } = runtime;
  const running = runtime.state.type === 'running' ? runtime.state : undefined;
  const { started, ready } = running ? healthAt(pod, member, running.startedAt, now) : endedHealth(member);
  const { state, lastState } = states(pod, pods, member);
  const reference = parseImage(spec.image ?? '');
  const ran = id !== undefined && reference !== undefined;
  const mounts = volumeMounts(spec);
  return {
    ...(running && spec.resources?.requests ? { allocatedResources: spec.resources.requests } : {}),
    ...(id ? { containerID: id } : {}),
    image: ran ? imageName(reference) : (spec.image ?? ''),
    imageID: ran ? imageID(reference) : '',
    lastState,
    name: spec.name,
    ready,
    ...(running ? { resources: resourcesOf(spec) } : {}),
    restartCount,
    started,
    state,
    ...(running ? { user: userOf(pod, spec) } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

function healthAt(
  pod: Pod,
  { spec, role, runtime }: Member,
  startedAt: number,
  now: number,
): { started: boolean; ready: boolean } {
  if (!isProbed(role)) return { started: true, ready: false };
  const health = healthOf(pod, spec, scriptFor(pod, spec), runtime.restartCount);
  return { started: now >= startedAt + health.started, ready: now >= startedAt + health.ready };
}

/** An init container that has done its work is ready for good. */
const endedHealth = ({ role, runtime }: Member): { started: boolean; ready: boolean } => ({
  started: false,
  ready: role === 'init' && runtime.state.type === 'ended' && runtime.ended?.exitCode === 0,
});

function states(
  pod: Pod,
  pods: PodRuntime,
  { role, runtime }: Member,
): { state: ContainerState; lastState: ContainerState } {
  const { state, ended, previous } = runtime;
  const before: ContainerState = ended ? { terminated: terminated(ended) } : {};
  const earlier: ContainerState =
    previous && state.type === 'ended' ? { terminated: terminated(previous) } : {};
  if (state.type === 'running') {
    return { state: { running: { startedAt: formatTime(state.startedAt) } }, lastState: before };
  }
  // Until it runs again, a container that is being started shows how it ended.
  if (ended && (state.type !== 'waiting' || pods.finished)) return { state: before, lastState: earlier };
  if (pods.finished && role === 'main' && isInitialized(pod, pods)) return { state: UNKNOWN, lastState: {} };
  if (state.type === 'waiting') {
    const { reason, message } = state;
    return { state: { waiting: { reason, ...(message ? { message } : {}) } }, lastState: before };
  }
  const reason = pod.spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  return { state: { waiting: { reason } }, lastState: before };
}

const isInitialized = (pod: Pod, { containers }: PodRuntime): boolean =>
  (pod.spec?.initContainers ?? []).every(
    ({ name, restartPolicy }) => restartPolicy === 'Always' || containers.get(name)?.ended?.exitCode === 0,
  );

/** A container that never ran when its pod ended. Source: kubernetes pkg/kubelet/status (TerminatePod). */
const UNKNOWN: ContainerState = {
  terminated: {
    exitCode: 137,
    message: 'The container could not be located when the pod was terminated',
    reason: 'ContainerStatusUnknown',
  },
};

/** A container that was removed has no id, and nobody knows when it ran. */
const terminated = ({ id, exitCode, reason, message, startedAt, finishedAt }: Ended) => ({
  ...(id ? { containerID: id } : {}),
  exitCode,
  finishedAt: id ? formatTime(finishedAt) : null,
  ...(message ? { message } : {}),
  reason,
  startedAt: id ? formatTime(startedAt) : null,
});

/** What the container was given: its spec's own, since a resize takes effect at once. */
function resourcesOf({ resources }: Container): ResourceRequirements {
  const { limits, requests } = resources ?? {};
  return { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) };
}

function userOf(pod: Pod, { securityContext }: Container): ContainerUser {
  const context = pod.spec?.securityContext;
  const uid = securityContext?.runAsUser ?? context?.runAsUser ?? 0;
  const gid = securityContext?.runAsGroup ?? context?.runAsGroup ?? 0;
  const groups = new Set([
    gid,
    ...(context?.fsGroup === undefined ? [] : [context.fsGroup]),
    ...(context?.supplementalGroups ?? []),
  ]);
  return { linux: { gid, supplementalGroups: [...groups], uid } };
}

const volumeMounts = ({ volumeMounts = [] }: Container): VolumeMountStatus[] =>
  volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
    mountPath,
    name,
    ...(readOnly
      ? {
          readOnly,
          recursiveReadOnly:
            recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible' ? 'Enabled' : 'Disabled',
        }
      : {}),
  }));
