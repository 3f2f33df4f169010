/** Addresses that traffic can be sent to. Source: kubernetes pkg/apis/core/validation/validation.go (ValidateEndpointIP). */
import { type FieldError, invalid } from '../../apimachinery/field-error.ts';
import { contains, parseCIDR, parseIP } from '../../apimachinery/ip.ts';

/** IPv6 multicast of scope 2 (link-local), whatever its flags. */
const LINK_LOCAL_MULTICAST = Array.from({ length: 16 }, (_, flags) => `ff${flags.toString(16)}2::/16`);

const SPECIAL: readonly (readonly [ranges: readonly string[], message: string])[] = [
  [['127.0.0.0/8', '::1/128'], 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [['169.254.0.0/16', 'fe80::/10'], 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [
    ['224.0.0.0/24', ...LINK_LOCAL_MULTICAST],
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ],
];
const RANGES = SPECIAL.map(([ranges, message]) => ({
  ranges: ranges.map((range) => parseCIDR(range)!),
  message,
}));

/** Refuses what is no address, or one that means "here": unspecified, loopback, link-local. */
export function checkEndpointIP(text: string, path: string): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [invalid(path, text, 'must be a valid IP address')];
  const errors = ip.value === 0n ? [invalid(path, text, `may not be unspecified (${text})`)] : [];
  for (const { ranges, message } of RANGES) {
    if (ranges.some((range) => contains(range, ip))) errors.push(invalid(path, text, message));
  }
  return errors;
}
