/**
 * The status of a pod, as its node reports it.
 * Source: kubernetes pkg/kubelet/kubelet_pods.go (getPhase, generateAPIPodStatus), pkg/kubelet/status/generate.go.
 */
import { formatTime } from '../apimachinery/time.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../apimachinery/types/core.v1.gen.ts';
import { allContainers, isPodPhaseTerminal, isRestartableInitContainer } from '../apis/core/pod-util.ts';
import { containerStatuses } from './container-status.ts';
import { members, type PodRuntime } from './pod-runtime.ts';
import { canRestartAll } from './restart.ts';

/** Conditions that are the kubelet's own; all others stay as they are. */
const OWN: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'AllContainersRestarting',
]);

/** The status of a pod with this runtime at `now`. What others wrote into the status it has is kept. */
export function podStatus(pod: Pod, runtime: PodRuntime, hostIP: string, now: number): PodStatus {
  const old = pod.status ?? {};
  const list = members(pod, runtime);
  const main = containerStatuses(pod, runtime, list, ['main'], now);
  const init = containerStatuses(pod, runtime, list, ['init', 'sidecar'], now);
  const ephemeral = containerStatuses(pod, runtime, list, ['ephemeral'], now);
  const phase = phaseOf(pod, runtime, [...main, ...init]);
  const ip = runtime.ip;
  const { reason, message } = phase === old.phase && !runtime.failure ? old : {};
  const failure = phase === 'Failed' ? runtime.failure : undefined;
  const generation = pod.metadata?.generation;
  const status: PodStatus = {
    ...old,
    ...(generation ? { observedGeneration: generation } : {}),
    phase,
    conditions: conditionsOf(pod, runtime, [...init, ...main], phase, now),
    containerStatuses: main,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: formatTime(runtime.startTime),
  };
  set(status, 'initContainerStatuses', init);
  set(status, 'ephemeralContainerStatuses', ephemeral);
  setText(status, 'reason', failure?.reason ?? reason);
  setText(status, 'message', failure?.message ?? message);
  return status;
}

function set(
  status: PodStatus,
  field: 'initContainerStatuses' | 'ephemeralContainerStatuses',
  list: ContainerStatus[],
): void {
  if (list.length > 0) status[field] = list;
  else delete status[field];
}

function setText(status: PodStatus, field: 'reason' | 'message', text: string | undefined): void {
  if (text) status[field] = text;
  else delete status[field];
}

/** The status of a pod the node does not take. */
export function rejectedStatus(pod: Pod, reason: string, message: string, now: number): PodStatus {
  const generation = pod.metadata?.generation;
  return {
    ...pod.status,
    ...(generation ? { observedGeneration: generation } : {}),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: formatTime(now),
  };
}

/** The phase; once it is final it stays. */
function phaseOf(pod: Pod, runtime: PodRuntime, statuses: readonly ContainerStatus[]): string {
  const old = pod.status?.phase;
  if (isPodPhaseTerminal(old)) return old!;
  if (!runtime.finished) return livePhase(pod, statuses);
  // Now that nothing runs any more, what failed and what did not is final.
  if (runtime.failure) return 'Failed';
  const phase = finalPhase(pod, statuses);
  return phase;
}

const find = (statuses: readonly ContainerStatus[], name: string): ContainerStatus | undefined =>
  statuses.find((status) => status.name === name);

function finalPhase(pod: Pod, statuses: readonly ContainerStatus[]): string {
  const succeeded = (name: string): boolean => find(statuses, name)?.state?.terminated?.exitCode === 0;
  const counted = [
    ...(pod.spec?.initContainers ?? []).filter((one) => !isRestartableInitContainer(one)),
    ...(pod.spec?.containers ?? []),
  ];
  return counted.every(({ name }) => succeeded(name)) ? 'Succeeded' : 'Failed';
}

