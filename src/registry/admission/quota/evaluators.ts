/** Which evaluator knows a resource, and what a namespace uses in all. Source: kubernetes pkg/quota/v1/install/registry.go, evaluator/core/registry.go; apiserver pkg/quota/v1/resources.go. */
import { quantity } from '../../../apimachinery/quantity.ts';
import type { ResourceQuota } from '../../../apimachinery/types/core.v1.gen.ts';
import { addResources, formatResources, type Resources } from '../../../apis/core/resource-list.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { type Evaluator, inScopes, objectCount } from './evaluator.ts';
import { persistentVolumeClaimEvaluator } from './persistent-volume-claims.ts';
import { podEvaluator } from './pods.ts';
import { resourceClaimEvaluator } from './resource-claims.ts';
import { serviceEvaluator } from './services.ts';

/** Those that do more than count, or count under an older name as well. */
const SPECIAL: readonly Evaluator[] = [
  podEvaluator,
  serviceEvaluator,
  persistentVolumeClaimEvaluator,
  resourceClaimEvaluator,
  ...['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'].map((name) =>
    objectCount('', name, name),
  ),
];

/** What is not stored, and events. */
const IGNORED = new Set([
  '/bindings',
  '/componentstatuses',
  '/events',
  'events.k8s.io/events',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
]);

const known = new Map<string, Evaluator>(SPECIAL.map((one) => [`${one.group}/${one.resource}`, one]));
/** Kinds of users' own come and go. */
const MAX_KNOWN = 1000;

/** Undefined for what no quota counts. */
export function evaluatorOf(group: string, resource: string): Evaluator | undefined {
  const id = `${group}/${resource}`;
  let evaluator = known.get(id);
  if (!evaluator && !IGNORED.has(id)) {
    evaluator = objectCount(group, resource);
    if (known.size < MAX_KNOWN) known.set(id, evaluator);
  }
  return evaluator;
}

const COUNT = /^count\/([^.]+)(?:\.(.+))?$/;

/** The evaluators that a quota with these limits needs. */
export function evaluatorsOf(names: readonly string[]): Evaluator[] {
  const found = new Set(SPECIAL.filter((one) => one.matching(names).length > 0));
  for (const name of names) {
    const [, resource, group = ''] = COUNT.exec(name) ?? [];
    const evaluator = resource ? evaluatorOf(group, resource) : undefined;
    if (evaluator) found.add(evaluator);
  }
  return [...found];
}

/**
 * What the objects of a quota's namespace use of it: one quantity for each limit of spec.hard that is known.
 * `list` answers the objects of a resource in that namespace, an empty list for one that does not exist. `now` in ms.
 */
export async function calculateUsage(
  quota: ResourceQuota,
  list: (group: string, resource: string) => Promise<readonly KubeObject[]>,
  now: number,
): Promise<Record<string, string>> {
  const names = Object.keys(quota.spec?.hard ?? {});
  const used: Resources = {};
  for (const evaluator of evaluatorsOf(names)) {
    const counted = evaluator.matching(names);
    for (const name of counted) used[name] = quantity(0);
    for (const object of await list(evaluator.group, evaluator.resource)) {
      if (!inScopes(evaluator, quota, object)) continue;
      const usage = evaluator.usage(object, now);
      addResources(
        used,
        Object.fromEntries(counted.flatMap((name) => (usage[name] ? [[name, usage[name]]] : []))),
      );
    }
  }
  return formatResources(used);
}
