/**
 * Spreads pods over zones, nodes and other topologies: `DoNotSchedule` constraints filter, `ScheduleAnyway` ones
 * (or the system's, for pods without any) score. Upstream: plugins/podtopologyspread.
 */
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { type ClonableState, MAX_NODE_SCORE, type Plugin, type Snapshot, status } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import { describePod, type PodInfo } from '../pod-info.ts';
import type { ObjectStore } from '../store.ts';
import {
  type Constraint,
  countMatching,
  hasAllKeys,
  HOSTNAME,
  ownConstraints,
  systemConstraints,
} from './spread-constraints.ts';

const NAME = 'PodTopologySpread';
const MISMATCH_TEXT = "node(s) didn't match pod topology spread constraints";
const MISMATCH = status('Unschedulable', NAME, MISMATCH_TEXT);
const MISSING_LABEL = status(
  'UnschedulableAndUnresolvable',
  NAME,
  `${MISMATCH_TEXT} (missing required label)`,
);
const SKIP = status('Skip', NAME);
const SCORE_KEY = `${NAME}/score`;

type Counts = Map<string, number>;

/** Matching pods in each domain, for each constraint. */
class FilterState implements ClonableState {
  readonly constraints: readonly Constraint[];
  readonly counts: Counts[];
  readonly minima: (number | undefined)[];

  constructor(constraints: readonly Constraint[], counts: Counts[]) {
    this.constraints = constraints;
    this.counts = counts;
    this.minima = counts.map(() => undefined);
  }

  clone(): FilterState {
    return new FilterState(
      this.constraints,
      this.counts.map((counts) => new Map(counts)),
    );
  }

  /** The smallest count over the domains; 0 while there are fewer domains than wanted. */
  minimum(i: number): number {
    let minimum = this.minima[i];
    if (minimum === undefined) {
      const counts = this.counts[i]!;
      minimum = counts.size < this.constraints[i]!.minDomains ? 0 : Number.MAX_SAFE_INTEGER;
      for (const count of counts.values()) if (count < minimum) minimum = count;
      this.minima[i] = minimum;
    }
    return minimum;
  }

  /** `other` comes to the node, or leaves it. */
  change(pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    if (other.namespace !== pod.namespace || other.terminating || !hasAllKeys(node, this.constraints)) return;
    this.constraints.forEach((constraint, i) => {
      if (!constraint.selector?.(other.labels) || !constraint.includes(node)) return;
      const domain = node.labels[constraint.topologyKey]!;
      this.counts[i]!.set(domain, (this.counts[i]!.get(domain) ?? 0) + by);
      this.minima[i] = undefined;
    });
  }
}

interface ScoreState {
  readonly constraints: readonly Constraint[];
  /** Nodes that lack a topology of the pod's own constraints: they score 0. */
  readonly ignored: ReadonlySet<string>;
  /** For each constraint; those on the host name are counted node by node. */
  readonly counts: readonly Counts[];
  readonly weights: readonly number[];
}

function filterState(pod: PodInfo, snapshot: Snapshot): FilterState | undefined {
  const constraints = ownConstraints(pod, 'DoNotSchedule');
  if (constraints.length === 0) return undefined;
  const counts = constraints.map((): Counts => new Map());
  for (const node of snapshot.nodes) {
    if (!hasAllKeys(node, constraints)) continue;
    constraints.forEach((constraint, i) => {
      if (!constraint.includes(node)) return;
      const domain = node.labels[constraint.topologyKey]!;
      const matching = countMatching(node, constraint.selector, pod.namespace);
      counts[i]!.set(domain, (counts[i]!.get(domain) ?? 0) + matching);
    });
  }
  return new FilterState(constraints, counts);
}

function scoreState(
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  snapshot: Snapshot,
  store: ObjectStore,
): ScoreState | undefined {
  const own = (pod.pod.spec?.topologySpreadConstraints?.length ?? 0) > 0;
  const constraints = own ? ownConstraints(pod, 'ScheduleAnyway') : systemConstraints(pod, store);
  if (constraints.length === 0) return undefined;
  const ignored = new Set<string>();
  const counts = constraints.map((): Counts => new Map());
  for (const node of feasible) {
    if (own && !hasAllKeys(node, constraints)) {
      ignored.add(node.name);
      continue;
    }
    constraints.forEach(({ topologyKey }, i) => {
      if (topologyKey !== HOSTNAME) counts[i]!.set(node.labels[topologyKey] ?? '', 0);
    });
  }
  const weights = constraints.map(({ topologyKey }, i) => {
    const size = topologyKey === HOSTNAME ? feasible.length - ignored.size : counts[i]!.size;
    return Math.log(size + 2);
  });
  constraints.forEach((constraint, i) => {
    if (constraint.topologyKey === HOSTNAME) return;
    for (const node of snapshot.nodes) {
      const domain = node.labels[constraint.topologyKey];
      if (domain === undefined || !counts[i]!.has(domain)) continue;
      if (own && !hasAllKeys(node, constraints)) continue;
      if (!constraint.includes(node)) continue;
      const matching = countMatching(node, constraint.selector, pod.namespace);
      counts[i]!.set(domain, counts[i]!.get(domain)! + matching);
    }
  });
  return { constraints, ignored, counts, weights };
}

