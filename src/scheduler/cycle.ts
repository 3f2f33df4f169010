/**
 * The scheduling cycle: finds the node for one pod.
 * Follows kubernetes pkg/scheduler/schedule_one.go.
 */
import type { Random } from '../apimachinery/random.ts';
import {
  addPluginStatus,
  type Diagnosis,
  fitErrorMessage,
  newDiagnosis,
  NO_NODES_AVAILABLE,
} from './fit-error.ts';
import { CycleState, type PostFilterResult, type Snapshot } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { Runtime } from './runtime.ts';

/** The search goes on until this many nodes fit... */
export const MIN_FEASIBLE_NODES = 100;
/** ...and at least this share of all nodes, in percent. */
export const MIN_FEASIBLE_PERCENTAGE = 5;

/** Everything a cycle needs. `nextStart` moves on, so that each search begins where the last one ended. */
export interface CycleContext {
  readonly runtime: Runtime;
  readonly snapshot: Snapshot;
  readonly random: Random;
  /** Percentage of the nodes to find before scoring; 0: adapt to the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  nextStart: number;
}

export interface Scheduled {
  readonly kind: 'scheduled';
  readonly nodeName: string;
  readonly state: CycleState;
  readonly evaluatedNodes: number;
  readonly feasibleNodes: number;
}

export interface Unfit {
  readonly kind: 'unfit';
  readonly message: string;
  readonly diagnosis: Diagnosis;
  readonly postFilter: PostFilterResult | undefined;
}

/** How many nodes have to fit before the search may stop. */
export function numFeasibleNodesToFind(percentageOfNodesToScore: number, nodeCount: number): number {
  if (nodeCount < MIN_FEASIBLE_NODES) return nodeCount;
  let percentage = percentageOfNodesToScore;
  if (percentage === 0) percentage = Math.max(50 - Math.floor(nodeCount / 125), MIN_FEASIBLE_PERCENTAGE);
  return Math.max(Math.floor((nodeCount * percentage) / 100), MIN_FEASIBLE_NODES);
}

/** Finds a node. Throws when a plug-in fails; the caller makes a SchedulerError of it. */
export function schedulePod(ctx: CycleContext, pod: PodInfo): Scheduled | Unfit {
  const state = new CycleState();
  const diagnosis = newDiagnosis();
  const nodeCount = ctx.snapshot.nodes.length;
  if (nodeCount === 0) {
    return { kind: 'unfit', message: NO_NODES_AVAILABLE, diagnosis, postFilter: { nominatedNodeName: '' } };
  }
  const feasible = findFeasible(ctx, state, pod, diagnosis);
  if (feasible.length === 0) {
    const postFilter = ctx.runtime.postFilter(state, pod, diagnosis.nodeToStatus);
    diagnosis.postFilterMessage = postFilter?.status?.reasons.join(', ') ?? '';
    return { kind: 'unfit', message: fitErrorMessage(diagnosis, nodeCount), diagnosis, postFilter };
  }
  const evaluatedNodes = feasible.length + diagnosis.nodeToStatus.byNode.size;
  const chosen =
    feasible.length === 1
      ? feasible[0]!
      : selectHost(feasible, ctx.runtime.score(state, pod, feasible), ctx.random);
  return { kind: 'scheduled', nodeName: chosen.name, state, evaluatedNodes, feasibleNodes: feasible.length };
}

function findFeasible(ctx: CycleContext, state: CycleState, pod: PodInfo, diagnosis: Diagnosis): NodeInfo[] {
  const { runtime, snapshot } = ctx;
  const outcome = runtime.preFilter(state, pod, snapshot);
  for (const plugin of outcome.narrowedBy) diagnosis.unschedulablePlugins.add(plugin);
  if (outcome.status) {
    if (outcome.status.code === 'Error') throw new Error(outcome.status.reasons.join(', '));
    diagnosis.nodeToStatus.absent = outcome.status;
    diagnosis.preFilterMessage = outcome.status.reasons.join(', ');
    addPluginStatus(diagnosis, outcome.status);
    return [];
  }
  const nominated = pod.pod.status?.nominatedNodeName;
  if (nominated) {
    const node = snapshot.get(nominated);
    const fits = node ? passFilters(ctx, state, pod, diagnosis, [node]) : [];
    if (fits.length > 0) return fits;
  }
  let nodes = snapshot.nodes;
  if (outcome.nodeNames) {
    const listed: NodeInfo[] = [];
    for (const name of outcome.nodeNames) {
      const node = snapshot.get(name);
      if (node) listed.push(node);
    }
    nodes = listed;
    diagnosis.nodeToStatus.absent = {
      code: 'UnschedulableAndUnresolvable',
      plugin: '',
      reasons: [`node(s) didn't satisfy plugin(s) [${[...outcome.narrowedBy].sort().join(' ')}]`],
    };
  }
  const feasible = passFilters(ctx, state, pod, diagnosis, nodes);
  const processed = feasible.length + diagnosis.nodeToStatus.byNode.size;
  ctx.nextStart = (ctx.nextStart + processed) % snapshot.nodes.length;
  return feasible;
}

function passFilters(
  ctx: CycleContext,
  state: CycleState,
  pod: PodInfo,
  diagnosis: Diagnosis,
  nodes: readonly NodeInfo[],
): NodeInfo[] {
  const wanted = numFeasibleNodesToFind(ctx.percentageOfNodesToScore, nodes.length);
  const filters = ctx.runtime.activeFilters(state);
  const feasible: NodeInfo[] = [];
  for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
    const node = nodes[(ctx.nextStart + i) % nodes.length]!;
    const answer = ctx.runtime.filterWithNominated(filters, state, pod, node);
    if (!answer) {
      feasible.push(node);
      continue;
    }
    if (answer.code === 'Error') throw new Error(answer.reasons.join(', '));
    diagnosis.nodeToStatus.byNode.set(node.name, answer);
    addPluginStatus(diagnosis, answer);
  }
  return feasible;
}

/** The node with the highest score; among equals each has the same chance. */
export function selectHost(nodes: readonly NodeInfo[], scores: readonly number[], random: Random): NodeInfo {
  let best = 0;
  let equals = 1;
  for (let i = 1; i < nodes.length; i++) {
    if (scores[i]! > scores[best]!) {
      best = i;
      equals = 1;
    } else if (scores[i] === scores[best]) {
      equals++;
      if (random() * equals < 1) best = i;
    }
  }
  return nodes[best]!;
}
