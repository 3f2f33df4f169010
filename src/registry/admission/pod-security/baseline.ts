/** The checks of the baseline, in the order in which they tell. Source: pod-security-admission policy/check_*.go. */
import { allContainers } from '../../../apis/core/pod-util.ts';
import { goQuote } from '../../../apimachinery/go-quote.ts';
import type { Container } from '../../../apimachinery/types/core.v1.gen.ts';
import {
  type Check,
  containersThat,
  named,
  plural,
  quoted,
  settersThat,
  sorted,
  unlessOwnUsers,
  type VersionedCheck,
} from './check.ts';
import { seccompAnnotations, seccompBaseline } from './seccomp.ts';

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const appArmor: Check = ({ metadata, spec }) => {
  const types = new Set<string>();
  const setters = settersThat(spec, ({ appArmorProfile }) => {
    const { type = '' } = appArmorProfile ?? { type: 'Localhost' };
    if (type === 'RuntimeDefault' || type === 'Localhost') return false;
    types.add(type);
    return true;
  });
  const isGood = (value: string): boolean =>
    value === '' || value === 'runtime/default' || value.startsWith('localhost/');
  const annotations = Object.entries(metadata?.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APPARMOR) && !isGood(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`);
  if (setters === undefined && annotations.length === 0) return undefined;
  const who = setters === undefined ? [] : [setters];
  if (annotations.length > 0) who.push(plural(annotations.length, 'annotation'));
  const values = [...sorted(types), ...sorted(annotations)];
  return {
    reason: plural(values.length, 'forbidden AppArmor profile'),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const capabilities: Check = ({ spec }) => {
  const others = new Set<string>();
  const bad = containersThat(spec, ({ securityContext }) => {
    const added = (securityContext?.capabilities?.add ?? []).filter((one) => !CAPABILITIES.has(one));
    for (const one of added) others.add(one);
    return added.length > 0;
  });
  if (bad.length === 0) return undefined;
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${quoted(sorted(others))} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: Check = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

const hostPaths: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter((volume) => volume.hostPath).map(({ name }) => name ?? '');
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural(names.length, 'volume')} ${quoted(names)}` };
};

const hostPorts: Check = ({ spec }) => {
  const ports = new Set<string>();
  const bad = containersThat(spec, (container) => {
    const taken = (container.ports ?? []).filter(({ hostPort }) => hostPort);
    for (const { hostPort } of taken) ports.add(String(hostPort));
    return taken.length > 0;
  });
  if (bad.length === 0) return undefined;
  const uses = plural(bad.length, 'uses', 'use');
  return {
    reason: 'hostPort',
    detail: `${named(bad)} ${uses} ${plural(ports.size, 'hostPort')} ${sorted(ports).join(', ')}`,
  };
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap((handler) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined && host !== ''),
  ) as string[];
}

const probeHosts: Check = ({ spec }) => {
  const bad = new Set<string>();
  const hosts = new Set<string>();
  for (const container of allContainers(spec)) {
    for (const host of hostsOf(container)) {
      bad.add(container.name ?? '');
      hosts.add(host);
    }
  }
  if (bad.size === 0) return undefined;
  const what = plural(hosts.size, 'probe or lifecycle host');
  return {
    reason: 'probe or lifecycle host',
    detail: `${named(sorted(bad))} ${plural(bad.size, 'uses', 'use')} ${what} ${quoted(sorted(hosts))}`,
  };
};

const privileged: Check = ({ spec }) => {
  const bad = containersThat(spec, ({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` };
};

export const procMount: Check = ({ spec }) => {
  const types = new Set<string>();
  const bad = containersThat(spec, ({ securityContext }) => {
    const type = securityContext?.procMount ?? 'Default';
    if (type !== 'Default') types.add(type);
    return type !== 'Default';
  });
  if (bad.length === 0) return undefined;
  return {
    reason: 'procMount',
    detail: `${named(bad)} must not set securityContext.procMount to ${quoted(sorted(types))}`,
  };
};

const selinux =
  (...allowed: string[]): Check =>
  ({ spec }) => {
    const types = new Set<string>();
    let [user, role] = [false, false];
    const setters = settersThat(spec, ({ seLinuxOptions: options }) => {
      if (!options) return false;
      const badType = !!options.type && !allowed.includes(options.type);
      if (badType) types.add(options.type!);
      user ||= !!options.user;
      role ||= !!options.role;
      return badType || !!options.user || !!options.role;
    });
    if (setters === undefined) return undefined;
    const data: string[] = [];
    if (types.size > 0) data.push(`${plural(types.size, 'type')} ${quoted(sorted(types))}`);
    if (user) data.push('user may not be set');
    if (role) data.push('role may not be set');
    return {
      reason: 'seLinuxOptions',
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
    };
  };
const SELINUX = ['container_t', 'container_init_t', 'container_kvm_t'];

const sysctls =
  (...allowed: string[]): Check =>
  ({ spec }) => {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name ?? '');
    const bad = names.filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const hostProcess: Check = ({ spec }) => {
  const setters = settersThat(spec, ({ windowsOptions }) => windowsOptions?.hostProcess === true);
  if (setters === undefined) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

const always = (id: string, check: Check): VersionedCheck => ({ id, versions: [{ since: 0, check }] });

export const BASELINE: readonly VersionedCheck[] = [
  always('appArmorProfile', appArmor),
  always('capabilities_baseline', capabilities),
  always('hostNamespaces', hostNamespaces),
  always('hostPathVolumes', hostPaths),
  always('hostPorts', hostPorts),
  { id: 'hostProbesAndHostLifecycle', versions: [{ since: 34, check: probeHosts }] },
  always('privileged', privileged),
  {
    id: 'procMount',
    versions: [
      { since: 0, check: procMount },
      { since: 35, check: unlessOwnUsers(procMount) },
    ],
  },
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, check: selinux(...SELINUX) },
      { since: 31, check: selinux(...SELINUX, 'container_engine_t') },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    versions: [
      { since: 0, check: seccompAnnotations },
      { since: 19, check: seccompBaseline },
    ],
  },
  {
    id: 'sysctls',
    versions: [
      { since: 0, check: sysctls(...SYSCTLS) },
      { since: 27, check: sysctls(...SYSCTLS_27) },
      { since: 29, check: sysctls(...SYSCTLS_29) },
      { since: 32, check: sysctls(...SYSCTLS_32) },
    ],
  },
  always('windowsHostProcess', hostProcess),
];
