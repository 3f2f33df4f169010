/**
 * Windows options of security contexts, and which fields a pod of either operating system may not have.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateWindowsSecurityContextOptions,
 * validateWindowsHostProcessPod, validateOS, validateLinux, validateWindows).
 */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type { PodSpec, WindowsSecurityContextOptions } from '../../apimachinery/types/core.v1.gen.ts';
import { isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { containersWithPaths } from './container-paths.ts';
import { invalidEach } from './field-rules.ts';

const MAX_SPEC_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
const DOTS_AND_SPACES = /^[. ]+$/;
const BAD_USER = /["/\\:;|=,+*?<>@[\]]/;

/** What a security context says of Windows. */
export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (name !== undefined) {
    errors.push(...invalidEach(child(path, 'gmsaCredentialSpecName'), name, isDNS1123Subdomain(name)));
  }
  if (spec === '') {
    const text = 'gmsaCredentialSpec cannot be an empty string';
    errors.push(invalid(child(path, 'gmsaCredentialSpec'), spec, text));
  } else if (spec !== undefined && spec.length > MAX_SPEC_KIB * 1024) {
    const text = `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`;
    errors.push(invalid(child(path, 'gmsaCredentialSpec'), spec, text));
  }
  if (runAsUserName !== undefined) {
    const problems = userNameProblems(runAsUserName).map((text) => `runAsUserName${text}`);
    errors.push(...invalidEach(child(path, 'runAsUserName'), runAsUserName, problems));
  }
  return errors;
}

/** What is wrong with `user` or `domain\user`, each text behind the field's name. */
function userNameProblems(name: string): string[] {
  if (name === '') return [' cannot be an empty string'];
  if (CONTROL.test(name)) return [' cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1)!;
  const domain = parts.length === 2 ? parts[0]! : undefined;
  const problems: string[] = [];
  if (domain !== undefined) {
    if (domain.length >= MAX_DOMAIN) problems.push(`'s Domain length must be under ${MAX_DOMAIN} characters`);
    if (!NETBIOS.test(domain) && !DNS_DOMAIN.test(domain)) {
      problems.push("'s Domain doesn't match the NetBios nor the DNS format");
    }
  }
  if (user === '') problems.push("'s User cannot be empty");
  else if (user.length > MAX_USER)
    problems.push(`'s User length must not be longer than ${MAX_USER} characters`);
  if (DOTS_AND_SPACES.test(user)) problems.push("'s User cannot contain only periods or spaces");
  if (BAD_USER.test(user))
    problems.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  return problems;
}

/** HostProcess containers come all or none, and on the host's network. */
export function validateWindowsHostProcessPod(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const podSetting = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersWithPaths(spec, path);
  let count = 0;
  for (const [container, here] of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (podSetting !== undefined && own !== undefined && podSetting !== own) {
      const text = `pod hostProcess value must be identical if both are specified, was ${podSetting}`;
      errors.push(invalid(child(here, 'securityContext', 'windowsOptions', 'hostProcess'), own, text));
    }
    if (own ?? podSetting) count++;
  }
  if (count === 0) return errors;
  if (count !== containers.length) {
    const text =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', text));
  }
  if (!spec.hostNetwork) {
    const text = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(child(path, 'hostNetwork'), false, text));
  }
  return errors;
}

const NOT_ON_WINDOWS = {
  /** Of the pod's security context, or of its spec where it says so: in upstream's order. */
  pod: [
    'appArmorProfile',
    'seLinuxOptions',
    'spec.hostUsers',
    'spec.hostPID',
    'spec.hostIPC',
    'seccompProfile',
    'fsGroup',
    'fsGroupChangePolicy',
    'sysctls',
    'spec.shareProcessNamespace',
    'runAsUser',
    'runAsGroup',
    'supplementalGroups',
    'supplementalGroupsPolicy',
    'seLinuxChangePolicy',
  ],
  container: [
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'capabilities',
    'readOnlyRootFilesystem',
    'privileged',
    'allowPrivilegeEscalation',
    'procMount',
    'runAsUser',
    'runAsGroup',
  ],
} as const;

/** What the named operating system does not have. */
export function validateOS(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [required(child(path, 'os', 'name'))];
  if (name === 'linux') return validateLinux(spec, path);
  if (name === 'windows') return validateWindows(spec, path);
  return [notSupported(child(path, 'os'), name, ['linux', 'windows'])];
}

function validateLinux(spec: PodSpec, path: string): FieldError[] {
  const contexts: [object: { windowsOptions?: unknown } | undefined, path: string][] = [
    [spec.securityContext, path],
    ...containersWithPaths(spec, path).map(([one, here]): [typeof one.securityContext, string] => [
      one.securityContext,
      here,
    ]),
  ];
  return contexts
    .filter(([context]) => context?.windowsOptions)
    .map(([, here]) =>
      forbidden(
        child(here, 'securityContext', 'windowsOptions'),
        'windows options cannot be set for a linux pod',
      ),
    );
}

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const refuse = (object: object | undefined, field: string, here: string): FieldError[] =>
    isSet((object as Record<string, unknown> | undefined)?.[field], field)
      ? [forbidden(child(here, field), 'cannot be set for a windows pod')]
      : [];
  return [
    ...NOT_ON_WINDOWS.pod.flatMap((field) =>
      field.startsWith('spec.')
        ? refuse(spec, field.slice('spec.'.length), path)
        : refuse(spec.securityContext, field, child(path, 'securityContext')),
    ),
    ...containersWithPaths(spec, path).flatMap(([container, here]) =>
      NOT_ON_WINDOWS.container.flatMap((field) =>
        refuse(container.securityContext, field, child(here, 'securityContext')),
      ),
    ),
  ];
}

/** What upstream holds as a pointer counts even when it is false: all but hostPID and hostIPC. */
const isSet = (value: unknown, field: string): boolean =>
  field === 'hostPID' || field === 'hostIPC' ? value === true : value !== undefined && value !== null;
