/** Validation of network policies. Source: kubernetes pkg/apis/networking/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import { contains, parseCIDR } from '../../apimachinery/ip.ts';
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../apimachinery/types/networking.v1.gen.ts';
import { isValidPortNum } from '../../apimachinery/validation/content.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isValidCIDRForLegacyField, warningsForCIDR } from '../../apimachinery/validation/ip.ts';
import { checkPortNumberOrName, invalidEach } from '../core/field-rules.ts';

const POLICY_TYPES = ['Ingress', 'Egress'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** The rules of a policy, both directions, with their peers under one name. */
function rulesOf({ spec }: NetworkPolicy): {
  path: string;
  peersPath: string;
  ports: readonly NetworkPolicyPort[];
  peers: readonly NetworkPolicyPeer[];
}[] {
  const ingress = (spec?.ingress ?? []).map(({ ports = [], from = [] }, i) => ({
    i,
    name: 'ingress',
    peersName: 'from',
    ports,
    peers: from,
  }));
  const egress = (spec?.egress ?? []).map(({ ports = [], to = [] }, i) => ({
    i,
    name: 'egress',
    peersName: 'to',
    ports,
    peers: to,
  }));
  return [...ingress, ...egress].map(({ i, name, peersName, ports, peers }) => {
    const path = at(child('spec', name), i);
    return { path, peersPath: child(path, peersName), ports, peers };
  });
}

/** Address blocks of the old policy stay acceptable. */
const blocksOf = (policy: NetworkPolicy | undefined): string[] =>
  (policy ? rulesOf(policy) : []).flatMap(({ peers }) =>
    peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [])),
  );

export function validateNetworkPolicy(policy: NetworkPolicy, old?: NetworkPolicy): FieldError[] {
  const known = blocksOf(old);
  const errors = validateLabelSelector(policy.spec?.podSelector, 'spec.podSelector');
  for (const { path, peersPath, ports, peers } of rulesOf(policy)) {
    for (const [i, port] of ports.entries()) errors.push(...validatePort(port, at(child(path, 'ports'), i)));
    for (const [i, peer] of peers.entries()) errors.push(...validatePeer(peer, at(peersPath, i), known));
  }
  const types = policy.spec?.policyTypes ?? [];
  if (types.length > POLICY_TYPES.length) {
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  }
  for (const [i, type] of types.entries()) {
    if (!POLICY_TYPES.includes(type)) errors.push(unsupported(at('spec.policyTypes', i), type, POLICY_TYPES));
  }
  return errors;
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const errors =
    protocol === undefined || PROTOCOLS.includes(protocol)
      ? []
      : [unsupported(child(path, 'protocol'), protocol, PROTOCOLS)];
  const end = child(path, 'endPort');
  if (typeof port === 'number') {
    errors.push(...checkPortNumberOrName(port, child(path, 'port')));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(end, port, 'must be greater than or equal to `port`'));
    return [...errors, ...invalidEach(end, endPort, isValidPortNum(endPort))];
  }
  if (endPort !== undefined) {
    const detail = port === undefined ? 'not specified' : 'non-numeric';
    errors.push(invalid(end, endPort, `may not be specified when \`port\` is ${detail}`));
  }
  return port === undefined ? errors : [...errors, ...checkPortNumberOrName(port, child(path, 'port'))];
}

function validatePeer(peer: NetworkPolicyPeer, path: string, known: readonly string[]): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...validateLabelSelector(podSelector, child(path, 'podSelector')),
    ...validateLabelSelector(namespaceSelector, child(path, 'namespaceSelector')),
    ...(ipBlock ? validateIPBlock(ipBlock, child(path, 'ipBlock'), known) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

function validateIPBlock(
  { cidr: text, except = [] }: IPBlock,
  path: string,
  known: readonly string[],
): FieldError[] {
  if (!text) return [required(child(path, 'cidr'))];
  const errors = isValidCIDRForLegacyField(child(path, 'cidr'), text, known);
  const cidr = parseCIDR(text);
  if (!cidr) return errors;
  for (const [i, exceptText] of except.entries()) {
    const here = at(child(path, 'except'), i);
    errors.push(...isValidCIDRForLegacyField(here, exceptText, known));
    const excepted = parseCIDR(exceptText);
    if (excepted && (!contains(cidr, excepted.ip) || cidr.prefix >= excepted.prefix)) {
      errors.push(invalid(here, exceptText, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

export function networkPolicyWarnings(policy: NetworkPolicy): string[] {
  return rulesOf(policy).flatMap(({ peersPath, peers }) =>
    peers.flatMap(({ ipBlock }, i) => {
      if (!ipBlock) return [];
      const path = child(at(peersPath, i), 'ipBlock');
      return [
        ...warningsForCIDR(child(path, 'cidr'), ipBlock.cidr),
        ...(ipBlock.except ?? []).flatMap((text, j) => warningsForCIDR(at(child(path, 'except'), j), text)),
      ];
    }),
  );
}
