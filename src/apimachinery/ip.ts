/**
 * IP addresses and CIDR blocks.
 *
 * Parsing is as lenient as upstream's legacy parser (leading zeros are ignored); validation/ip.ts adds what is
 * strict. Source: Go's net and net/netip, kubernetes/utils net/ipfamily.go, internal/third_party/forked/golang/net.
 */

export interface IP {
  /** An IPv4 address within IPv6 (`::ffff:1.2.3.4`) is of version 4, as Go's net.IP has it. */
  readonly version: 4 | 6;
  readonly value: bigint;
  /** Written as IPv4 within IPv6. */
  readonly mapped: boolean;
  /** Written with zeros that a strict parser refuses. */
  readonly leadingZeros: boolean;
}

export interface CIDR {
  /** The address as written, its host bits as well. */
  readonly ip: IP;
  /** Length of the prefix, counted as for `ip.version`; the bits beyond it are the host's. */
  readonly prefix: number;
  /** The prefix length was written with leading zeros. */
  readonly leadingZeros: boolean;
}

/** Longest text that is looked at, with room for leading zeros. */
const MAX_LENGTH = 128;

/** The four bytes of a dotted quad, or undefined. */
function parseQuad(text: string): { value: bigint; leadingZeros: boolean } | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d+$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return { value: BigInt(value), leadingZeros: parts.some((part) => part.length > 1 && part[0] === '0') };
}

/** The groups of 16 bits of colon-separated hexadecimal, or undefined. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    const group = /^[0-9a-fA-F]+$/.test(part) ? Number.parseInt(part, 16) : Infinity;
    if (group > 0xffff) return undefined;
    groups.push(group);
  }
  return groups;
}

function parseIPv6(text: string): IP | undefined {
  let hex = text;
  let leadingZeros = /(?:^|:)0[0-9a-fA-F]{4,}(?::|$)/.test(text);
  // A dotted quad at the end stands for the last two groups.
  const dot = text.indexOf('.');
  if (dot >= 0) {
    const start = text.lastIndexOf(':', dot) + 1;
    const quad = parseQuad(text.slice(start));
    if (!quad) return undefined;
    leadingZeros ||= quad.leadingZeros;
    hex = `${text.slice(0, start)}${(quad.value >> 16n).toString(16)}:${(quad.value & 0xffffn).toString(16)}`;
  }
  const gap = hex.indexOf('::');
  const head = parseGroups(gap < 0 ? hex : hex.slice(0, gap));
  const tail = gap < 0 ? [] : parseGroups(hex.slice(gap + 2));
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  // `::` stands for one group of zeros at least.
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...head, ...new Array<number>(missing).fill(0), ...tail])
    value = (value << 16n) | BigInt(group);
  return value >> 32n === 0xffffn
    ? { version: 4, value: value & 0xffffffffn, mapped: true, leadingZeros }
    : { version: 6, value, mapped: false, leadingZeros };
}

/** Parses an address without a zone; undefined when it is none. */
export function parseIP(text: string): IP | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (text.includes(':')) return parseIPv6(text);
  const quad = parseQuad(text);
  return quad && { version: 4, mapped: false, ...quad };
}

/** Parses `address/prefix`; undefined when it is none. */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIP(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!ip || !/^\d{1,10}$/.test(digits)) return undefined;
  const bits = ip.version === 4 && !ip.mapped ? 32 : 128;
  const prefix = Number(digits);
  if (prefix > bits) return undefined;
  const leadingZeros = digits.length > 1 && digits[0] === '0';
  if (!ip.mapped) return { ip, prefix, leadingZeros };
  if (prefix >= 96) return { ip, prefix: prefix - 96, leadingZeros };
  // A block that is wider than the IPv4 part is one of IPv6.
  return { ip: { ...ip, version: 6, value: (0xffffn << 32n) | ip.value }, prefix, leadingZeros };
}

const width = (ip: IP): number => (ip.version === 4 ? 32 : 128);

/** The address in canonical form (RFC 5952). */
export function formatIP({ version, value }: Pick<IP, 'version' | 'value'>): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - i * 16)) & 0xffffn));
  // The first of the longest runs of two zeros or more is left out.
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The address with the bits beyond the prefix cleared. */
export function network({ ip, prefix }: Pick<CIDR, 'ip' | 'prefix'>): IP {
  const host = BigInt(width(ip) - prefix);
  return { ...ip, value: (ip.value >> host) << host };
}

/** The block in canonical form, host bits cleared. */
export const formatCIDR = (cidr: CIDR): string => `${formatIP(network(cidr))}/${cidr.prefix}`;

/** Whether the address lies in the block. */
export function contains(cidr: CIDR, ip: IP): boolean {
  if (cidr.ip.version !== ip.version) return false;
  const host = BigInt(width(ip) - cidr.prefix);
  return cidr.ip.value >> host === ip.value >> host;
}
