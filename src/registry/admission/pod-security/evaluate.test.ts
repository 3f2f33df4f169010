import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../apimachinery/types/core.v1.gen.ts';
import { detailsOf, violationsOf } from './evaluate.ts';
import type { Level } from './policy.ts';

/** What a level says of a pod with one container `a`, besides what the rest of `but` covers. */
function check(
  level: Level,
  version: string,
  spec: object,
  securityContext?: object,
  annotations?: Record<string, string>,
): string {
  const containers = [{ name: 'a', image: 'i', securityContext }];
  const whole = { containers, ...spec } as unknown as PodSpec;
  return detailsOf(violationsOf({ level, version }, { metadata: { annotations }, spec: whole }));
}
const baseline = (spec: object, securityContext?: object, version = 'latest') =>
  check('baseline', version, spec, securityContext);

const STRICT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const restricted = (spec: object, securityContext: object = {}, version = 'latest') =>
  check('restricted', version, spec, { ...STRICT, ...securityContext });

describe('the baseline', () => {
  it.each<[string, object, object | undefined]>([
    [
      'forbidden AppArmor profiles (pod and container "a" must not set AppArmor profile type to "Other", "Unconfined")',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      { appArmorProfile: { type: 'Other' } },
    ],
    [
      'non-default capabilities (container "a" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
      {},
      { capabilities: { add: ['SYS_TIME', 'CHOWN', 'NET_ADMIN'] } },
    ],
    ['host namespaces (hostNetwork=true, hostIPC=true)', { hostNetwork: true, hostIPC: true }, undefined],
    [
      'hostPath volumes (volumes "v", "w")',
      {
        volumes: [
          { name: 'v', hostPath: { path: '/' } },
          { name: 'w', hostPath: { path: '/' } },
        ],
      },
      undefined,
    ],
    [
      'hostPort (containers "i", "c" use hostPorts 443, 80)',
      {
        containers: [{ name: 'c', ports: [{ hostPort: 80 }, { containerPort: 1 }] }],
        initContainers: [{ name: 'i', ports: [{ hostPort: 443 }] }],
      },
      undefined,
    ],
    [
      'probe or lifecycle host (container "c" uses probe or lifecycle hosts "h", "t")',
      {
        containers: [
          {
            name: 'c',
            livenessProbe: { httpGet: { host: 'h' } },
            lifecycle: { preStop: { tcpSocket: { host: 't' } } },
          },
        ],
      },
      undefined,
    ],
    ['privileged (container "a" must not set securityContext.privileged=true)', {}, { privileged: true }],
    [
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
      {},
      { procMount: 'Unmasked' },
    ],
    [
      'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "t"; user may not be set; role may not be set)',
      { securityContext: { seLinuxOptions: { user: 'u', type: 'container_t' } } },
      { seLinuxOptions: { type: 't', role: 'r' } },
    ],
    [
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
      undefined,
    ],
    [
      'forbidden sysctls (kernel.a, net.b)',
      {
        securityContext: {
          sysctls: [{ name: 'kernel.a' }, { name: 'net.ipv4.tcp_rmem' }, { name: 'net.b' }],
        },
      },
      undefined,
    ],
    [
      'hostProcess (container "a" must not set securityContext.windowsOptions.hostProcess=true)',
      {},
      { windowsOptions: { hostProcess: true } },
    ],
  ])('%s', (text, spec, securityContext) => {
    expect(baseline(spec, securityContext)).toBe(text);
  });

  it('allows what it does not name', () => {
    expect(baseline({ volumes: [{ name: 'v', nfs: {} }] }, { runAsUser: 0 })).toBe('');
  });

  it('was another in older versions', () => {
    const sysctl = (name: string) => ({ securityContext: { sysctls: [{ name }] } });
    expect(baseline(sysctl('net.ipv4.tcp_rmem'), undefined, 'v1.31')).not.toBe('');
    expect(baseline(sysctl('net.ipv4.tcp_rmem'), undefined, 'v1.32')).toBe('');
    const engine = { seLinuxOptions: { type: 'container_engine_t' } };
    expect([baseline({}, engine, 'v1.30'), baseline({}, engine)]).toEqual([
      expect.stringMatching('type'),
      '',
    ]);
    const unmasked = { procMount: 'Unmasked' };
    expect(baseline({ hostUsers: false }, unmasked, 'v1.34')).not.toBe('');
    expect(baseline({ hostUsers: false }, unmasked, 'v1.35')).toBe('');
    const annotations = {
      'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
      'container.seccomp.security.alpha.kubernetes.io/a': 'localhost/x',
    };
    expect(check('baseline', 'v1.18', {}, undefined, annotations)).toBe(
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    );
    expect(check('baseline', 'v1.19', {}, undefined, annotations)).toBe('');
  });

  it('reads the annotations of AppArmor', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' };
    expect(check('baseline', 'latest', {}, undefined, annotations)).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined"")',
    );
  });
});

describe('the restricted level', () => {
  it.each<[string, object, object]>([
    ['', {}, {}],
    [
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; container "a" must not include "CHOWN" in securityContext.capabilities.add)',
      {},
      { capabilities: { add: ['NET_BIND_SERVICE', 'CHOWN'], drop: ['KILL'] } },
    ],
    [
      'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
      {
        volumes: [
          { name: 'v', nfs: {} },
          { name: 'w', hostPath: {} },
          { name: 'x', emptyDir: {} },
        ],
      },
      {},
    ],
    [
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
      { securityContext: { runAsNonRoot: false } },
      {},
    ],
    ['', { securityContext: { runAsNonRoot: true } }, { runAsNonRoot: undefined }],
    ['runAsUser=0 (container "a" must not set runAsUser=0)', {}, { runAsUser: 0n }],
    [
      'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
      {},
      { seccompProfile: { type: 'Unconfined' } },
    ],
    [
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
      { hostUsers: false },
      { procMount: 'Unmasked' },
    ],
    ['', { hostUsers: false }, { runAsUser: 0, runAsNonRoot: false }],
  ])('%s', (text, spec, securityContext) => {
    expect(restricted(spec, securityContext)).toBe(text);
  });

  it('asks nothing of Windows that it does not know', () => {
    const unset = { allowPrivilegeEscalation: undefined, capabilities: undefined, seccompProfile: undefined };
    expect(restricted({ os: { name: 'windows' } }, unset)).toBe('');
    expect(restricted({ os: { name: 'windows' } }, unset, 'v1.24')).not.toBe('');
  });
});
