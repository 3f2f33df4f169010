/**
 * nodeSelector and node affinity. Upstream: plugins/nodeaffinity, component-helpers scheduling/corev1/nodeaffinity.
 */
import type { Node, NodeSelector, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { Action } from '../events.ts';
import { defaultNormalizeScore, type Plugin, status } from '../framework.ts';
import { intersection } from '../collections.ts';
import {
  compileLabels,
  compileNodeSelector,
  compileNodeSelectorTerm,
  type NodeMatcher,
} from '../selector.ts';

const NAME = 'NodeAffinity';
const MISMATCH = status(
  'UnschedulableAndUnresolvable',
  NAME,
  "node(s) didn't match Pod's node affinity/selector",
);
const CONFLICT = status('UnschedulableAndUnresolvable', NAME, 'pod affinity terms conflict');
const SKIP = status('Skip', NAME);
const SCORE_KEY = `${NAME}/score`;

interface Required {
  readonly matches: NodeMatcher;
}
interface Preferred {
  readonly terms: readonly { readonly weight: number; readonly matches: NodeMatcher }[];
}

function requiredSelector(pod: Pod): NodeSelector | undefined {
  return pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
}

/** What a pod demands of its node: nodeSelector and required node affinity, both. */
export function requiredNodeAffinity(pod: Pod): NodeMatcher {
  const selector = pod.spec?.nodeSelector;
  const byLabels = selector && Object.keys(selector).length > 0 ? compileLabels(selector) : undefined;
  const required = requiredSelector(pod);
  const bySelector = required && compileNodeSelector(required);
  return (node) => (!byLabels || byLabels(node.labels)) && (!bySelector || bySelector(node));
}

/** The names of the only nodes that can match: when every term asks for metadata.name. */
function namedNodes(selector: NodeSelector | undefined): { names?: Set<string>; conflict?: boolean } {
  const terms = selector?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return {};
  const names = new Set<string>();
  for (const term of terms) {
    let ofTerm: Set<string> | undefined;
    for (const field of term.matchFields ?? []) {
      if (field.key !== 'metadata.name' || field.operator !== 'In') continue;
      const values = new Set(field.values);
      ofTerm = ofTerm ? intersection(ofTerm, values) : values;
    }
    // A term that is not about names can match any node.
    if (!ofTerm) return {};
    for (const name of ofTerm) names.add(name);
  }
  return names.size === 0 ? { conflict: true } : { names };
}

export const nodeAffinity: Plugin = {
  name: NAME,
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.UpdateNodeLabel,
      hint({ pod }, { old, next }) {
        const matches = requiredNodeAffinity(pod);
        const view = (node: Node) => ({
          name: node.metadata?.name ?? '',
          labels: node.metadata?.labels ?? {},
        });
        return matches(view(next as Node)) && !(old && matches(view(old as Node)));
      },
    },
  ],
  preFilter(state, { pod }) {
    const required = requiredSelector(pod);
    if (!required && Object.keys(pod.spec?.nodeSelector ?? {}).length === 0) return { status: SKIP };
    state.write(NAME, { matches: requiredNodeAffinity(pod) } as Required);
    const { names, conflict } = namedNodes(required);
    if (conflict) return { status: CONFLICT };
    return names && { nodeNames: names };
  },
  filter(state, _pod, node) {
    return state.read<Required>(NAME)!.matches(node) ? undefined : MISMATCH;
  },
  preScore(state, { pod }) {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = preferred
      .filter((term) => term.weight !== 0)
      .map((term) => ({ weight: term.weight, matches: compileNodeSelectorTerm(term.preference) }));
    if (terms.length === 0) return SKIP;
    state.write(SCORE_KEY, { terms } as Preferred);
    return undefined;
  },
  score(state, _pod, node) {
    let sum = 0;
    for (const term of state.read<Preferred>(SCORE_KEY)!.terms) if (term.matches(node)) sum += term.weight;
    return sum;
  },
  normalizeScore: (_state, _pod, _nodes, scores) => defaultNormalizeScore(false, scores),
};
