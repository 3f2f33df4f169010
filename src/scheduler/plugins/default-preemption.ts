/**
 * When a pod fits nowhere: finds a node where it would fit if pods of lower priority went, and has as few and as
 * unimportant ones evicted as possible. Upstream: plugins/defaultpreemption, framework/preemption.
 */
import { randomInt } from '../../apimachinery/random.ts';
import type { PodDisruptionBudget } from '../../apimachinery/types/policy.v1.gen.ts';
import { fitErrorMessage, newDiagnosis } from '../fit-error.ts';
import {
  type CycleState,
  type NodeToStatus,
  type Plugin,
  type PostFilterResult,
  type Status,
  status,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { Handle } from '../profile.ts';
import { byImportance, type Candidate, pickCandidate, splitByBudgets } from './preemption-candidates.ts';

const NAME = 'DefaultPreemption';
const NOT_HELPFUL = status('UnschedulableAndUnresolvable', NAME, 'Preemption is not helpful for scheduling');
const NO_VICTIMS = status(
  'UnschedulableAndUnresolvable',
  NAME,
  'No preemption victims found for incoming pod',
);
/** Enough candidates: this share of the nodes (percent), and at least this many. */
const MIN_CANDIDATE_PERCENTAGE = 10;
const MIN_CANDIDATES = 100;

function rejected(message: string): PostFilterResult {
  return { status: status('Unschedulable', NAME, `preemption: ${message}`) };
}

export function defaultPreemption(handle: Handle): Plugin {
  const { snapshot, nominator, store, random, evicting } = handle;

  const isGoing = (pod: PodInfo): boolean => {
    if (evicting.has(pod.uid)) return true;
    const disrupted = pod.pod.status?.conditions?.find((condition) => condition.type === 'DisruptionTarget');
    return pod.terminating && disrupted?.status === 'True' && disrupted.reason === 'PreemptionByScheduler';
  };

  /** Why the pod may not evict others; undefined: it may. */
  function ineligible(pod: PodInfo, statuses: NodeToStatus): string | undefined {
    if (pod.pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const nominated = nominator.nodeOf(pod.uid);
    if (nominated === undefined) return undefined;
    const answer = statuses.byNode.get(nominated) ?? statuses.absent;
    if (answer?.code === 'UnschedulableAndUnresolvable') return undefined;
    for (const other of snapshot.get(nominated)?.pods.values() ?? []) {
      if (other.priority < pod.priority && isGoing(other)) {
        return 'not eligible due to a terminating pod on the nominated node.';
      }
    }
    return undefined;
  }

  /** The least set of pods whose absence lets the pod fit on the node. `state` and `node` are there to be changed. */
  function selectVictims(state: CycleState, pod: PodInfo, node: NodeInfo): Candidate | Status {
    const runtime = handle.runtime();
    const filters = runtime.activeFilters(state);
    const fits = (): Status | undefined => runtime.filterWithNominated(filters, state, pod, node);
    const potential = [...node.pods.values()].filter((other) => other.priority < pod.priority);
    if (potential.length === 0) return NO_VICTIMS;
    for (const other of potential) runtime.removePod(state, pod, other, node);
    const rejection = fits();
    if (rejection) return rejection;
    potential.sort(byImportance);
    const { violating, others } = splitByBudgets(
      potential,
      store.list<PodDisruptionBudget>('PodDisruptionBudget'),
    );
    const victims: PodInfo[] = [];
    // Those that can stay are put back, the most important first.
    const reprieve = (other: PodInfo): boolean => {
      runtime.addPod(state, pod, other, node);
      if (!fits()) return true;
      runtime.removePod(state, pod, other, node);
      victims.push(other);
      return false;
    };
    let violations = 0;
    for (const other of violating) if (!reprieve(other)) violations++;
    for (const other of others) reprieve(other);
    return { nodeName: node.name, victims: victims.sort(byImportance), violations };
  }

  function findCandidates(
    state: CycleState,
    pod: PodInfo,
    potential: readonly NodeInfo[],
    answers: Map<string, Status>,
  ): Candidate[] {
    const offset = randomInt(random, potential.length);
    const share = Math.floor((potential.length * MIN_CANDIDATE_PERCENTAGE) / 100);
    const enough = Math.min(Math.max(share, MIN_CANDIDATES), potential.length);
    const harmless: Candidate[] = [];
    const harmful: Candidate[] = [];
    for (let i = 0; i < potential.length; i++) {
      const node = potential[(offset + i) % potential.length]!;
      const found = selectVictims(state.clone(), pod, node.clone());
      if ('code' in found) {
        answers.set(node.name, found);
        continue;
      }
      if (found.victims.length === 0)
        throw new Error(`expected at least one victim pod on node "${node.name}"`);
      (found.violations === 0 ? harmless : harmful).push(found);
      if (harmless.length > 0 && harmless.length + harmful.length >= enough) break;
    }
    return [...harmless, ...harmful];
  }

  return {
    name: NAME,
    events: [],
    postFilter(state, pod, statuses) {
      const reason = ineligible(pod, statuses);
      if (reason) return rejected(reason);
      const potential = snapshot.nodes.filter(
        (node) => (statuses.byNode.get(node.name) ?? statuses.absent)?.code === 'Unschedulable',
      );
      const diagnosis = newDiagnosis();
      diagnosis.nodeToStatus.absent = NOT_HELPFUL;
      const candidates =
        potential.length === 0 ? [] : findCandidates(state, pod, potential, diagnosis.nodeToStatus.byNode);
      const best = pickCandidate(candidates);
      if (!best) {
        return { ...rejected(fitErrorMessage(diagnosis, snapshot.nodes.length)), nominatedNodeName: '' };
      }
      return {
        nominatedNodeName: best.nodeName,
        victims: best.victims,
        clearNominations: nominator
          .podsOn(best.nodeName)
          .filter((other) => other.priority < pod.priority && other.uid !== pod.uid),
      };
    },
  };
}
