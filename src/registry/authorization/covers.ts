/**
 * Whether the rules somebody has cover those that somebody is to be given.
 * Source: component-helpers auth/rbac/validation/policy_comparator.go, kubernetes pkg/registry/rbac/validation/policy_compact.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import { pathCovers } from './rules.ts';

const ALL = '*';

/** What is granted at the least: one verb on one resource (perhaps one name) or one path. */
export function breakdown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const verbs = rule.verbs ?? [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) parts.push(part);
        for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs) {
    for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return parts;
}

const hasAll = (owned: readonly string[], wanted: readonly string[]): boolean =>
  owned.includes(ALL) || wanted.every((one) => owned.includes(one));

/** `*\/scale` covers `deployments/scale`. */
const resourcesCover = (owned: readonly string[], wanted: readonly string[]): boolean =>
  hasAll(owned, wanted) ||
  wanted.every((path) => {
    if (owned.includes(path)) return true;
    const slash = path.indexOf('/');
    return slash >= 0 && owned.includes(`*${path.slice(slash)}`);
  });

function ruleCovers(owner: PolicyRule, part: PolicyRule): boolean {
  const names = owner.resourceNames ?? [];
  const wanted = part.resourceNames ?? [];
  return (
    hasAll(owner.verbs ?? [], part.verbs ?? []) &&
    hasAll(owner.apiGroups ?? [], part.apiGroups ?? []) &&
    resourcesCover(owner.resources ?? [], part.resources ?? []) &&
    (names.length === 0 || (wanted.length > 0 && wanted.every((name) => names.includes(name)))) &&
    (part.nonResourceURLs ?? []).every((url) =>
      (owner.nonResourceURLs ?? []).some((path) => pathCovers(path, url)),
    )
  );
}

/** What of the wanted rules the owned ones do not cover, broken down; none: they cover all. */
export const uncovered = (owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(breakdown).filter((part) => !owned.some((owner) => ruleCovers(owner, part)));

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
