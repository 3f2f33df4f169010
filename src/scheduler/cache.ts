/**
 * What the scheduler knows of the nodes and the pods on them, with the pods it has decided on but whose binding is
 * still under way ("assumed").
 *
 * The snapshot of a cycle is this cache itself: cycles are synchronous, so nothing changes under them. What
 * a snapshot derives (the node list interleaved by zone, the nodes with affinity) is kept up to date by each change
 * and rebuilt only when a node comes, goes or moves to another zone.
 *
 * Follows kubernetes pkg/scheduler/backend/cache/cache.go and node_tree.go.
 */
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { getOrCreate } from './collections.ts';
import type { Snapshot } from './framework.ts';
import { type ImageState, NodeInfo } from './node-info.ts';
import { newPodInfo, type PodInfo } from './pod-info.ts';

interface CachedPod {
  info: PodInfo;
  readonly nodeName: string;
  /** Assumed: not yet seen with its node. */
  assumed: boolean;
  /** When an assumed pod is given up, in ms; undefined while its binding is under way. */
  deadline: number | undefined;
}

interface MutableImageState extends ImageState {
  readonly nodes: Set<string>;
}

/** How long a bound pod may take to be seen, in ms. */
export const ASSUMED_POD_TTL = 30_000;

const ZONE_LABEL = 'topology.kubernetes.io/zone';
const REGION_LABEL = 'topology.kubernetes.io/region';

export class Cache implements Snapshot {
  readonly #infos = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, CachedPod>();
  readonly #assumed = new Set<string>();
  readonly #images = new Map<string, MutableImageState>();
  #list: NodeInfo[] | undefined;
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithRequiredAntiAffinity = new Set<NodeInfo>();

  get nodes(): readonly NodeInfo[] {
    this.#list ??= this.#interleave();
    return this.#list;
  }

  get(name: string): NodeInfo | undefined {
    const info = this.#infos.get(name);
    return info?.node ? info : undefined;
  }

  /** Adds a node or replaces what is known of it. */
  setNode(node: Node): void {
    const info = this.#infoOf(node.metadata?.name ?? '');
    if (!info.node || zoneOf(info.node) !== zoneOf(node)) this.#list = undefined;
    const sameImages = info.node !== undefined && sameImageList(info.node, node);
    info.setNode(node);
    if (!sameImages) this.#setImages(info, node);
  }

  /** Removes a node. Pods that are still on it keep its place until they are gone. */
  removeNode(name: string): void {
    const info = this.#infos.get(name);
    if (!info?.node) return;
    this.#dropImages(info);
    info.node = undefined;
    this.#list = undefined;
    if (info.pods.size === 0) this.#infos.delete(name);
  }

  /** The pod is expected on the node. Its resources are taken from now on. */
  assume(info: PodInfo, nodeName: string): void {
    if (this.#pods.has(info.uid)) throw new Error(`pod ${info.key} is in the cache, so can't be assumed`);
    this.#assumed.add(info.uid);
    this.#place({ info, nodeName, assumed: true, deadline: undefined });
  }

  /** The binding was written; the pod has to be seen with its node before long. `now` in ms. */
  finishBinding(uid: string, now: number): void {
    const cached = this.#pods.get(uid);
    if (cached?.assumed) cached.deadline = now + ASSUMED_POD_TTL;
  }

  /** The binding failed: gives the resources back. Returns the pod, if it was assumed. */
  forget(uid: string): PodInfo | undefined {
    const cached = this.#pods.get(uid);
    if (!cached?.assumed) return undefined;
    this.#displace(cached);
    return cached.info;
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  /** A pod that has a node: new, changed, or the confirmation of an assumed one. Returns it described. */
  setPod(pod: Pod): PodInfo {
    const uid = pod.metadata?.uid ?? '';
    const known = this.#pods.get(uid);
    const info = newPodInfo(pod, known?.info);
    const nodeName = pod.spec?.nodeName ?? '';
    if (known && known.nodeName === nodeName && known.info.requests === info.requests) {
      this.#replace(known, info);
    } else {
      if (known) this.#displace(known);
      this.#place({ info, nodeName, assumed: false, deadline: undefined });
    }
    return info;
  }

  removePod(uid: string): PodInfo | undefined {
    const cached = this.#pods.get(uid);
    if (cached) this.#displace(cached);
    return cached?.info;
  }

  /** The pod as it stands in the cache, assumed or not. */
  getPod(uid: string): PodInfo | undefined {
    return this.#pods.get(uid)?.info;
  }

  /** Gives up assumed pods whose deadline has passed, and returns them. */
  expire(now: number): PodInfo[] {
    const expired: PodInfo[] = [];
    for (const uid of this.#assumed) {
      const cached = this.#pods.get(uid)!;
      if (cached.deadline === undefined || cached.deadline > now) continue;
      this.#displace(cached);
      expired.push(cached.info);
    }
    return expired;
  }

  /** When the next assumed pod expires, in ms. */
  nextExpiry(): number | undefined {
    let next: number | undefined;
    for (const uid of this.#assumed) {
      const deadline = this.#pods.get(uid)!.deadline;
      if (deadline !== undefined && (next === undefined || deadline < next)) next = deadline;
    }
    return next;
  }

  #infoOf(name: string): NodeInfo {
    return getOrCreate(this.#infos, name, () => new NodeInfo(name));
  }

  #place(cached: CachedPod): void {
    this.#pods.set(cached.info.uid, cached);
    const node = this.#infoOf(cached.nodeName);
    node.addPod(cached.info);
    this.#index(node);
  }

  #displace(cached: CachedPod): void {
    this.#pods.delete(cached.info.uid);
    this.#assumed.delete(cached.info.uid);
    const node = this.#infos.get(cached.nodeName);
    if (!node) return;
    node.removePod(cached.info.uid);
    this.#index(node);
    if (!node.node && node.pods.size === 0) this.#infos.delete(node.name);
  }

