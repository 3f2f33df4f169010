/** What ranges of cluster IPs hold. Source: kubernetes pkg/api/servicecidr/servicecidr.go, pkg/registry/core/service/ipallocator/cidrallocator.go. */
import { findCondition } from '../../apimachinery/conditions.ts';
import { type CIDR, contains, type IP, network, parseCIDR } from '../../apimachinery/ip.ts';
import type { ServiceCIDR } from '../../apimachinery/types/networking.v1.gen.ts';

export const blocksOf = ({ spec }: ServiceCIDR): CIDR[] =>
  (spec?.cidrs ?? []).flatMap((text) => parseCIDR(text) ?? []);

/** Whether the wider of two blocks holds the other. */
export const overlap = (a: CIDR, b: CIDR): boolean =>
  a.prefix <= b.prefix ? contains(a, network(b)) : contains(b, network(a));

/** The first and, in IPv4, the last address of a block are nobody's. */
export function allocates(block: CIDR, ip: IP): boolean {
  const first = network(block).value;
  if (!contains(block, ip) || ip.value === first) return false;
  return ip.version === 6 || ip.value !== first + (1n << BigInt(32 - block.prefix)) - 1n;
}

/** Whether addresses of the range may be given out. One that nobody has looked at yet is good. */
export const isReady = ({ metadata, status }: ServiceCIDR): boolean =>
  !metadata?.deletionTimestamp && (findCondition(status?.conditions, 'Ready')?.status ?? 'True') === 'True';
