/**
 * How pods look as a table. Source: kubernetes pkg/printers/internalversion/printers.go printPod.
 */
import type { ContainerStatus, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Cell, Printer } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, timeSince, wideColumn } from '../printing.ts';
import { isPodInitialized, isPodPhaseTerminal, isPodReady, isRestartableInitContainer } from './pod-util.ts';

const NONE = '<none>';

export const podPrinter: Printer<Pod> = {
  columns: [
    NAME,
    column('Ready', 'Containers that are ready, of those that should run'),
    column('Status', 'What the pod as a whole is doing'),
    column('Restarts', 'Restarts of the containers, and when the last one was'),
    AGE,
    wideColumn('IP', 'First address of the pod'),
    wideColumn('Node', 'Node that the pod is bound to'),
    wideColumn('Nominated Node', 'Node on which pods are preempted in favour of this one'),
    wideColumn('Readiness Gates', 'Readiness gates that are true, of those that are named'),
  ],
  cells(pod, now): Cell[] {
    const summary = summarize(pod);
    return [
      nameOf(pod),
      `${summary.ready}/${summary.total}`,
      summary.reason,
      restartsCell(summary, now),
      age(pod, now),
      pod.status?.podIPs?.[0]?.ip || NONE,
      pod.spec?.nodeName || NONE,
      pod.status?.nominatedNodeName || NONE,
      readinessGatesCell(pod),
    ];
  },
  conditions(pod) {
    if (pod.status?.phase === 'Succeeded')
      return [completed('Succeeded', 'The pod has completed successfully.')];
    if (pod.status?.phase === 'Failed') return [completed('Failed', 'The pod failed.')];
    return [];
  },
};

const completed = (reason: string, message: string) => ({
  type: 'Completed',
  status: 'True',
  reason,
  message,
});

interface Summary {
  reason: string;
  ready: number;
  total: number;
  restarts: number;
  /** When a container last ended before its restart, ms since the epoch; 0: never. */
  lastRestart: number;
}

/** The pod's Ready, Status and Restarts in one pass. */
function summarize(pod: Pod): Summary {
  const status = pod.status ?? {};
  const initContainers = pod.spec?.initContainers ?? [];
  const restartable = new Set(initContainers.filter(isRestartableInitContainer).map((one) => one.name));
  const summary: Summary = {
    reason: status.reason || status.phase || '',
    ready: 0,
    total: (pod.spec?.containers?.length ?? 0) + restartable.size,
    restarts: 0,
    lastRestart: 0,
  };
  if (status.conditions?.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')) {
    summary.reason = 'SchedulingGated';
  }
  const sidecars = { restarts: 0, lastRestart: 0 };
  const initializing = readInitContainers(pod, restartable, summary, sidecars);
  if (!initializing || isPodInitialized(pod)) {
    // From here on init containers that have ended no longer count, sidecars do.
    summary.restarts = sidecars.restarts;
    summary.lastRestart = sidecars.lastRestart;
    readContainers(pod, summary);
  }
  if (pod.metadata?.deletionTimestamp) {
    if (status.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (!isPodPhaseTerminal(status.phase)) summary.reason = 'Terminating';
  }
  return summary;
}

type Restarts = Pick<Summary, 'restarts' | 'lastRestart'>;

function countRestarts(container: ContainerStatus, into: Restarts): void {
  into.restarts += container.restartCount ?? 0;
  const ended = Date.parse(container.lastState?.terminated?.finishedAt ?? '');
  if (ended > into.lastRestart) into.lastRestart = ended;
}

/** Reads init containers up to the first that is still at work. @returns whether there is one. */
function readInitContainers(
  pod: Pod,
  restartable: ReadonlySet<string>,
  summary: Summary,
  sidecars: Restarts,
): boolean {
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    countRestarts(container, summary);
    const isSidecar = restartable.has(container.name);
    if (isSidecar) countRestarts(container, sidecars);
    const { terminated, waiting } = container.state ?? {};
    if (terminated && !terminated.exitCode) continue;
    if (isSidecar && container.started) {
      if (container.ready) summary.ready++;
      continue;
    }
    if (terminated) summary.reason = `Init:${terminated.reason || endedWith(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing')
      summary.reason = `Init:${waiting.reason}`;
    else summary.reason = `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`;
    return true;
  }
  return false;
}

/** The first container's reason wins, so they are read from the last. */
function readContainers(pod: Pod, summary: Summary): void {
  const statuses = pod.status?.containerStatuses ?? [];
  let hasRunning = false;
  for (let index = statuses.length - 1; index >= 0; index--) {
    const container = statuses[index]!;
    countRestarts(container, summary);
    const { terminated, waiting, running } = container.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) summary.reason = terminated.reason || endedWith(terminated);
    else if (container.ready && running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && hasRunning) summary.reason = isPodReady(pod) ? 'Running' : 'NotReady';
}

const endedWith = (terminated: { signal?: number; exitCode?: number }): string =>
  terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;

function restartsCell({ restarts, lastRestart }: Summary, now: number): string {
  if (restarts === 0 || lastRestart === 0) return String(restarts);
  return `${restarts} (${timeSince(new Date(lastRestart).toISOString(), now)} ago)`;
}

function readinessGatesCell(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const isTrue = (type: string): boolean =>
    pod.status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  return `${gates.filter((gate) => isTrue(gate.conditionType)).length}/${gates.length}`;
}
