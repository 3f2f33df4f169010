/**
 * Validation of endpoint slices and warnings about them.
 * Source: kubernetes pkg/apis/discovery/validation/validation.go, pkg/registry/discovery/endpointslice/strategy.go.
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { parseIP } from '../../apimachinery/ip.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidLabelValue,
} from '../../apimachinery/validation/content.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { isValidIP, isValidIPForLegacyField, warningsForIP } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkEndpointIP } from '../core/endpoint-ip.ts';
import { semanticEqual } from '../strategy.ts';
import {
  checkDNS1123Label,
  checkOneOf,
  checkQualifiedName,
  checkRequiredOneOf,
  invalidEach,
} from '../core/field-rules.ts';

const ADDRESS_TYPES = ['IPv4', 'IPv6', 'FQDN'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_HINTS = 8;

export const validateEndpointSlice = (slice: EndpointSlice): FieldError[] => [
  ...checkRequiredOneOf(slice.addressType, ADDRESS_TYPES, 'addressType'),
  ...validatePorts(slice.ports ?? []),
  ...validateEndpoints(slice),
];

function validateEndpoints({ addressType, endpoints }: EndpointSlice): FieldError[] {
  const all = endpoints ?? [];
  return all.length > MAX_ENDPOINTS
    ? [tooMany('endpoints', all.length, MAX_ENDPOINTS)]
    : all.flatMap((endpoint, i) => validateEndpoint(endpoint, addressType, at('endpoints', i)));
}

/** Endpoints that stay as they are need not keep rules that are younger than they. */
export const validateEndpointSliceUpdate = (slice: EndpointSlice, old: EndpointSlice): FieldError[] => [
  ...checkRequiredOneOf(slice.addressType, ADDRESS_TYPES, 'addressType'),
  ...validatePorts(slice.ports ?? []),
  ...(semanticEqual(slice.endpoints, old.endpoints) ? [] : validateEndpoints(slice)),
  ...(slice.addressType === old.addressType
    ? []
    : [invalid('addressType', slice.addressType ?? '', 'field is immutable')]),
];

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const addresses = endpoint.addresses ?? [];
  const { nodeName, hostname, hints, deprecatedTopology } = endpoint;
  const here = child(path, 'addresses');
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(here, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(here, addresses.length, MAX_ADDRESSES));
  const check = ADDRESS_RULES[addressType];
  if (check)
    for (const [i, address] of addresses.entries()) errors.push(...check(address, at(here, i), here));
  if (nodeName !== undefined) {
    errors.push(...invalidEach(child(path, 'nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)));
  }
  const topology = Object.keys(deprecatedTopology ?? {}).length;
  const topologyPath = child(path, 'deprecatedTopology');
  if (topology > MAX_TOPOLOGY_LABELS) errors.push(tooMany(topologyPath, topology, MAX_TOPOLOGY_LABELS));
  errors.push(...validateLabels(deprecatedTopology, topologyPath));
  if (hostname !== undefined) errors.push(...checkDNS1123Label(hostname, child(path, 'hostname')));
  errors.push(...validateHints(hints?.forZones, child(path, 'hints', 'forZones'), isValidLabelValue));
  if ((hints?.forZones?.length ?? 0) > MAX_HINTS) return errors;
  const nodes = validateHints(hints?.forNodes, child(path, 'hints', 'forNodes'), (name) =>
    nameIsDNSSubdomain(name, false),
  );
  return [...errors, ...nodes];
}

/** What an address must be. `list`: the path of all of them, where upstream looks for the wrong family. */
type AddressRule = (address: string, path: string, list: string) => FieldError[];

const addressOf =
  (version: 4 | 6): AddressRule =>
  (address, path, list) => {
    // Other than the older IPv4, IPv6 was never read leniently here.
    const errors = version === 4 ? isValidIPForLegacyField(path, address) : isValidIP(path, address);
    if (errors.length > 0) return errors;
    const wrong = parseIP(address)?.version !== version;
    return [
      ...(wrong ? [invalid(list, address, `must be an IPv${version} address`)] : []),
      ...checkEndpointIP(address, path),
    ];
  };
const ADDRESS_RULES: Readonly<Record<string, AddressRule | undefined>> = {
  IPv4: addressOf(4),
  IPv6: addressOf(6),
  FQDN: checkFullyQualifiedName,
};

function checkFullyQualifiedName(text: string, path: string): FieldError[] {
  if (text === '') return [required(path)];
  const name = text.replace(/\.$/, '');
  const wrong = isDNS1123Subdomain(name);
  if (wrong.length > 0) return [invalid(path, name, wrong.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  const bad = labels.find((label) => isDNS1123Label(label).length > 0);
  return bad === undefined ? [] : [invalid(path, bad, isDNS1123Label(bad).join(','))];
}

function validateHints(
  hints: readonly { name: string }[] | undefined,
  path: string,
  rule: (name: string) => readonly string[],
): FieldError[] {
  if (!hints) return [];
  if (hints.length > MAX_HINTS) return [tooMany(path, hints.length, MAX_HINTS)];
  const names = new Set<string>();
  return hints.flatMap(({ name = '' }, i) => {
    const here = child(at(path, i), 'name');
    const repeated = names.has(name) ? [duplicate(here, name)] : [];
    names.add(name);
    return [...repeated, ...invalidEach(here, name, rule(name))];
  });
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const path = at('ports', i);
    const errors = name ? checkDNS1123Label(name, child(path, 'name')) : [];
    if (names.has(name)) errors.push(duplicate(child(path, 'name'), name));
    names.add(name);
    return [
      ...errors,
      ...(protocol === undefined
        ? [required(child(path, 'protocol'))]
        : checkOneOf(protocol, ['TCP', 'UDP', 'SCTP'], child(path, 'protocol'))),
      ...(appProtocol === undefined ? [] : checkQualifiedName(appProtocol, child(path, 'appProtocol'))),
    ];
  });
}

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** The controllers of the cluster, which mend addresses themselves. */
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

export function endpointSliceWarnings({ metadata, endpoints }: EndpointSlice): string[] {
  if (CONTROLLERS.includes(metadata?.labels?.[MANAGED_BY] ?? '')) return [];
  return (endpoints ?? []).flatMap(({ addresses }, i) =>
    (addresses ?? []).flatMap((address, j) =>
      warningsForIP(at(child(at('endpoints', i), 'addresses'), j), address),
    ),
  );
}
