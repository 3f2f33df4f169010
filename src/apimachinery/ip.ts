/**
 * IP addresses and ranges, read as liberally as Kubernetes always read them.
 * Source: kubernetes/utils net (ParseIPSloppy, ParseCIDRSloppy, IsDualStack…), Go's net and net/netip.
 */

export type IPFamily = 'IPv4' | 'IPv6';

export interface IP {
  /** An IPv4-mapped IPv6 address is IPv4, as in Go. */
  readonly family: IPFamily;
  /** The address as a number of 32 or 128 bits, after its family. */
  readonly value: bigint;
  /** Written as IPv4-mapped IPv6 (`::ffff:10.0.0.1`). */
  readonly mapped: boolean;
  /** Written with zeros in front that strict parsers read as octal or refuse (`010.0.0.1`). */
  readonly leadingZeros: boolean;
}

export interface CIDR {
  /** The address in front of the slash. */
  readonly ip: IP;
  /** Length of the prefix, of 32 or 128 bits after the address's family. */
  readonly prefix: number;
  /** First address of the range. */
  readonly first: bigint;
  /** Last address of the range. */
  readonly last: bigint;
  readonly leadingZeros: boolean;
}

const MAPPED = 0xffffn;
const bitsOf = (family: IPFamily): number => (family === 'IPv4' ? 32 : 128);

/** Four decimal numbers, any zeros in front. */
const IPV4 = /^(\d{1,8})\.(\d{1,8})\.(\d{1,8})\.(\d{1,8})$/;
const LEADING_ZERO = /(^|[.:])0\d/;

function parseIPv4(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(match[i]);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

/** Groups of up to six hexadecimal digits, as the liberal parser takes them. */
const GROUP = /^[0-9a-fA-F]{1,6}$/;

/** The 16-bit groups of one side of `::`, or undefined. Only the last group may be an IPv4 address. */
function parseGroups(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (mayEndInIPv4 && i === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIPv4(part);
      if (ipv4 === undefined) return undefined;
      groups.push(Math.floor(ipv4 / 65536), ipv4 % 65536);
      continue;
    }
    if (!GROUP.test(part)) return undefined;
    const group = Number.parseInt(part, 16);
    if (group > 0xffff) return undefined;
    groups.push(group);
  }
  return groups;
}

function parseIPv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of head) value = (value << 16n) | BigInt(group);
  value <<= BigInt(16 * missing);
  for (const group of tail) value = (value << 16n) | BigInt(group);
  return value;
}

/** Longest text that can be an address. */
const MAX_LENGTH = 64;

/** An address, or undefined when the text is none. Leading zeros are decimal. */
export function parseIP(text: string): IP | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  if (!text.includes(':')) {
    const value = parseIPv4(text);
    if (value === undefined) return undefined;
    return { family: 'IPv4', value: BigInt(value), mapped: false, leadingZeros: LEADING_ZERO.test(text) };
  }
  const value = parseIPv6(text);
  if (value === undefined) return undefined;
  const leadingZeros = /[0-9a-fA-F]{5}/.test(text) || /(^|[:.])0\d+\.|\.0\d/.test(text);
  return value >> 32n === MAPPED
    ? { family: 'IPv4', value: value & 0xffffffffn, mapped: true, leadingZeros }
    : { family: 'IPv6', value, mapped: false, leadingZeros };
}

/** The canonical text (RFC 5952 for IPv6). */
export function formatIP({ family, value }: Pick<IP, 'family' | 'value'>): string {
  if (family === 'IPv4') {
    const number = Number(value);
    return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  }
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  const [start, length] = longestZeros(groups);
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** Start and length of the first longest run of zeros. */
function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    if (end > i) i = end;
  }
  return best;
}

/** A range `address/length`, or undefined when the text is none. The address may lie anywhere in the range. */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = typeof text === 'string' ? text.indexOf('/') : -1;
  if (slash < 0) return undefined;
  const ip = parseIP(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!ip || !/^\d{1,8}$/.test(digits)) return undefined;
  // The prefix of an IPv4-mapped address counts from the front of the IPv6 address.
  const prefix = Number(digits) - (ip.mapped ? 96 : 0);
  const bits = bitsOf(ip.family);
  if (prefix < 0 || prefix > bits) return undefined;
  const host = (1n << BigInt(bits - prefix)) - 1n;
  const first = ip.value & ~host;
  const leadingZeros = ip.leadingZeros || /^0\d/.test(digits);
  return { ip, prefix, first, last: first | host, leadingZeros };
}

/** The range in canonical form, without bits behind the prefix. */
export const formatCIDR = ({ ip, prefix, first }: CIDR): string =>
  `${formatIP({ family: ip.family, value: first })}/${prefix}`;

/** Whether the address lies in the range. */
export const cidrContains = (cidr: CIDR, { family, value }: Pick<IP, 'family' | 'value'>): boolean =>
  family === cidr.ip.family && value >= cidr.first && value <= cidr.last;

/** The family of an address, or undefined when the text is no address. */
export const familyOfIP = (text: string): IPFamily | undefined => parseIP(text)?.family;

/** Whether these are addresses of both families. Undefined: one of them is no address. */
export function isDualStackIPs(texts: readonly string[]): boolean | undefined {
  const families = texts.map(familyOfIP);
  if (families.includes(undefined)) return undefined;
  return families.includes('IPv4') && families.includes('IPv6');
}

/** Whether these are ranges of both families. Undefined: one of them is no range. */
export function isDualStackCIDRs(texts: readonly string[]): boolean | undefined {
  const families = texts.map((text) => parseCIDR(text)?.ip.family);
  if (families.includes(undefined)) return undefined;
  return families.includes('IPv4') && families.includes('IPv6');
}
