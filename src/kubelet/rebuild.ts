/**
 * What a node knows of a pod, from the status it once reported: a node that lost its memory goes on where it was, and no
 * container restarts because of it. Times have whole seconds there.
 */
import { parseTime } from '../apimachinery/time.ts';
import type { ContainerStateTerminated, ContainerStatus, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { getPodCondition, isPodPhaseTerminal } from '../apis/core/pod-util.ts';
import { imageName, parseImage } from './images.ts';
import {
  type ContainerRuntime,
  type Ended,
  type Member,
  members,
  newPodRuntime,
  type PodRuntime,
} from './pod-runtime.ts';
import {
  BACKOFF_BASE,
  BACKOFF_MAX,
  parseSeconds,
  RESTART_DELAY,
  RESTARTING_ALL,
  shouldRestart,
} from './restart.ts';
import { definitionOf } from './start-container.ts';

/** The runtime of a pod this node has reported on before; undefined for one that is new to it. */
export function rebuild(pod: Pod, now: number): PodRuntime | undefined {
  const status = pod.status;
  if (!status?.startTime) return undefined;
  const runtime = newPodRuntime(parseTime(status.startTime));
  const statuses = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  const hadSandbox = getPodCondition(pod, 'PodReadyToStartContainers')?.status === 'True';
  const ran = statuses.some((one) => one.containerID);
  if (status.podIP && (hadSandbox || ran)) runtime.ip = status.podIP;
  for (const member of members(pod, runtime)) {
    const found = statuses.find(({ name }) => name === member.spec.name);
    if (found) restore(pod, member, found, now);
  }
  const stillRuns = [...runtime.containers.values()].some(({ state }) => state.type === 'running');
  runtime.finished = isPodPhaseTerminal(status.phase) && !stillRuns;
  return runtime;
}

function restore(pod: Pod, member: Member, status: ContainerStatus, now: number): void {
  const { runtime, spec, role } = member;
  const { state = {}, lastState = {}, containerID, restartCount } = status;
  runtime.restartCount = restartCount;
  if (containerID) {
    runtime.id = containerID;
    runtime.definition = definitionThen(member, status);
  }
  const last = state.terminated ?? lastState.terminated;
  if (state.terminated && lastState.terminated) runtime.previous = endedOf(lastState.terminated);
  if (last?.containerID || last?.reason === RESTARTING_ALL.reason) runtime.ended = endedOf(last);
  if (restartCount > 0)
    runtime.backoff = backoffOf(restartCount, state.running?.startedAt ?? last?.startedAt ?? undefined, now);
  if (state.running) {
    runtime.state = { type: 'running', startedAt: timeOf(state.running.startedAt, now) };
  } else if (state.terminated) {
    const again = shouldRestart(pod, spec, role, state.terminated.exitCode);
    const retryAt = timeOf(state.terminated.finishedAt, now) + RESTART_DELAY;
    runtime.state = again ? { type: 'ended', retryAt } : { type: 'ended' };
  } else {
    restoreWaiting(runtime, state.waiting?.reason ?? '', state.waiting?.message ?? '', now);
  }
}

function restoreWaiting(runtime: ContainerRuntime, reason: string, message: string, now: number): void {
  if (reason === '' || reason === 'ContainerCreating' || reason === 'PodInitializing') return;
  if (reason === 'CrashLoopBackOff') {
    const delay = parseSeconds(/^back-off (\S+) /.exec(message)?.[1] ?? '') ?? BACKOFF_BASE;
    const finishedAt = runtime.ended?.finishedAt ?? now;
    runtime.backoff = { delay, updatedAt: runtime.ended?.startedAt ?? now };
    runtime.state = { type: 'waiting', reason, message, retryAt: finishedAt + delay };
    return;
  }
  // How long it has been waiting nobody knows: it is tried again at the next occasion.
  if (reason === 'InvalidImageName' || reason === RESTARTING_ALL.reason)
    runtime.state = { type: 'waiting', reason, message };
  else runtime.state = { type: 'waiting', reason, message, retryAt: now + BACKOFF_BASE };
}

/** What a container was made from: the spec of now, unless its image has changed since. */
function definitionThen({ spec }: Member, status: ContainerStatus): string {
  const reference = parseImage(spec.image ?? '');
  return reference && imageName(reference) === status.image ? definitionOf(spec) : status.image;
}

const backoffOf = (restarts: number, since: string | undefined, now: number) => ({
  delay: Math.min(BACKOFF_BASE * 2 ** Math.min(restarts - 1, 10), BACKOFF_MAX),
  updatedAt: timeOf(since, now),
});

const endedOf = ({
  containerID,
  exitCode,
  reason,
  message,
  startedAt,
  finishedAt,
}: ContainerStateTerminated): Ended => ({
  id: containerID ?? '',
  exitCode,
  reason: reason ?? '',
  ...(message ? { message } : {}),
  startedAt: timeOf(startedAt, 0),
  finishedAt: timeOf(finishedAt, 0),
});

const timeOf = (text: string | null | undefined, otherwise: number): number =>
  text ? parseTime(text) : otherwise;
