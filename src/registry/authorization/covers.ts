/**
 * Whether the rules somebody has cover those that somebody is to be given.
 * Source: component-helpers auth/rbac/validation/policy_comparator.go, kubernetes pkg/registry/rbac/validation/policy_compact.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import { pathCovers } from './rules.ts';

const ALL = '*';

/** Comparisons of a part with a rule, and the texts of whole rules that are compared. */
const MAX_WORK = 2_000_000;
/** Parts that are told of; upstream tells of all. */
const MAX_MISSING = 1000;
const MAX_MISSING_TEXT = 200_000;

/** What is granted at the least: one verb on one resource (perhaps one name) or one path. They may be very many. */
export function* breakdown(rule: PolicyRule): Generator<PolicyRule> {
  const { apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  const verbs = rule.verbs ?? [];
  for (const group of apiGroups ?? []) {
    for (const resource of resources ?? []) {
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (!resourceNames?.length) yield part;
        else for (const name of resourceNames) yield { ...part, resourceNames: [name] };
      }
    }
  }
  for (const url of nonResourceURLs ?? []) {
    for (const verb of verbs) yield { nonResourceURLs: [url], verbs: [verb] };
  }
}

interface Owned {
  readonly verbs: ReadonlySet<string>;
  readonly apiGroups: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly resourceNames: ReadonlySet<string>;
  readonly nonResourceURLs: readonly string[];
}

const ownedBy = (rule: PolicyRule): Owned => ({
  verbs: new Set(rule.verbs),
  apiGroups: new Set(rule.apiGroups),
  resources: new Set(rule.resources),
  resourceNames: new Set(rule.resourceNames),
  nonResourceURLs: rule.nonResourceURLs ?? [],
});

const hasAll = (owned: ReadonlySet<string>, wanted: readonly string[]): boolean =>
  owned.has(ALL) || wanted.every((one) => owned.has(one));

/** `*\/scale` covers `deployments/scale`. */
const resourcesCover = (owned: ReadonlySet<string>, wanted: readonly string[]): boolean =>
  hasAll(owned, wanted) ||
  wanted.every((path) => {
    if (owned.has(path)) return true;
    const slash = path.indexOf('/');
    return slash >= 0 && owned.has(`*${path.slice(slash)}`);
  });

function ruleCovers(owner: Owned, wanted: PolicyRule): boolean {
  const names = owner.resourceNames;
  const wantedNames = wanted.resourceNames ?? [];
  return (
    hasAll(owner.verbs, wanted.verbs ?? []) &&
    hasAll(owner.apiGroups, wanted.apiGroups ?? []) &&
    resourcesCover(owner.resources, wanted.resources ?? []) &&
    (names.size === 0 || (wantedNames.length > 0 && wantedNames.every((name) => names.has(name)))) &&
    (wanted.nonResourceURLs ?? []).every((url) => owner.nonResourceURLs.some((path) => pathCovers(path, url)))
  );
}

/** Texts of a rule, those of paths times the paths they are compared with. */
const workOf = (wanted: PolicyRule, owner: Owned): number =>
  (wanted.verbs?.length ?? 0) +
  (wanted.apiGroups?.length ?? 0) +
  (wanted.resources?.length ?? 0) +
  (wanted.resourceNames?.length ?? 0) +
  (wanted.nonResourceURLs?.length ?? 0) * owner.nonResourceURLs.length;

/**
 * What of the wanted rules the owned ones do not cover, broken down; none: they cover all. What cannot be compared in
 * bounded work is not covered, and of what is not no more is told than somebody may want to read.
 */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const owners = owned.map(ownedBy);
  let work = MAX_WORK;
  const isCovered = (rule: PolicyRule): boolean =>
    owners.some((owner) => {
      work -= workOf(rule, owner);
      return work >= 0 && ruleCovers(owner, rule);
    });
  const missing: PolicyRule[] = [];
  let text = 0;
  for (const rule of wanted) {
    // Mostly one rule covers another as a whole.
    if (isCovered(rule)) continue;
    for (const part of breakdown(rule)) {
      if (isCovered(part)) continue;
      missing.push(part);
      text += describeRule(part).length;
      if (work < 0 || missing.length >= MAX_MISSING || text > MAX_MISSING_TEXT) return missing;
    }
  }
  return missing;
}

/** Puts the verbs together of parts that differ in nothing else, in the order of the parts. */
export function compact(parts: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const compacted: PolicyRule[] = [];
  for (const part of parts) {
    if (part.nonResourceURLs) {
      compacted.push(part);
      continue;
    }
    const key = JSON.stringify([part.apiGroups, part.resources, part.resourceNames]);
    const known = simple.get(key);
    if (known) known.verbs!.push(...(part.verbs ?? []));
    else simple.set(key, { ...part, verbs: [...(part.verbs ?? [])] });
  }
  return [...compacted, ...simple.values()];
}

const FIELDS = [
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['NonResourceURLs', 'nonResourceURLs'],
  ['ResourceNames', 'resourceNames'],
  ['Verbs', 'verbs'],
] as const;

/** A list of texts as Go prints it with %q. */
export const quotedList = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`;

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export const describeRule = (rule: PolicyRule): string =>
  `{${FIELDS.flatMap(([label, field]) => {
    const texts = rule[field];
    return texts?.length ? [`${label}:${quotedList(texts)}`] : [];
  }).join(', ')}}`;
