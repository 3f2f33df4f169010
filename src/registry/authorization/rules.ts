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
export function pathCovers(path: string, asked: string): boolean {
  if (path === asked) return true;
  if (!path.endsWith(ALL)) return false;
  let end = path.length;
  while (path[end - 1] === ALL) end--;
  return asked.startsWith(path.slice(0, end));
}

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
