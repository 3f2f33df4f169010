/**
 * Updates of a pod's status.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
} from '../../apimachinery/field-error.ts';
import type {
  Container,
  ContainerStatus,
  LinuxContainerUser,
  Pod,
  PodStatus,
  ResourceStatus,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isValidGroupID, isValidUserID } from '../../apimachinery/validation/content.ts';
import { isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkQualifiedName, invalidEach } from './field-rules.ts';
import { isDualStackIPs } from './ip-families.ts';
import { validatePodAnnotationsUpdate } from './pod-annotation-validation.ts';
import { isRestartableInitContainer } from './pod-util.ts';

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

/** What a new status must satisfy, and which steps from the old one do not exist. */
export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const status = pod.status ?? {};
  const before = old.status ?? {};
  const errors = validatePodAnnotationsUpdate(
    pod.metadata?.annotations,
    old.metadata?.annotations,
    spec,
    'metadata.annotations',
  );
  for (const [index, { type }] of (status.conditions ?? []).entries()) {
    if (SYSTEM_CONDITIONS.has(type)) continue;
    errors.push(...checkQualifiedName(type ?? '', child(at('metadata.conditions', index), 'Type')));
  }
  if ((spec.nodeName ?? '') !== (old.spec?.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...invalidEach('status.nominatedNodeName', nominated, nameIsDNSSubdomain(nominated, false)));
  }
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    errors.push(invalid('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  }
  errors.push(...validateStateTransitions(status, old));
  errors.push(...validateClaimStatuses(status, pod));
  errors.push(...validatePodIPs(status, before), ...validateHostIPs(status, before));
  errors.push(...validateContainerStatuses(status, pod));
  return errors;
}

/** A container that has ended for good does not run again. */
function validateStateTransitions(status: PodStatus, old: Pod): FieldError[] {
  const policy = old.spec?.restartPolicy ?? 'Always';
  const ownRules = new Map(
    [...(old.spec?.containers ?? []), ...(old.spec?.initContainers ?? [])].map((one): [string, Container] => [
      one.name,
      one,
    ]),
  );
  const mayRestart = (container: ContainerStatus): boolean => {
    const spec = ownRules.get(container.name);
    if (isRestartableInitContainer(spec) || spec?.restartPolicyRules?.length) return true;
    const effective = spec?.restartPolicy ?? policy;
    return (
      effective === 'Always' || (effective === 'OnFailure' && container.state?.terminated?.exitCode !== 0)
    );
  };
  const check = (
    list: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
  ): FieldError[] => {
    const errors: FieldError[] = [];
    for (const [index, container] of (old.status?.[list] ?? []).entries()) {
      const ended = container.state?.terminated !== undefined;
      if (!ended || (list !== 'ephemeralContainerStatuses' && mayRestart(container))) continue;
      const runsAgain = status[list]?.some((one) => one.name === container.name && !one.state?.terminated);
      if (!runsAgain) continue;
      const here = child(at(child('status', list), index), 'state');
      errors.push(forbidden(here, 'may not be transitioned to non-terminated state'));
    }
    return errors;
  };
  return [
    ...check('containerStatuses'),
    ...check('initContainerStatuses'),
    ...check('ephemeralContainerStatuses'),
  ];
}

function validateClaimStatuses(status: PodStatus, pod: Pod): FieldError[] {
  const known = new Set((pod.spec?.resourceClaims ?? []).map((claim) => claim.name));
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { name, resourceClaimName }] of (status.resourceClaimStatuses ?? []).entries()) {
    const here = child(at('status.resourceClaimStatuses', index), 'name');
    if (!known.has(name)) {
      errors.push(invalid(here, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (seen.has(name)) errors.push(duplicate(here, name));
    seen.add(name);
    if (resourceClaimName !== undefined) {
      errors.push(...invalidEach(here, resourceClaimName, nameIsDNSSubdomain(resourceClaimName, false)));
    }
  }
  return errors;
}

function validatePodIPs({ podIPs = [] }: PodStatus, old: PodStatus): FieldError[] {
  const addresses = podIPs.map(({ ip }) => ip ?? '');
  const before = (old.podIPs ?? []).map(({ ip }) => ip);
  return validateAddresses(addresses, before, podIPs, 'status.podIPs');
}

function validateHostIPs({ hostIPs = [], hostIP = '' }: PodStatus, old: PodStatus): FieldError[] {
  const addresses = hostIPs.map(({ ip }) => ip ?? '');
  const before = (old.hostIPs ?? []).map(({ ip }) => ip);
  if (addresses.length === 0) return [];
  const first =
    addresses[0] === hostIP
      ? []
      : [invalid('status.hostIPs[0].ip', addresses[0], 'must be equal to `hostIP`')];
  return [...first, ...validateAddresses(addresses, before, hostIPs, 'status.hostIPs')];
}

/** Valid addresses, of each family one at most. */
function validateAddresses(
  addresses: readonly string[],
  old: readonly string[],
  shown: readonly object[],
  path: string,
): FieldError[] {
  const errors = addresses.flatMap((address, index) =>
    isValidIPForLegacyField(at(path, index), address, old),
  );
  if (addresses.length < 2) return errors;
  if (!isDualStackIPs(addresses) || addresses.length > 2) {
    errors.push(invalid(path, shown, 'may specify no more than one IP for each IP family'));
  }
  for (const [index, address] of addresses.entries()) {
    if (addresses.indexOf(address) < index) errors.push(duplicate(at(path, index), shown[index]));
  }
  return errors;
}

function validateContainerStatuses(status: PodStatus, pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const windows = pod.spec?.os?.name === 'windows';
  for (const list of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    for (const [index, { user }] of (status[list] ?? []).entries()) {
      if (!user?.linux) continue;
      const here = child(at(child('status', list), index), 'linux');
      errors.push(
        ...(windows ? [forbidden(here, 'cannot be set for a windows pod')] : validateUser(user.linux, here)),
      );
    }
  }
  const health = (
    list: 'containerStatuses' | 'initContainerStatuses',
    containers: readonly Container[] = [],
  ) =>
    (status[list] ?? []).flatMap((one, index) =>
      (one.allocatedResourcesStatus ?? []).flatMap((resource, position) =>
        validateResourceHealth(
          resource,
          containers.find((container) => container.name === one.name),
          at(child(at(child('status', list), index), 'allocatedResourcesStatus'), position),
        ),
      ),
    );
  errors.push(...health('containerStatuses', pod.spec?.containers ?? []));
  errors.push(...health('initContainerStatuses', pod.spec?.initContainers));
  for (const [index, one] of (status.ephemeralContainerStatuses ?? []).entries()) {
    if (!one.allocatedResourcesStatus?.length) continue;
    const here = child(at('status.ephemeralContainerStatuses', index), 'allocatedResourcesStatus');
    errors.push(forbidden(here, 'must not be specified in container status'));
  }
  return errors;
}

function validateUser({ uid, gid, supplementalGroups }: LinuxContainerUser, path: string): FieldError[] {
  return [
    ...invalidEach(child(path, 'uid'), uid, isValidUserID(uid)),
    ...invalidEach(child(path, 'gid'), gid, isValidGroupID(gid)),
    ...(supplementalGroups ?? []).flatMap((group, index) =>
      invalidEach(at(child(path, 'supplementalGroups'), index), group, isValidGroupID(group)),
    ),
  ];
}

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];

function validateResourceHealth(
  { name, resources }: ResourceStatus,
  container: Container | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (container) {
    const claims = (container.resources?.claims ?? []).map(
      (claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`,
    );
    const isClaim = name.startsWith('claim:');
    const known = isClaim ? claims : Object.keys(container.resources?.requests ?? {});
    const text = isClaim
      ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
      : "must match one of the container's resource requests";
    if (!known.includes(name)) errors.push(invalid(child(path, 'name'), name, text));
  }
  const seen = new Set<string>();
  for (const [index, { health = '', resourceID }] of (resources ?? []).entries()) {
    const here = at(child(path, 'resources'), index);
    if (!HEALTH.includes(health)) errors.push(notSupported(child(here, 'health'), health, HEALTH));
    if (seen.has(resourceID)) errors.push(duplicate(child(here, 'resourceID'), resourceID));
    seen.add(resourceID);
  }
  return errors;
}
