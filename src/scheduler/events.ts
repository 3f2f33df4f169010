/**
 * Cluster events: what happened that may make a rejected pod schedulable, and which plug-in cares.
 * Follows kubernetes pkg/scheduler/framework/events.go and eventhandlers.go.
 */
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { requestsOf } from './resources.ts';
import type { PodInfo } from './pod-info.ts';

/** What changed, as bits: one event may carry several. */
export const Action = {
  Add: 1,
  Delete: 2,
  UpdateNodeAllocatable: 4,
  UpdateNodeLabel: 8,
  UpdateNodeTaint: 16,
  UpdateNodeCondition: 32,
  UpdateNodeAnnotation: 64,
  UpdatePodLabel: 128,
  UpdatePodScaleDown: 256,
  UpdatePodTolerations: 512,
  UpdatePodSchedulingGatesEliminated: 1024,
  /** An update that is none of the above. */
  Update: 2048,
  /** A claim was made for the pod. */
  UpdatePodGeneratedResourceClaim: 4096,
  UpdateNodeDeclaredFeature: 8192,
} as const;

/** Every kind of update. */
export const ANY_UPDATE = 16384 - 4;
/** Everything. */
export const ANY_ACTION = 16383;

/**
 * `AssignedPod`: a pod that has a node. `TargetPod`: the waiting pod itself. Others are named by kind: `Node`,
 * `PersistentVolumeClaim`, `StorageClass`, `CSINode`, ... `*` is the wildcard, which wakes every pod.
 */
export interface ClusterEvent {
  readonly resource: string;
  /** Bits of Action. */
  readonly actions: number;
}

/** The objects of an event. Added: only `next`; deleted: only `old`. */
export interface EventObjects {
  readonly old?: KubeObject;
  readonly next?: KubeObject;
}

/** An event that a plug-in waits for, and whether a concrete one helps this pod. Without a hint it always does. */
export interface EventRegistration {
  readonly resource: string;
  readonly actions: number;
  hint?(pod: PodInfo, objects: EventObjects, event: ClusterEvent): boolean;
}

/** Wakes everything, whatever rejected it. */
export const WILDCARD: ClusterEvent = { resource: '*', actions: ANY_ACTION };

/** True when the registration is for this event. */
export function matches(registration: EventRegistration, event: ClusterEvent): boolean {
  if (registration.resource !== '*' && registration.resource !== event.resource) return false;
  return (registration.actions & event.actions) !== 0;
}

function sameMap(a: Record<string, string> | undefined, b: Record<string, string> | undefined): boolean {
  if (a === b) return true;
  const left = Object.keys(a ?? {});
  if (left.length !== Object.keys(b ?? {}).length) return false;
  for (const key of left) if (a?.[key] !== b?.[key]) return false;
  return true;
}

/** Equal as JSON, in the order of fields too: a wrong no costs one needless look at the waiting pods. */
function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What changed between two versions of a node that matters for scheduling. 0: nothing (a heartbeat). */
export function nodeChanges(old: Node, next: Node): number {
  let actions = 0;
  if (old.spec?.unschedulable && !next.spec?.unschedulable) actions |= Action.UpdateNodeTaint;
  if (!sameJson(old.spec?.taints ?? [], next.spec?.taints ?? [])) actions |= Action.UpdateNodeTaint;
  if (!sameJson(old.status?.allocatable, next.status?.allocatable)) actions |= Action.UpdateNodeAllocatable;
  if (!sameMap(old.metadata?.labels, next.metadata?.labels)) actions |= Action.UpdateNodeLabel;
  if (!sameMap(old.metadata?.annotations, next.metadata?.annotations)) actions |= Action.UpdateNodeAnnotation;
  if (!sameJson(old.status?.declaredFeatures ?? [], next.status?.declaredFeatures ?? []))
    actions |= Action.UpdateNodeDeclaredFeature;
  if (conditions(old) !== conditions(next)) actions |= Action.UpdateNodeCondition;
  return actions;
}

function conditions(node: Node): string {
  return (node.status?.conditions ?? []).map((c) => `${c.type}=${c.status}`).join();
}

/** What changed between two versions of a pod that matters for scheduling. 0: nothing (a status update). */
export function podChanges(old: Pod, next: Pod): number {
  let actions = 0;
  if (!sameMap(old.metadata?.labels, next.metadata?.labels)) actions |= Action.UpdatePodLabel;
  if (!sameJson(old.status?.resourceClaimStatuses, next.status?.resourceClaimStatuses)) {
    actions |= Action.UpdatePodGeneratedResourceClaim;
  }
  if (old.metadata?.generation === next.metadata?.generation && old.metadata?.generation !== undefined) {
    return actions;
  }
  if ((old.spec?.schedulingGates?.length ?? 0) > 0 && (next.spec?.schedulingGates?.length ?? 0) === 0) {
    actions |= Action.UpdatePodSchedulingGatesEliminated;
  }
  if (!sameJson(old.spec?.tolerations ?? [], next.spec?.tolerations ?? []))
    actions |= Action.UpdatePodTolerations;
  const before = requestsOf(old).requests;
  const after = requestsOf(next).requests;
  if (after.milliCPU < before.milliCPU || after.memory < before.memory) actions |= Action.UpdatePodScaleDown;
  if (actions === 0 && !sameJson(old.spec, next.spec)) actions |= Action.Update;
  return actions;
}
