/**
 * Policy rules in one line each: verbs, groups, resources and names, separated by spaces, the parts of each by commas.
 * `core` is the group without a name. Rules of paths: `get url /version,/api/*`.
 */
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';

const parts = (text: string): string[] => text.split(',').sort();

export function policyRule(line: string): PolicyRule {
  const [verbs = '', groups = '', resources = '', names] = line.split(' ');
  if (groups === 'url') return { verbs: parts(verbs), nonResourceURLs: parts(resources) };
  return {
    verbs: parts(verbs),
    apiGroups: groups
      .split(',')
      .map((group) => (group === 'core' ? '' : group))
      .sort(),
    resources: parts(resources),
    ...(names ? { resourceNames: parts(names) } : {}),
  };
}

export const READ = 'get,list,watch';
export const WRITE = 'create,update,patch,delete,deletecollection';
export const READ_WRITE = `${READ},${WRITE}`;
export const EVENTS = 'create,update,patch core,events.k8s.io events';
