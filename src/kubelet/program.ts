/** How a container's program runs, answers its probes and stops: from its command, its probes and its script. */
import { getControllerOf } from '../apimachinery/controller-ref.ts';
import type { Container, EphemeralContainer, Pod, Probe } from '../apimachinery/types/core.v1.gen.ts';
import { allContainers } from '../apis/core/pod-util.ts';
import { type Script, scriptOf } from './annotations.ts';
import type { Ended, Role, Stop } from './pod-runtime.ts';
import { type Answer, answersOf, firstAnswer, lifeOf, terminationMessage } from './life.ts';
import { interpret } from './runtime/command.ts';
import { endsAtOnce, pauses } from './runtime/entry-point.ts';

type AnyContainer = Container | EphemeralContainer;

/** The end a run will find by itself. */
export interface Exit {
  /** Milliseconds after its start; Infinity: it goes on. */
  readonly after: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
}

export const scriptFor = (pod: Pod, { name }: AnyContainer): Script =>
  scriptOf(pod.metadata?.annotations, name);

const reasonOf = (exitCode: number): string => (exitCode === 0 ? 'Completed' : 'Error');
/** SIGKILL's exit code, as shells count. */
export const KILLED = 137;
const TERMINATED = 143;

/** How run number `run` (0: the first) of a container will end by itself. */
export function exitOf(pod: Pod, container: AnyContainer, script: Script, run: number): Exit {
  const scripted =
    script.runFor !== undefined || script.exitCode !== undefined || script.exitReason !== undefined;
  if (scripted && (script.crashes === undefined || run < script.crashes)) {
    const exitCode = script.exitCode ?? (script.exitReason === 'OOMKilled' ? KILLED : 0);
    return {
      after: script.runFor ?? 0,
      exitCode,
      reason: script.exitReason ?? reasonOf(exitCode),
      ...messageOf(script),
    };
  }
  if (scripted) return { after: Number.POSITIVE_INFINITY, exitCode: 0, reason: '' };
  if (!hasCommand(container) && endsAtOnce(container)) {
    return { after: 0, exitCode: 0, reason: reasonOf(0), ...messageOf(script) };
  }
  const life = lifeOf(pod, container, run);
  const { duration, exitCode } = life;
  if (!life.known && isToEnd(pod, container)) {
    return { after: UNKNOWN_WORK, exitCode: 0, reason: reasonOf(0), ...messageOf(script) };
  }
  if (!Number.isFinite(duration)) return { after: duration, exitCode, reason: reasonOf(exitCode) };
  const own = { terminationMessage: terminationMessage(container, life), ...script };
  return { after: duration, exitCode, reason: reasonOf(exitCode), ...messageOf(own) };
}

/** How long a program works that nobody knows, where it is there to do its work and end: milliseconds. */
const UNKNOWN_WORK = 1000;

/** Whether others wait for the end of a container: it comes before the pod's others, or a Job counts it. */
function isToEnd(pod: Pod, container: AnyContainer): boolean {
  if (pauses(container)) return false;
  const init = pod.spec?.initContainers?.find(({ name }) => name === container.name);
  if (init) return init.restartPolicy !== 'Always';
  return hasCommand(container) && getControllerOf(pod)?.kind === 'Job';
}

const messageOf = ({ terminationMessage: message }: Script): { message?: string } =>
  message ? { message } : {};

const hasCommand = ({ command, args }: AnyContainer): boolean =>
  (command ?? []).length + (args ?? []).length > 0;

/** Times after the start of a run, in ms; Infinity: never. */
export interface Health {
  /** The startup probe has succeeded. */
  readonly started: number;
  /** Ready for the first time. */
  readonly ready: number;
  /** The first readiness probe that fails; Infinity when none does. */
  readonly unready: number;
  /** A probe has failed so often that the container is killed. */
  readonly killed?: {
    readonly after: number;
    readonly probe: 'liveness' | 'startup';
    readonly message: string;
  };
}

const initialDelay = (probe: Probe): number => (probe.initialDelaySeconds ?? 0) * 1000;
const period = (probe: Probe): number => (probe.periodSeconds ?? 10) * 1000;
/** From the first failure to the last one that is borne. */
const patience = (probe: Probe): number => ((probe.failureThreshold ?? 3) - 1) * period(probe);

/**
 * When probes begin to succeed or fail in run number `run`: they succeed after their initial delay unless their command
 * or the script says otherwise.
 */
