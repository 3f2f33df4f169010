/**
 * Whether and when a container that has ended runs again.
 * Source: kubernetes pkg/kubelet/container/helpers.go (ShouldContainerBeRestarted), pkg/kubelet/kuberuntime
 * (doBackOff), client-go util/flowcontrol/backoff.go.
 */
import type { Container, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { Backoff, Role } from './pod-runtime.ts';

/** Milliseconds. */
export const BACKOFF_BASE = 10_000;
export const BACKOFF_MAX = 300_000;
/** Between the end of a container and a restart that does not have to wait: the kubelet looks once a second. */
export const RESTART_DELAY = 1000;

/** Whether a container runs again after it has ended with `exitCode`. Not asked while its pod ends. */
export function shouldRestart(pod: Pod, container: Container, role: Role, exitCode: number): boolean {
  if (role === 'ephemeral') return false;
  if (role === 'sidecar') return true;
  if (actionOf(container, exitCode) === 'Restart') return true;
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  // An init container that succeeded is done, whatever the policy.
  if (role === 'init' && exitCode === 0) return false;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** What the first rule says that holds for an exit code. */
function actionOf({ restartPolicyRules = [] }: Container, exitCode: number): string | undefined {
  const rule = restartPolicyRules.find(({ exitCodes }) => {
    if (!exitCodes) return false;
    const listed = exitCodes.values?.includes(exitCode) ?? false;
    return exitCodes.operator === 'In' ? listed : !listed;
  });
  return rule?.action;
}

/** Whether the whole pod begins again, in place, because a container of it has ended with this code. */
export const restartsAll = (container: Container, exitCode: number): boolean =>
  actionOf(container, exitCode) === RESTART_ALL;

const RESTART_ALL = 'RestartAllContainers';

/** Whether the rules of a container can say so. */
export const canRestartAll = ({ restartPolicyRules = [] }: Pick<Container, 'restartPolicyRules'>): boolean =>
  restartPolicyRules.some(({ action }) => action === RESTART_ALL);

/** Why a container waits, and how its last run ended, when its pod begins again. */
export const RESTARTING_ALL = {
  reason: 'RestartingAllContainers',
  message: 'The container is removed because RestartAllContainers in place',
} as const;

const isExpired = (backoff: Backoff, time: number): boolean => time - backoff.updatedAt > 2 * BACKOFF_MAX;

/**
 * How long after its end (ms) a container has to wait before it starts again; 0 when it may start at once: the
 * first time, and after it ran for more than ten minutes.
 */
export const backoffDelay = (backoff: Backoff | undefined, finishedAt: number): number =>
  !backoff || isExpired(backoff, finishedAt) ? 0 : backoff.delay;

/** The back-off after a restart at `now`: 10 s, doubling to 5 minutes. */
export function nextBackoff(backoff: Backoff | undefined, finishedAt: number, now: number): Backoff {
  if (!backoff || isExpired(backoff, finishedAt)) return { delay: BACKOFF_BASE, updatedAt: now };
  return { delay: Math.min(backoff.delay * 2, BACKOFF_MAX), updatedAt: now };
}

/** A duration of whole seconds as Go writes it: `10s`, `1m20s`, `5m0s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** A duration as Go writes it, in milliseconds; under a second `120ms`, else `1.5s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds % 60_000) / 1000;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}

/** Reads what formatSeconds writes; undefined for anything else. */
export function parseSeconds(text: string): number | undefined {
  const match = /^(?:(\d+)m)?(\d+)s$/.exec(text);
  return match ? (Number(match[1] ?? 0) * 60 + Number(match[2])) * 1000 : undefined;
}
