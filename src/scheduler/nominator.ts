/**
 * Which waiting pod is expected on which node, because pods were evicted there for it. Other pods of lower priority
 * must not take that place.
 * Follows kubernetes pkg/scheduler/backend/queue/nominator.go.
 */
import type { PodInfo } from './pod-info.ts';

const NONE: readonly PodInfo[] = [];

export class Nominator {
  readonly #byNode = new Map<string, PodInfo[]>();
  readonly #nodeOf = new Map<string, string>();

  /** Nominates; an empty node name takes the nomination back. */
  set(pod: PodInfo, nodeName: string): void {
    this.delete(pod.uid);
    if (nodeName === '') return;
    this.#nodeOf.set(pod.uid, nodeName);
    const pods = this.#byNode.get(nodeName);
    if (pods) pods.push(pod);
    else this.#byNode.set(nodeName, [pod]);
  }

  delete(uid: string): void {
    const nodeName = this.#nodeOf.get(uid);
    if (nodeName === undefined) return;
    this.#nodeOf.delete(uid);
    const rest = this.#byNode.get(nodeName)!.filter((pod) => pod.uid !== uid);
    if (rest.length === 0) this.#byNode.delete(nodeName);
    else this.#byNode.set(nodeName, rest);
  }

  nodeOf(uid: string): string | undefined {
    return this.#nodeOf.get(uid);
  }

  podsOn(nodeName: string): readonly PodInfo[] {
    if (this.#byNode.size === 0) return NONE;
    return this.#byNode.get(nodeName) ?? NONE;
  }
}
