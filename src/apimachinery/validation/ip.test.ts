import { describe, expect, it } from 'vitest';
import {
  isValidCIDR,
  isValidIP,
  isValidCIDRForLegacyField,
  isValidIPForLegacyField,
  warningsForCIDR,
  warningsForIP,
} from './ip.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', []],
    ['fe80:0:0:0:0:0:0:0abc', []],
    ['x', ['Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['010.0.0.1', ['Invalid value: "010.0.0.1": must not have leading 0s']],
    ['::ffff:1.2.3.4', ['Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address']],
  ])('legacy field: %s', (value, messages) => {
    expect(isValidIPForLegacyField('ip', value).map((error) => error.message)).toEqual(messages);
  });

  it('keeps values the old object had', () => {
    expect(isValidIPForLegacyField('ip', '010.0.0.1', ['010.0.0.1'])).toEqual([]);
    expect(isValidCIDRForLegacyField('cidr', '10.0.0.1/8', ['10.0.0.1/8'])).toEqual([]);
  });

  it('wants canonical form in new fields', () => {
    expect(isValidIP('ip', 'fe80::abc')).toEqual([]);
    expect(isValidIP('ip', 'FE80::ABC')[0]?.message).toBe(
      'Invalid value: "FE80::ABC": must be in canonical form ("fe80::abc")',
    );
  });

  it('warns', () => {
    expect(warningsForIP('spec.ip', '10.0.0.1')).toEqual([]);
    expect(warningsForIP('spec.ip', '010.0.0.1')).toEqual([
      'spec.ip: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"',
    ]);
    expect(warningsForIP('spec.ip', '2001:DB8::1')).toEqual([
      'spec.ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
  });
});

describe('ranges', () => {
  it.each([
    ['10.0.0.0/8', []],
    ['x', ['Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
    ['10.0.0.0/08', ['Invalid value: "10.0.0.0/08": must not have leading 0s in IP or prefix length']],
    ['10.0.0.1/8', ['Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']],
    [
      '::ffff:10.0.0.0/104',
      ['Invalid value: "::ffff:10.0.0.0/104": must not have an IPv4-mapped IPv6 address'],
    ],
  ])('legacy field: %s', (value, messages) => {
    expect(isValidCIDRForLegacyField('cidr', value).map((error) => error.message)).toEqual(messages);
  });

  it('wants canonical form in new fields', () => {
    expect(isValidCIDR('cidr', '2001:db8::/64')).toEqual([]);
    expect(isValidCIDR('cidr', '2001:DB8::/64')[0]?.message).toBe(
      'Invalid value: "2001:DB8::/64": must be in canonical form ("2001:db8::/64")',
    );
  });

  it('warns', () => {
    expect(warningsForCIDR('r', '10.0.0.0/8')).toEqual([]);
    expect(warningsForCIDR('r', '192.168.0.5/24')).toEqual([
      'r: CIDR value "192.168.0.5/24" is ambiguous in this context (should be "192.168.0.0/24" or "192.168.0.5/32"?)',
    ]);
    expect(warningsForCIDR('r', '2001:DB8::/64')).toEqual([
      'r: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ]);
  });
});
