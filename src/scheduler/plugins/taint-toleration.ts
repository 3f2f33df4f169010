/**
 * NoSchedule and NoExecute taints keep pods away that do not tolerate them; PreferNoSchedule taints lower the score.
 * Upstream: plugins/tainttoleration. (Since 1.34.2 the message does not name the taint.)
 */
import type { Node, Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { defaultNormalizeScore, type Plugin, status } from '../framework.ts';
import { toleratesAny, toleratesTaints } from './tolerations.ts';

const NAME = 'TaintToleration';
const UNTOLERATED = status('UnschedulableAndUnresolvable', NAME, 'node(s) had untolerated taint(s)');

interface PreferTolerations {
  readonly tolerations: readonly Toleration[];
}

export const taintToleration: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.UpdateNodeTaint,
      hint: ({ pod }, { next }) => toleratesTaints(pod.spec?.tolerations, (next as Node).spec?.taints ?? []),
    },
    { resource: 'TargetPod', actions: Action.UpdatePodTolerations },
  ],
  filter(_state, { pod }, node) {
    if (node.taints.length === 0) return undefined;
    return toleratesTaints(pod.spec?.tolerations, node.taints) ? undefined : UNTOLERATED;
  },
  preScore(state, { pod }) {
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    state.write(NAME, { tolerations } as PreferTolerations);
    return undefined;
  },
  score(state, _pod, node) {
    if (node.taints.length === 0) return 0;
    const { tolerations } = state.read<PreferTolerations>(NAME)!;
    let count = 0;
    for (const taint of node.taints) {
      if (taint.effect === 'PreferNoSchedule' && !toleratesAny(tolerations, taint)) count++;
    }
    return count;
  },
  normalizeScore: (_state, _pod, _nodes, scores) => defaultNormalizeScore(true, scores),
};
