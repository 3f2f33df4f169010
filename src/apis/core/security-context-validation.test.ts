import { describe, expect, it } from 'vitest';
import type { PodSpec, SecurityContext } from '../../apimachinery/types/core.v1.gen.ts';
import { validatePodSecurityContext, validateSecurityContext } from './security-context-validation.ts';
import { validateStopSignal } from './stop-signal-validation.ts';
import { validateOS, validateWindowsHostProcessPod } from './windows-options-validation.ts';

const show = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map((one) => `${one.field}: ${one.message}`);
const ofContainer = (context: SecurityContext): string[] => show(validateSecurityContext(context, true, 's'));
const ofPod = (spec: Partial<PodSpec>): string[] =>
  show(validatePodSecurityContext({ containers: [], ...spec }, {}, 's'));

describe('security contexts', () => {
  it.each<[SecurityContext, string[]]>([
    [{}, []],
    [
      { seccompProfile: { type: '' } },
      ['s.seccompProfile.type: Required value: type is required when seccompProfile is set'],
    ],
    [
      { seccompProfile: { type: 'Localhost' } },
      ['s.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
    ],
    [
      { seccompProfile: { type: 'Localhost', localhostProfile: '../x' } },
      ['s.seccompProfile.localhostProfile: Invalid value: "../x": must not contain \'..\''],
    ],
    [
      { seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } },
      [
        's.seccompProfile.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"x"}: can only be set when seccomp type is Localhost',
      ],
    ],
    [
      { appArmorProfile: { type: 'Localhost', localhostProfile: ' x' } },
      ['s.appArmorProfile.localhostProfile: Invalid value: " x": must not be padded with whitespace'],
    ],
    [
      { appArmorProfile: { type: 'X' } },
      [
        's.appArmorProfile.type: Unsupported value: "X": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
      ],
    ],
    [
      { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } },
      [
        's: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":null,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      ],
    ],
    [
      { windowsOptions: { gmsaCredentialSpec: '', runAsUserName: 'a\\b\\c' } },
      [
        's.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
        's.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
      ],
    ],
    [
      { windowsOptions: { runAsUserName: 'do:main\\..' } },
      [
        's.windowsOptions.runAsUserName: Invalid value: "do:main\\\\..": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
        's.windowsOptions.runAsUserName: Invalid value: "do:main\\\\..": runAsUserName\'s User cannot contain only periods or spaces',
      ],
    ],
  ])('of a container: %j', (context, expected) => {
    expect(ofContainer(context)).toEqual(expected);
  });

  it.each<[Partial<PodSpec>, string[]]>([
    [
      { securityContext: { supplementalGroups: [1, -1] } },
      ['s.supplementalGroups[1]: Invalid value: -1: must be between 0 and 2147483647, inclusive'],
    ],
    [
      { hostPID: true, shareProcessNamespace: true },
      [
        's.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      ],
    ],
    [
      {
        securityContext: {
          sysctls: [
            { name: 'A', value: '' },
            { name: 'kernel/shm_rmid', value: '' },
          ],
        },
        hostIPC: true,
      },
      [
        's.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        's.sysctls[1].name: Invalid value: "kernel/shm_rmid": may not be specified when \'hostIPC\' is true',
      ],
    ],
    [
      {
        securityContext: {
          fsGroupChangePolicy: 'x',
          supplementalGroupsPolicy: 'y',
          seLinuxChangePolicy: 'z',
        },
      },
      [
        's.fsGroupChangePolicy: Unsupported value: "x": supported values: "Always", "OnRootMismatch"',
        's.supplementalGroupsPolicy: Unsupported value: "y": supported values: "Merge", "Strict"',
        's.seLinuxChangePolicy: Unsupported value: "z": supported values: "Recursive"',
      ],
    ],
  ])('of a pod: %j', (spec, expected) => {
    expect(ofPod(spec)).toEqual(expected);
  });
});

describe('operating systems', () => {
  const host = (hostProcess?: boolean) => ({
    windowsOptions: { ...(hostProcess === undefined ? {} : { hostProcess }) },
  });

  it('runs host processes all or none, on the host network', () => {
    const containers = [
      { name: 'a', securityContext: host(true) },
      { name: 'b', securityContext: host(false) },
    ];
    const securityContext = host(true);
    expect(show(validateWindowsHostProcessPod({ containers, securityContext }, 'spec'))).toEqual([
      'spec.containers[1].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
      'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
      'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
    ]);
    const all = { containers: [{ name: 'a' }], securityContext, hostNetwork: true };
    expect(validateWindowsHostProcessPod(all, 'spec')).toEqual([]);
  });

  it('refuses the other system’s fields', () => {
    const containers = [{ name: 'a', securityContext: { ...host(), runAsUser: 1 } }];
    expect(show(validateOS({ containers, os: { name: 'linux' } }, 'spec'))).toEqual([
      'spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ]);
    expect(show(validateOS({ containers, os: { name: 'windows' }, hostPID: false }, 'spec'))).toEqual([
      'spec.containers[0].securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    ]);
    expect(show(validateOS({ containers: [], os: { name: '' } }, 'spec'))).toEqual([
      'spec.os.name: Required value',
    ]);
  });

  it('knows its signals', () => {
    expect(validateStopSignal('SIGRTMIN+3', 'linux', 's')).toEqual([]);
    expect(validateStopSignal('SIGTERM', 'windows', 's')).toEqual([]);
    expect(show(validateStopSignal('SIGUSR1', 'windows', 's'))).toEqual([
      's: Unsupported value: "SIGUSR1": supported values: "SIGKILL", "SIGTERM"',
    ]);
    expect(validateStopSignal('SIGNOPE', 'linux', 's')).toHaveLength(1);
  });
});
