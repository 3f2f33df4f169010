/**
 * The spec that pods and pod templates share.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodSpec).
 */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type {
  HostAlias,
  PodDNSConfig,
  PodSchedulingGroup,
  PodSpec,
} from '../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import {
  byteLength,
  inclusiveRangeError,
  isDNS1123SubdomainWithUnderscore,
} from '../../apimachinery/validation/content.ts';
import { isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { validateAffinity } from './affinity-validation.ts';
import {
  type ContainerContext,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './container-validation.ts';
import { containersWithPaths } from './container-paths.ts';
import {
  checkDNS1123Label,
  checkDNS1123Subdomain,
  checkRequiredOneOfInOrder,
  invalidEach,
} from './field-rules.ts';
import { MIRROR_POD_ANNOTATION } from './pod-annotation-keys.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validatePodLevelResources } from './pod-level-resources-validation.ts';
import {
  validatePodResourceClaims,
  validateReadinessGates,
  validateSchedulingGates,
  validateTolerations,
  validateTopologySpreadConstraints,
} from './pod-scheduling-validation.ts';
import {
  validateContainerResourceName,
  validateResourceRequirements,
} from './resources-requirements-validation.ts';
import { validatePodSecurityContext } from './security-context-validation.ts';
import { validateVolumes } from './volume-validation.ts';
import { validateOS, validateWindowsHostProcessPod } from './windows-options-validation.ts';

const NO_NAMES: ReadonlySet<string> = new Set();
const MAX_INT32 = 2 ** 31 - 1;

/** Everything that can be wrong with a spec after its defaults. `metadata`: the pod's, none for a template's. */
export function validatePodSpec(
  spec: PodSpec,
  metadata: ObjectMeta | undefined,
  path: string,
  options: PodValidationOptions = {},
): FieldError[] {
  const { resourceIsPod = false } = options;
  const grace = spec.terminationGracePeriodSeconds;
  const errors: FieldError[] = [];
  if (grace === undefined) errors.push(required(child(path, 'terminationGracePeriodSeconds')));
  const { volumes, errors: volumeErrors } = validateVolumes(
    spec.volumes,
    metadata?.name ?? '',
    options,
    child(path, 'volumes'),
  );
  const claimNames = new Set((spec.resourceClaims ?? []).map((claim) => claim.name).filter((name) => name));
  const context: ContainerContext = {
    volumes,
    claimNames,
    restartPolicy: spec.restartPolicy ?? '',
    gracePeriod: grace,
    hostUsers: spec.hostUsers ?? true,
    osName: spec.os?.name,
    options,
  };
  const containers = spec.containers ?? [];
  const initContainers = spec.initContainers ?? [];
  errors.push(
    ...volumeErrors,
    ...validatePodResourceClaims(spec.resourceClaims, isMirrorPod(metadata), child(path, 'resourceClaims')),
    ...validateContainers(containers, context, child(path, 'containers')),
    ...validateInitContainers(initContainers, containers, context, child(path, 'initContainers')),
    ...validateEphemeralContainers(
      spec.ephemeralContainers,
      [...containers, ...initContainers],
      context,
      child(path, 'ephemeralContainers'),
    ),
    ...validatePodLevelResources(spec, claimNames, options, child(path, 'resources')),
    ...validateHostNetworkPorts(spec, resourceIsPod, path),
    ...checkRequiredOneOfInOrder(
      spec.restartPolicy,
      ['Always', 'OnFailure', 'Never'],
      child(path, 'restartPolicy'),
    ),
    ...checkRequiredOneOfInOrder(
      spec.dnsPolicy,
      ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'],
      child(path, 'dnsPolicy'),
    ),
    ...validateLabels(spec.nodeSelector, child(path, 'nodeSelector')),
    ...validatePodSecurityContext(spec, options, child(path, 'securityContext')),
    ...validateAffinity(spec.affinity, options, child(path, 'affinity')),
    ...validateDNSConfig(spec.dnsConfig, spec.dnsPolicy, child(path, 'dnsConfig')),
    ...validateReadinessGates(spec.readinessGates, child(path, 'readinessGates')),
    ...validateSchedulingGates(spec.schedulingGates, child(path, 'schedulingGates')),
    ...validateTopologySpreadConstraints(
      spec.topologySpreadConstraints,
      options,
      child(path, 'topologySpreadConstraints'),
    ),
    ...validateWindowsHostProcessPod(spec, path),
    ...validateHostUsers(spec, options, path),
    ...validateHostnameOverride(spec, child(path, 'hostnameOverride')),
    ...checkName(spec.serviceAccountName, child(path, 'serviceAccountName')),
    ...checkName(spec.nodeName, child(path, 'nodeName')),
    ...validateActiveDeadline(spec.activeDeadlineSeconds, child(path, 'activeDeadlineSeconds')),
    ...(spec.hostname ? checkDNS1123Label(spec.hostname, child(path, 'hostname')) : []),
    ...(spec.subdomain ? checkDNS1123Label(spec.subdomain, child(path, 'subdomain')) : []),
    ...validateTolerations(spec.tolerations, child(path, 'tolerations'), options.allowTolerationComparisons),
    ...validateHostAliases(spec.hostAliases, child(path, 'hostAliases')),
    ...checkName(spec.priorityClassName, child(path, 'priorityClassName')),
  );
  if (spec.runtimeClassName !== undefined) {
    const here = child(path, 'runtimeClassName');
    errors.push(
      ...invalidEach(here, spec.runtimeClassName, nameIsDNSSubdomain(spec.runtimeClassName, false)),
    );
  }
  if (spec.preemptionPolicy !== undefined) {
    const policies = ['PreemptLowerPriority', 'Never'];
    errors.push(
      ...checkRequiredOneOfInOrder(spec.preemptionPolicy, policies, child(path, 'preemptionPolicy')),
    );
  }
  if (spec.overhead) {
    const here = child(path, 'overhead');
    const limits = { limits: spec.overhead };
    errors.push(
      ...validateResourceRequirements(limits, validateContainerResourceName, NO_NAMES, here, options),
    );
  }
  errors.push(
    ...validateOS(spec, path),
    ...validateSchedulingGroup(spec.schedulingGroup, child(path, 'schedulingGroup', 'podGroupName')),
    ...validateFileKeyVolumes(spec, path),
  );
  return errors;
}

const isMirrorPod = (metadata: ObjectMeta | undefined): boolean =>
  metadata?.annotations?.[MIRROR_POD_ANNOTATION] !== undefined;

function validateSchedulingGroup(group: PodSchedulingGroup | undefined, path: string): FieldError[] {
  if (!group) return [];
  const name = group.podGroupName;
  if (name === undefined) return [invalid(path, null, 'must specify one of: `podGroupName`')];
  return invalidEach(path, name, nameIsDNSSubdomain(name, false));
}

/** Variables are read from files of emptyDir volumes alone. */
function validateFileKeyVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  const errors: FieldError[] = [];
  for (const [container, here] of containersWithPaths(spec, path)) {
    for (const [index, { valueFrom }] of (container.env ?? []).entries()) {
      if (!valueFrom?.fileKeyRef) continue;
      const { volumeName = '' } = valueFrom.fileKeyRef;
      const place = child(at(child(here, 'env'), index), 'valueFrom', 'fileKeyRef', 'volumeName');
      const volume = volumes.get(volumeName);
      if (!volume) errors.push(notFound(place, volumeName));
      else if (!volume.emptyDir) {
        errors.push(invalid(place, volumeName, 'referenced volume must be of type emptyDir'));
      }
    }
  }
  return errors;
}

const checkName = (name: string | undefined, path: string): FieldError[] =>
  name ? invalidEach(path, name, nameIsDNSSubdomain(name, false)) : [];

function validateActiveDeadline(seconds: number | bigint | undefined, path: string): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MAX_INT32)) return [];
  return [invalid(path, seconds, inclusiveRangeError(1, MAX_INT32))];
}

