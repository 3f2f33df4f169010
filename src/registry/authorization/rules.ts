/** Whether a rule allows a request. Source: kubernetes pkg/apis/rbac/v1/evaluation_helpers.go, plugin/pkg/auth/authorizer/rbac/rbac.go. */
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { Attributes } from './attributes.ts';

const ALL = '*';

const matches = (allowed: readonly string[] | null | undefined, asked: string): boolean =>
  allowed?.some((one) => one === ALL || one === asked) ?? false;

function resourceMatches({ resources }: PolicyRule, resource: string, subresource: string): boolean {
  if (!subresource) return matches(resources, resource);
  return (
    matches(resources, `${resource}/${subresource}`) || (resources?.includes(`*/${subresource}`) ?? false)
  );
}

/** Without names a rule is for all of them. */
const nameMatches = ({ resourceNames }: PolicyRule, name: string): boolean =>
  !resourceNames?.length || resourceNames.includes(name);

/** Whether a path of a rule, which may end in asterisks, covers another. */
export const pathCovers = (path: string, asked: string): boolean =>
  path === asked || (path.endsWith(ALL) && asked.startsWith(path.replace(/\*+$/, '')));

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!matches(rule.verbs, attributes.verb)) return false;
  if (!attributes.isResource) {
    return rule.nonResourceURLs?.some((path) => pathCovers(path, attributes.path)) ?? false;
  }
  const { group, resource, subresource, name } = attributes;
  return (
    matches(rule.apiGroups, group) && resourceMatches(rule, resource, subresource) && nameMatches(rule, name)
  );
}
