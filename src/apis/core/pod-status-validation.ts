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
  internal,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type {
  Container,
  ContainerStatus,
  LinuxContainerUser,
  Pod,
  PodStatus,
  ResourceStatus,
} from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength, isValidGroupID, isValidUserID } from '../../apimachinery/validation/content.ts';
import { isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkQualifiedName, invalidEach } from './field-rules.ts';
import { internalForm } from './internal-form.ts';
import { familyOfIP, isDualStackIPs } from './ip-families.ts';
import { validatePodAnnotationsUpdate } from './pod-annotation-validation.ts';
import { validatePodClaimStatuses } from './pod-claim-status-validation.ts';
import { podUpdateOptions } from './pod-ratcheting.ts';

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
    podUpdateOptions(old),
  );
  for (const [index, { type, observedGeneration }] of (status.conditions ?? []).entries()) {
    const here = at('status.conditions', index);
    errors.push(...checkGeneration(observedGeneration, here));
    if (SYSTEM_CONDITIONS.has(type)) continue;
    errors.push(...checkQualifiedName(type ?? '', child(here, 'Type')));
  }
  if ((spec.nodeName ?? '') !== (old.spec?.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...invalidEach('status.nominatedNodeName', nominated, nameIsDNSSubdomain(nominated, false)));
    if (old.spec?.nodeName) {
      const text = 'may not be set on pods that are already bound to a node';
      errors.push(forbidden('status.nominatedNodeName', text));
    }
  }
  errors.push(...checkGeneration(status.observedGeneration, 'status'));
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    errors.push(invalid('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  }
  errors.push(...validateStateTransitions(status, old));
  errors.push(...validatePodClaimStatuses(status, spec));
  errors.push(...validatePodIPs(status, before), ...validateHostIPs(status, before));
  errors.push(...validateContainerStatuses(status, pod));
  return errors;
}

const checkGeneration = (generation: number | undefined, path: string): FieldError[] =>
  (generation ?? 0) < 0
    ? [invalid(child(path, 'observedGeneration'), generation, 'must be a non-negative integer')]
    : [];

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

/** A container that has ended for good does not run again. */
function validateStateTransitions(status: PodStatus, old: Pod): FieldError[] {
  const containers = old.spec?.containers ?? [];
  const initContainers = old.spec?.initContainers ?? [];
  const restartPolicy = old.spec?.restartPolicy ?? 'Always';
  const check = (list: StatusList, mayRestart: (container: ContainerStatus) => boolean): FieldError[] => {
    const errors: FieldError[] = [];
    for (const [index, before] of (old.status?.[list] ?? []).entries()) {
      if (!before.state?.terminated) continue;
      const again = (status[list] ?? []).filter((one) => one.name === before.name && !one.state?.terminated);
      if (again.length === 0 || mayRestart(before)) continue;
      const here = child(at(child('status', list), index), 'state');
      const refusal = forbidden(here, 'may not be transitioned to non-terminated state');
      errors.push(...(list === 'ephemeralContainerStatuses' ? again.map(() => refusal) : [refusal]));
    }
    return errors;
  };
  const among =
    (list: readonly Container[]) =>
    ({ name, state }: ContainerStatus): boolean => {
      const container = list.find((one) => one.name === name);
      return container !== undefined && shouldRestart(container, restartPolicy, state!.terminated!.exitCode);
    };
  const all = [...initContainers, ...containers].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  );
  return [
    ...(all ? [] : check('containerStatuses', among(containers))),
    ...(all ? [] : check('initContainerStatuses', among(initContainers))),
    ...check('ephemeralContainerStatuses', () => false),
  ];
}

/** Whether a container that ended with this code runs again. Source: kubernetes pkg/api/v1/pod/util.go (ContainerShouldRestart). */
function shouldRestart(container: Container, podPolicy: string, exitCode: number | undefined): boolean {
  const code = exitCode ?? 0;
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
      const listed = exitCodes?.values?.includes(code) ?? false;
      return exitCodes && (exitCodes.operator === 'In' ? listed : exitCodes.operator === 'NotIn' && !listed);
    });
    if (rule?.action === 'Restart' || rule?.action === 'RestartAllContainers') return true;
  }
  const policy = RESTART_POLICIES.has(container.restartPolicy ?? '') ? container.restartPolicy : podPolicy;
  return policy === 'OnFailure' ? code !== 0 : policy !== 'Never';
}

const RESTART_POLICIES: ReadonlySet<string> = new Set(['Always', 'OnFailure', 'Never']);

function validatePodIPs({ podIPs = [] }: PodStatus, old: PodStatus): FieldError[] {
  const addresses = podIPs.map(({ ip }) => ip ?? '');
  const before = (old.podIPs ?? []).map(({ ip }) => ip);
  return validateAddresses(addresses, before, 'PodIP', podIPs, 'status.podIPs');
}

function validateHostIPs({ hostIPs = [], hostIP = '' }: PodStatus, old: PodStatus): FieldError[] {
  const addresses = hostIPs.map(({ ip }) => ip ?? '');
  const before = (old.hostIPs ?? []).map(({ ip }) => ip);
  if (addresses.length === 0) return [];
  const first =
    addresses[0] === hostIP
      ? []
      : [invalid('status.hostIPs[0].ip', addresses[0], 'must be equal to `hostIP`')];
  return [...first, ...validateAddresses(addresses, before, 'HostIP', hostIPs, 'status.hostIPs')];
}

/** Valid addresses, of each family one at most. `type`: what upstream calls an entry of the list. */
function validateAddresses(
  addresses: readonly string[],
  old: readonly string[],
  type: string,
  shown: readonly object[],
  path: string,
): FieldError[] {
  const errors = addresses.flatMap((address, index) =>
    isValidIPForLegacyField(at(path, index), address, old),
  );
  if (addresses.length < 2) return errors;
  const bad = addresses.findIndex((address) => familyOfIP(address) === undefined);
  if (bad >= 0) {
    const text = `failed to check for dual stack with error:invalid IP[${bad}]: ${addresses[bad]}`;
    errors.push(internal(path, text));
  }
  if (!isDualStackIPs(addresses) || addresses.length > 2) {
    const text = 'may specify no more than one IP for each IP family';
    errors.push(invalid(path, internalForm(`[]${type}`, shown), text));
  }
  return errors;
}

function validateContainerStatuses(status: PodStatus, pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const os = pod.spec?.os ? pod.spec.os.name : 'linux';
  for (const list of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    for (const [index, { user }] of (status[list] ?? []).entries()) {
      if (!user?.linux) continue;
      const here = child(at(child('status', list), index), 'user', 'linux');
      if (os === 'windows') errors.push(forbidden(here, 'cannot be set for a windows pod'));
      else if (os === 'linux') errors.push(...validateUser(user.linux, here));
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

const MAX_HEALTH_MESSAGE = 1024;
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
  for (const [index, { health = '', resourceID, message }] of (resources ?? []).entries()) {
    const here = at(child(path, 'resources'), index);
    if (!HEALTH.includes(health)) errors.push(notSupported(child(here, 'health'), health, HEALTH));
    if (message === '') errors.push(required(child(here, 'message'), 'must be non-empty if specified'));
    else if (message !== undefined && byteLength(message) > MAX_HEALTH_MESSAGE) {
      errors.push(tooLong(child(here, 'message'), MAX_HEALTH_MESSAGE));
    }
    if (seen.has(resourceID)) errors.push(duplicate(child(here, 'resourceID'), resourceID));
    seen.add(resourceID);
  }
  return errors;
}
