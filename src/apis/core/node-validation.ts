/**
 * Validation of nodes.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateNode, ValidateNodeUpdate).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  internal,
  required,
} from '../../apimachinery/field-error.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type {
  ConfigMapNodeConfigSource,
  Node,
  NodeConfigSource,
} from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength, isConfigMapKey } from '../../apimachinery/validation/content.ts';
import { isValidCIDRForLegacyField } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain, validateNamespaceName } from '../../apimachinery/validation/names.ts';
import { invalidEach, NOT_POSITIVE } from './field-rules.ts';
import { familyOfCIDR, isDualStackCIDRs } from './ip-families.ts';
import { validateNodeAnnotations } from './node-annotation-validation.ts';
import { validateResourceQuantity } from './resources-requirements-validation.ts';
import { validateTaints } from './taint-validation.ts';

const POD_CIDRS = 'spec.podCIDRs';

export function validateNode(node: Node): FieldError[] {
  const { podCIDRs = [], taints = [] } = node.spec ?? {};
  const swap = node.status?.nodeInfo?.swap?.capacity;
  const errors = [
    ...validateNodeAnnotations(node.metadata?.annotations),
    // Upstream gives these paths below metadata.
    ...validateTaints(taints, 'metadata.taints'),
    ...validateResources(node),
    ...(swap !== undefined && swap <= 0
      ? [invalid('metadata.nodeSwapStatus.capacity', swap, NOT_POSITIVE)]
      : []),
    ...validateDeclaredFeatures(node.status?.declaredFeatures ?? []),
    ...podCIDRs.flatMap((cidr, i) => isValidCIDRForLegacyField(at(POD_CIDRS, i), cidr)),
  ];
  const bad = podCIDRs.findIndex((cidr) => familyOfCIDR(cidr) === undefined);
  if (podCIDRs.length > 1 && bad >= 0) {
    const text = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${podCIDRs[bad]})`;
    errors.push(internal(POD_CIDRS, text));
  }
  if (podCIDRs.length > 1 && (podCIDRs.length > 2 || !isDualStackCIDRs(podCIDRs))) {
    errors.push(invalid(POD_CIDRS, podCIDRs, 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

function validateResources({ status = {} }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.entries(status[list] ?? {}).flatMap(([name, text]) =>
      validateResourceQuantity(name, parseQuantity(text), child('status', list, name)),
    ),
  );
}

const FEATURE = /^[A-Z][a-zA-Z0-9]*(?:\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const MAX_FEATURE = 253;

/** Names of features, sorted, each once. */
function validateDeclaredFeatures(features: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, feature] of features.entries()) {
    const here = at('status.declaredFeatures', i);
    const named = `invalid feature name ${JSON.stringify(feature)}:`;
    if (byteLength(feature) > MAX_FEATURE) {
      errors.push(invalid(here, feature, `${named} must be no more than ${MAX_FEATURE} characters`));
    } else if (!FEATURE.test(feature)) {
      const text = `${named} must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
      errors.push(invalid(here, feature, text));
    }
    const next = features[i + 1];
    if (next === undefined) continue;
    const there = at('status.declaredFeatures', i + 1);
    if (next === feature) errors.push(duplicate(there, next));
    else if (feature > next) errors.push(invalid(there, next, 'list must be sorted alphabetically'));
  }
  return errors;
}

/** What an update of the node or of its status may change. */
export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const spec = node.spec ?? {};
  const before = old.spec ?? {};
  const errors = [
    ...validateNodeAnnotations(node.metadata?.annotations),
    ...validateResources(node),
    ...validateDeclaredFeatures(node.status?.declaredFeatures ?? []),
  ];
  const addresses = new Set<string>();
  for (const [i, { type, address }] of (node.status?.addresses ?? []).entries()) {
    const shown = { Type: type, Address: address };
    const key = JSON.stringify(shown);
    if (addresses.has(key)) errors.push(duplicate(at('status.addresses', i), shown));
    addresses.add(key);
  }
  errors.push(...checkPodCIDRs(spec.podCIDRs ?? [], before.podCIDRs ?? []));
  if (before.providerID && before.providerID !== spec.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden('spec.providerID', detail));
  }
  if (spec.configSource) errors.push(...validateConfigSource(spec.configSource, 'spec.configSource', false));
  const { config } = node.status ?? {};
  for (const name of ['assigned', 'active', 'lastKnownGood'] as const) {
    const source = config?.[name];
    if (source) errors.push(...validateConfigSource(source, child('status.config', name), true));
  }
  errors.push(...validateTaints(spec.taints ?? [], 'metadata.taints'));
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
  return errors;
}

/** Ranges are assigned once: an error for each that changed, or one when their number did. */
function checkPodCIDRs(cidrs: readonly string[], before: readonly string[]): FieldError[] {
  if (before.length === 0) return [];
  const error = forbidden(POD_CIDRS, 'node updates may not change podCIDR except from "" to valid');
  if (before.length !== cidrs.length) return [error];
  return before.filter((cidr, i) => cidr !== cidrs[i]).map(() => error);
}

function validateConfigSource(source: NodeConfigSource, path: string, inStatus: boolean): FieldError[] {
  if (!source.configMap)
    return [invalid(path, { ConfigMap: null }, 'exactly one reference subfield must be non-nil')];
  return validateConfigMapSource(source.configMap, child(path, 'configMap'), inStatus);
}

/** A reference to a ConfigMap: which version of it is known in the status only. */
function validateConfigMapSource(
  source: ConfigMapNodeConfigSource,
  path: string,
  inStatus: boolean,
): FieldError[] {
  const { uid, resourceVersion, namespace = '', name = '', kubeletConfigKey = '' } = source;
  const errors: FieldError[] = [];
  for (const [field, value] of [
    ['uid', uid],
    ['resourceVersion', resourceVersion],
  ] as const) {
    const here = child(path, field);
    if (inStatus && !value) errors.push(required(here));
    if (!inStatus && value) errors.push(forbidden(here, `${field} must not be set in spec`));
  }
  const checked = (field: string, value: string, wrong: readonly string[]): FieldError[] =>
    value ? invalidEach(child(path, field), value, wrong) : [required(child(path, field))];
  const key = child(path, 'kubeletConfigKey');
  return [
    ...errors,
    ...checked('namespace', namespace, validateNamespaceName(namespace, false)),
    ...checked('name', name, nameIsDNSSubdomain(name, false)),
    ...(kubeletConfigKey
      ? invalidEach(key, kubeletConfigKey, isConfigMapKey(kubeletConfigKey))
      : [required(key)]),
  ];
}

/** Source: kubernetes pkg/registry/core/node/strategy.go. */
export function nodeWarnings({ spec = {} }: Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ];
}
