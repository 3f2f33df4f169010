/**
 * Runs the plug-ins of a profile at each extension point.
 * Follows kubernetes pkg/scheduler/framework/runtime/framework.go.
 */
import type { EventRegistration } from './events.ts';
import {
  type CycleState,
  isRejected,
  MAX_NODE_SCORE,
  type NodeToStatus,
  type Plugin,
  type PostFilterResult,
  type PreBindWrite,
  type Snapshot,
  type Status,
  type WeightedPlugin,
} from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { Nominator } from './nominator.ts';
import type { PodInfo } from './pod-info.ts';
import { intersection } from './collections.ts';

/** What preFilter of all plug-ins together says. */
export interface PreFilterOutcome {
  /** A rejection, before any node was looked at. */
  readonly status: Status | undefined;
  /** The only nodes to look at; undefined: all. */
  readonly nodeNames: ReadonlySet<string> | undefined;
  /** Plug-ins that narrowed the nodes. */
  readonly narrowedBy: readonly string[];
}

/** Methods must exist in the plug-ins of a list that is named after them. */
function having<K extends keyof Plugin>(plugins: readonly WeightedPlugin[], method: K): Plugin[] {
  return plugins.map((entry) => entry.plugin).filter((plugin) => plugin[method] !== undefined);
}

export class Runtime {
  readonly #plugins: readonly WeightedPlugin[];
  readonly #preFilter: Plugin[];
  readonly #filter: Plugin[];
  readonly #postFilter: Plugin[];
  readonly #preScore: Plugin[];
  readonly #score: WeightedPlugin[];
  readonly #trial: Plugin[];
  readonly #nominator: Nominator;

  /** `plugins` in the order in which they run. */
  constructor(plugins: readonly WeightedPlugin[], nominator: Nominator) {
    this.#plugins = plugins;
    this.#nominator = nominator;
    this.#preFilter = having(plugins, 'preFilter');
    this.#filter = having(plugins, 'filter');
    this.#postFilter = having(plugins, 'postFilter');
    this.#preScore = having(plugins, 'preScore');
    this.#score = plugins.filter((entry) => entry.plugin.score !== undefined && entry.weight > 0);
    this.#trial = plugins.map((entry) => entry.plugin).filter((plugin) => plugin.addPod ?? plugin.removePod);
  }