/** A pod on the host's network listens on the host's ports. Templates leave that to defaulting. */
function validateHostNetworkPorts(spec: PodSpec, resourceIsPod: boolean, path: string): FieldError[] {
  if (!spec.hostNetwork) return [];
  const errors: FieldError[] = [];
  for (const [index, { ports }] of (spec.containers ?? []).entries()) {
    for (const [position, { hostPort = 0, containerPort }] of (ports ?? []).entries()) {
      if (hostPort === containerPort || (!resourceIsPod && hostPort === 0)) continue;
      const here = at(child(at(child(path, 'containers'), index), 'ports'), position);
      const text = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalid(child(here, 'hostPort'), hostPort, text));
    }
  }
  return errors;
}

/** A pod with users of its own cannot share other namespaces with the host. */
function validateHostUsers(spec: PodSpec, options: PodValidationOptions, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const text = 'when `hostUsers` is false';
  const withDevices = options.allowUserNamespacesWithDevices
    ? []
    : containersWithPaths(spec, path).filter(([container]) => container.volumeDevices?.length);
  return [
    ...(spec.hostNetwork && !options.allowUserNamespacesOnHostNetwork
      ? [forbidden(child(path, 'hostNetwork'), text)]
      : []),
    ...(spec.hostPID ? [forbidden(child(path, 'HostPID'), text)] : []),
    ...(spec.hostIPC ? [forbidden(child(path, 'HostIPC'), text)] : []),
    ...withDevices.map(([, here]) => forbidden(child(here, 'volumeDevices'), text)),
  ];
}