/** Whether the event's pod is counted by one of the waiting pod's constraints. */
function isCounted(pod: PodInfo, other: Pod | undefined): boolean {
  if (!other || other.metadata?.namespace !== pod.namespace) return false;
  const { labels } = describePod(other);
  return ownConstraints(pod, 'DoNotSchedule').some(({ selector }) => selector?.(labels));
}

function hasTopologies(pod: PodInfo, node: Node | undefined): boolean {
  if (!node) return false;
  const labels = node.metadata?.labels ?? {};
  return ownConstraints(pod, 'DoNotSchedule').every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

export function podTopologySpread(snapshot: Snapshot, store: ObjectStore): Plugin {
  return {
    name: NAME,
    events: [
      {
        resource: 'AssignedPod',
        actions: Action.Add | Action.Delete | Action.UpdatePodLabel,
        hint: (pod, { old, next }) =>
          isCounted(pod, old as Pod | undefined) || isCounted(pod, next as Pod | undefined),
      },
      {
        resource: 'Node',
        actions: Action.Add | Action.Delete | Action.UpdateNodeLabel | Action.UpdateNodeTaint,
        hint: (pod, { old, next }) =>
          hasTopologies(pod, old as Node | undefined) || hasTopologies(pod, next as Node | undefined),
      },
      { resource: 'TargetPod', actions: Action.UpdatePodLabel | Action.UpdatePodTolerations },
    ],
    preFilter(state, pod) {
      const prepared = filterState(pod, snapshot);
      if (!prepared) return { status: SKIP };
      state.write(NAME, prepared);
      return undefined;
    },
    addPod: (state, pod, other, node) => state.read<FilterState>(NAME)?.change(pod, other, node, 1),
    removePod: (state, pod, other, node) => state.read<FilterState>(NAME)?.change(pod, other, node, -1),
    filter(state, pod, node) {
      const prepared = state.read<FilterState>(NAME)!;
      for (let i = 0; i < prepared.constraints.length; i++) {
        const { topologyKey, selector, maxSkew } = prepared.constraints[i]!;
        const domain = node.labels[topologyKey];
        if (domain === undefined) return MISSING_LABEL;
        const self = selector?.(pod.labels) ? 1 : 0;
        const skew = (prepared.counts[i]!.get(domain) ?? 0) + self - prepared.minimum(i);
        if (skew > maxSkew) return MISMATCH;
      }
      return undefined;
    },
    preScore(state, pod, nodes) {
      const prepared = scoreState(pod, nodes, snapshot, store);
      if (!prepared) return SKIP;
      state.write(SCORE_KEY, prepared);
      return undefined;
    },
    score(state, pod, node) {
      const { constraints, ignored, counts, weights } = state.read<ScoreState>(SCORE_KEY)!;
      if (ignored.has(node.name)) return 0;
      let score = 0;
      for (let i = 0; i < constraints.length; i++) {
        const { topologyKey, selector, maxSkew } = constraints[i]!;
        const domain = node.labels[topologyKey];
        if (domain === undefined) continue;
        const count =
          topologyKey === HOSTNAME
            ? countMatching(node, selector, pod.namespace)
            : (counts[i]!.get(domain) ?? 0);
        score += count * weights[i]! + (maxSkew - 1);
      }
      return Math.round(score);
    },
    normalizeScore(state, _pod, nodes, scores) {
      const { ignored } = state.read<ScoreState>(SCORE_KEY)!;
      let min = Number.MAX_SAFE_INTEGER;
      let max = 0;
      nodes.forEach((node, i) => {
        if (ignored.has(node.name)) return;
        min = Math.min(min, scores[i]!);
        max = Math.max(max, scores[i]!);
      });
      nodes.forEach((node, i) => {
        if (ignored.has(node.name)) scores[i] = 0;
        else if (max === 0) scores[i] = MAX_NODE_SCORE;
        else scores[i] = Math.floor((MAX_NODE_SCORE * (max + min - scores[i]!)) / max);
      });
    },
  };
}