  /** The same spec with new metadata or status: sums stay as they are. */
  #replace(cached: CachedPod, info: PodInfo): void {
    cached.info = info;
    cached.assumed = false;
    this.#assumed.delete(info.uid);
    const node = this.#infoOf(cached.nodeName);
    node.pods.set(info.uid, info);
    if (node.podsWithAffinity.has(info.uid)) node.podsWithAffinity.set(info.uid, info);
    if (node.podsWithRequiredAntiAffinity.has(info.uid))
      node.podsWithRequiredAntiAffinity.set(info.uid, info);
  }

  #index(node: NodeInfo): void {
    toggle(this.nodesWithAffinity, node, node.podsWithAffinity.size > 0);
    toggle(this.nodesWithRequiredAntiAffinity, node, node.podsWithRequiredAntiAffinity.size > 0);
  }

  /** One node of each zone in turn, so that a search that stops early has seen all zones. */
  #interleave(): NodeInfo[] {
    const zones = new Map<string, NodeInfo[]>();
    for (const info of this.#infos.values()) {
      if (!info.node) continue;
      const zone = zoneOf(info.node);
      const members = zones.get(zone);
      if (members) members.push(info);
      else zones.set(zone, [info]);
    }
    const list: NodeInfo[] = [];
    const groups = [...zones.values()];
    const longest = groups.reduce((length, group) => Math.max(length, group.length), 0);
    for (let i = 0; i < longest; i++) {
      for (const group of groups) if (i < group.length) list.push(group[i]!);
    }
    return list;
  }

  #setImages(info: NodeInfo, node: Node): void {
    this.#dropImages(info);
    const images = new Map<string, ImageState>();
    for (const image of node.status?.images ?? []) {
      for (const name of image.names ?? []) {
        const state = getOrCreate(this.#images, name, () => ({
          size: Number(image.sizeBytes ?? 0),
          nodes: new Set<string>(),
        }));
        state.nodes.add(info.name);
        images.set(name, state);
      }
    }
    info.images = images;
  }

  #dropImages(info: NodeInfo): void {
    for (const name of info.images.keys()) {
      const state = this.#images.get(name);
      state?.nodes.delete(info.name);
      if (state?.nodes.size === 0) this.#images.delete(name);
    }
    info.images = new Map();
  }
}

function toggle<T>(set: Set<T>, member: T, present: boolean): void {
  if (present) set.add(member);
  else set.delete(member);
}

function zoneOf(node: Node): string {
  const labels = node.metadata?.labels;
  return `${labels?.[REGION_LABEL] ?? ''}:${labels?.[ZONE_LABEL] ?? ''}`;
}

/** Image lists are long and rarely change; heartbeats must not cost a rebuild. */
function sameImageList(a: Node, b: Node): boolean {
  const left = a.status?.images ?? [];
  const right = b.status?.images ?? [];
  if (left.length !== right.length) return false;
  return left.every((image, i) => {
    const other = right[i]!;
    return image.sizeBytes === other.sizeBytes && image.names?.join() === other.names?.join();
  });
}
