/**
 * Label selectors and node selectors, compiled once into functions: the scheduler asks them for every pod and node.
 * Follows kubernetes/apimachinery pkg/labels/selector.go and component-helpers scheduling/corev1/nodeaffinity.
 */
import type {
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../apimachinery/types/meta.v1.gen.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelMatcher = (labels: Labels) => boolean;

/** A node as selectors see it. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Labels;
}
export type NodeMatcher = (node: SelectableNode) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const nothing = (): boolean => false;
const everything = (): boolean => true;

/** A selector that is missing matches nothing, an empty one everything. */
export function compileLabelSelector(selector: LabelSelector | undefined): LabelMatcher {
  if (!selector) return nothing;
  const requirements: LabelMatcher[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push((labels) => labels[key] === value);
  }
  for (const expression of selector.matchExpressions ?? []) requirements.push(compileRequirement(expression));
  return all(requirements);
}

/** All pairs must be there. An empty map matches everything. */
export function compileLabels(pairs: Record<string, string>): LabelMatcher {
  return compileLabelSelector({ matchLabels: pairs });
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

function compileRequirement({ key, operator, values }: Requirement): LabelMatcher {
  const set = new Set(values);
  switch (operator) {
    case 'In':
      return (labels) => labels[key] !== undefined && set.has(labels[key]);
    case 'NotIn':
      return (labels) => labels[key] === undefined || !set.has(labels[key]);
    case 'Exists':
      return (labels) => labels[key] !== undefined;
    case 'DoesNotExist':
      return (labels) => labels[key] === undefined;
    case 'Gt':
    case 'Lt':
      return compare(key, operator === 'Gt', values?.[0]);
    default:
      return nothing;
  }
}

const INTEGER = /^[+-]?\d{1,19}$/;

function compare(key: string, greater: boolean, bound: string | undefined): LabelMatcher {
  if (bound === undefined || !INTEGER.test(bound)) return nothing;
  const limit = BigInt(bound);
  return (labels) => {
    const text = labels[key];
    if (text === undefined || !INTEGER.test(text)) return false;
    return greater ? BigInt(text) > limit : BigInt(text) < limit;
  };
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
  const terms = selector.nodeSelectorTerms.map(compileNodeSelectorTerm);
  return (node) => {
    for (const term of terms) if (term(node)) return true;
    return false;
  };
}
