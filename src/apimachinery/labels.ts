/**
 * Label selectors: their text form, the LabelSelector object, and matching.
 * Source: kubernetes/apimachinery pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go.
 */
import { goQuote } from './go-quote.ts';
import { parseRequirements } from './label-parser.ts';
import {
  byKey,
  formatRequirement,
  holds,
  type LabelOperator,
  type Labels,
  type Requirement,
  requirement,
} from './label-requirement.ts';
import { badRequest } from './status.ts';
import type { LabelSelector } from './types/meta.v1.gen.ts';

export type { LabelOperator, Labels, Requirement } from './label-requirement.ts';

/** All requirements must hold; none is everything. `nothing` matches no object at all. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly nothing?: true;
}

export const everything: Selector = { requirements: [] };
export const nothing: Selector = { requirements: [], nothing: true };

/** Whether the selector leaves nothing out. */
export const isEverything = (selector: Selector): boolean =>
  !selector.nothing && selector.requirements.length === 0;

const NO_LABELS: Labels = {};

/** Whether the labels (absent: none) match the selector. */
export function matches(selector: Selector, labels: Labels | undefined): boolean {
  if (selector.nothing) return false;
  const { requirements } = selector;
  for (let i = 0; i < requirements.length; i++) {
    if (!holds(requirements[i]!, labels ?? NO_LABELS)) return false;
  }
  return true;
}

/** Whether the labels have every key of the set with its value (`spec.selector` of a Service). */
export function matchesSet(set: Labels, labels: Labels | undefined): boolean {
  for (const key in set) {
    if (labels === undefined || !Object.hasOwn(labels, key) || labels[key] !== set[key]) return false;
  }
  return true;
}

/** The selector in its text form, as in status.selector of a Scale. Everything and nothing are both ''. */
export const formatSelector = (selector: Selector): string =>
  selector.requirements.map(formatRequirement).join(',');

/** The selector of a LabelSelector object: undefined is nothing, `{}` everything. Throws 400 if not valid. */
export function fromLabelSelector(selector: LabelSelector | undefined | null): Selector {
  if (selector === undefined || selector === null) return nothing;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const requirements = Object.entries(matchLabels).map(([key, value]) => requirement(key, '=', [value]));
  for (const { key, operator, values } of matchExpressions) {
    const known = expressionOperators[operator];
    if (!known) throw badRequest(`${goQuote(operator)} is not a valid label selector operator`);
    requirements.push(requirement(key, known, values ?? []));
  }
  return requirements.length === 0 ? everything : { requirements: requirements.sort(byKey) };
}
const expressionOperators: Record<string, LabelOperator | undefined> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** The selector for exactly these labels, unchecked; none is everything. */
export function fromSet(set: Labels | undefined): Selector {
  const entries = Object.entries(set ?? NO_LABELS);
  if (entries.length === 0) return everything;
  return {
    requirements: entries
      .map(([key, value]): Requirement => ({ key, operator: '=', values: [value] }))
      .sort(byKey),
  };
}

/** Parses the text form, e.g. `app=web,tier in (a,b),!canary`. Throws 400 with upstream's words. */
export function parseSelector(text: string): Selector {
  const requirements = parseRequirements(text);
  return requirements.length === 0 ? everything : { requirements: requirements.sort(byKey) };
}
