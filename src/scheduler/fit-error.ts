/**
 * Why a pod fits nowhere, in the words users know.
 * Follows kubernetes pkg/scheduler/framework/types.go (Diagnosis, FitError).
 */
import { isRejected, type NodeToStatus, type Status } from './framework.ts';

export const NO_NODES_AVAILABLE = 'no nodes available to schedule pods';

export interface Diagnosis {
  readonly nodeToStatus: NodeToStatus;
  readonly unschedulablePlugins: Set<string>;
  readonly pendingPlugins: Set<string>;
  /** What preFilter said, when no node was looked at. */
  preFilterMessage: string;
  postFilterMessage: string;
}

export function newDiagnosis(): Diagnosis {
  return {
    nodeToStatus: { byNode: new Map(), absent: undefined },
    unschedulablePlugins: new Set(),
    pendingPlugins: new Set(),
    preFilterMessage: '',
    postFilterMessage: '',
  };
}

/** Notes who rejected the pod. */
export function addPluginStatus(diagnosis: Diagnosis, status: Status): void {
  if (status.plugin === '') return;
  if (isRejected(status)) diagnosis.unschedulablePlugins.add(status.plugin);
  if (status.code === 'Pending') diagnosis.pendingPlugins.add(status.plugin);
}

/** The message of the PodScheduled condition and of the FailedScheduling event. */
export function fitErrorMessage(diagnosis: Diagnosis, nodeCount: number): string {
  let message = `0/${nodeCount} nodes are available:`;
  if (diagnosis.preFilterMessage !== '') message += ` ${diagnosis.preFilterMessage}.`;
  else {
    const reasons = histogram(diagnosis.nodeToStatus, nodeCount);
    if (reasons.length > 0) message += ` ${reasons.join(', ')}.`;
  }
  if (diagnosis.postFilterMessage !== '') message += ` ${diagnosis.postFilterMessage}`;
  return message;
}

/** "<number of nodes> <reason>", sorted as text. */
function histogram({ byNode, absent }: NodeToStatus, nodeCount: number): string[] {
  const counts = new Map<string, number>();
  const count = (status: Status, times: number): void => {
    for (const reason of status.reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const status of byNode.values()) count(status, 1);
  if (absent && byNode.size < nodeCount) count(absent, nodeCount - byNode.size);
  return [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
}
