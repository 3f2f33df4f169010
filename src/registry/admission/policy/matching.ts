/**
 * Which requests a policy is about.
 * Sources: apiserver pkg/admission/plugin/policy/matching/matching.go, plugin/webhook/predicates (rules, namespace, object).
 */
import { deepCopy } from '../../../apimachinery/deep-copy.ts';
import { fromLabelSelector, isEverything, matches as matchesLabels } from '../../../apimachinery/labels.ts';
import type {
  MatchResources,
  NamedRuleWithOperations,
} from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { ResourceDefinition } from '../../../apis/definition.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { RESOURCES, storageOf } from '../../../apis/resources.ts';
import type { AdmissionAttributes } from '../plugin.ts';

/** Policies never are about policies, nor about what a Binding does to its pod: they look at the Binding itself. */
const EXEMPT = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]);

export const isExempt = ({ definition, operation, subresource }: AdmissionAttributes): boolean =>
  (subresource === 'binding' && operation === 'UPDATE') ||
  (definition.group === 'admissionregistration.k8s.io' && EXEMPT.has(definition.kind));

const isNamespaces = ({ definition }: AdmissionAttributes): boolean =>
  definition.group === '' && definition.resource === 'namespaces';

/** The namespace of a request; that of a request for a namespace is the namespace itself. */
export const namespaceOf = (attributes: AdmissionAttributes): string =>
  isNamespaces(attributes) ? attributes.name : attributes.namespace;

/**
 * The version of the resource in which the policy wants the object: the request's, or one that is equivalent. Undefined:
 * the policy is not about the request.
 */
export async function matchedAs(
  attributes: AdmissionAttributes,
  constraints: MatchResources,
): Promise<ResourceDefinition | undefined> {
  const { resourceRules, excludeResourceRules, matchPolicy } = constraints;
  if (!(await inNamespace(attributes, constraints)) || !hasLabels(attributes, constraints)) return undefined;
  if (ruled(attributes, excludeResourceRules ?? [], matchPolicy)) return undefined;
  if (!resourceRules?.length) return attributes.definition;
  return ruled(attributes, resourceRules, matchPolicy);
}

async function inNamespace(
  attributes: AdmissionAttributes,
  { namespaceSelector }: MatchResources,
): Promise<boolean> {
  const name = namespaceOf(attributes);
  if (!name) return true;
  const selector = fromLabelSelector(namespaceSelector ?? {});
  if (isEverything(selector)) return true;
  const { object, old, reads } = attributes;
  const namespace = isNamespaces(attributes)
    ? (object ?? old)
    : await reads.get<KubeObject>('', 'namespaces', '', name);
  return matchesLabels(selector, namespace?.metadata?.labels);
}

/** Either what is or what will be has to have the labels. */
function hasLabels(
  { definition, object, old, view }: AdmissionAttributes,
  { objectSelector }: MatchResources,
): boolean {
  const selector = fromLabelSelector(objectSelector ?? {});
  if (isEverything(selector)) return true;
  return [object, old].some((one) => {
    const shown = one && view ? view.of(definition, one) : one;
    return shown !== undefined && matchesLabels(selector, shown.metadata?.labels);
  });
}

function ruled(
  attributes: AdmissionAttributes,
  rules: readonly NamedRuleWithOperations[],
  matchPolicy: string | undefined,
): ResourceDefinition | undefined {
  if (rules.length === 0) return undefined;
  const { definition } = attributes;
  if (rules.some((rule) => isRuled(attributes, definition, rule))) return definition;
  if (matchPolicy === 'Exact') return undefined;
  return equivalents(definition).find((other) => rules.some((rule) => isRuled(attributes, other, rule)));
}

/** Other versions and groups under which the same objects are served. */
function equivalents(definition: ResourceDefinition): ResourceDefinition[] {
  const { group, resource } = storageOf(definition);
  const all = definition.custom ? [...definition.custom.versions().values()] : RESOURCES;
  return all.filter((one) => {
    const storage = storageOf(one);
    return one !== definition && storage.group === group && storage.resource === resource;
  });
}

const includes = (items: readonly string[] | null | undefined, wanted: string): boolean =>
  items?.some((item) => item === '*' || item === wanted) ?? false;

function isRuled(
  attributes: AdmissionAttributes,
  { group, version, resource }: ResourceDefinition,
  rule: NamedRuleWithOperations,
): boolean {
  const { operation, subresource = '', name } = attributes;
  return (
    inScope(attributes, rule.scope) &&
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, group) &&
    includes(rule.apiVersions, version) &&
    (rule.resources ?? []).some((text) => {
      const [main, sub = ''] = text.split('/', 2) as [string, string?];
      return (main === '*' || main === resource) && (sub === '*' || sub === subresource);
    }) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function inScope(attributes: AdmissionAttributes, scope: string | undefined): boolean {
  if (!scope || scope === '*') return true;
  const clusterScoped = isNamespaces(attributes) || attributes.namespace === '';
  return scope === 'Cluster' ? clusterScoped : !clusterScoped;
}

/** An object of a request in the version a policy wants it in. */
export function inVersion<T extends KubeObject | undefined>(
  object: T,
  from: ResourceDefinition,
  to: ResourceDefinition,
): T {
  if (!object || from === to) return object;
  const copy = deepCopy(object) as KubeObject;
  const stored = from.storedAs ? from.storedAs.toStored(copy) : copy;
  const converted = to.storedAs ? to.storedAs.fromStored(stored) : stored;
  const apiVersion = to.group ? `${to.group}/${to.version}` : to.version;
  return { ...converted, apiVersion, kind: to.kind } as T;
}
