import { describe, expect, it } from 'vitest';
import type { FieldError } from '../field-error.ts';
import {
  isValidCIDR,
  isValidCIDRForLegacyField,
  isValidInterfaceAddress,
  isValidIP,
  isValidIPForLegacyField,
  warningsForCIDR,
  warningsForIP,
} from './ip.ts';

/** The details of the errors, without the value they show. */
const details = (errors: FieldError[]): string[] =>
  errors.map(({ type, field, message }) => {
    expect([type, field]).toEqual(['FieldValueInvalid', 'ip']);
    return message.replace(/^Invalid value: "[^"]*": /, '');
  });

const NO_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const ZEROS = 'must not have leading 0s';
const MAPPED = 'must not be an IPv4-mapped IPv6 address';

describe('addresses', () => {
  const cases: [string, strict: string[], legacy: string[]][] = [
    ['1.2.3.4', [], []],
    ['0.0.0.0', [], []],
    ['255.255.255.255', [], []],
    ['::', [], []],
    ['::1', [], []],
    ['2001:db8::1', [], []],
    ['', [NO_IP], [NO_IP]],
    ['1.2.3', [NO_IP], [NO_IP]],
    ['1.2.3.4.5', [NO_IP], [NO_IP]],
    ['1.2.3.256', [NO_IP], [NO_IP]],
    ['1.2.3.-4', [NO_IP], [NO_IP]],
    ['1.2.3.4/24', [NO_IP], [NO_IP]],
    ['fe80::1%eth0', [NO_IP], [NO_IP]],
    [':1', [NO_IP], [NO_IP]],
    ['1::2::3', [NO_IP], [NO_IP]],
    ['1:2:3:4:5:6:7', [NO_IP], [NO_IP]],
    ['1:2:3:4:5:6:7:8::', [NO_IP], [NO_IP]],
    ['12345::', [NO_IP], [NO_IP]],
    ['::1.2.3.4:5', [NO_IP], [NO_IP]],
    ['01.2.3.4', [ZEROS], [ZEROS]],
    ['00001::', [ZEROS], [ZEROS]],
    ['::ffff:1.2.3.4', [MAPPED], [MAPPED]],
    ['::ffff:1.2.3.04', [ZEROS], [ZEROS]],
    ['FE80::1', ['must be in canonical form ("fe80::1")'], []],
    ['2001:db8:0:0:0:0:0:1', ['must be in canonical form ("2001:db8::1")'], []],
    ['1:0:0:2:0:0:0:3', ['must be in canonical form ("1:0:0:2::3")'], []],
    ['1:0:0:2:3:0:0:4', ['must be in canonical form ("1::2:3:0:0:4")'], []],
    ['1::2:3:4:5:6:7', ['must be in canonical form ("1:0:2:3:4:5:6:7")'], []],
    ['64:ff9b::1.2.3.4', ['must be in canonical form ("64:ff9b::102:304")'], []],
  ];
  it.each(cases)('%j', (text, strict, legacy) => {
    expect(details(isValidIP('ip', text))).toEqual(strict);
    expect(details(isValidIPForLegacyField('ip', text))).toEqual(legacy);
  });

  it('keeps what is stored already', () => {
    expect(isValidIPForLegacyField('ip', '01.2.3.4', ['01.2.3.4'])).toEqual([]);
    expect(isValidCIDRForLegacyField('ip', '1.2.3.4/24', ['1.2.3.4/24'])).toEqual([]);
  });

  it('warns of what is accepted but not canonical', () => {
    expect(warningsForIP('ip', '1.2.3.4')).toEqual([]);
    expect(warningsForIP('ip', 'nothing')).toEqual([]);
    expect(warningsForIP('ip', '01.2.3.4')).toEqual([
      'ip: non-standard IP address "01.2.3.4" is invalid: use "1.2.3.4"',
    ]);
    expect(warningsForIP('ip', '::ffff:1.2.3.4')).toEqual([
      'ip: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"',
    ]);
    expect(warningsForIP('ip', '::0')).toEqual([
      'ip: IPv6 address "::0" should be in RFC 5952 canonical format ("::")',
    ]);
  });
});

describe('blocks', () => {
  const noCIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const zeros = 'must not have leading 0s in IP or prefix length';
  const host = 'must not have bits set beyond the prefix length';
  const cases: [string, strict: string[], legacy: string[]][] = [
    ['10.0.0.0/8', [], []],
    ['0.0.0.0/0', [], []],
    ['1.2.3.4/32', [], []],
    ['::/0', [], []],
    ['2001:db8::/64', [], []],
    ['', [noCIDR], [noCIDR]],
    ['10.0.0.0', [noCIDR], [noCIDR]],
    ['10.0.0.0/33', [noCIDR], [noCIDR]],
    ['::/129', [noCIDR], [noCIDR]],
    ['10.0.0.0/-1', [noCIDR], [noCIDR]],
    ['10.0.0.0/8/8', [noCIDR], [noCIDR]],
    ['10.0.0.0/08', [zeros], [zeros]],
    ['010.0.0.0/8', [zeros], [zeros]],
    ['10.0.0.1/8', [host], [host]],
    ['::1/64', [host], [host]],
    [
      '::ffff:10.0.0.0/104',
      ['must not have an IPv4-mapped IPv6 address'],
      ['must not have an IPv4-mapped IPv6 address'],
    ],
    ['2001:DB8::/64', ['must be in canonical form ("2001:db8::/64")'], []],
  ];
  it.each(cases)('%j', (text, strict, legacy) => {
    expect(details(isValidCIDR('ip', text))).toEqual(strict);
    expect(details(isValidCIDRForLegacyField('ip', text))).toEqual(legacy);
  });

  it('warns of what is accepted but not canonical', () => {
    expect(warningsForCIDR('ip', '10.0.0.0/8')).toEqual([]);
    expect(warningsForCIDR('ip', 'nothing')).toEqual([]);
    expect(warningsForCIDR('ip', '10.0.0.1/8')).toEqual([
      'ip: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
    expect(warningsForCIDR('ip', '10.0.0.0/08')).toEqual([
      'ip: non-standard CIDR value "10.0.0.0/08" is invalid: use "10.0.0.0/8"',
    ]);
    expect(warningsForCIDR('ip', '2001:DB8::/64')).toEqual([
      'ip: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ]);
  });

  it('takes an address of an interface with its host bits', () => {
    expect(isValidInterfaceAddress('ip', '10.0.0.1/8')).toEqual([]);
    expect(details(isValidInterfaceAddress('ip', '10.0.0.01/8'))).toEqual([
      'must be in canonical form ("10.0.0.1/8")',
    ]);
    expect(details(isValidInterfaceAddress('ip', 'x'))).toEqual([
      'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
    ]);
  });
});
