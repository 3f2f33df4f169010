/**
 * Security contexts of pods and containers.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecurityContext, validatePodSpecSecurityContext).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength, isValidGroupID, isValidUserID } from '../../apimachinery/validation/content.ts';
import { checkLocalDescendingPath, checkOneOf, invalidEach } from './field-rules.ts';
import { internalForm } from './internal-form.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validateWindowsOptions } from './windows-options-validation.ts';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const MAX_PROFILE_LENGTH = 4095;

const checkUserID = (id: number | bigint | undefined, path: string): FieldError[] =>
  id === undefined ? [] : invalidEach(path, id, isValidUserID(id));
const checkGroupID = (id: number | bigint | undefined, path: string): FieldError[] =>
  id === undefined ? [] : invalidEach(path, id, isValidGroupID(id));

/** The context of one container. `hostUsers`: whether the pod shares the host's users. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (!context) return [];
  const { procMount } = context;
  const errors = [
    ...checkUserID(context.runAsUser, child(path, 'runAsUser')),
    ...checkGroupID(context.runAsGroup, child(path, 'runAsGroup')),
  ];
  if (procMount !== undefined) {
    const here = child(path, 'procMount');
    errors.push(...checkOneOf(procMount, ['Default', 'Unmasked'], here));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(here, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...validateSeccompProfile(context.seccompProfile, child(path, 'seccompProfile')));
  errors.push(...validateEscalation(context, path));
  errors.push(...validateWindowsOptions(context.windowsOptions, child(path, 'windowsOptions')));
  errors.push(...validateAppArmorProfile(context.appArmorProfile, child(path, 'appArmorProfile')));
  return errors;
}

function validateEscalation(context: SecurityContext, path: string): FieldError[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const errors: FieldError[] = [];
  const text = 'cannot set `allowPrivilegeEscalation` to false and';
  const shown = internalForm('SecurityContext', context);
  if (context.privileged) errors.push(invalid(path, shown, `${text} \`privileged\` to true`));
  for (const capability of context.capabilities?.add ?? []) {
    if (capability !== 'CAP_SYS_ADMIN') continue;
    errors.push(invalid(path, shown, `${text} \`capabilities.Add\` CAP_SYS_ADMIN`));
  }
  return errors;
}

/** The context of a pod, with what it shares with the host. */
export function validatePodSecurityContext(
  spec: PodSpec,
  options: PodValidationOptions,
  path: string,
): FieldError[] {
  const context = spec.securityContext;
  const { shareProcessNamespace } = spec;
  const errors: FieldError[] = [];
  if (context) {
    errors.push(
      ...checkGroupID(context.fsGroup, child(path, 'fsGroup')),
      ...checkUserID(context.runAsUser, child(path, 'runAsUser')),
      ...checkGroupID(context.runAsGroup, child(path, 'runAsGroup')),
      ...(context.supplementalGroups ?? []).flatMap((group, index) =>
        checkGroupID(group, at(child(path, 'supplementalGroups'), index)),
      ),
    );
  }
  if (shareProcessNamespace && spec.hostPID) {
    const text = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(child(path, 'shareProcessNamespace'), shareProcessNamespace, text));
  }
  if (!context) return errors;
  return [
    ...errors,
    ...validateSysctls(context.sysctls, spec, options, child(path, 'sysctls')),
    ...validatePolicies(context, options, path),
  ];
}

const validatePolicies = (
  context: PodSecurityContext,
  { allowAnySELinuxChangePolicy }: PodValidationOptions,
  path: string,
): FieldError[] => [
  ...checkOneOf(
    context.fsGroupChangePolicy,
    ['Always', 'OnRootMismatch'],
    child(path, 'fsGroupChangePolicy'),
  ),
  ...validateSeccompProfile(context.seccompProfile, child(path, 'seccompProfile')),
  ...validateWindowsOptions(context.windowsOptions, child(path, 'windowsOptions')),
  ...validateAppArmorProfile(context.appArmorProfile, child(path, 'appArmorProfile')),
  ...checkOneOf(
    context.supplementalGroupsPolicy,
    ['Merge', 'Strict'],
    child(path, 'supplementalGroupsPolicy'),
  ),
  ...checkOneOf(
    context.seLinuxChangePolicy,
    allowAnySELinuxChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive'],
    child(path, 'seLinuxChangePolicy'),
  ),
];

const SYSCTL = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL_NAME = new RegExp(SYSCTL);
const SYSCTL_MAX_LENGTH = 253;
/** Sysctls that a namespace of the kernel keeps apart: a pod that shares the host's namespace cannot have its own. */
const IPC_SYSCTLS = /^(?:kernel[./](?:sem$|shm|msg)|fs[./]mqueue[./])/;
const NET_SYSCTLS = /^net[./]/;

/** Whether the pod has no namespace of its own for the sysctl. */
export const isSysctlOfHost = (name: string, { hostNetwork, hostIPC }: PodSpec): boolean =>
  (hostNetwork === true && NET_SYSCTLS.test(name)) || (hostIPC === true && IPC_SYSCTLS.test(name));

function validateSysctls(
  sysctls: readonly Sysctl[] | undefined,
  spec: PodSpec,
  { allowHostSysctls }: PodValidationOptions,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { name = '' }] of (sysctls ?? []).entries()) {
    const here = child(at(path, index), 'name');
    if (name === '') errors.push(required(here));
    else if (name.length > SYSCTL_MAX_LENGTH || !SYSCTL_NAME.test(name)) {
      const text = `must have at most ${SYSCTL_MAX_LENGTH} characters and match regex ${SYSCTL}`;
      errors.push(invalid(here, name, text));
    } else if (seen.has(name)) errors.push(duplicate(here, name));
    if (!allowHostSysctls && isSysctlOfHost(name, spec)) {
      const shared = NET_SYSCTLS.test(name) ? 'hostNetwork' : 'hostIPC';
      errors.push(invalid(here, name, `may not be specified when '${shared}' is true`));
    }
    seen.add(name);
  }
  return errors;
}

function validateSeccompProfile(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const here = child(path, 'type');
  const errors: FieldError[] = [];
  if (!type) errors.push(required(here, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupported(here, type, PROFILE_TYPES));
  const file = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(required(file, 'must be set when seccomp type is Localhost'));
    else errors.push(...checkLocalDescendingPath(localhostProfile, file));
  } else if (localhostProfile !== undefined) {
    errors.push(
      invalid(
        file,
        internalForm('SeccompProfile', profile),
        'can only be set when seccomp type is Localhost',
      ),
    );
  }
  return errors;
}

/** An AppArmor profile of a pod or container. */
export function validateAppArmorProfile(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  if (!type) return [required(child(path, 'type'), 'type is required when appArmorProfile is set')];
  if (!PROFILE_TYPES.includes(type)) return [notSupported(child(path, 'type'), type, PROFILE_TYPES)];
  const here = child(path, 'localhostProfile');
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return [];
    return [invalid(here, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  }
  const missing = 'must be set when AppArmor type is Localhost';
  if (localhostProfile === undefined) return [required(here, missing)];
  const errors: FieldError[] = [];
  if (localhostProfile.trim() !== localhostProfile) {
    errors.push(invalid(here, localhostProfile, 'must not be padded with whitespace'));
  } else if (localhostProfile === '') errors.push(required(here, missing));
  if (byteLength(localhostProfile) > MAX_PROFILE_LENGTH) errors.push(tooLong(here, MAX_PROFILE_LENGTH));
  return errors;
}
