/**
 * A node with the sums over its pods, kept up to date pod by pod.
 * Follows kubernetes pkg/scheduler/framework/types.go (NodeInfo, HostPortInfo).
 */
import type { Node, Taint } from '../apimachinery/types/core.v1.gen.ts';
import { getOrCreate } from './collections.ts';
import { hasAffinity, type HostPort, type PodInfo } from './pod-info.ts';
import {
  addResources,
  type Allocatable,
  allocatableOf,
  cloneResources,
  emptyResources,
  type Resources,
} from './resources.ts';
import type { Labels } from './selector.ts';

/** An image and on how many nodes of the cluster it is; shared by the nodes that have it. */
export interface ImageState {
  readonly size: number;
  readonly nodes: ReadonlySet<string>;
}

const NO_TAINTS: readonly Taint[] = [];
const WILDCARD_IP = '0.0.0.0';

export class NodeInfo {
  readonly name: string;
  /** undefined while pods are known to be on a node that is not (yet, or any more) there itself. */
  node: Node | undefined;
  labels: Labels = {};
  taints: readonly Taint[] = NO_TAINTS;
  allocatable: Allocatable = { resources: emptyResources(), pods: 0 };
  images: ReadonlyMap<string, ImageState> = new Map();

  readonly pods = new Map<string, PodInfo>();
  readonly podsWithAffinity = new Map<string, PodInfo>();
  readonly podsWithRequiredAntiAffinity = new Map<string, PodInfo>();
  requested: Resources = emptyResources();
  nonZeroMilliCPU = 0;
  nonZeroMemory = 0;
  /** "protocol/port" -> IP -> how many pods. Two pods may overlap when one was bound by hand. */
  readonly #ports = new Map<string, Map<string, number>>();

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: Node): void {
    this.node = node;
    this.labels = node.metadata?.labels ?? {};
    this.taints = node.spec?.taints ?? NO_TAINTS;
    this.allocatable = allocatableOf(node);
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.uid, pod);
    if (hasAffinity(pod)) this.podsWithAffinity.set(pod.uid, pod);
    if (pod.requiredAntiAffinity.length > 0) this.podsWithRequiredAntiAffinity.set(pod.uid, pod);
    addResources(this.requested, pod.requests);
    this.nonZeroMilliCPU += pod.nonZeroMilliCPU;
    this.nonZeroMemory += pod.nonZeroMemory;
    for (const port of pod.hostPorts) this.#countPort(port, 1);
  }

  /** Removes the pod as it was added. Does nothing when it is not here. */
  removePod(uid: string): void {
    const pod = this.pods.get(uid);
    if (!pod) return;
    this.pods.delete(uid);
    this.podsWithAffinity.delete(uid);
    this.podsWithRequiredAntiAffinity.delete(uid);
    addResources(this.requested, pod.requests, -1);
    this.nonZeroMilliCPU -= pod.nonZeroMilliCPU;
    this.nonZeroMemory -= pod.nonZeroMemory;
    for (const port of pod.hostPorts) this.#countPort(port, -1);
  }

  #countPort({ protocol, port, ip }: HostPort, change: number): void {
    const key = `${protocol}/${port}`;
    const byIp = getOrCreate(this.#ports, key, () => new Map<string, number>());
    const count = (byIp.get(ip) ?? 0) + change;
    if (count > 0) byIp.set(ip, count);
    else byIp.delete(ip);
    if (byIp.size === 0) this.#ports.delete(key);
  }

  /** True when the port is taken: on the same address, or where either side listens on every address. */
  portConflicts({ protocol, port, ip }: HostPort): boolean {
    const byIp = this.#ports.get(`${protocol}/${port}`);
    if (!byIp) return false;
    return ip === WILDCARD_IP || byIp.has(ip) || byIp.has(WILDCARD_IP);
  }

  /** A copy to try pods out on. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.node = this.node;
    copy.labels = this.labels;
    copy.taints = this.taints;
    copy.allocatable = this.allocatable;
    copy.images = this.images;
    for (const [uid, pod] of this.pods) copy.pods.set(uid, pod);
    for (const [uid, pod] of this.podsWithAffinity) copy.podsWithAffinity.set(uid, pod);
    for (const [uid, pod] of this.podsWithRequiredAntiAffinity)
      copy.podsWithRequiredAntiAffinity.set(uid, pod);
    copy.requested = cloneResources(this.requested);
    copy.nonZeroMilliCPU = this.nonZeroMilliCPU;
    copy.nonZeroMemory = this.nonZeroMemory;
    for (const [key, byIp] of this.#ports) copy.#ports.set(key, new Map(byIp));
    return copy;
  }
}
