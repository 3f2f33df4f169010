/**
 * Whether a node is one that a pod asks for: by nodeSelector and by required node affinity.
 * Source: kubernetes component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go.
 */
import { holds, type LabelOperator } from '../../apimachinery/label-requirement.ts';
import { matchesSet } from '../../apimachinery/labels.ts';
import type {
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
} from '../../apimachinery/types/core.v1.gen.ts';

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

/** Whether the node is one the pod may be on, as far as its own wishes go. */
export function matchesNodeAffinity(spec: PodSpec | undefined, node: Node): boolean {
  if (spec?.nodeSelector && !matchesSet(spec.nodeSelector, node.metadata?.labels)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  // Terms are alternatives.
  return !required || Boolean(required.nodeSelectorTerms?.some((term) => matchesTerm(term, node)));
}

/** All requirements of a term must hold; a term without any matches nothing. */
function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((one) => matchesLabel(one, node)) &&
    matchFields.every((one) => matchesField(one, node))
  );
}

function matchesLabel({ key, operator, values = [] }: NodeSelectorRequirement, node: Node): boolean {
  const known = OPERATORS[operator];
  if (!known || ((known === 'gt' || known === 'lt') && values.length !== 1)) return false;
  return holds({ key, operator: known, values }, node.metadata?.labels ?? {});
}

/** The only field is metadata.name. */
function matchesField({ key, operator, values }: NodeSelectorRequirement, node: Node): boolean {
  if (key !== 'metadata.name' || values?.length !== 1) return false;
  const same = values[0] === node.metadata?.name;
  return operator === 'In' ? same : operator === 'NotIn' && !same;
}
