/**
 * What a pod's status says of its resource claims.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validatePodResourceClaimStatuses,
 * validatePodExtendedResourceClaimStatus, validateNodeAllocatableResourceClaimStatus).
 */
import { at, child, duplicate, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import { formatQuantity, parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type {
  Container,
  PodExtendedResourceClaimStatus,
  PodSpec,
  PodStatus,
} from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkDNS1123Label, invalidEach } from './field-rules.ts';
import { isNativeResource } from './resource-list.ts';

/** The claims of the pod, those of extended resources, and those of what the node has. */
export function validatePodClaimStatuses(status: PodStatus, spec: PodSpec): FieldError[] {
  return [
    ...validateClaimStatuses(status, spec),
    ...validateExtendedClaim(status.extendedResourceClaimStatus, spec),
    ...validateNodeAllocatableClaims(status, spec),
  ];
}

function validateClaimStatuses(status: PodStatus, spec: PodSpec): FieldError[] {
  const known = new Set((spec.resourceClaims ?? []).map((claim) => claim.name));
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { name, resourceClaimName }] of (status.resourceClaimStatuses ?? []).entries()) {
    const place = at('status.resourceClaimStatuses', index);
    const here = child(place, 'name');
    if (!known.has(name)) {
      errors.push(invalid(here, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (seen.has(name)) errors.push(duplicate(here, name));
    seen.add(name);
    if (resourceClaimName !== undefined) {
      const messages = nameIsDNSSubdomain(resourceClaimName, false);
      errors.push(...invalidEach(child(place, 'resourceClaimName'), resourceClaimName, messages));
    }
  }
  return errors;
}

/** The claim that the scheduler made for extended resources of containers. */
function validateExtendedClaim(
  claim: PodExtendedResourceClaimStatus | undefined,
  { containers, initContainers }: PodSpec,
): FieldError[] {
  if (!claim) return [];
  const path = 'status.extendedResourceClaimStatus';
  const mappings = child(path, 'requestMappings');
  const errors: FieldError[] = [];
  if (!claim.requestMappings?.length) {
    errors.push(required(mappings, 'at least one request mapping is required'));
  }
  const known = new Map(
    [...(initContainers ?? []), ...(containers ?? [])].map((one): [string, Container] => [one.name, one]),
  );
  const seen = new Set<string>();
  for (const [index, mapping] of (claim.requestMappings ?? []).entries()) {
    const { containerName = '', resourceName = '', requestName = '' } = mapping;
    const here = at(mappings, index);
    const container = known.get(containerName);
    if (!container) {
      const text = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
      errors.push(invalid(child(here, 'containerName'), containerName, text));
    } else if (container.resources?.requests?.[resourceName] === undefined) {
      const text =
        'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
      errors.push(invalid(child(here, 'resourceName'), resourceName, text));
    }
    errors.push(...checkDNS1123Label(requestName, child(path, 'requestName')));
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      errors.push(
        duplicate(child(here, 'containerName'), containerName),
        duplicate(child(here, 'resourceName'), resourceName),
        duplicate(child(here, 'requestName'), requestName),
      );
    }
    seen.add(key);
  }
  const name = claim.resourceClaimName;
  const namePath = child(path, 'resourceClaimName');
  if (!name) errors.push(required(namePath));
  else errors.push(...invalidEach(namePath, name, nameIsDNSSubdomain(name, false)));
  return errors;
}

/** Claims for what nodes have of cpu, memory and the like. */
function validateNodeAllocatableClaims(status: PodStatus, spec: PodSpec): FieldError[] {
  const names = new Set(
    [...(spec.resourceClaims ?? []), ...(status.resourceClaimStatuses ?? [])].map(
      (claim) => claim.resourceClaimName,
    ),
  );
  const errors: FieldError[] = [];
  for (const [index, claim] of (status.nodeAllocatableResourceClaimStatuses ?? []).entries()) {
    const here = at('status.nodeAllocatableResourceClaimStatuses', index);
    const { resourceClaimName: name = '', containers } = claim;
    const resources = claim.resources ?? {};
    const path = child(here, 'resourceClaimName');
    if (name === '') errors.push(required(path, 'must not be empty'));
    if (!names.has(name)) errors.push(invalid(path, name, 'no mapping found in pod reference'));
    if (!containers?.length) errors.push(required(child(here, 'containers'), 'must not be empty'));
    const resourcesPath = child(here, 'resources');
    if (Object.keys(resources).length === 0) errors.push(required(resourcesPath, 'must not be empty'));
    for (const [resource, text] of Object.entries(resources)) {
      const place = at(resourcesPath, resource);
      if (!isNativeResource(resource)) {
        errors.push(invalid(place, resource, 'must be a node allocatable resource name'));
      }
      const amount = parseQuantity(text);
      if (sign(amount) < 0) errors.push(invalid(place, formatQuantity(amount), 'must be non-negative'));
    }
  }
  return errors;
}
