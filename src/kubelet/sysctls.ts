/**
 * Kernel settings that a pod may ask for: those that touch no other pod.
 * Source: kubernetes pkg/kubelet/sysctl/{allowlist,safe_sysctls}.go, component-helpers node/util/sysctl/namespace.go.
 */
import type { Pod } from '../apimachinery/types/core.v1.gen.ts';

const SAFE = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

/** Names may have slashes between their parts, and then dots within them. */
const normalize = (name: string): string =>
  /[./]/.exec(name)?.[0] === '/' ? name.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/')) : name;

/** Why a pod's settings are not allowed, as the kubelet says it; undefined when they are. */
export function forbiddenSysctl({ spec }: Pod): string | undefined {
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    const asked = normalize(name);
    if (!SAFE.has(asked)) return `forbidden sysctl: "${asked}" not allowlisted`;
    const network = asked.startsWith('net.');
    if (network ? spec?.hostNetwork : spec?.hostIPC) {
      return `forbidden sysctl: "${asked}" not allowed with host ${network ? 'Net' : 'IPC'} enabled`;
    }
  }
  return undefined;
}
