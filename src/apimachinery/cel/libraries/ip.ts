/** `ip('10.0.0.1')`, `cidr('10.0.0.0/8')` (apiserver pkg/cel/library/ip.go, cidr.go). */

import { contains, formatIP, type IP, network } from '../../ip.ts';
import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import { parseAddress, parsePrefix } from '../netip.ts';
import { boolType, type CelType, intType, opaqueType, stringType } from '../types.ts';
import { OpaqueValue, type Value } from '../values.ts';
import { binary, fn, member, overload, unary } from './declare.ts';

export const ipType = opaqueType('net.IP');
export const cidrType = opaqueType('net.CIDR');

class IPValue extends OpaqueValue {
  readonly ip: IP;

  constructor(ip: IP) {
    super();
    this.ip = ip;
  }

  get type(): CelType {
    return ipType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof IPValue)) throw noSuchOverload();
    return this.ip.version === other.ip.version && this.ip.value === other.ip.value;
  }

  override size(): number {
    return this.ip.version === 4 ? 4 : 16;
  }

  override toString(): string {
    return formatIP(this.ip);
  }
}

class CIDRValue extends OpaqueValue {
  readonly ip: IP;
  readonly bits: number;

  constructor(ip: IP, bits: number) {
    super();
    this.ip = ip;
    this.bits = bits;
  }

  get type(): CelType {
    return cidrType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof CIDRValue)) throw noSuchOverload();
    return (
      this.bits === other.bits && this.ip.version === other.ip.version && this.ip.value === other.ip.value
    );
  }

  override size(): number {
    return Math.ceil(this.bits / 8);
  }

  override toString(): string {
    return `${formatIP(this.ip)}/${this.bits}`;
  }
}

/** The address a text names, or what is wrong with it. Zones and IPv4 in IPv6 are refused. */
function readIP(text: string): IP | string {
  const parsed = parseAddress(text);
  const quoted = JSON.stringify(text);
  if ('error' in parsed)
    return `IP Address ${quoted} parse error during conversion from string: ${parsed.error}`;
  if (parsed.zone !== '') return `IP address ${quoted} with zone value is not allowed`;
  return parsed.ip.mapped ? `IPv4-mapped IPv6 address ${quoted} is not allowed` : parsed.ip;
}

function toIP(text: string): IPValue {
  const ip = readIP(text);
  if (typeof ip === 'string') throw new CelError(ip);
  return new IPValue(ip);
}

function readCIDR(text: string): CIDRValue | string {
  const parsed = parsePrefix(text);
  if ('error' in parsed) return `network address parse error during conversion from string: ${parsed.error}`;
  if (parsed.ip.mapped) return `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`;
  return new CIDRValue(parsed.ip, parsed.bits);
}

function toCIDR(text: string): CIDRValue {
  const cidr = readCIDR(text);
  if (typeof cidr !== 'string') return cidr;
  throw new CelError(`network address parse error during conversion from string: ${cidr}`);
}

/** Upstream passes on the failure of a text as a value that fits no overload. */
function other<T>(read: T | string): T {
  if (typeof read === 'string') throw noSuchOverload();
  return read;
}

const containsIP = (cidr: CIDRValue, ip: IP) =>
  contains({ ip: cidr.ip, prefix: cidr.bits, leadingZeros: false }, ip);
const containsCIDR = (outer: CIDRValue, inner: CIDRValue) =>
  outer.bits <= inner.bits && containsIP(outer, inner.ip);

/** Bits of an address from the left. */
function topBits(ip: IP, count: number): bigint {
  return ip.value >> BigInt((ip.version === 4 ? 32 : 128) - count);
}

const isLoopback = (ip: IP) => (ip.version === 4 ? topBits(ip, 8) === 127n : ip.value === 1n);
const isUnspecified = (ip: IP) => ip.value === 0n;
const isMulticast = (ip: IP) => (ip.version === 4 ? topBits(ip, 4) === 0xen : topBits(ip, 8) === 0xffn);
const isLinkLocalMulticast = (ip: IP) =>
  ip.version === 4 ? topBits(ip, 24) === 0xe00000n : (topBits(ip, 16) & 0xff0fn) === 0xff02n;
