/**
 * Validation of Endpoints and warnings about them.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateEndpoints), pkg/registry/core/endpoint/strategy.go.
 */
import { at, child, type FieldError, required } from '../../apimachinery/field-error.ts';
import type {
  EndpointAddress,
  EndpointPort,
  Endpoints,
  EndpointSubset,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isValidPortNum } from '../../apimachinery/validation/content.ts';
import { isValidIPForLegacyField, warningsForIP } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { semanticEqual } from '../strategy.ts';
import { checkEndpointIP } from './endpoint-ip.ts';
import { checkDNS1123Label, checkQualifiedName, checkRequiredOneOf, invalidEach } from './field-rules.ts';

/** Subsets that an update does not touch may be as older rules had them. */
export function validateEndpoints(endpoints: Endpoints, old?: Endpoints): FieldError[] {
  const errors = (endpoints.subsets ?? []).flatMap((subset, i) => validateSubset(subset, at('subsets', i)));
  return errors.length > 0 && old && semanticEqual(endpoints.subsets, old.subsets) ? [] : errors;
}

function validateSubset(subset: EndpointSubset, path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const none = addresses.length === 0 && notReadyAddresses.length === 0;
  const each = (list: readonly EndpointAddress[], name: string): FieldError[] =>
    list.flatMap((address, i) => validateAddress(address, at(child(path, name), i)));
  return [
    ...(none ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...each(addresses, 'addresses'),
    ...each(notReadyAddresses, 'notReadyAddresses'),
    ...ports.flatMap((port, i) => validatePort(port, at(child(path, 'ports'), i), ports.length > 1)),
  ];
}

function validateAddress({ ip = '', hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  return [
    ...isValidIPForLegacyField(child(path, 'ip'), ip),
    ...(hostname ? checkDNS1123Label(hostname, child(path, 'hostname')) : []),
    ...(nodeName === undefined
      ? []
      : invalidEach(child(path, 'nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false))),
    ...checkEndpointIP(ip, child(path, 'ip')),
  ];
}

function validatePort(endpoint: EndpointPort, path: string, nameRequired: boolean): FieldError[] {
  const { name, port = 0, protocol, appProtocol } = endpoint;
  const errors: FieldError[] = [];
  if (name) errors.push(...checkDNS1123Label(name, child(path, 'name')));
  else if (nameRequired) errors.push(required(child(path, 'name')));
  return [
    ...errors,
    ...invalidEach(child(path, 'port'), port, isValidPortNum(port)),
    ...checkRequiredOneOf(protocol, ['TCP', 'UDP', 'SCTP'], child(path, 'protocol')),
    ...(appProtocol === undefined ? [] : checkQualifiedName(appProtocol, child(path, 'appProtocol'))),
  ];
}

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';

/** Warnings about addresses, but for what the controller wrote: it mends them itself. */
export function endpointsWarnings({ metadata, subsets = [] }: Endpoints): string[] {
  if (metadata?.labels?.[MANAGED_BY] === 'endpoint-controller') return [];
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [] }, i) => {
    const warn = (list: readonly EndpointAddress[], name: string): string[] =>
      list.flatMap(({ ip }, j) => warningsForIP(child(at(child(at('subsets', i), name), j), 'ip'), ip ?? ''));
    return [...warn(addresses, 'addresses'), ...warn(notReadyAddresses, 'notReadyAddresses')];
  });
}
