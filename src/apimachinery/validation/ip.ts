/**
 * Rules for IP addresses and CIDR blocks. Fields that are older than the strict rules use the `ForLegacyField`
 * ones, which accept forms that are not canonical.
 * Source: kubernetes/apimachinery pkg/util/validation/ip.go.
 */
import { type FieldError, invalid } from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import { type CIDR, formatCIDR, formatIP, type IP, network, parseCIDR, parseIP } from '../ip.ts';

function strictIP(path: string, text: string, ip: IP): FieldError[] {
  if (ip.leadingZeros) return [invalid(path, text, 'must not have leading 0s')];
  return ip.mapped ? [invalid(path, text, 'must not be an IPv4-mapped IPv6 address')] : [];
}
const noIP = (path: string, text: string): FieldError =>
  invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');

/** A valid address in canonical form. */
export function isValidIP(path: string, text: string): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [noIP(path, text)];
  const errors = strictIP(path, text, ip);
  const canonical = formatIP(ip);
  if (errors.length || text === canonical) return errors;
  return [invalid(path, text, `must be in canonical form (${goQuote(canonical)})`)];
}

/** A valid address in any form, or one of `oldValues`, which the stored object has already. */
export function isValidIPForLegacyField(
  path: string,
  text: string,
  oldValues: readonly string[] = [],
): FieldError[] {
  if (oldValues.includes(text)) return [];
  const ip = parseIP(text);
  return ip ? strictIP(path, text, ip) : [noIP(path, text)];
}

/** Warnings for an address that a legacy field accepts. */
export function warningsForIP(path: string, text: string): string[] {
  const ip = parseIP(text);
  if (!ip) return [];
  const canonical = formatIP(ip);
  if (ip.leadingZeros || ip.mapped) {
    return [`${path}: non-standard IP address ${goQuote(text)} is invalid: use ${goQuote(canonical)}`];
  }
  if (canonical === text) return [];
  return [
    `${path}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
  ];
}

const hasHostBits = (cidr: CIDR): boolean => network(cidr).value !== cidr.ip.value;
const hasLeadingZeros = (cidr: CIDR): boolean => cidr.leadingZeros || cidr.ip.leadingZeros;

function strictCIDR(path: string, text: string, cidr: CIDR): FieldError[] {
  if (hasLeadingZeros(cidr)) return [invalid(path, text, 'must not have leading 0s in IP or prefix length')];
  if (cidr.ip.mapped) return [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  return hasHostBits(cidr) ? [invalid(path, text, 'must not have bits set beyond the prefix length')] : [];
}
const noCIDR = (path: string, text: string): FieldError =>
  invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');

/** A valid block in canonical form, without host bits. */
export function isValidCIDR(path: string, text: string): FieldError[] {
  const cidr = parseCIDR(text);
  if (!cidr) return [noCIDR(path, text)];
  const errors = strictCIDR(path, text, cidr);
  const canonical = formatCIDR(cidr);
  if (errors.length || text === canonical) return errors;
  return [invalid(path, text, `must be in canonical form (${goQuote(canonical)})`)];
}

/** A valid block in any form, or one of `oldValues`. */
export function isValidCIDRForLegacyField(
  path: string,
  text: string,
  oldValues: readonly string[] = [],
): FieldError[] {
  if (oldValues.includes(text)) return [];
  const cidr = parseCIDR(text);
  return cidr ? strictCIDR(path, text, cidr) : [noCIDR(path, text)];
}

/** Warnings for a block that a legacy field accepts. */
export function warningsForCIDR(path: string, text: string): string[] {
  const cidr = parseCIDR(text);
  if (!cidr) return [];
  const canonical = formatCIDR(cidr);
  const warnings: string[] = [];
  if (hasHostBits(cidr)) {
    const single = `${formatIP(cidr.ip)}/${cidr.ip.version === 4 ? 32 : 128}`;
    warnings.push(
      `${path}: CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(canonical)} or ${goQuote(single)}?)`,
    );
  }
  if (hasLeadingZeros(cidr) || cidr.ip.mapped) {
    warnings.push(`${path}: non-standard CIDR value ${goQuote(text)} is invalid: use ${goQuote(canonical)}`);
  }
  if (warnings.length === 0 && canonical !== text) {
    warnings.push(
      `${path}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
    );
  }
  return warnings;
}

/** An address with the length of its network's prefix, in canonical form. */
export function isValidInterfaceAddress(path: string, text: string): FieldError[] {
  const cidr = parseCIDR(text);
  if (!cidr) {
    return [
      invalid(path, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'),
    ];
  }
  const canonical = `${formatIP(cidr.ip)}/${cidr.prefix}`;
  return text === canonical ? [] : [invalid(path, text, `must be in canonical form (${goQuote(canonical)})`)];
}