const isLinkLocalUnicast = (ip: IP) =>
  ip.version === 4 ? topBits(ip, 16) === 0xa9fen : topBits(ip, 10) === 0x3fan;
const isGlobalUnicast = (ip: IP) =>
  !(ip.version === 4 && ip.value === 0xffffffffn) &&
  !isUnspecified(ip) &&
  !isLoopback(ip) &&
  !isMulticast(ip) &&
  !isLinkLocalUnicast(ip);

const S = stringType;
const test = (name: string, id: string, holds: (ip: IP) => boolean) =>
  fn(
    name,
    member(
      id,
      [ipType],
      boolType,
      unary<IPValue>(({ ip }) => holds(ip)),
    ),
  );

export const ipLibrary: Library = {
  name: 'kubernetes.net.ip',
  types: [ipType],
  functions: [
    fn('ip', overload('string_to_ip', [S], ipType, unary(toIP))),
    fn(
      'isIP',
      overload(
        'is_ip',
        [S],
        boolType,
        unary<string>((text) => typeof readIP(text) !== 'string'),
      ),
    ),
    fn(
      'ip.isCanonical',
      overload(
        'ip_is_canonical',
        [S],
        boolType,
        unary<string>((text) => formatIP(toIP(text).ip) === text),
      ),
    ),
    fn(
      'family',
      member(
        'ip_family',
        [ipType],
        intType,
        unary<IPValue>(({ ip }) => BigInt(ip.version)),
      ),
    ),
    test('isUnspecified', 'ip_is_unspecified', isUnspecified),
    test('isLoopback', 'ip_is_loopback', isLoopback),
    test('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
    test('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
    test('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
    fn('string', overload('ip_to_string', [ipType], S, unary<IPValue>(String))),
  ],
};

export const cidrLibrary: Library = {
  name: 'kubernetes.net.cidr',
  types: [cidrType],
  functions: [
    fn('cidr', overload('string_to_cidr', [S], cidrType, unary(toCIDR))),
    fn(
      'isCIDR',
      overload(
        'is_cidr',
        [S],
        boolType,
        unary<string>((text) => typeof readCIDR(text) !== 'string'),
      ),
    ),
    fn(
      'containsIP',
      member(
        'cidr_contains_ip_string',
        [cidrType, S],
        boolType,
        binary<CIDRValue, string>((cidr, text) => containsIP(cidr, other(readIP(text)))),
      ),
      member(
        'cidr_contains_ip_ip',
        [cidrType, ipType],
        boolType,
        binary<CIDRValue, IPValue>((cidr, { ip }) => containsIP(cidr, ip)),
      ),
    ),
    fn(
      'containsCIDR',
      member(
        'cidr_contains_cidr_string',
        [cidrType, S],
        boolType,
        binary<CIDRValue, string>((cidr, text) => containsCIDR(cidr, other(readCIDR(text)))),
      ),
      member('cidr_contains_cidr', [cidrType, cidrType], boolType, binary(containsCIDR)),
    ),
    fn(
      'ip',
      member(
        'cidr_ip',
        [cidrType],
        ipType,
        unary<CIDRValue>(({ ip }) => new IPValue(ip)),
      ),
    ),
    fn(
      'prefixLength',
      member(
        'cidr_prefix_length',
        [cidrType],
        intType,
        unary<CIDRValue>(({ bits }) => BigInt(bits)),
      ),
    ),
    fn(
      'masked',
      member(
        'cidr_masked',
        [cidrType],
        cidrType,
        unary<CIDRValue>(({ ip, bits }) => new CIDRValue(network({ ip, prefix: bits }), bits)),
      ),
    ),
    fn('string', overload('cidr_to_string', [cidrType], S, unary<CIDRValue>(String))),
  ],
};
