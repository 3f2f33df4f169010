/** What objects of one resource use of a quota. Source: apiserver pkg/quota/v1/interfaces.go, generic/evaluator.go. */
import { quantity } from '../../../apimachinery/quantity.ts';
import type {
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from '../../../apimachinery/types/core.v1.gen.ts';
import type { Resources } from '../../../apis/core/resource-list.ts';
import type { KubeObject } from '../../../apis/object.ts';
import type { Operation } from '../plugin.ts';

/** A request as far as it matters to a quota. */
export interface Charge {
  readonly operation: Operation;
  readonly subresource?: string;
  readonly object?: KubeObject;
  readonly old?: KubeObject;
}

export interface Evaluator {
  readonly group: string;
  readonly resource: string;
  /** Whether a request can change what is used. */
  handles(charge: Charge): boolean;
  /** Those of the names (of a quota's limits) that objects of this resource use. */
  matching(names: readonly string[]): string[];
  /** Whether an object is in a scope; default: in none. */
  inScope?(object: KubeObject, selector: ScopedResourceSelectorRequirement): boolean;
  /** What is wrong with an object that is limited in these names, or undefined. */
  broken?(object: KubeObject, limited: readonly string[]): string | undefined;
  /** What an object uses. `now` in ms. */
  usage(object: KubeObject, now: number): Resources;
}

export const ONE = quantity(1);

/** `count/deployments.apps`: every object that is stored counts. */
export const countName = (group: string, resource: string): string =>
  `count/${resource}${group ? `.${group}` : ''}`;

/** Counts objects, also under an older name. */
export function objectCount(group: string, resource: string, alias?: string): Evaluator {
  const names = alias ? [countName(group, resource), alias] : [countName(group, resource)];
  const used: Resources = Object.fromEntries(names.map((name) => [name, ONE]));
  return {
    group,
    resource,
    handles: ({ operation, subresource }) => operation === 'CREATE' && !subresource,
    matching: (limited) => limited.filter((name) => names.includes(name)),
    usage: () => used,
  };
}

/** The scopes of a quota in the form of selectors. */
export const scopesOf = ({ spec }: ResourceQuota): ScopedResourceSelectorRequirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
];

/** Whether an object is in all scopes of a quota. */
export const inScopes = (evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): boolean =>
  scopesOf(quota).every((selector) => evaluator.inScope?.(object, selector) ?? false);

/** Whether any of the values (none: the object has no such thing) is what a selector asks for. */
export function selects(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  found: readonly string[],
): boolean {
  switch (operator) {
    case 'Exists':
      return found.length > 0;
    case 'DoesNotExist':
      return found.length === 0;
    case 'In':
      return found.some((value) => values.includes(value));
    case 'NotIn':
      return found.length === 0 || found.some((value) => !values.includes(value));
    default:
      return false;
  }
}