export function healthOf(pod: Pod, container: AnyContainer, script: Script, run: number): Health {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const answers = (probe: Probe): readonly Answer[] => {
    const { exec, timeoutSeconds = 1 } = probe;
    if (exec?.command) return answersOf(lifeOf(pod, container, run), exec.command, timeoutSeconds * 1000);
    return nothingListens(pod, container, run, probe) ? NEVER : ALWAYS;
  };
  let started = 0;
  let killed: Health['killed'];
  if (startupProbe) {
    const first = initialDelay(startupProbe);
    started = script.startupDelay ?? firstAnswer(answers(startupProbe), true, first);
    const after = first + patience(startupProbe);
    if (started > after) {
      return {
        started: Number.POSITIVE_INFINITY,
        ready: Number.POSITIVE_INFINITY,
        unready: Number.POSITIVE_INFINITY,
        killed: { after, probe: 'startup', message: 'Startup probe failed: ' },
      };
    }
  }
  let ready = started;
  let unready = Number.POSITIVE_INFINITY;
  if (readinessProbe) {
    const first = Math.max(started, initialDelay(readinessProbe));
    const succeeds = script.readyDelay ?? firstAnswer(answers(readinessProbe), true, first);
    ready = Math.max(succeeds, first) + ((readinessProbe.successThreshold ?? 1) - 1) * period(readinessProbe);
    if (succeeds > first) unready = first;
  } else if (script.readyDelay !== undefined) {
    ready = Math.max(started, script.readyDelay);
  }
  if (livenessProbe) {
    const first = Math.max(started, initialDelay(livenessProbe));
    const fails =
      script.livenessFailsAfter === undefined
        ? firstAnswer(answers(livenessProbe), false, first)
        : Math.max(first, script.livenessFailsAfter);
    const after = fails + patience(livenessProbe);
    if (Number.isFinite(after)) killed = { after, probe: 'liveness', message: 'Liveness probe failed: ' };
  }
  return { started, ready, unready, ...(killed ? { killed } : {}) };
}

/** The answers of what is no command. */
const ALWAYS: readonly Answer[] = [{ from: 0, succeeds: true }];
const NEVER: readonly Answer[] = [{ from: 0, succeeds: false }];

/**
 * Whether a probe asks a port that nobody serves: a container whose command is known to the end only waits and writes
 * files. Another container of the pod may serve the port if it names it.
 */
function nothingListens(
  pod: Pod,
  container: AnyContainer,
  run: number,
  { httpGet, tcpSocket, grpc }: Probe,
): boolean {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  if (port === undefined || httpGet?.host || tcpSocket?.host || pod.spec?.hostNetwork) return false;
  const served = allContainers(pod.spec).some(
    ({ name, ports }) =>
      name !== container.name && ports?.some(({ containerPort }) => containerPort === port),
  );
  return !served && lifeOf(pod, container, run).known;
}

/** How a container ends that is told to stop at `now` and has `grace` ms to do so. */
export function stopOf(pod: Pod, container: AnyContainer, script: Script, now: number, grace: number): Stop {
  const needed = preStop(container) + (script.stopFor ?? 0);
  if (needed > grace) return { at: now + grace, exitCode: KILLED };
  return { at: now + needed, exitCode: script.stopExitCode ?? stopExitCode(pod, container) };
}

/** How long the preStop hook takes, in ms. */
function preStop({ lifecycle }: AnyContainer): number {
  const hook = lifecycle?.preStop;
  if (hook?.sleep) return Number(hook.sleep.seconds) * 1000;
  const { duration } = interpret(hook?.exec?.command ?? ['true']);
  return Number.isFinite(duration) ? duration : 0;
}

/**
 * An image's own entry point ends well when it is asked to, `sleep` and scripts have to be killed, and what else is
 * given as a command dies of the signal.
 */
function stopExitCode(pod: Pod, container: AnyContainer): number {
  if (!hasCommand(container)) return 0;
  return Number.isFinite(lifeOf(pod, container, 0).duration) ? KILLED : TERMINATED;
}

/** The record of a run that ended. */
export const ended = (
  id: string,
  startedAt: number,
  finishedAt: number,
  { exitCode, reason, message }: { exitCode: number; reason?: string; message?: string },
): Ended => ({
  id,
  exitCode,
  reason: reason ?? reasonOf(exitCode),
  ...(message ? { message } : {}),
  startedAt,
  finishedAt,
});

/** Whether the role counts for the pod's phase and readiness. */
export const isProbed = (role: Role): boolean => role === 'main' || role === 'sidecar';
