/**
 * Rules for addresses and ranges in fields, with StrictIPCIDRValidation as Kubernetes 1.36 has it by default.
 * Source: kubernetes/apimachinery pkg/util/validation/ip.go.
 */
import { type FieldError, invalid } from '../field-error.ts';
import { formatCIDR, formatIP, parseCIDR, parseIP } from '../ip.ts';

const NO_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** An address that need not be in canonical form. Values in `old` are always accepted. */
export function validateLegacyIP(path: string, value: string, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return [];
  const ip = parseIP(value);
  if (!ip) return [invalid(path, value, NO_IP)];
  if (ip.leadingZeros) return [invalid(path, value, 'must not have leading 0s')];
  if (ip.mapped) return [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')];
  return [];
}

/** An address in canonical form. */
export function validateIP(path: string, value: string): FieldError[] {
  const errors = validateLegacyIP(path, value);
  if (errors.length > 0) return errors;
  const canonical = formatIP(parseIP(value)!);
  if (canonical === value) return [];
  return [invalid(path, value, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** A range that need not be in canonical form. Values in `old` are always accepted. */
export function validateLegacyCIDR(path: string, value: string, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return [];
  const cidr = parseCIDR(value);
  if (!cidr) return [invalid(path, value, NO_CIDR)];
  if (cidr.leadingZeros) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (cidr.ip.mapped) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  if (cidr.ip.value !== cidr.first) {
    return [invalid(path, value, 'must not have bits set beyond the prefix length')];
  }
  return [];
}

/** A range in canonical form. */
export function validateCIDR(path: string, value: string): FieldError[] {
  const errors = validateLegacyCIDR(path, value);
  if (errors.length > 0) return errors;
  const canonical = formatCIDR(parseCIDR(value)!);
  if (canonical === value) return [];
  return [invalid(path, value, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** Warnings for an address that was accepted but is not in standard form. */
export function warningsForIP(path: string, value: string): string[] {
  const ip = parseIP(value);
  if (!ip) return [];
  const canonical = formatIP(ip);
  if (ip.leadingZeros || ip.mapped) {
    return [
      `${path}: non-standard IP address ${JSON.stringify(value)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(canonical)}`,
    ];
  }
  if (ip.family === 'IPv6' && canonical !== value) {
    return [
      `${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
    ];
  }
  return [];
}

/** Warnings for a range that was accepted but is not in standard form. */
export function warningsForCIDR(path: string, value: string): string[] {
  const cidr = parseCIDR(value);
  if (!cidr) return [];
  const warnings: string[] = [];
  const text = JSON.stringify(value);
  const canonical = JSON.stringify(formatCIDR(cidr));
  if (cidr.ip.value !== cidr.first) {
    const single = `${formatIP(cidr.ip)}/${cidr.ip.family === 'IPv4' ? 32 : 128}`;
    warnings.push(
      `${path}: CIDR value ${text} is ambiguous in this context (should be ${canonical} or ${JSON.stringify(single)}?)`,
    );
  }
  if (cidr.leadingZeros || cidr.ip.mapped) {
    warnings.push(
      `${path}: non-standard CIDR value ${text} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    );
  }
  if (warnings.length === 0 && cidr.ip.family === 'IPv6' && text !== canonical) {
    warnings.push(`${path}: IPv6 CIDR value ${text} should be in RFC 5952 canonical format (${canonical})`);
  }
  return warnings;
}
