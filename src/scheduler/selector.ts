/**
 * Label selectors and node selectors, compiled once into functions: the scheduler asks them for every pod and node.
 * Follows component-helpers scheduling/corev1/nodeaffinity.
 */
import { holds, type LabelOperator, type Labels } from '../apimachinery/label-requirement.ts';
import { matchesSet } from '../apimachinery/labels.ts';
import type {
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../apimachinery/types/meta.v1.gen.ts';

export type { Labels };
export type LabelMatcher = (labels: Labels) => boolean;

/** A node as selectors see it. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Labels;
}
export type NodeMatcher = (node: SelectableNode) => boolean;

const nothing = (): boolean => false;
const everything = (): boolean => true;

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

/** True when the selector has no requirement at all. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0;
}

/** A selector that is missing matches nothing, an empty one everything. Unknown operators match nothing. */
export function compileLabelSelector(selector: LabelSelector | undefined): LabelMatcher {
  if (!selector) return nothing;
  const { matchLabels, matchExpressions = [] } = selector;
  const matchers = matchExpressions.map(compileRequirement);
  if (matchLabels && Object.keys(matchLabels).length > 0) matchers.unshift(compileLabels(matchLabels));
  return all(matchers);
}

/** All pairs must be there. An empty map matches everything. */
export function compileLabels(pairs: Labels): LabelMatcher {
  return (labels) => matchesSet(pairs, labels);
}

/** True when every matcher says so. */
export function all<T>(matchers: readonly ((value: T) => boolean)[]): (value: T) => boolean {
  if (matchers.length === 0) return everything;
  if (matchers.length === 1) return matchers[0]!;
  return (value) => {
    for (const matcher of matchers) if (!matcher(value)) return false;
    return true;
  };
}

function compileRequirement({ key, operator, values = [] }: NodeSelectorRequirement): LabelMatcher {
  const known = OPERATORS[operator];
  if (known === undefined || ((known === 'gt' || known === 'lt') && values.length !== 1)) return nothing;
  const requirement = { key, operator: known, values };
  return (labels) => holds(requirement, labels);
}

/** matchFields knows one field, metadata.name, with one value. */
function compileField({ key, operator, values }: NodeSelectorRequirement): NodeMatcher {
  if (key !== 'metadata.name' || values?.length !== 1) return nothing;
  const name = values[0];
  if (operator === 'In') return (node) => node.name === name;
  if (operator === 'NotIn') return (node) => node.name !== name;
  return nothing;
}

/** One term: all its requirements. A term without any matches nothing. */
export function compileNodeSelectorTerm(term: NodeSelectorTerm): NodeMatcher {
  const expressions = (term.matchExpressions ?? []).map(compileRequirement);
  const fields = (term.matchFields ?? []).map(compileField);
  if (expressions.length + fields.length === 0) return nothing;
  const byLabels = all(expressions);
  const byFields = all(fields);
  return (node) => byLabels(node.labels) && byFields(node);
}

/** Terms are alternatives. */
export function compileNodeSelector(selector: NodeSelector): NodeMatcher {
  const terms = (selector.nodeSelectorTerms ?? []).map(compileNodeSelectorTerm);
  return (node) => {
    for (const term of terms) if (term(node)) return true;
    return false;
  };
}