  /** What each plug-in that can reject a pod waits for. */
  registrations(): Map<string, readonly EventRegistration[]> {
    const map = new Map<string, readonly EventRegistration[]>();
    for (const { plugin } of this.#plugins) if (plugin.events) map.set(plugin.name, plugin.events);
    return map;
  }

  preEnqueue(pod: PodInfo): Status | undefined {
    for (const { plugin } of this.#plugins) {
      const answer = plugin.preEnqueue?.(pod);
      if (answer) return answer;
    }
    return undefined;
  }

  preFilter(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterOutcome {
    let nodeNames: ReadonlySet<string> | undefined;
    const narrowedBy: string[] = [];
    for (const plugin of this.#preFilter) {
      const result = plugin.preFilter!(state, pod, snapshot);
      if (result?.status?.code === 'Skip') {
        state.skipFilter.add(plugin.name);
        continue;
      }
      if (result?.status) return { status: result.status, nodeNames, narrowedBy };
      if (!result?.nodeNames) continue;
      narrowedBy.push(plugin.name);
      const narrowed: ReadonlySet<string> = nodeNames
        ? intersection(nodeNames, result.nodeNames)
        : result.nodeNames;
      nodeNames = narrowed;
      if (narrowed.size > 0) continue;
      const list = [...narrowedBy].sort();
      const reason =
        list.length === 1
          ? `node(s) didn't satisfy plugin ${list[0]}`
          : `node(s) didn't satisfy plugin(s) [${list.join(' ')}] simultaneously`;
      return {
        status: { code: 'UnschedulableAndUnresolvable', plugin: plugin.name, reasons: [reason] },
        nodeNames,
        narrowedBy,
      };
    }
    return { status: undefined, nodeNames, narrowedBy };
  }

  /** The filters that have something to say of the pod of this cycle. */
  activeFilters(state: CycleState): readonly Plugin[] {
    return this.#filter.filter((plugin) => !state.skipFilter.has(plugin.name));
  }

  /** Asks the filters one by one; the first no decides. */
  filter(filters: readonly Plugin[], state: CycleState, pod: PodInfo, node: NodeInfo): Status | undefined {
    for (const plugin of filters) {
      const answer = plugin.filter!(state, pod, node);
      if (answer) return answer;
    }
    return undefined;
  }

  /**
   * As filter, but the place of pods of the same or higher priority that are nominated to the node is respected:
   * the pod must fit with them (resources, anti-affinity) and without them (affinity).
   */
  filterWithNominated(
    filters: readonly Plugin[],
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
  ): Status | undefined {
    const nominated = this.#nominator.podsOn(node.name);
    const others =
      nominated.length === 0
        ? nominated
        : nominated.filter((other) => other.uid !== pod.uid && other.priority >= pod.priority);
    if (others.length > 0) {
      const trialState = state.clone();
      const trialNode = node.clone();
      for (const other of others) this.addPod(trialState, pod, other, trialNode);
      const answer = this.filter(filters, trialState, pod, trialNode);
      if (answer) return answer;
    }
    return this.filter(filters, state, pod, node);
  }

  /** Puts `other` on a trial node and tells the plug-ins. */
  addPod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void {
    node.addPod(other);
    for (const plugin of this.#trial) {
      if (!state.skipFilter.has(plugin.name)) plugin.addPod?.(state, pod, other, node);
    }
  }

  /** Takes `other` off a trial node and tells the plug-ins. */
  removePod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void {
    node.removePod(other.uid);
    for (const plugin of this.#trial) {
      if (!state.skipFilter.has(plugin.name)) plugin.removePod?.(state, pod, other, node);
    }
  }

  /** The first success wins; else what all of them said, and the last nomination. */
  postFilter(state: CycleState, pod: PodInfo, statuses: NodeToStatus): PostFilterResult | undefined {
    if (this.#postFilter.length === 0) return undefined;
    const reasons: string[] = [];
    const writes: PreBindWrite[] = [];
    let nominatedNodeName: string | undefined;
    for (const plugin of this.#postFilter) {
      const result = plugin.postFilter!(state, pod, statuses);
      if (!result.status || !isRejected(result.status)) return result;
      reasons.push(...result.status.reasons);
      writes.push(...(result.writes ?? []));
      if (result.nominatedNodeName !== undefined) nominatedNodeName = result.nominatedNodeName;
    }
    const status: Status = { code: 'Unschedulable', plugin: '', reasons };
    return { status, writes, ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }) };
  }

  /** The total score of each node, weighted. */
  score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): number[] {
    for (const plugin of this.#preScore) {
      const answer = plugin.preScore!(state, pod, nodes);
      if (answer?.code === 'Skip') state.skipScore.add(plugin.name);
      else if (answer)
        throw new Error(`running PreScore plugin "${plugin.name}": ${answer.reasons.join(', ')}`);
    }
    const totals = new Array<number>(nodes.length).fill(0);
    const scores = new Array<number>(nodes.length).fill(0);
    for (const { plugin, weight } of this.#score) {
      if (state.skipScore.has(plugin.name)) continue;
      for (let i = 0; i < nodes.length; i++) scores[i] = plugin.score!(state, pod, nodes[i]!);
      plugin.normalizeScore?.(state, pod, nodes, scores);
      for (let i = 0; i < nodes.length; i++) {
        const score = scores[i]!;
        if (!(score >= 0 && score <= MAX_NODE_SCORE)) {
          throw new Error(
            `plugin "${plugin.name}" returns an invalid score ${score}, it should in the range of [0, ${MAX_NODE_SCORE}] after normalizing`,
          );
        }
        totals[i]! += score * weight;
      }
    }
    return totals;
  }

  /** Reserve and permit. On a rejection everything is unreserved. */
  reserve(state: CycleState, pod: PodInfo, nodeName: string): Status | undefined {
    for (const step of ['reserve', 'permit'] as const) {
      for (const { plugin } of this.#plugins) {
        const answer = plugin[step]?.(state, pod, nodeName);
        if (!answer) continue;
        this.unreserve(state, pod, nodeName);
        return answer;
      }
    }
    return undefined;
  }

  /** In the reverse order of reserve. */
  unreserve(state: CycleState, pod: PodInfo, nodeName: string): void {
    for (let i = this.#plugins.length - 1; i >= 0; i--)
      this.#plugins[i]!.plugin.unreserve?.(state, pod, nodeName);
  }

  preBind(state: CycleState, pod: PodInfo, nodeName: string): PreBindWrite[] {
    const writes: PreBindWrite[] = [];
    for (const { plugin } of this.#plugins) {
      if (plugin.preBind) writes.push(...plugin.preBind(state, pod, nodeName));
    }
    return writes;
  }

  /** The first plug-in that waits for its writes to take effect, or knows that they will not. */
  preBound(state: CycleState, pod: PodInfo, nodeName: string): Status | undefined {
    for (const { plugin } of this.#plugins) {
      const answer = plugin.preBound?.(state, pod, nodeName);
      if (answer) return answer;
    }
    return undefined;
  }
}