const MAX_HOSTNAME_OVERRIDE = 64;

function validateHostnameOverride(spec: PodSpec, path: string): FieldError[] {
  const { hostnameOverride, setHostnameAsFQDN, hostNetwork } = spec;
  if (hostnameOverride === undefined) return [];
  return [
    ...(setHostnameAsFQDN ? [forbidden(path, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(hostNetwork ? [forbidden(path, 'may not be specified when hostNetwork is true')] : []),
    ...(byteLength(hostnameOverride) > MAX_HOSTNAME_OVERRIDE ? [tooLong(path, MAX_HOSTNAME_OVERRIDE)] : []),
    ...checkDNS1123Subdomain(hostnameOverride, path),
  ];
}

function validateHostAliases(aliases: readonly HostAlias[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { ip = '', hostnames }] of (aliases ?? []).entries()) {
    const here = at(path, index);
    errors.push(...isValidIPForLegacyField(child(here, 'ip'), ip));
    for (const [position, hostname] of (hostnames ?? []).entries()) {
      errors.push(...checkDNS1123Subdomain(hostname, at(child(here, 'hostnames'), position)));
    }
  }
  return errors;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LENGTH = 2048;

function validateDNSConfig(
  config: PodDNSConfig | undefined,
  policy: string | undefined,
  path: string,
): FieldError[] {
  if (policy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!config.nameservers?.length) {
      const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(child(path, 'nameservers'), text)];
    }
  }
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS) {
    const text = `must not have more than ${MAX_NAMESERVERS} nameservers`;
    errors.push(invalid(child(path, 'nameservers'), nameservers, text));
  }
  for (const [index, server] of nameservers.entries()) {
    errors.push(...isValidIPForLegacyField(at(child(path, 'nameservers'), index), server));
  }
  const searchesPath = child(path, 'searches');
  if (searches.length > MAX_SEARCHES) {
    errors.push(invalid(searchesPath, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > MAX_SEARCH_LENGTH) {
    const text = `must not have more than ${MAX_SEARCH_LENGTH} characters (including spaces) in the search list`;
    errors.push(invalid(searchesPath, searches, text));
  }
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.replace(/\.$/, '');
    errors.push(...invalidEach(at(searchesPath, index), name, isDNS1123SubdomainWithUnderscore(name)));
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(at(child(path, 'options'), index), 'must not be empty'));
  }
  return errors;
}
