/**
 * Affinity and anti-affinity between pods, in both directions: of the pod to those that are there, and of those to
 * the pod. Upstream: plugins/interpodaffinity.
 */
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { getOrCreate } from '../collections.ts';
import { Action } from '../events.ts';
import { type ClonableState, MAX_NODE_SCORE, type Plugin, type Snapshot, status } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import { type AffinityTerm, describePod, type PodInfo, termMatches } from '../pod-info.ts';
import type { ObjectStore } from '../store.ts';

const NAME = 'InterPodAffinity';
const AFFINITY = status('UnschedulableAndUnresolvable', NAME, "node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = status('Unschedulable', NAME, "node(s) didn't match pod anti-affinity rules");
const EXISTING = status('Unschedulable', NAME, "node(s) didn't satisfy existing pods anti-affinity rules");
const SKIP = status('Skip', NAME);
const SCORE_KEY = `${NAME}/score`;
/** What a required affinity of a pod that is there weighs for a pod it is about. */
const HARD_POD_AFFINITY_WEIGHT = 1;

/** Sums by topology key and domain. Pairs that come to nothing are dropped. */
class TopologySums {
  readonly #sums = new Map<string, Map<string, number>>();

  get(key: string, domain: string): number {
    return this.#sums.get(key)?.get(domain) ?? 0;
  }

  add(key: string, node: NodeInfo, value: number): void {
    const domain = node.labels[key];
    if (domain === undefined || value === 0) return;
    const domains = getOrCreate(this.#sums, key, () => new Map<string, number>());
    const sum = (domains.get(domain) ?? 0) + value;
    if (sum === 0) domains.delete(domain);
    else domains.set(domain, sum);
    if (domains.size === 0) this.#sums.delete(key);
  }

  get empty(): boolean {
    return this.#sums.size === 0;
  }

  clone(): TopologySums {
    const copy = new TopologySums();
    for (const [key, domains] of this.#sums) copy.#sums.set(key, new Map(domains));
    return copy;
  }

  total(node: NodeInfo): number {
    let total = 0;
    for (const [key, domains] of this.#sums) {
      const domain = node.labels[key];
      if (domain !== undefined) total += domains.get(domain) ?? 0;
    }
    return total;
  }
}

class FilterState implements ClonableState {
  /** Pods there with anti-affinity to the pod. */
  existing = new TopologySums();
  /** Pods there that all affinity terms of the pod are about. */
  affinity = new TopologySums();
  /** Pods there that an anti-affinity term of the pod is about. */
  antiAffinity = new TopologySums();

  clone(): FilterState {
    const copy = new FilterState();
    copy.existing = this.existing.clone();
    copy.affinity = this.affinity.clone();
    copy.antiAffinity = this.antiAffinity.clone();
    return copy;
  }
}

export function interPodAffinity(snapshot: Snapshot, store: ObjectStore): Plugin {
  const namespaceLabels = (namespace: string) => store.namespaceLabels(namespace);
  const about = (term: AffinityTerm, pod: PodInfo): boolean => termMatches(term, pod, namespaceLabels);
  const allAbout = (terms: readonly AffinityTerm[], pod: PodInfo): boolean =>
    terms.length > 0 && terms.every((term) => about(term, pod));

  function countExisting(state: FilterState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const term of other.requiredAntiAffinity) {
      if (about(term, pod)) state.existing.add(term.topologyKey, node, by);
    }
  }

  function countIncoming(state: FilterState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    if (allAbout(pod.requiredAffinity, other)) {
      for (const term of pod.requiredAffinity) state.affinity.add(term.topologyKey, node, by);
    }
    for (const term of pod.requiredAntiAffinity) {
      if (about(term, other)) state.antiAffinity.add(term.topologyKey, node, by);
    }
  }

  function change(state: FilterState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    countExisting(state, pod, other, node, by);
    countIncoming(state, pod, other, node, by);
  }

  /** The first pod of a group that wants its own kind near has to be let in somewhere. */
  function satisfiesAffinity(state: FilterState, pod: PodInfo, node: NodeInfo): boolean {
    let found = true;
    for (const { topologyKey } of pod.requiredAffinity) {
      const domain = node.labels[topologyKey];
      if (domain === undefined) return false;
      if (state.affinity.get(topologyKey, domain) <= 0) found = false;
    }
    return found || (state.affinity.empty && allAbout(pod.requiredAffinity, pod));
  }

  function satisfiesAntiAffinity(state: FilterState, pod: PodInfo, node: NodeInfo): boolean {
    if (state.antiAffinity.empty) return true;
    return pod.requiredAntiAffinity.every(({ topologyKey }) => {
      const domain = node.labels[topologyKey];
      return domain === undefined || state.antiAffinity.get(topologyKey, domain) <= 0;
    });
  }

  /** What a pod that is there adds to the scores of its surroundings. */
  function weigh(sums: TopologySums, pod: PodInfo, other: PodInfo, node: NodeInfo): void {
    const add = (terms: readonly AffinityTerm[], subject: PodInfo, factor: number, fixed?: number): void => {
      for (const term of terms) {
        if (about(term, subject)) sums.add(term.topologyKey, node, factor * (fixed ?? term.weight));
      }
    };
    add(pod.preferredAffinity, other, 1);
    add(pod.preferredAntiAffinity, other, -1);
    add(other.requiredAffinity, pod, 1, HARD_POD_AFFINITY_WEIGHT);
    add(other.preferredAffinity, pod, 1);
    add(other.preferredAntiAffinity, pod, -1);
  }

  /** Whether a pod that came, changed or went can have made room for the waiting one. */
  function mayHelp(pod: PodInfo, old: Pod | undefined, next: Pod | undefined): boolean {
    const before = old && describePod(old);
    const after = next && describePod(next);
    if (
      after &&
      allAbout(pod.requiredAffinity, after) &&
      !(before && allAbout(pod.requiredAffinity, before))
    ) {
      return true;
    }
    if (!before) return false;
    const repelled = (other: PodInfo | undefined): boolean =>
      other !== undefined &&
      (pod.requiredAntiAffinity.some((term) => about(term, other)) ||
        other.requiredAntiAffinity.some((term) => about(term, pod)));
    return repelled(before) && !repelled(after);
  }

  return {
    name: NAME,
    events: [
      {
        resource: 'AssignedPod',
        actions: Action.Add | Action.Delete | Action.UpdatePodLabel,
        hint: (pod, { old, next }) => mayHelp(pod, old as Pod | undefined, next as Pod | undefined),
      },
      { resource: 'TargetPod', actions: Action.UpdatePodLabel },
      { resource: 'Namespace', actions: Action.Add | Action.Update },
      {
        resource: 'Node',
        actions: Action.Add | Action.UpdateNodeLabel,
        hint(pod, { next }) {
          const labels = (next as Node).metadata?.labels ?? {};
          return pod.requiredAffinity.every(({ topologyKey }) => labels[topologyKey] !== undefined);
        },
      },
    ],
    preFilter(cycle, pod) {
      const state = new FilterState();
      for (const node of snapshot.nodesWithRequiredAntiAffinity) {
        for (const other of node.podsWithRequiredAntiAffinity.values())
          countExisting(state, pod, other, node, 1);
      }
      const own = pod.requiredAffinity.length + pod.requiredAntiAffinity.length > 0;
      if (own) {
        for (const node of snapshot.nodes) {
          for (const other of node.pods.values()) countIncoming(state, pod, other, node, 1);
        }
      }
      if (!own && state.existing.empty) return { status: SKIP };
      cycle.write(NAME, state);
      return undefined;
    },
    addPod(cycle, pod, other, node) {
      const state = cycle.read<FilterState>(NAME);
      if (state) change(state, pod, other, node, 1);
    },
    removePod(cycle, pod, other, node) {
      const state = cycle.read<FilterState>(NAME);
      if (state) change(state, pod, other, node, -1);
    },
    filter(cycle, pod, node) {
      const state = cycle.read<FilterState>(NAME)!;
      if (pod.requiredAffinity.length > 0 && !satisfiesAffinity(state, pod, node)) return AFFINITY;
      if (!satisfiesAntiAffinity(state, pod, node)) return ANTI_AFFINITY;
      return state.existing.total(node) > 0 ? EXISTING : undefined;
    },
    preScore(cycle, pod) {
      const sums = new TopologySums();
      if (pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0) {
        for (const node of snapshot.nodes) {
          for (const other of node.pods.values()) weigh(sums, pod, other, node);
        }
      } else {
        for (const node of snapshot.nodesWithAffinity) {
          for (const other of node.podsWithAffinity.values()) weigh(sums, pod, other, node);
        }
      }
      if (sums.empty) return SKIP;
      cycle.write(SCORE_KEY, sums);
      return undefined;
    },
    score: (cycle, _pod, node) => cycle.read<TopologySums>(SCORE_KEY)!.total(node),
    normalizeScore(_cycle, _pod, _nodes, scores) {
      let min = Number.POSITIVE_INFINITY;
      let max = Number.NEGATIVE_INFINITY;
      for (const score of scores) {
        min = Math.min(min, score);
        max = Math.max(max, score);
      }
      for (let i = 0; i < scores.length; i++) {
        scores[i] = max === min ? 0 : Math.floor((MAX_NODE_SCORE * (scores[i]! - min)) / (max - min));
      }
    },
  };
}