function livePhase(pod: Pod, statuses: readonly ContainerStatus[]): string {
  const initContainers = pod.spec?.initContainers ?? [];
  const containers = pod.spec?.containers ?? [];
  const begun = hasStarted(pod, statuses);
  let pending = 0;
  for (const container of initContainers) {
    const status = find(statuses, container.name);
    if (isRestartableInitContainer(container)) {
      if (
        status?.state?.running
          ? !status.started
          : !status?.lastState?.terminated && !status?.state?.terminated
      )
        pending++;
    } else if (!status?.state?.terminated && !status?.lastState?.terminated) pending++;
    else if (status.state?.running) pending++;
  }
  if (pending > 0 && !begun) return 'Pending';
  let waiting = 0;
  let stopped = 0;
  for (const { name } of containers) {
    const status = find(statuses, name);
    if (status?.state?.running) continue;
    if (status?.state?.terminated || status?.lastState?.terminated) stopped++;
    else waiting++;
  }
  if (waiting > 0) return 'Pending';
  return stopped > 0 || containers.length > 0 ? 'Running' : 'Pending';
}

/** Whether a main container runs or has run. */
function hasStarted(pod: Pod, statuses: readonly ContainerStatus[]): boolean {
  return (pod.spec?.containers ?? []).some(({ name }) => {
    const status = find(statuses, name);
    return !!(status?.state?.running || status?.state?.terminated || status?.lastState?.terminated);
  });
}

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

const TRUE: Verdict = { status: 'True' };

function conditionsOf(
  pod: Pod,
  runtime: PodRuntime,
  statuses: readonly ContainerStatus[],
  phase: string,
  now: number,
): PodCondition[] {
  const old = pod.status?.conditions ?? [];
  const generation = pod.metadata?.generation;
  const foreign = old.filter(({ type }) => !OWN.has(type));
  const containersReady = containersReadyVerdict(pod, statuses, phase);
  const own: readonly [string, Verdict][] = [
    [
      'PodReadyToStartContainers',
      { status: runtime.ip !== undefined && !runtime.finished ? 'True' : 'False' },
    ],
    ['Initialized', initializedVerdict(pod, statuses, phase)],
    ['Ready', containersReady.status === 'True' ? gatesVerdict(pod, foreign) : containersReady],
    ['ContainersReady', containersReady],
    ['PodScheduled', TRUE],
    ...(allContainers(pod.spec).some(canRestartAll) ? [restartingVerdict(phase)] : []),
  ];
  return [
    ...foreign,
    ...own.map(([type, verdict]): PodCondition => {
      const before = old.find((one) => one.type === type);
      const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
      return {
        type,
        ...(generation ? { observedGeneration: generation } : {}),
        status: verdict.status,
        lastProbeTime: null,
        lastTransitionTime: since ?? formatTime(now),
        ...(verdict.reason ? { reason: verdict.reason } : {}),
        ...(verdict.message ? { message: verdict.message } : {}),
      };
    }),
  ];
}

const listed = (names: readonly string[]): string => `[${names.join(' ')}]`;

function containersReadyVerdict(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const counted = [
    ...(pod.spec?.initContainers ?? []).filter(isRestartableInitContainer),
    ...(pod.spec?.containers ?? []),
  ];
  const unready = counted.map(({ name }) => name).filter((name) => !find(statuses, name)?.ready);
  if (unready.length === 0) return TRUE;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${listed(unready)}`,
  };
}

function initializedVerdict(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (hasStarted(pod, statuses)) return TRUE;
  const incomplete = (pod.spec?.initContainers ?? [])
    .filter((container) => {
      const status = find(statuses, container.name);
      return isRestartableInitContainer(container) ? !status?.started : !status?.ready;
    })
    .map(({ name }) => name);
  if (incomplete.length === 0) return TRUE;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: ${listed(incomplete)}`,
  };
}

/** A pod that begins again has done so before anybody is told. */
function restartingVerdict(phase: string): [string, Verdict] {
  const reason = { Succeeded: 'PodCompleted', Failed: 'PodFailed' }[phase];
  return ['AllContainersRestarting', { status: 'False', ...(reason ? { reason } : {}) }];
}

function gatesVerdict(pod: Pod, conditions: readonly PodCondition[]): Verdict {
  const messages: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const condition = conditions.find(({ type }) => type === conditionType);
    if (!condition) {
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (condition.status !== 'True') {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
      );
    }
  }
  if (messages.length === 0) return TRUE;
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
