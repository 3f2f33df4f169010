/**
 * What the engine wants done. The shell carries it out through the registry, in order, and reports back.
 * Texts follow kubernetes pkg/scheduler/schedule_one.go and framework/preemption.
 */
import { findCondition } from '../apimachinery/conditions.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { Pod, PodCondition } from '../apimachinery/types/core.v1.gen.ts';
import type { PreBindWrite } from './framework.ts';

/** An event (events.k8s.io) about a pod, reported by the scheduler. */
export interface SchedulerEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Scheduled' | 'FailedScheduling' | 'Preempted';
  readonly action: 'Binding' | 'Scheduling' | 'Preempting';
  readonly note: string;
  /** The preemptor, for Preempted. */
  readonly related?: Pod;
}

/**
 * Make the pre-bind writes, then bind; report bindingDone or bindingFailed. Record `event` once it is done. One that
 * waits is not bound yet: report bindingWaits after the writes, and another decision follows when they have taken effect.
 */
export interface BindDecision {
  readonly type: 'bind';
  readonly pod: Pod;
  readonly nodeName: string;
  readonly preBind: readonly PreBindWrite[];
  readonly waits: boolean;
  readonly event: SchedulerEvent;
}

/**
 * The pod could not be scheduled: write what is given of condition and nominated node (in one status update) and
 * record the event. A condition that the pod has already is left out.
 */
export interface FailureDecision {
  readonly type: 'failure';
  readonly pod: Pod;
  readonly condition?: PodCondition;
  /** '' clears it. */
  readonly nominatedNodeName?: string;
  readonly event?: SchedulerEvent;
}

/** Evict the pod: write the condition, then delete it (with its own grace period); report preemptionFailed if not. */
export interface PreemptDecision {
  readonly type: 'preempt';
  readonly pod: Pod;
  readonly preemptor: Pod;
  readonly nodeName: string;
  readonly condition: PodCondition;
  readonly event: SchedulerEvent;
}

/** Write something else that may help a pod to fit. Nothing is reported: what came of it shows in an event. */
export interface WriteDecision {
  readonly type: 'write';
  readonly write: PreBindWrite;
}

export type Decision = BindDecision | FailureDecision | PreemptDecision | WriteDecision;

/** Longest note of an event, in characters. */
const NOTE_LENGTH_LIMIT = 1024;

function truncate(message: string): string {
  const suffix = ' ...';
  return message.length <= NOTE_LENGTH_LIMIT
    ? message
    : message.slice(0, NOTE_LENGTH_LIMIT - suffix.length) + suffix;
}

/** The condition to write, with its transition time; undefined when the pod has it already. */
function changedCondition(
  pod: Pod,
  type: string,
  conditionStatus: 'True' | 'False',
  reason: string,
  message: string,
  now: number,
): PodCondition | undefined {
  const old = findCondition(pod.status?.conditions, type);
  const same = old?.status === conditionStatus;
  const observedGeneration = pod.metadata?.generation;
  if (
    same &&
    old.reason === reason &&
    old.message === message &&
    (old.observedGeneration ?? 0) === (observedGeneration ?? 0)
  ) {
    return undefined;
  }
  const condition: PodCondition = {
    type,
    status: conditionStatus,
    reason,
    message,
    lastTransitionTime: same && old.lastTransitionTime ? old.lastTransitionTime : formatTime(now),
  };
  if (observedGeneration !== undefined) condition.observedGeneration = observedGeneration;
  return condition;
}

export function bindDecision(
  pod: Pod,
  nodeName: string,
  preBind: readonly PreBindWrite[],
  waits: boolean,
): BindDecision {
  const note = `Successfully assigned ${pod.metadata?.namespace}/${pod.metadata?.name} to ${nodeName}`;
  return {
    type: 'bind',
    pod,
    nodeName,
    preBind,
    waits,
    event: { type: 'Normal', reason: 'Scheduled', action: 'Binding', note },
  };
}

/** `nominatedNodeName` undefined: leave it. */
export function failureDecision(
  pod: Pod,
  reason: 'Unschedulable' | 'SchedulerError',
  message: string,
  nominatedNodeName: string | undefined,
  now: number,
): FailureDecision {
  const condition = changedCondition(pod, 'PodScheduled', 'False', reason, message, now);
  const nominate =
    nominatedNodeName !== undefined && nominatedNodeName !== (pod.status?.nominatedNodeName ?? '');
  return {
    type: 'failure',
    pod,
    ...(condition && { condition }),
    ...(nominate && { nominatedNodeName }),
    event: { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note: truncate(message) },
  };
}

/** The pod is being deleted before it was scheduled. */
export function skippedDecision(pod: Pod): FailureDecision {
  const note = `skip schedule deleting pod: ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return {
    type: 'failure',
    pod,
    event: { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note },
  };
}

/**
 * The condition of a gated pod. The API server sets it at creation; the scheduler only mends it. undefined when
 * there is nothing to mend.
 */
export function gatedDecision(pod: Pod, now: number): FailureDecision | undefined {
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const condition = changedCondition(pod, 'PodScheduled', 'False', 'SchedulingGated', message, now);
  return condition && { type: 'failure', pod, condition };
}

/** Another pod took the place this one was nominated for. */
export function clearNominationDecision(pod: Pod): FailureDecision {
  return { type: 'failure', pod, nominatedNodeName: '' };
}

export function preemptDecision(victim: Pod, preemptor: Pod, nodeName: string, now: number): PreemptDecision {
  const reason = 'PreemptionByScheduler';
  const message = `${preemptor.spec?.schedulerName}: preempting to accommodate a higher priority pod`;
  const condition = changedCondition(victim, 'DisruptionTarget', 'True', reason, message, now) ?? {
    ...findCondition(victim.status?.conditions, 'DisruptionTarget')!,
  };
  return {
    type: 'preempt',
    pod: victim,
    preemptor,
    nodeName,
    condition,
    event: {
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      note: `Preempted by pod ${preemptor.metadata?.uid} on node ${nodeName}`,
      related: preemptor,
    },
  };
}
